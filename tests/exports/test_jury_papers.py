"""Convocations and the procès-verbal: numbered once, reprinted to the byte, replaced when what they say has changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from lms import clock
from lms.certification.services import add_member, change_session
from lms.certification.services.decisions import close_session, sign_decisions
from lms.exports.models import Document
from lms.exports.services.jury_papers import issue_minutes, summon
from lms.people.models import Notice
from lms.people.rules import Role
from lms.refusal import Refused
from tests.cast import person, signed_in
from tests.certification.story import Sitting, days, sitting
from tests.exports.papers import content_of, entered_body, made, text_of
from tests.house.conftest import read

pytestmark = pytest.mark.django_db


def refused(code: str, act: Any, /, **kwargs: Any) -> None:
    with pytest.raises(Refused) as refusal:
        act(**kwargs)
    assert refusal.value.code == code


def closed() -> Sitting:
    story = sitting()
    entered_body(story.small.coordinator)
    first = story.decide(outcome="none", comment="Il manque la légende.")
    story.decide(outcome="total", corrects=first.uuid, reason="La légende était au dos.")
    close_session(by=story.president, session=story.session)
    return story


def test_a_convocation_says_where_and_when_and_what_to_bring() -> None:
    story = sitting()
    refused("body_missing", summon, by=story.small.coordinator, session=story.session)
    assert not Notice.objects.filter(text__contains="convocation").exists(), "all or nothing"
    entered_body(story.small.coordinator)
    assert summon(by=story.small.coordinator, session=story.session) == 1
    assert summon(by=story.small.coordinator, session=story.session) == 0
    paper = made(Document.objects.get())
    said = text_of(content_of(paper))
    for words in (
        "Convocation",
        str(story.small.trainee),
        "12 rue des Forges",
        "de 9 h à 17 h",
        "ON1 Premier bloc",
        "une pièce",
        paper.title_number,
    ):
        assert words in said, words
    assert Document.objects.visible_to(story.small.trainee).get() == paper
    assert not Document.objects.visible_to(story.president).exists()


def test_a_session_that_moves_replaces_its_convocations() -> None:
    story = sitting()
    entered_body(story.small.coordinator)
    summon(by=story.small.coordinator, session=story.session)
    change_session(by=story.small.coordinator, session=story.session, **days(ends_on=clock.today() + timedelta(days=2)))
    assert summon(by=story.small.coordinator, session=story.session) == 0
    first, second = Document.objects.order_by("pk")
    assert (second.replaces, second.number) == (first, 2)


def test_minutes_tell_the_decisions_that_count_and_who_signed() -> None:
    story = closed()
    paper = made(issue_minutes(by=story.president, session=story.session))
    said = text_of(content_of(paper))
    for words in (
        "Procès-verbal de jury",
        "IFOCOP",
        "Paule",
        "validé",
        "La légende était au dos.",
        str(story.small.trainee),
        "sur le site",
    ):
        assert words in said, words
    assert "Il manque la légende." not in said
    assert issue_minutes(by=story.small.coordinator, session=story.session) == paper
    assert content_of(made(paper)) == content_of(paper)


def test_a_correction_makes_other_minutes_that_replace_the_first() -> None:
    story = closed()
    first = issue_minutes(by=story.president, session=story.session)
    latest = story.presented().decisions.last()
    story.decide(outcome="absent", corrects=latest.uuid, reason="Une autre personne.")
    second = issue_minutes(by=story.president, session=story.session)
    assert second.replaces == first
    assert Document.objects.filter(kind="PV").count() == 2


def test_minutes_wait_for_the_signatures_of_a_correction_then_say_who_did_not_sign() -> None:
    story, second = sitting(), person(Role.CERTIFIER, "Denis")
    entered_body(story.small.coordinator)
    add_member(by=story.small.coordinator, session=story.session, user=second)
    first = story.decide()
    sign_decisions(by=second, session=story.session)
    close_session(by=story.president, session=story.session)
    story.decide(outcome="absent", corrects=first.uuid, reason="Une autre personne.")
    refused("unsigned", issue_minutes, by=story.president, session=story.session)
    with clock.at(clock.now() + timedelta(days=40)):
        paper = made(issue_minutes(by=story.small.coordinator, session=story.session))
    assert f"{second} : pas signé" in text_of(content_of(paper))
    sign_decisions(by=second, session=story.session)
    assert issue_minutes(by=story.president, session=story.session).replaces == paper


def test_minutes_wait_for_the_closing_and_belong_to_the_session() -> None:
    story = sitting()
    entered_body(story.small.coordinator)
    refused("session_open", issue_minutes, by=story.president, session=story.session)
    story.decide()
    close_session(by=story.president, session=story.session)
    refused("session_open", issue_minutes, by=person(Role.CERTIFIER), session=story.session)
    refused("document_unknown", issue_minutes, by=story.small.trainer, session=story.session)
    paper = issue_minutes(by=story.president, session=story.session)
    for who, is_there in ((story.president, True), (story.small.coordinator, True), (person(Role.CERTIFIER), False),
                          (story.small.trainer, False), (story.small.trainee, False)):  # fmt: skip
        assert Document.objects.visible_to(who).filter(pk=paper.pk).exists() is is_there, who


def test_pages_lead_from_the_session_to_its_papers() -> None:
    story = closed()
    client, address = signed_in(story.president), reverse("exports:session-papers", args=[story.session.uuid])
    assert "Aucun papier" in client.get(address).text
    answer = client.post(address, {"act": "minutes"}, follow=True)
    assert "Procès-verbal de jury PV-" in answer.text
    assert client.post(address, {"act": "summon"}).status_code == 403
    assert client.post(address, {"act": "x"}).status_code == 404
    paper = made(Document.objects.get())
    assert read(client.get(reverse("exports:document-file", args=[paper.uuid]))) == content_of(paper)
    assert paper.title_number in client.get(address).text
