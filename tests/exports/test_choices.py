"""A trainee chooses which of their works go with their dossier; a trainer advises; judgements go in any case."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from assessments.services import submit_work
from lms import clock
from lms.exports.formats.pages import write_pdf
from lms.exports.models import WorkChoice, WorkProposal
from lms.exports.rules.choices import MAX_WHY, check_choice, joined_of
from lms.exports.selectors import followers_of
from lms.exports.selectors.choices import chosen_by, proposals_of
from lms.exports.selectors.dossier import dossier_of
from lms.exports.services.choices import choose_works, propose_work, take_back_proposal
from lms.exports.verify import check
from lms.people.models import Notice
from lms.people.rules import Role
from lms.refusal import Refused
from tests.cast import module_of, person
from tests.exports.dossiers import Told, members, picture, told, written
from tests.exports.test_pages import text_of
from tests.house.conftest import signed
from tests.story import judge

pytestmark = pytest.mark.django_db


def code_of(call: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refused:
        call(**kwargs)
    return refused.value.code


@pytest.fixture
def story() -> Told:
    """Two works judged: the first, « Faire », with a picture; the second of another module."""
    made = told()
    module, _lesson, practical = module_of(made.small.programme, code="M02")
    practical.title = "Monter un film"
    practical.save_revision().publish()
    work = submit_work(by=made.small.trainee, practical=practical, text="mot-du-film", uploads=[picture("film.png")], key=uuid4())
    judge(work, made.small.trainer, 3)
    assert module.code == "M02"
    return made


def works(made: Told) -> dict[str, UUID]:
    who = followers_of(made.small.trainee.enrolments.order_by("-pk"))[0]
    return {work.title: work.practical for work in dossier_of(who).works}


# --- Rules


@given(st.sets(st.integers(0, 5)), st.sets(st.integers(0, 9)))
def test_joined_of_is_what_is_chosen_or_everything(judged: set[int], chosen: set[int]) -> None:
    joined = joined_of(judged, chosen)
    assert joined <= judged
    assert joined == (judged & chosen or judged)


def test_check_choice_refuses_a_work_not_judged_and_words_too_long() -> None:
    check_choice([1], [1, 2], ["x" * MAX_WHY])
    assert code_of(check_choice, chosen=[3], judged=[1], words=[]) == "work_unknown"
    assert code_of(check_choice, chosen=[1], judged=[1], words=["x" * (MAX_WHY + 1)]) == "why_too_long"


# --- Services


def test_choice_is_said_once_and_every_one_is_kept(story: Told) -> None:
    ines, named = story.small.trainee, works(story)
    assert choose_works(by=ines, picks={}) is None
    for _time in range(2):
        choose_works(by=ines, picks={named["Faire"]: " C'est le plus net. "})
    chosen = chosen_by(ines.pk)
    assert chosen
    assert chosen.picks == {named["Faire"]: "C'est le plus net."}
    choose_works(by=ines, picks={})
    assert chosen_by(ines.pk) is None
    assert WorkChoice.objects.count() == 2


def test_nobody_chooses_for_somebody_nor_a_work_that_is_not_theirs(story: Told) -> None:
    named = works(story)
    for other in (story.small.trainer, story.small.coordinator):
        assert code_of(choose_works, by=other, picks={}) == "role_not_allowed"
    assert code_of(choose_works, by=story.small.trainee, picks={uuid4(): ""}) == "work_unknown"
    assert code_of(choose_works, by=person(Role.TRAINEE), picks={named["Faire"]: ""}) == "work_unknown"


def test_proposal_is_advice_of_a_trainer_who_follows_them(story: Told) -> None:
    ines, trainer, named = story.small.trainee, story.small.trainer, works(story)
    for _time in range(2):
        propose_work(by=trainer, trainee=ines, practical=named["Faire"])
    assert [row.by for row in proposals_of(ines.pk)[named["Faire"]]] == [trainer]
    assert Notice.objects.visible_to(ines).filter(path="/mon-dossier/travaux/").count() == 1
    assert code_of(propose_work, by=trainer, trainee=ines, practical=uuid4()) == "work_unknown"
    for other in (person(Role.TRAINER), story.small.coordinator, ines, person(Role.CERTIFIER, cohort=story.small.cohort)):
        assert code_of(propose_work, by=other, trainee=ines, practical=named["Faire"]) == "role_not_allowed"
        assert code_of(take_back_proposal, by=other, trainee=ines, practical=named["Faire"]) == "role_not_allowed"
    for _time in range(2):
        take_back_proposal(by=trainer, trainee=ines, practical=named["Faire"])
    assert proposals_of(ines.pk) == {}
    assert chosen_by(ines.pk) is None
    assert WorkProposal.objects.count() == 1


def test_proposal_constraints_hold(story: Told) -> None:
    row = propose_work(by=story.small.trainer, trainee=story.small.trainee, practical=works(story)["Faire"])
    for fields in ({}, {"withdrawn_at": row.at.replace(year=2000)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WorkProposal.objects.create(trainee=row.trainee, practical=row.practical, by=row.by, at=row.at, **fields)


def test_visible_to_follows_the_trainee(story: Told) -> None:
    choose_works(by=story.small.trainee, picks={works(story)["Faire"]: ""})
    propose_work(by=story.small.trainer, trainee=story.small.trainee, practical=works(story)["Faire"])
    for model in (WorkChoice, WorkProposal):
        assert model.objects.visible_to(story.small.trainer).count() == model.objects.visible_to(story.small.trainee).count() == 1
        assert not model.objects.visible_to(person(Role.TRAINER)).exists()
        assert not model.objects.visible_to(person(Role.TRAINEE)).exists()


# --- The dossier


def test_dossier_joins_the_chosen_works_and_keeps_every_judgement(story: Told, tmp_path: Path) -> None:
    before = members(written(tmp_path, story.small, "all.zip"))
    document = json.loads(before["dossier.json"])
    assert document["choice"] is None
    assert [work["is_joined"] for work in document["works"]] == [True, True]
    choose_works(by=story.small.trainee, picks={works(story)["Faire"]: "C'est le plus net."})
    propose_work(by=story.small.trainer, trainee=story.small.trainee, practical=works(story)["Monter un film"])
    path = written(tmp_path, story.small, "chosen.zip")
    content = members(path)
    document = json.loads(content["dossier.json"])
    first, second = document["works"]
    assert (first["is_joined"], first["why"], len(first["files"])) == (True, "C'est le plus net.", 1)
    assert (second["is_joined"], second["text"], second["files"]) == (False, "", [])
    assert len(second["judgements"][0]["marks"]) == 6
    assert second["proposed_by"] == [str(story.small.trainer)]
    choice = document["choice"]
    assert (choice["by"], choice["joined"], choice["judged"]) == (str(story.small.trainee), 1, 2)
    assert choice["at"][:10] == clock.now().date().isoformat()
    assert {name for name in before if name.startswith("works/")} - content.keys() == {"works/02-monter-un-film-v1/01-film.png"}
    assert b"mot-du-film" not in content["dossier.json"]
    with path.open("rb") as file:
        assert check(file).manifest["trainee"] == str(story.small.trainee.uuid)


def test_pages_say_who_chose_and_what_is_not_joined(story: Told, tmp_path: Path) -> None:
    who = followers_of(story.small.trainee.enrolments.order_by("-pk"))[0]
    choose_works(by=story.small.trainee, picks={works(story)["Monter un film"]: "Pour l'image #let x."})
    dossier = dossier_of(who)
    folder = tmp_path / "dossier"
    folder.mkdir()
    write_pdf(tmp_path / "pages.pdf", dossier, folder)
    words = text_of((tmp_path / "pages.pdf").read_bytes()).replace("’", "'")
    assert f"{story.small.trainee} a choisi de joindre 1 des 2 travaux évalués" in words
    assert "Pour l'image #let x." in words
    assert words.count("Travail non joint") == 1


def test_choice_of_another_programme_says_nothing_here(story: Told) -> None:
    WorkChoice.objects.create(trainee=story.small.trainee, picks={str(uuid4()): ""}, chosen_at=clock.now())
    who = followers_of(story.small.trainee.enrolments.order_by("-pk"))[0]
    dossier = dossier_of(who)
    assert dossier.choice is None
    assert all(work.is_joined for work in dossier.works)


def test_pages_read_what_the_dossier_says_with_thirty_queries(story: Told, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    choose_works(by=story.small.trainee, picks={works(story)["Faire"]: ""})
    who = followers_of(story.small.trainee.enrolments.order_by("-pk"))[0]
    whole, shown = dossier_of(who), dossier_of(who, is_whole=False)
    assert (shown.hours.total, shown.choice, shown.seen, shown.opinions) == (whole.hours.total, whole.choice, whole.seen, whole.opinions)
    assert [(w.title, w.text, w.files, w.is_joined) for w in shown.works] == [(w.title, w.text, w.files, w.is_joined) for w in whole.works]
    assert [(c.code, c.level, c.assessor) for b in shown.blocks for c in b.competencies] == [
        (c.code, c.level, c.assessor) for b in whole.blocks for c in b.competencies
    ]
    assert [b.validation for b in shown.blocks] == [b.validation for b in whole.blocks]
    client = signed(story.small.trainee)
    client.get("/mon-dossier/")
    with django_assert_max_num_queries(30):
        client.get("/mon-dossier/")


# --- Pages


def test_trainee_ticks_works_and_says_why(story: Told) -> None:
    client, named = signed(story.small.trainee), works(story)
    propose_work(by=story.small.trainer, trainee=story.small.trainee, practical=named["Faire"])
    page = client.get("/mon-dossier/travaux/").content.decode()
    assert "Tu n’as rien choisi" in page
    assert "Proposé par Marc" in page
    assert page.count('name="join"') == 2
    assert " checked" not in page
    assert "/mon-dossier/travaux/" in client.get("/mon-dossier/").content.decode()
    sent = {"join": [named["Faire"]], f"why_{named['Faire'].hex}": "mot-du-pourquoi"}
    page = client.post("/mon-dossier/travaux/", sent, follow=True).content.decode()
    assert "mot-du-pourquoi" in page
    assert page.count(" checked") == 1
    assert "tu as choisi d’en joindre 1 sur 2" in client.get("/mon-dossier/").content.decode()
    wrong = client.post("/mon-dossier/travaux/", {**sent, f"why_{named['Faire'].hex}": "x" * 301})
    assert (wrong.status_code, client.post("/mon-dossier/travaux/", {"join": [uuid4()]}).status_code) == (400, 400)
    assert "tous tes travaux partent" in client.post("/mon-dossier/travaux/", {}, follow=True).content.decode()
    assert "Pas encore de travail évalué" in signed(person(Role.TRAINEE)).get("/mon-dossier/travaux/").content.decode()


def test_trainer_proposes_and_takes_it_back(story: Told) -> None:
    client, named = signed(story.small.trainer), works(story)
    address = f"/dossiers/{story.small.trainee.uuid}/"
    sent = {"practical": named["Faire"], "answer": "yes"}
    page = client.post(f"{address}proposer/", sent, follow=True).content.decode()
    assert "Ne plus proposer" in page
    assert f"proposé par {story.small.trainer}" in page
    assert "Ne plus proposer" not in client.post(f"{address}proposer/", {**sent, "answer": "no"}, follow=True).content.decode()
    assert client.post(f"{address}proposer/", {"answer": "yes"}).status_code == 404
    choose_works(by=story.small.trainee, picks={named["Faire"]: ""})
    page = client.get(address).content.decode()
    assert "a choisi de joindre 1 des 2 travaux évalués" in page
    assert "ses évaluations seules partent" in page
    assert "Proposer des travaux" not in signed(story.small.coordinator).get(address).content.decode()


def test_trainee_reads_no_hours_that_nothing_records_and_staff_read_that_nothing_does(story: Told) -> None:
    own = signed(story.small.trainee).get("/mon-dossier/").content.decode()
    assert "non renseigné" not in own
    assert "Théorie : prévu" in own
    assert "prouvé par tes travaux 4 h" in own.replace("\u00a0", " ")
    assert "non renseigné" in signed(story.small.trainer).get(f"/dossiers/{story.small.trainee.uuid}/").content.decode()
