"""A coordinator plans a session and presents; a jury reads, decides, signs; a candidate reads the decision. Each through the pages."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from lms.certification.models import Candidate, Certification, CertificationSession, Decision, JuryMember
from lms.certification.services import present
from lms.people.rules import Role
from tests.cast import person, signed_in
from tests.certification.story import RULES, acquired, certified, days, sitting
from tests.exports.papers import entered_body
from tests.story import classmates

pytestmark = pytest.mark.django_db


def door(name: str, *args: object) -> str:
    return reverse(f"certification:{name}", args=args)


def test_a_coordinator_goes_from_nothing_to_a_session_with_candidates() -> None:
    world, certifier = acquired(), person(Role.CERTIFIER, "Paule")
    client = signed_in(world.coordinator)
    assert "Dites d’abord ce qui est certifié" in client.get(door("session-list")).text
    assert "Écrire la première version" in client.get(door("session-create")).text
    said = {**RULES, "framework": world.programme.framework.pk, "starts_on": "2026-01-01"}
    assert client.post(door("certification-list"), said).status_code == 302
    certification = Certification.objects.get()
    form = {"key": uuid4(), "certification": certification.uuid, **days()}
    wrong = client.post(door("session-create"), {**form, "ends_on": "2020-01-01", "postal_code": "9216"})
    assert "Un code postal a cinq chiffres" in wrong.text
    assert "Session de juin" in wrong.text, "what was typed is still there"
    assert "Le dernier jour doit suivre" in client.post(door("session-create"), {**form, "ends_on": "2020-01-01"}).text
    assert client.post(door("session-create"), form).status_code == 302
    session = CertificationSession.objects.get()
    assert "Donnez le nom" in client.post(door("member-add", session.uuid), {}).text
    client.post(door("member-add", session.uuid), {"user": certifier.uuid, "is_president": "on"})
    assert JuryMember.objects.get().user == certifier
    page = client.get(door("candidate-add", session.uuid)).text
    assert str(world.trainee) in page
    client.post(door("candidate-add", session.uuid), {})
    assert not Candidate.objects.exists()
    client.post(door("candidate-add", session.uuid), {"trainee": [world.trainee.uuid]})
    assert Candidate.objects.get().trainee == world.trainee
    entered_body(world.coordinator)
    assert client.post(reverse("exports:session-papers", args=[session.uuid]), {"act": "summon"}).status_code == 302
    assert "convocation" in signed_in(world.trainee).get("/nouvelles/").text.lower()


def test_blocks_that_lack_something_are_chosen_with_a_reason() -> None:
    story = sitting(is_presented=False)
    other = classmates(story.small, 1)[0]
    client = signed_in(story.small.coordinator)
    address = door("candidate-blocks", story.session.uuid, other.uuid)
    assert "compétences acquises" in client.get(address).text
    refused = client.post(address, {"blocks": [story.block.uuid]})
    assert "Écrivez pourquoi vous présentez quand même" in refused.text
    assert client.post(address, {"blocks": [story.block.uuid], "despite": "Le jury veut voir."}).status_code == 302
    assert "Le jury veut voir." in signed_in(story.president).get(door("candidate", story.candidate(other).uuid)).text


def test_a_jury_decides_corrects_signs_and_closes_on_its_pages() -> None:
    story = sitting()
    second = person(Role.CERTIFIER, "Denis")
    signed_in(story.small.coordinator).post(door("member-add", story.session.uuid), {"user": second.uuid})
    client = signed_in(story.president)
    assert client.get("/").headers["Location"] == door("session-list")
    candidate = story.candidate()
    address = door("decide", candidate.uuid, story.block.uuid)
    assert "Choisissez une décision" in client.post(address, {"key": uuid4()}).text
    assert "Dites en une phrase" in client.post(address, {"key": uuid4(), "outcome": "partial"}).text
    client.post(address, {"key": uuid4(), "outcome": "none", "comment": "Il manque la légende."})
    first = Decision.objects.get()
    correction = {"key": uuid4(), "corrects": first.uuid, "outcome": "total", "comment": ""}
    assert "Écrivez pourquoi la décision change" in client.post(address, correction).text
    client.post(address, {**correction, "reason": "La légende était au dos."})
    page = client.get(door("candidate", candidate.uuid)).text
    assert "La légende était au dos." in page
    assert "Il manque la légende." in page, "the decision before stays readable"
    refused = client.post(door("close", story.session.uuid))
    assert "Denis" in refused.text
    other = signed_in(second)
    assert "1 décision attend votre signature" in other.get(door("session", story.session.uuid)).text
    other.post(door("sign", story.session.uuid), {"decision": Decision.objects.get(corrects=first).uuid})
    trainee = signed_in(story.small.trainee)
    assert "Le jury dira sa décision" in trainee.get(door("own")).text
    assert client.post(door("close", story.session.uuid)).status_code == 302
    told = trainee.get(door("own")).text
    assert "validé" in told
    assert "Il manque la légende." not in told, "what was corrected is the jury's"
    assert "La légende était au dos." in told


def test_a_candidate_is_withdrawn_with_a_reason_and_their_page_leads_back() -> None:
    story = sitting()
    client, candidate = signed_in(story.small.coordinator), story.candidate()
    assert "Écrivez pourquoi" in client.post(door("candidate-withdraw", candidate.uuid), {"reason": ""}).text
    client.post(door("candidate-withdraw", candidate.uuid), {"reason": "Elle est malade."})
    assert client.get(door("candidate", candidate.uuid)).headers["Location"] == door("session", story.session.uuid)


def test_a_session_is_changed_until_it_is_closed() -> None:
    story = sitting()
    client = signed_in(story.small.coordinator)
    form = {"key": story.session.uuid, **days(name="Session de juillet")}
    assert client.post(door("session-change", story.session.uuid), form).status_code == 302
    assert "Session de juillet" in client.get(door("session-list")).text
    story.decide()
    client.post(door("close", story.session.uuid))
    assert "ne change plus" in client.post(door("session-change", story.session.uuid), form).text


def test_pages_cost_the_same_for_two_candidates_and_twelve(django_assert_max_num_queries: Any) -> None:
    story = sitting()
    people = classmates(story.small, 11)
    client = signed_in(story.president)
    with django_assert_max_num_queries(26):
        client.get(door("session", story.session.uuid))
    present(by=story.small.coordinator, session=story.session, trainees=people, blocks=[story.block], despite="Le jury veut voir.")
    with django_assert_max_num_queries(26):
        assert client.get(door("session", story.session.uuid)).text.count("ON1") >= 12
    with django_assert_max_num_queries(26):
        signed_in(story.small.coordinator).get(door("candidate-add", story.session.uuid))


def test_what_is_certified_is_listed_by_version() -> None:
    world = acquired()
    certified(world)
    certified(world, access_days=5, reason="Le jury relit moins longtemps.")
    page = signed_in(world.coordinator).get(door("certification-list")).text
    assert "version 2" in page
    assert "version 1" in page
    assert "Le jury relit moins longtemps." in page
