"""Statements looked through by staff: found, said in French, read exactly, voided with a reason."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competencies.models import Standing
from curriculum.services import ask_help
from lms import clock
from lms.home.selectors.traces import trace_read_by
from lms.home.services.traces import void_statement
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.records.models import HOME, Statement, Voiding
from lms.records.rules.statement import parse
from lms.records.services import record
from lms.records.services.storing import store_statements
from lms.records.statements import agent, authority_digest, build, site_authority
from lms.records.vocabulary import COMPLETED, EXPERIENCED, SUBMITTED, TYPE_LESSON, VOIDED
from lms.refusal import Refused
from tests.cast import Small, person, small
from tests.faults import sweep
from tests.story import hand_in, judge, read_lesson, told

pytestmark = pytest.mark.django_db
DOOR = "/acces-traces/traces/"


def signed(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").replace("&quot;", '"').split())


def seen(client: Client, query: str = "") -> str:
    return text_of(client.get(f"{DOOR}{query}").content.decode())


def page_of(identifier: object) -> str:
    return reverse("home:statement-detail", args=[identifier])


def open_lessons(world: Small, number: int) -> None:
    """That many statements « a ouvert »."""
    lesson = {"objectType": "Activity", "id": "https://exemple.org/lecon", "definition": {"type": TYPE_LESSON, "name": {"fr": "Le calque"}}}
    with transaction.atomic():
        record(*(build(actor=agent(world.trainee.uuid), verb=EXPERIENCED, object_=lesson, at=clock.now()) for _n in range(number)))


def from_a_program(**statement: Any) -> None:
    parsed = parse(json.dumps([statement]).encode(), "1.0.3")
    store_statements(parsed, store=HOME, authority=authority_digest(site_authority()), version="1.0.3", may_define=True)


def test_a_statement_is_one_french_sentence_with_its_exact_text() -> None:
    world = small()
    submission = hand_in(world.practical, world.trainee)
    html = signed(world.coordinator).get(DOOR).content.decode()
    assert re.search(rf"{world.trainee} a rendu « {world.practical.title} » le \d+ \w+ à \d\d:\d\d", text_of(html))
    assert page_of(submission.statement_id) in html
    exact = text_of(re.search(r"<textarea readonly[^>]*>(.*?)</textarea>", html, re.DOTALL)[1])
    statement = json.loads(exact)
    assert statement["stored"]
    assert statement["authority"]["account"]["name"] == "tremplin"


def test_filters_by_person_verb_day_and_run() -> None:
    world, other = small(), small()
    read_lesson(world, world.trainee)
    read_lesson(other, other.trainee)
    submission = hand_in(world.practical, world.trainee)
    client = signed(world.coordinator)
    name = f"{world.trainee.last_name} {world.trainee.first_name}".upper()
    assert str(other.trainee) in seen(client)
    assert str(other.trainee) not in seen(client, f"?q={name}")
    assert str(world.trainee) in seen(client, f"?q={name}")
    assert "Aucune trace ne correspond" in seen(client, "?q=personne-de-ce-nom")
    sentences = re.findall(r"« [^»]+ »", seen(client, f"?verbe={SUBMITTED.iri}"))
    assert sentences == [f"« {world.practical.title} »"]
    assert f"{world.trainee} a rendu" in seen(client, f"?passage={submission.run.uuid}")
    assert str(other.trainee) not in seen(client, f"?passage={submission.run.uuid}")
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)
    assert "a rendu" in seen(client, f"?du={today}&au={today}")
    assert "Aucune trace ne correspond" in seen(client, f"?du={tomorrow}")
    assert "Aucune trace ne correspond" in seen(client, f"?au={today - timedelta(days=1)}")
    far = ("?au=9999-12-31", "?du=0001-01-01", "?avant=0001-01-01T00:00:00%2B14:00", "?avant=9999-12-31T23:59:59-14:00")
    for wrong in ("?passage=rien", "?du=hier", "?avant=demain", "?verbe=https://ailleurs.org/x", *far):
        assert client.get(f"{DOOR}{wrong}").status_code == 200


def test_a_name_of_too_many_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = small()
    monkeypatch.setattr("lms.home.views.traces.MOST_PEOPLE", 1)
    assert "Écrivez le prénom et le nom en entier." in seen(signed(world.coordinator), "?q=Durand")


def test_pages_go_back_through_everything_once() -> None:
    world = small()
    open_lessons(world, 120)
    client, read, address = signed(world.coordinator), [], f"{DOOR}?verbe={EXPERIENCED.iri}"
    for _page in range(4):
        html = client.get(address).content.decode()
        read += re.findall(r'href="/acces-traces/traces/([0-9a-f-]{36})/"', html)
        onward = re.search(r'rel="next" href="([^"]+)"', html)
        if not onward:
            break
        address = DOOR + onward[1].replace("&amp;", "&")
    expected = [str(pk) for pk in Statement.objects.order_by("-stored").values_list("pk", flat=True)[:120]]
    assert read == expected


def test_figures_count_the_period_and_link_to_their_rows() -> None:
    world = small()
    open_lessons(world, 3)
    read_lesson(world, world.trainee)
    client = signed(world.coordinator)
    html = client.get(f"{DOOR}?q={world.trainee.last_name}").content.decode()
    text = text_of(html)
    total = sum(statement["actor"]["account"]["name"] == str(world.trainee.uuid) for statement in told())
    assert f"{total} traces reçues du " in text
    assert f"{EXPERIENCED.fr} 4" in text
    assert f"{COMPLETED.fr} " in text
    assert f"?q={world.trainee.last_name}&amp;du={clock.today()}&amp;au={clock.today()}" in html
    with clock.at(clock.now() + timedelta(days=100)):
        assert "Aucune trace reçue du" in seen(client), "beyond 90 days, only a filter counts"
        assert f"{total} traces reçues" in seen(client, f"?q={world.trainee.last_name}&du={clock.today() - timedelta(days=120)}")


def test_queries_do_not_grow() -> None:
    world = small()
    client = signed(world.coordinator)
    client.get(DOOR)  # who vouches for statements is asked once a process
    counts = []
    for number in (2, 48):
        open_lessons(world, number)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{DOOR}?verbe={EXPERIENCED.iri}")
        counts.append(len(queries))
    assert counts[0] == counts[1], counts


def test_a_program_s_statement_is_said_with_its_own_words() -> None:
    coordinator = person(Role.COORDINATOR)
    activity = {"id": "https://exemple.org/quiz", "definition": {"name": {"en": "Layers", "fr-FR": "Les <calques>"}}}
    verb = {"id": "http://adlnet.gov/expapi/verbs/interacted", "display": {"en": "interacted with"}}
    mailbox = {"mbox": "mailto:a@exemple.org"}
    far = "9999-12-31T23:59:59Z"
    from_a_program(actor={**mailbox, "name": "Ana"}, verb=verb, object=activity, timestamp="2026-03-03T13:05:00Z")
    from_a_program(actor=mailbox, verb={"id": "https://exemple.org/verbs/saw"}, object={"id": "https://exemple.org/quiz"}, timestamp=far)
    from_a_program(
        actor={"account": {"homePage": "https://ailleurs.org", "name": "x7"}}, verb=verb, object={"objectType": "Agent", **mailbox}
    )
    from_a_program(actor=agent(uuid4()), verb=verb, object={"objectType": "StatementRef", "id": str(uuid4())})
    sub = {"objectType": "SubStatement", "actor": mailbox, "verb": verb, "object": activity}
    from_a_program(actor={"objectType": "Group", "member": [mailbox]}, verb=verb, object=sub)
    html = signed(coordinator).get(DOOR).content.decode()
    text = text_of(html)
    assert "Ana interacted with « Les &lt;calques&gt; » le 3 mars" in text
    assert "a@exemple.org saw « Les &lt;calques&gt; » le" in text
    assert "x7 interacted with a@exemple.org le" in text
    assert "Une personne sans compte ici interacted with une trace le" in text
    assert "Une personne d'ailleurs interacted with une action à venir le" in text
    assert "<calques>" not in html
    assert "un autre verbe 5" in text


def test_voiding_says_who_and_why_tells_the_trainee_and_leaves_levels() -> None:
    world = small()
    submission = hand_in(world.practical, world.trainee)
    judge(submission, world.trainer, 3)
    levels = list(Standing.objects.values())
    client = signed(world.coordinator)
    page = page_of(submission.statement_id)
    assert "Aucun niveau ne change" in text_of(client.get(page).content.decode())
    assert client.post(page, {"reason": " Saisi deux fois. "}).url == page
    voiding = told()[-1]
    assert voiding["verb"]["id"] == VOIDED.iri
    assert voiding["actor"]["account"]["name"] == str(world.coordinator.uuid)
    assert voiding["object"]["id"] == str(submission.statement_id)
    assert list(voiding["context"]["extensions"].values()) == ["Saisi deux fois."]
    assert str(Voiding.objects.get().by) == voiding["id"]
    assert list(Standing.objects.values()) == levels
    notice = Notice.objects.filter(recipient=world.trainee).latest("pk")
    assert notice.text.replace("\u00a0", " ") == (
        f"{world.coordinator} a annulé une trace sur « {world.practical.title} ». Tes niveaux ne changent pas. Motif : Saisi deux fois."
    )
    assert signed(world.trainee).get(notice.path).status_code == 200
    for door in (DOOR, page):
        text = text_of(client.get(door).content.decode())
        assert f"Annulée par {world.coordinator} le" in text
        assert "Motif : Saisi deux fois." in text
    assert "Pourquoi annuler" not in text_of(client.get(page).content.decode())
    about = f"{world.coordinator} a annulé la trace « a rendu » sur « {world.practical.title} » le"
    assert about in seen(client)
    html = client.get(page_of(voiding["id"])).content.decode()
    assert "Cette trace en annule une autre" in html
    assert page in html


def test_what_may_not_be_voided_is_refused_in_words() -> None:
    world = small()
    submission = hand_in(world.practical, world.trainee)
    client, page = signed(world.coordinator), page_of(submission.statement_id)
    for reason in ("", "   ", "x" * 301):
        assert client.post(page, {"reason": reason}).status_code == 200
    assert not Voiding.objects.exists()
    client.post(page, {"reason": "Une fois."})
    kept, notices = Statement.objects.count(), Notice.objects.count()
    again = client.post(page, {"reason": "Deux fois."})
    assert again.status_code == 400
    assert "Cette trace est déjà annulée." in text_of(again.content.decode())
    voiding = client.post(page_of(told()[-1]["id"]), {"reason": "Je regrette."})
    assert voiding.status_code == 400
    assert "Cette trace en annule une autre : elle reste." in text_of(voiding.content.decode())
    assert (Statement.objects.count(), Notice.objects.count()) == (kept, notices)
    assert client.post(page_of(uuid4()), {"reason": "x"}).status_code == 404


def test_the_service_says_no_by_itself() -> None:
    world = small()
    identifier: UUID = hand_in(world.practical, world.trainee).statement_id
    trace = trace_read_by(world.coordinator, identifier)
    assert trace
    for by, reason, code in ((world.trainer, "x", "role_not_allowed"), (world.coordinator, " ", "reason_missing")):
        with pytest.raises(Refused) as refusal:
            void_statement(by=by, trace=trace, reason=reason)
        assert refusal.value.code == code
    void_statement(by=world.coordinator, trace=trace, reason="Une fois.")
    with pytest.raises(Refused) as refusal:  # read before the other voided it
        void_statement(by=person(Role.COORDINATOR), trace=trace, reason="En même temps.")
    assert refusal.value.code == "already_voided"
    assert Notice.objects.filter(recipient=world.trainee, path=reverse("home:profile")).count() == 1


def test_a_long_reason_fits_its_notice() -> None:
    world = small()
    trace = trace_read_by(world.coordinator, hand_in(world.practical, world.trainee).statement_id)
    assert trace
    void_statement(by=world.coordinator, trace=trace, reason="m" * 300)
    text = Notice.objects.filter(recipient=world.trainee).latest("pk").text
    assert len(text) == 200
    assert text.endswith("…")


def test_a_correction_of_ours_is_said_in_words() -> None:
    world = small()
    submission = hand_in(world.practical, world.trainee)
    first = judge(submission, world.trainer, 3)
    judge(submission, world.trainer, 2, corrects=first, reason="Vu de plus près.")
    assert "Motif : évaluation corrigée" in seen(signed(world.coordinator))


def test_the_administrator_reads_of_no_trainee() -> None:
    """As everywhere: whose record one may not read is not named, and their statement is not there."""
    world = small()
    submission = hand_in(world.practical, world.trainee)
    ask_help(by=world.trainee, module=world.module, step=None, message="x")
    client = signed(person(Role.ADMINISTRATOR))
    html = client.get(DOOR).content.decode()
    assert f"Une personne a rendu « {world.practical.title} »" in text_of(html)
    for word in (str(world.trainee), str(world.trainee.uuid), str(submission.statement_id)):
        assert word not in html
    assert client.get(page_of(submission.statement_id)).status_code == 404
    assert "Aucune trace ne correspond" in seen(client, f"?q={world.trainee.last_name}")
    trace = trace_read_by(world.coordinator, submission.statement_id)
    assert trace
    void_statement(by=world.coordinator, trace=trace, reason="mot-du-motif")
    html = client.get(DOOR).content.decode()
    assert "Annulée par une personne" in text_of(html)
    assert "mot-du-motif" not in html
    assert client.get(page_of(told()[-1]["id"])).status_code == 404, "what voids it is of the same record"


def test_the_administrator_voids_what_a_program_sent() -> None:
    administrator = person(Role.ADMINISTRATOR)
    identifier = uuid4()
    verb = {"id": "http://adlnet.gov/expapi/verbs/passed"}
    from_a_program(id=str(identifier), actor={"mbox": "mailto:a@exemple.org"}, verb=verb, object={"id": "https://exemple.org/quiz"})
    client = signed(administrator)
    assert client.post(page_of(identifier), {"reason": "Essai."}).status_code == 302
    assert Voiding.objects.filter(target=identifier).exists()
    assert not Notice.objects.exists()


def test_empty_store_is_said() -> None:
    assert "Pas encore de trace" in seen(signed(person(Role.COORDINATOR)))


def test_whatever_fails_in_a_voiding_nothing_of_it_is_kept() -> None:
    """F02: each SQL statement fails in its turn."""
    world = small()
    trace = trace_read_by(world.coordinator, hand_in(world.practical, world.trainee).statement_id)
    assert trace
    assert sweep(lambda: void_statement(by=world.coordinator, trace=trace, reason="Saisi deux fois.")) > 5
    assert Voiding.objects.count() == 1
