"""The story the access table is tried on: one cohort whose records are knocked at, another whose people knock, and what each form sends."""

import io
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from assessments.models import RubricCriterion, Submission
from assessments.services import add_draft_files, save_draft, save_judgement, submit_work
from content.models import Handout, Picture
from curriculum.models import HelpRequest
from curriculum.services import ask_help, enrol, grant_authoring
from lms.exports.services import request_export, run_export
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import create_token, join_cohort, update_person
from lms.records.services import create_credential
from lms.records.services.subscribers import create_subscriber
from tests.cast import PASSWORD, Small, cohort, person, small
from tests.house.access import PEOPLE, TABLE
from tests.story import judge, read_lesson

# Said nowhere but in the records of the first cohort's trainee.
SECRETS = ("Zoraïde", "Quentrec", "mot-du-rendu", "mot-du-brouillon", "mot-de-l-aide", "mot-du-retour")


@dataclass
class Story:
    """The first cohort's world, the nine people, a classmate, and the values that fill addresses."""

    small: Small
    people: dict[str, User]
    mate: User
    to: dict[str, Any]

    def secrets(self, *, knows_accounts: bool) -> tuple[str, ...]:
        """What no stranger may be told: words of the first trainee's record, and its names unless the stranger makes accounts."""
        record = (*SECRETS[2:], str(self.to["submission"]), str(self.to["judgement"]))
        return record if knows_accounts else (*SECRETS[:2], str(self.to["trainee"]), *record)

    def address(self, name: str) -> str:
        return reverse(name, args=[self.to[word] for word in TABLE[name].to])


def png(name: str = "tasse.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def story() -> Story:
    """Two cohorts on two programmes; in the first, one of everything that has an owner."""
    first, second = small(), small()
    for world in (first, second):
        grant_authoring(programme=world.programme)
    people = {
        "trainee": first.trainee, "other_trainee": second.trainee, "trainer": first.trainer, "other_trainer": second.trainer,
        "coordinator": first.coordinator, "administrator": person(Role.ADMINISTRATOR),
        "counsellor": person(Role.COUNSELLOR, cohort=first.cohort), "certifier": person(Role.CERTIFIER, cohort=first.cohort),
    }  # fmt: skip
    update_person(by=first.coordinator, person=first.trainee, first_name=SECRETS[0], last_name=SECRETS[1], email="")
    mate = person(Role.TRAINEE, "Voisin")
    enrol(by=first.coordinator, trainee=mate, programme=first.programme, cohort=first.cohort)
    join_cohort(by=first.coordinator, person=person(Role.TRAINER, "Collègue"), cohort=cohort("Autre groupe"))
    picture = Picture(title="Tasse", file=ImageFile(io.BytesIO(png().read()), name="tasse.png"))
    picture.save()
    handout = Handout(title="Fiche", file=ContentFile(b"%PDF-1.4 fiche", name="fiche.pdf"))
    handout.save()
    to: dict[str, Any] = {
        "cohort": first.cohort.uuid, "programme": first.programme.uuid, "module": first.module.uuid,
        "lesson": first.lesson.uuid, "practical": first.practical.uuid,
        "trainee": first.trainee.uuid, "competency": first.competencies[0].uuid, "media": picture.file.name,
        "csv_table": "niveaux", "other_cohort": second.cohort.uuid, "picture": picture, "handout": handout, **_records(first),
    }  # fmt: skip
    return Story(first, {name: people[name] for name in PEOPLE[1:]}, mate, to)


def _records(world: Small) -> dict[str, Any]:
    """What the first trainee did, what was said of it, and what programs hold."""
    read_lesson(world, world.trainee)
    judged = submit_work(by=world.trainee, practical=world.practical, text="mot-du-rendu", uploads=[png()], key=uuid4())
    released = judge(judged, world.trainer, 3)
    waiting = submit_work(by=world.trainee, practical=world.practical, text="mot-du-rendu encore", uploads=[png("encore.png")], key=uuid4())
    lines = RubricCriterion.objects.filter(version=waiting.rubric_id)
    save_judgement(
        by=world.trainer,
        submission=waiting,
        marks={line.pk: (2, "") for line in lines},
        comment="mot-du-retour",
        asks_revision=False,
        rev=0,
    )
    draft = save_draft(by=world.trainee, practical=world.practical, text="mot-du-brouillon", rev=0)
    add_draft_files(by=world.trainee, practical=world.practical, uploads=[png("brouillon.png")])
    ask_help(by=world.trainee, module=world.module, step=world.lesson, message="mot-de-l-aide")
    export = request_export(by=world.trainer, kind="transcript", format_="xlsx", key=uuid4(), cohort=world.cohort.uuid)
    run_export.call(str(export.uuid))
    token, _secret = create_token(by=world.trainer, label="Tableau de bord")
    credential, _secret = create_credential(by=world.coordinator.uuid, label="Entrepôt")
    subscriber, _secret = create_subscriber(by=world.coordinator.uuid, name="Alerte", kind="webhook", address="https://alerte.exemple.org/")
    return {
        "subscriber": subscriber.uuid,
        "submission": judged.uuid, "waiting": waiting.uuid, "judgement": released.uuid, "export": export.uuid, "token": token.uuid,
        "credential": credential.key, "statement": judged.statement_id,
        "file": judged.files.get().file.uuid, "draft_file": draft.files.get().file.uuid, "help": HelpRequest.objects.get().uuid,
    }  # fmt: skip


def sent(told: Story) -> dict[str, dict[str, Any]]:
    """What each form of ours sends when it is filled in well, by URL name; a door absent here sends nothing."""
    world, waiting = told.small, Submission.objects.get(uuid=told.to["waiting"])
    lines = RubricCriterion.objects.filter(version=waiting.rubric_id)
    sheet = {"rev": 1, "others_known": 0, "comment": "Très net.", **{f"level_{line.pk}": "3" for line in lines}}
    newcomer = {"first_name": "Léa", "last_name": "Morin", "role": "trainee", "username": "", "email": "", "programme": world.programme.pk}
    return {
        "people:password-choose": {"password": "trois-mots-neufs", "again": "trois-mots-neufs"},
        "people:profile": {"email": "moi@exemple.org", "password": PASSWORD},
        "people:token-create": {"label": "Essai"},
        "people:person-create": newcomer,
        "people:person-detail": {"first_name": "Ana", "last_name": "Roux", "email": ""},
        "home:cohort-create": {
            "name": "Promotion neuve", "site": world.cohort.site_id, "starts_on": "2027-01-04", "ends_on": "2027-10-29",
        },
        "home:site-create": {"code": "LYO", "name": "Lyon", "seats": 4},
        "home:cohort-join": {"person": told.people["other_trainer"].uuid, "programme": world.programme.pk},
        "home:cohort-enrol": newcomer,
        "home:member-move": {"target": told.to["other_cohort"]},
        "home:people-import": {"text": "Léa;Morin;stagiaire", "programme": world.programme.pk},
        "curriculum:help-ask": {"message": "Je bloque."},
        "curriculum:help-answer": {"answer": "Je passe à 14 h."},
        "curriculum:lesson-place": {"block": "abc"},
        "assessments:draft-save": {"text": "Un autre texte", "rev": 1},
        "assessments:draft-files": {"uploads": png("autre.png")},
        "assessments:work-submit": {"text": "Ma version", "key": UUID(int=7), "rev": 1},
        "assessments:judgement-save": sheet,
        "assessments:judgement-release": sheet,
        "exports:statement-export": {"key": UUID(int=9), "content": "jsonl", "first": "2026-01-01", "last": "2026-12-31", "verb": "", "activity": ""},
        "exports:export-list": {"key": UUID(int=8), "cohort": world.cohort.uuid, "content": "transcript:xlsx"},
        "home:statement-detail": {"reason": "Saisi deux fois."},
        "home:subscriber-list": {"name": "Réseau", "kind": "webhook", "address": "https://reseau.exemple.org/", "version": "1.0.3"},
        "home:credential-list": {"label": "Essai", "scopes": ["statements/write", "state"], "ends_on": "2099-12-31", "sites": "https://exemple.org"},
    }  # fmt: skip
