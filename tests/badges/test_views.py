"""The doors of badges: what their holder, the team and anyone is shown."""

import json
from typing import Any
from uuid import uuid4

import jwt
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competencies.services import validate_block
from lms import clock
from lms.badges.formats.verifying import find_out
from lms.badges.models import Badge, PriorBadge, SigningKey
from lms.badges.rules import Verdict
from lms.badges.selectors import achievement_of
from lms.badges.services import add_prior, issue_badge, issue_badges, revoke_badge, rotate_key, share_badge
from lms.people.rules import Role
from tests.badges.story import badge_of_elsewhere, given, signed_elsewhere
from tests.cast import person, small
from tests.house.conftest import signed
from tests.story import classmates

pytestmark = pytest.mark.django_db
PUBLIC = ("did", "jwks", "issuer", "status-list", "verify")


def verified(content: bytes, **fields: Any) -> str:
    cache.clear()
    answer = Client().post(reverse("badges:verify"), {"file": SimpleUploadedFile("badge.png", content), **fields})
    return answer.content.decode()


def test_a_holder_takes_each_form_and_anyone_finds_it_sound() -> None:
    story = given()
    client = signed(story.small.trainee)
    for form in ("jwt", "json", "png", "svg"):
        answer = client.get(reverse("badges:badge-file", args=[story.badge.uuid, form]))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "Ce badge est bon" in verified(answer.content)
    assert client.get(reverse("badges:badge-file", args=[story.badge.uuid, "exe"])).status_code == 404


def test_the_page_says_each_verdict_in_plain_words() -> None:
    story = given()
    token = story.badge.token
    assert "Ce fichier a été changé" in verified(f"{token[:-5]}AAAAA".encode())
    assert "Ce badge vient d&#x27;ailleurs" in verified(signed_elsewhere().encode())
    assert "Ce n&#x27;est pas un badge" in verified(b"bonjour")
    revoke_badge(by=story.small.trainer, badge=story.badge.uuid, reason="mot-prive")
    revoked = verified(token.encode())
    assert "Ce badge a été annulé" in revoked
    assert "mot-prive" not in revoked


def test_the_page_says_whether_a_name_is_the_holders() -> None:
    story = given()
    assert "C’est bien celui du badge" in verified(story.badge.token.encode(), name=str(story.small.trainee))
    assert "Ce n’est pas celui du badge" in verified(story.badge.token.encode(), name="Yanis Petit")
    assert "Le nom" not in verified(story.badge.token.encode())


def test_a_file_too_large_or_absent_or_one_too_many_is_told(settings: Any) -> None:
    cache.clear()
    big = Client().post(reverse("badges:verify"), {"file": SimpleUploadedFile("a.png", b"x" * (2 * 1024**2 + 1))})
    assert big.status_code == 400
    assert "2 Mo" in big.content.decode()
    assert Client().post(reverse("badges:verify"), {}).status_code == 400
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "verify_badge": "2/m/ip"}
    client = Client()
    codes = [client.post(reverse("badges:verify"), {"file": SimpleUploadedFile("a", b"x")}).status_code for _time in range(3)]
    cache.clear()
    assert codes == [200, 200, 400]


def test_nothing_public_names_a_person() -> None:
    """P15: the whole of what anyone can open, before and after the holder shares without a name."""
    story = given()
    trainee, trainer = story.small.trainee, story.small.trainer
    token = share_badge(by=trainee, badge=story.badge.uuid, shows_name=False).share_token
    rotate_key()
    revoke_badge(by=trainer, badge=story.badge.uuid, reason="mot-prive")
    addresses = [
        *(reverse(f"badges:{name}") for name in PUBLIC), reverse("badges:shared", args=[token]),
        *(reverse(f"badges:{name}", args=[uuid]) for name in ("achievement", "achievement-picture") for uuid in (story.what.uuid,)),
    ]  # fmt: skip
    told = "".join(Client().get(address).content.decode() for address in addresses)
    told += verified(story.badge.token.encode())
    words = (
        trainee.first_name,
        trainee.last_name,
        trainee.username,
        trainer.first_name,
        trainer.last_name,
        "mot-prive",
        "Voici mon travail",
    )
    assert [word for word in (*words, str(trainee.uuid), str(story.badge.uuid)) if word in told] == []


def test_the_shared_page_shows_the_name_only_when_its_holder_says_so() -> None:
    story = given()
    trainee = story.small.trainee
    client = signed(trainee)
    client.post(reverse("badges:badge-share", args=[story.badge.uuid]), {"shows_name": "on"})
    address = reverse("badges:shared", args=[Badge.objects.get().share_token])
    assert str(trainee) in Client().get(address).content.decode()
    client.post(reverse("badges:badge-share", args=[story.badge.uuid]), {})
    assert str(trainee) not in Client().get(address).content.decode()
    client.post(reverse("badges:badge-unshare", args=[story.badge.uuid]))
    assert Client().get(address).status_code == 404
    assert Client().get(reverse("badges:shared", args=["None"])).status_code == 404


def test_programs_find_the_issuer_its_keys_and_what_was_revoked() -> None:
    story = given()
    rotate_key()
    did = Client().get(reverse("badges:did")).json()
    assert did["id"] == json.loads(story.badge.document)["issuer"]["id"] == "did:web:127.0.0.1%3A8000"
    assert jwt.get_unverified_header(story.badge.token)["kid"] in did["assertionMethod"]
    assert json.loads(story.badge.document)["proof"]["verificationMethod"] in did["assertionMethod"]
    assert len(Client().get(reverse("badges:jwks")).json()["keys"]) == 2
    achievement = Client().get(reverse("badges:achievement", args=[story.what.uuid])).json()
    assert achievement["id"] == json.loads(story.badge.document)["credentialSubject"]["achievement"]["id"]
    assert Client().get(reverse("badges:achievement", args=[uuid4()])).status_code == 404
    answer = Client().get(reverse("badges:status-list"))
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert jwt.get_unverified_header(answer.content.decode())["kid"].endswith(SigningKey.objects.get(active_until=None).kid)


def test_a_site_that_never_signed_has_no_list_and_no_key() -> None:
    assert Client().get(reverse("badges:status-list")).status_code == 404
    assert Client().get(reverse("badges:did")).json()["verificationMethod"] == []


def test_the_team_gives_to_a_cohort_then_to_one_then_revokes() -> None:
    story = given()
    world = story.small
    client = signed(world.trainer)
    page = client.get(reverse("badges:staff-list")).content.decode()
    assert "ON1.2" in page
    second = world.competencies[1]
    form = {"achievement": second.uuid, "to": [world.trainee.uuid, uuid4()]}
    assert client.post(reverse("badges:cohort-issue", args=[world.cohort.uuid]), form).status_code == 302
    assert Badge.objects.filter(trainee=world.trainee).count() == 2
    asked = reverse("badges:badge-issue", args=[world.trainee.uuid])
    for wrong in ({"achievement": uuid4()}, {"achievement": "x"}, {"achievement": second.uuid, "until": "demain"}):
        assert client.post(asked, wrong).status_code == 400
    validate_block(by=world.trainer, trainee=world.trainee, block=second.block, assessment="Vu en atelier.")
    assert client.post(asked, {"achievement": second.block.uuid, "until": "2099-12-31"}).status_code == 302
    assert Badge.objects.get(block=second.block).expires_at
    revoke = reverse("badges:badge-revoke", args=[story.badge.uuid])
    assert client.post(revoke, {"reason": ""}).status_code == 400
    assert client.post(revoke, {"reason": "Donné trop vite."}).status_code == 302
    assert "Donné trop vite." in client.get(reverse("badges:trainee-badges", args=[world.trainee.uuid])).content.decode()
    assert "Donné trop vite." in client.get(revoke).content.decode()
    assert "Donné trop vite." in signed(world.trainee).get(reverse("badges:badge-detail", args=[story.badge.uuid])).content.decode()


def test_an_expired_badge_is_said_so_to_its_holder() -> None:
    story = given()
    moment = clock.now()
    Badge.objects.update(issued_at=moment.replace(year=2020), expires_at=moment.replace(year=2021))
    page = signed(story.small.trainee).get(reverse("badges:badge-detail", args=[story.badge.uuid])).content.decode()
    assert "Sa date de fin est passée" in page
    assert "plus valable" in signed(story.small.trainee).get(reverse("badges:badge-list")).content.decode()


def test_a_badge_of_elsewhere_goes_from_the_trainee_to_a_decision() -> None:
    world = small()
    mine, team = signed(world.trainee), signed(world.trainer)
    door = reverse("badges:prior-create", args=[world.trainee.uuid])
    assert mine.post(door, {"file": SimpleUploadedFile("a.jwt", b"rien")}).status_code == 400
    assert mine.post(door, {"file": badge_of_elsewhere()}).status_code == 302
    prior = PriorBadge.objects.get()
    assert "Sous-titrer" in team.get(reverse("badges:staff-list")).content.decode()
    file = mine.get(reverse("badges:prior-file", args=[prior.uuid]))
    assert find_out(file.getvalue(), at=clock.now()).verdict is Verdict.FOREIGN
    decide = reverse("badges:prior-decide", args=[prior.uuid])
    assert team.post(decide, {"decision": "accepted"}).status_code == 400
    known = world.competencies[0].uuid
    assert "Choisissez le niveau" in team.post(decide, {"decision": "accepted", "reason": "Vu.", "competency": known}).content.decode()
    assert team.post(decide, {"decision": "accepted", "reason": "Même travail."}).status_code == 302
    assert team.get(decide).status_code == 404
    assert "Même travail." in mine.get(door).content.decode()


def test_a_trainer_without_a_cohort_sees_an_empty_page() -> None:
    assert "Pas encore de promotion" in signed(person(Role.TRAINER)).get(reverse("badges:staff-list")).content.decode()


def test_lists_cost_the_same_for_two_badges_and_for_more() -> None:
    story = given()
    mates = classmates(story.small, 4)
    doors = [(story.small.trainer, reverse("badges:staff-list")), (story.small.trainee, reverse("badges:badge-list"))]

    def costs() -> list[int]:
        found = []
        for who, door in doors:
            client = signed(who)
            client.get(door)
            with CaptureQueriesContext(connection) as queries:
                client.get(door)
            found.append(len(queries))
        return found

    before = costs()
    issue_badges(by=story.small.trainer, trainees=mates, what=story.what)
    other = achievement_of(story.small.competencies[1].uuid)
    assert other
    issue_badge(by=story.small.trainer, trainee=story.small.trainee, what=other)
    add_prior(by=story.small.trainee, trainee=story.small.trainee, upload=badge_of_elsewhere())
    assert costs() == before
