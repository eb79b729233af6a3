"""S03: no form takes a field that it does not name, whoever sends it; nobody makes an account above their own."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from lms.people.models import User
from lms.people.rules import Role
from tests.cast import PASSWORD, person
from tests.house.access import PEOPLE, TABLE
from tests.house.access_forms import sent
from tests.house.conftest import Knocker, read, signed

pytestmark = pytest.mark.django_db

UUID_SHAPE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OURS = ("people", "records", "curriculum", "competencies", "assessments", "badges", "certification", "exports", "jobs", "files", "auth")
# Drawn at random or made of what is: never the same twice.
DRAWN = frozenset(
    {
        "digest",
        "password",
        "content",
        "text",
        "object_id",
        "actor",
        "authority_text",
        "lease_until",
        "sha256",
        "secret",
        "secret_before",
        "boot",
        "ticks",
        "seed",
        "document",
        "token",
        "status_index",
        "share_token",
        "sealed",
        "sealed_number",
        "pseudonym_key",
    }
)
# Optional fields that a form has of its own, besides those `sent` fills in.
RULE_FIELDS = {
    "scope", "n", "m", "weight", "points", "threshold", "occasions", "kinds", "assessors", "days", "valid_days", "name", "reason",
}  # fmt: skip
VERSION_FIELDS = {"version", "follows", "mapping", "reason"}
PROFILE_FIELDS = {"contenu", "cohorts", "only_active", "since", "days", "hides_people", "destinations"}
OWN_FIELDS = {
    "certification:member-add": {"user", "quality", "is_president"},
    "people:notice-list": {"path"}, "people:token-create": {"may_write"}, "api:evidence-opinion": {"level"}, "curriculum:help-ask": {"step"}, "exports:export-list": {"trainee"}, "exports:document-list": {"trainee", "code", "key"},
    "assessments:draft-files": {"text", "rev", "finished"}, "assessments:draft-file-remove": {"text", "rev", "uploads", "finished"}, "assessments:draft-take-back": {"text", "rev"}, "assessments:work-submit": {"uploads", "finished"},
    "people:person-create": {"site"}, "home:cohort-enrol": {"site"}, "home:cohort-join": {"site"}, "home:site-create": {"has_sound_studio"},
    "badges:verify": {"name"}, "badges:prior-decide": {"competency", "level"}, "assessments:quiz-start": {"code"}, "assessments:quiz-redo": {"question"}, "assessments:answer-judge": {"comment"},
    "assessments:judgement-save": {"corrects", "reason", "asks_revision", "key", "photo", "remove_photo", "voice", "remove_voice"},
    "assessments:judgement-release": {"corrects", "reason", "asks_revision", "key", "photo", "remove_photo", "voice", "remove_voice"},
    "assessments:agreement-propose": {"asks_revision"}, "assessments:picture-marks": {"act", "place", "new_text", "corrects"},
    "assessments:phrase-list": {"criterion", "is_shared"}, "assessments:phrase-detail": {"is_shared"},
    "assessments:observe": {"comment", "photo", "voice", "reason"},
    "assessments:observation-correct": {"comment", "photo", "voice", "practical", "rubric", "version", "seconds_ago"},
    "certification:accrochage-file": {"left_out"}, "home:opinion-note": {"level"}, "home:opinion-ask": {"about"}, "home:opinion-give": {"comment_1"}, "home:request-decide": {"level"}, "home:review-ask": {"upload"},
    "home:rule-try": RULE_FIELDS, "home:rule-apply": RULE_FIELDS,
    "home:version-try": VERSION_FIELDS, "home:version-publish": VERSION_FIELDS, "home:version-carry": {"reason"},
    "exports:profile-create": PROFILE_FIELDS, "exports:profile-edit": PROFILE_FIELDS, "exports:destination-list": {"folder", "private_key"},
    "exports:destination-confirmer": {"host_key"}, "api:export-list": {"kind", "format", "cohort", "trainee", "profile"},
    "home:cohort-cards": {"person"}, "home:subscriber-list": {"user", "secret", "verb", "activity"}, "home:people-import": {"seen"},
}  # fmt: skip


def tables() -> list[type[models.Model]]:
    return [model for label in OURS for model in apps.get_app_config(label).get_models()]


def attack(told: Knocker) -> dict[str, str]:
    """Every field name of every model of ours, each with a value that would show: someone else's key, another role, an old day."""
    other = told.told.people["other_trainer"]
    found = {
        "score": "20", "grade": "20", "status": "acquired", "progress": "100", "role": "administrator", "owner": str(other.pk), "by": str(other.pk),
        "attempts_left": "99", "deadline": "2001-02-03", "pk": str(other.pk), "trainee": str(told.told.people["other_trainee"].uuid),
    }  # fmt: skip
    for model in tables():
        for field in model._meta.get_fields():
            if isinstance(field, models.Field):
                found.setdefault(field.name, shown_value(field, other))
                found.setdefault(field.attname, shown_value(field, other))
    return found


def shown_value(field: models.Field[Any, Any], other: User) -> str:
    if field.related_model:
        target: Any = field.related_model
        return str(other.pk if target is User else target._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 1)
    kinds = {
        models.BooleanField: "on", models.IntegerField: "4", models.DateTimeField: "2001-02-03T00:00:00Z", models.DateField: "2001-02-03",
        models.UUIDField: str(other.uuid),
    }  # fmt: skip
    return next((value for kind, value in kinds.items() if isinstance(field, kind)), "attaque")


def rows(known: dict[Any, set[Any]], since: datetime) -> set[str]:
    """Every row of ours, with what is new named « new »: two runs from one state that did the same give the same."""

    def word(model: type[models.Model], field: models.Field[Any, Any], value: Any) -> str:
        target = model if field.primary_key else field.related_model
        if field.name in DRAWN or (field.name == "key" and not isinstance(value, UUID)):
            return "drawn"
        if target is not None and value is not None and value not in known[target]:
            return "new"
        if isinstance(value, datetime) and value >= since:
            return "now"
        if isinstance(value, UUID) and value not in known["uuid"]:
            return "new"
        return UUID_SHAPE.sub("…", str(value)) if field.name == "path" else str(value)

    return {
        f"{model.__name__} " + " ".join(f"{field.name}={word(model, field, value)}" for field, value in zip(fields, row, strict=True))
        for model in tables()
        for fields in [model._meta.concrete_fields]
        for row in model._default_manager.values_list(*[field.attname for field in fields])
    }


def known_now() -> dict[Any, set[Any]]:
    known: dict[Any, set[Any]] = {model: set(model._default_manager.values_list("pk", flat=True)) for model in apps.get_models()}
    known["uuid"] = {
        value
        for model in tables()
        for field in model._meta.concrete_fields
        if isinstance(field, models.UUIDField)
        for value in model._default_manager.values_list(field.attname, flat=True)
    }
    return known


@pytest.mark.parametrize("who", ["trainee", "trainer", "coordinator", "administrator"])
def test_no_form_takes_a_field_it_does_not_name(knocker: Knocker, who: str) -> None:
    """S03: each form sent as it should, then with every field name of every model besides: the database ends up the same."""
    known, since, added, wrong = known_now(), timezone.now(), attack(knocker), []
    place = PEOPLE.index(who)
    for name, row in TABLE.items():
        if row.post.split()[place] != "O":
            continue
        ends = []
        for extra in ({}, added):
            form = sent(knocker.told).get(name, {})
            own = form.keys() | OWN_FIELDS.get(name, set())
            with transaction.atomic():
                answer = knocker.client(who).post(knocker.told.address(name), {**{k: v for k, v in extra.items() if k not in own}, **form})
                read(answer)  # a file is closed
                ends.append((answer.status_code, rows(known, since)))
                transaction.set_rollback(True)
        if ends[0] != ends[1]:
            wrong.append(f"{name}: {ends[0][0]} {ends[1][0]} {sorted(ends[0][1] ^ ends[1][1])}")
    assert not wrong, "\n".join(wrong)


def test_forms_name_their_fields() -> None:
    """No form nor serializer of ours takes « all the fields », or all but some."""
    found = []
    for package in ("lms", "curriculum", "assessments", "competencies", "content"):
        for path in (settings.BASE_DIR / package).rglob("*.py"):
            text = path.read_text()
            if '"__all__"' in text or ("exclude = " in text and path.name in ("forms.py", "rest.py")):
                found.append(str(path))
    assert not found


def test_nobody_makes_an_account_above_their_own() -> None:
    author, boss = person(Role.COORDINATOR), person(Role.ADMINISTRATOR)
    before = set(User.objects.all())
    form = {"first_name": "Ana", "last_name": "Roux", "role": "administrator", "is_superuser": "on"}
    answer = signed(author).post(reverse("people:person-create"), form)
    assert answer.status_code == 200
    assert set(User.objects.all()) == before
    for door in ("people:password-reset", "people:person-pause"):
        assert signed(author).post(reverse(door, args=[boss.uuid])).status_code == 400
    assert (
        signed(author)
        .post(reverse("people:person-detail", args=[boss.uuid]), {"first_name": "X", "last_name": "Y", "email": "a@b.fr"})
        .status_code
        == 400
    )
    boss.refresh_from_db()
    assert (boss.first_name, boss.email, boss.is_active) != ("X", "a@b.fr", False)
    assert boss.check_password(PASSWORD)
