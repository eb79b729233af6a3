"""The story the access table is tried on: one cohort whose records are knocked at, another whose people knock."""

import io
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from assessments.models import PracticalPage, RubricCriterion
from assessments.rules import digest_of, drawn_from
from assessments.services import (
    add_draft_files,
    ask_review,
    give_review,
    keep_phrase,
    observe,
    propose_agreement,
    save_draft,
    save_judgement,
    save_self_assessment,
    set_aside,
    set_picture_marks,
    submit_work,
)
from assessments.services.observations import Joined
from assessments.services.taking import keep_answer, submit_attempt
from competencies.selectors import place_identifier
from competencies.services import apply_rule, drafted_rule, request_review
from competencies.services.opinions import ask_opinion
from competencies.services.versions import publish_version
from content.models import Handout, Picture
from curriculum.models import HelpRequest, Outing
from curriculum.services import ask_help, enrol, grant_authoring, keep_look_back
from lms import clock
from lms.badges.selectors import achievement_of
from lms.badges.services import add_prior, issue_badge, share_badge
from lms.certification.services import add_member, present
from lms.certification.services.identity import save_identity
from lms.exports.models import Delivery, FileLink
from lms.exports.rules.deliveries import link_digest
from lms.exports.rules.sharing import CURRENT_CONSENT
from lms.exports.services import request_export, run_export
from lms.exports.services.deliveries import create_destination
from lms.exports.services.documents import issue_for_trainee
from lms.exports.services.dossiers import comment_dossier, give_consent
from lms.exports.services.profiles import Wanted, run_profile, save_profile
from lms.files.services import begin_upload
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import create_token, join_cohort, save_group, update_person
from lms.records.services import create_credential
from lms.records.services.subscribers import create_subscriber
from tests.assessments import quizzes
from tests.badges.story import badge_of_elsewhere
from tests.cast import Small, cohort, person, small
from tests.certification.civil import INES
from tests.certification.story import sitting
from tests.exports.papers import described, made
from tests.house.access import PEOPLE, TABLE
from tests.story import judge, read_lesson

# Said nowhere but in the records of the first cohort's trainee.
SECRETS = (
    "Zoraïde",
    "Quentrec",
    "mot-du-rendu",
    "mot-du-brouillon",
    "mot-mis-de-cote",
    "mot-de-l-aide",
    "mot-de-la-sortie",
    "mot-de-l-apres",
    "mot-du-retour",
    "mot-de-soi",
    "mot-du-formateur",
    "mot-commun",
    "mot-de-la-vue",
    "mot-sur-l-image",
    "mot-de-la-demande",
    "mot-du-groupe",
    "mot-sur-le-dossier",
    "nom-de-naissance",
    "mot-de-la-session",
    "mot-du-jury",
)


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


def paper() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "teal").save(out, "PDF")
    return SimpleUploadedFile("affiche.pdf", out.getvalue(), content_type="application/pdf")


def story() -> Story:
    """Two cohorts on two programmes; in the first, one of everything that has an owner."""
    first, second = small(is_commission=True), small()
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
    give_consent(by=first.trainee, text_version=CURRENT_CONSENT)
    comment_dossier(by=first.trainee, text="mot-sur-le-dossier")
    save_identity(by=first.coordinator, trainee=first.trainee, civil=replace(INES, birth_name="nom-de-naissance"))
    records = _records(first)
    looks = _looks(first, mate)
    picture = Picture(title="Tasse", file=ImageFile(io.BytesIO(png().read()), name="tasse.png"))
    picture.save()
    handout = Handout(title="Fiche", file=ContentFile(b"%PDF-1.4 fiche", name="fiche.pdf"))
    handout.save()
    to: dict[str, Any] = {
        "cohort": first.cohort.uuid, "programme": first.programme.uuid, "module": first.module.uuid,
        "lesson": first.lesson.uuid, "practical": first.practical.uuid,
        "trainee": first.trainee.uuid, "competency": first.competencies[0].uuid,
        "framework": first.programme.framework.uuid, "association": place_identifier(first.competencies[0].uuid, first.competencies[0].block.uuid), "media": picture.file.name,
        "csv_table": "niveaux", "gaps_figure": "manques", "effects_figure": "effet", "forecast_figure": "prevision",
        "readiness_figure": "blocs", "assessors_figure": "accord", "beside_figure": "heures", "other_cohort": second.cohort.uuid, "picture": picture, "handout": handout, **records, **looks,
    }  # fmt: skip
    return Story(first, {name: people[name] for name in PEOPLE[1:]}, mate, {**to, **_sitting(first, people["certifier"], mate)})


def _sitting(world: Small, certifier: User, mate: User) -> dict[str, Any]:
    """A session whose jury the certifier presides, the first trainee presented and decided, their classmate not."""
    told = sitting(world, president=certifier, is_presented=False)
    present(by=world.coordinator, session=told.session, trainees=[world.trainee], blocks=[told.block], despite="mot-de-la-session")
    told.decide(comment="mot-du-jury")
    member = add_member(by=world.coordinator, session=told.session, user=None, name="Mme Petit")
    return {"session": told.session.uuid, "candidate": told.candidate().uuid, "jury_member": member.uuid, "unpresented": mate.uuid}


def _looks(world: Small, mate: User) -> dict[str, Any]:
    """The first trainee looks at a classmate's work, and a classmate has looked at theirs."""
    PracticalPage.objects.filter(pk=world.practical.pk).update(peer_review="named")
    submit_work(by=mate, practical=world.practical, text="Le rendu du voisin.", uploads=[png("voisin.png")], key=uuid4())
    opinion = ask_review(by=mate, practical=world.practical)
    assert opinion
    give_review(by=mate, review=opinion, works="mot-du-voisin", to_try="Un fond noir.", marks={})
    review = ask_review(by=world.trainee, practical=world.practical)
    assert review
    return {"opinion": opinion.uuid, "review": review.uuid, "first_file": 1}


def _records(world: Small) -> dict[str, Any]:
    """What the first trainee did, what was said of it, and what programs hold."""
    read_lesson(world, world.trainee)
    judged = submit_work(by=world.trainee, practical=world.practical, text="mot-du-rendu", uploads=[png()], key=uuid4())
    said = {line.pk: (2, "mot-de-soi") for line in RubricCriterion.objects.filter(version=judged.rubric_id)}
    save_self_assessment(by=world.trainee, practical=world.practical, submission=judged, marks=said, rev=0)
    released = judge(judged, world.trainer, 3)
    second = person(Role.TRAINER, "Seconde", cohort=world.cohort)
    other = judge(judged, second, 2)
    common = dict.fromkeys(said, (2, "mot-commun"))
    agreement = propose_agreement(by=second, submission=judged, partner=world.trainer, marks=common, comment="", asks_revision=False, rev=0)
    waiting = submit_work(
        by=world.trainee, practical=world.practical, text="mot-du-rendu encore", uploads=[png("encore.png"), paper()], key=uuid4()
    )
    lines = RubricCriterion.objects.filter(version=waiting.rubric_id)
    save_judgement(
        by=world.trainer,
        submission=waiting,
        marks={line.pk: (2, "") for line in lines},
        comment="mot-du-retour",
        asks_revision=False,
        rev=0,
    )
    seen_picture, seen_paper = waiting.files.all()
    pointed = [drawn_from("point 0.5 0.5", "mot-sur-l-image")]
    set_picture_marks(by=world.trainer, submission=waiting, file=seen_picture, page=0, marks=pointed, base=digest_of([]))
    phrase = keep_phrase(by=world.trainer, text="mot-du-formateur", criterion=None, is_shared=False)
    draft = save_draft(by=world.trainee, practical=world.practical, text="mot-du-brouillon", rev=0)
    set_aside(by=world.trainee, practical=world.practical, text="mot-mis-de-cote")
    add_draft_files(by=world.trainee, practical=world.practical, uploads=[png("brouillon.png")])
    ask_help(by=world.trainee, module=world.module, step=world.lesson, message="mot-de-l-aide")
    outing = Outing.objects.create(
        programme=world.programme, code="A01", title="Musée", minutes=180, question_1="Quoi ?", question_2="Et ?"
    )
    keep_look_back(by=world.trainee, outing=outing, words=("mot-de-la-sortie", ""), rev=0, is_given=True)
    keep_look_back(by=world.trainee, outing=outing, words=("mot-de-l-apres", ""), rev=1, is_given=False)
    seen = observe(
        by=world.trainer, trainee=world.trainee, rubric=waiting.rubric, practical=world.practical, key=uuid4(),
        levels={line.pk: 2 for line in lines}, joined=Joined(comment="mot-de-la-vue", photo=png("etabli.png")),
    )  # fmt: skip
    export = request_export(by=world.trainer, kind="transcript", format_="xlsx", key=uuid4(), cohort=world.cohort.uuid)
    run_export.call(str(export.uuid))
    way = create_destination(
        by=world.coordinator, name="Dépôt", kind="webdav", address="https://depot.exemple.org/", user="depot", secret="mot-du-depot"
    )
    wanted = Wanted(name="Suivi", kind="transcript", format="xlsx", cohorts=[world.cohort], destinations=[way])
    profile = save_profile(by=world.coordinator, wanted=wanted)
    sent_out = run_profile(by=world.coordinator, profile=profile, key=uuid4())
    run_export.call(str(sent_out.uuid))
    delivery = Delivery.objects.get()
    FileLink.objects.create(delivery=delivery, digest=link_digest("secret-d-un-lien"), expires_at=sent_out.expires_at, most=99)
    group = save_group(
        by=world.trainer, cohort=world.cohort, name="Atelier", purpose="mot-du-groupe", teams={world.trainee.uuid: 1}, key=uuid4()
    )
    token, _secret = create_token(by=world.trainer, label="Tableau de bord")
    credential, _secret = create_credential(by=world.coordinator.uuid, label="Entrepôt")
    subscriber, _secret = create_subscriber(by=world.coordinator.uuid, name="Alerte", kind="webhook", address="https://alerte.exemple.org/")
    return {
        **_takes(world), **_papers(world), **_levels(world, released.uuid), **_badges(world),
        "group": group.uuid, "group_format": "csv",
        "profile": profile.uuid, "profile_export": sent_out.uuid, "destination": way.uuid, "delivery": delivery.uuid, "file_secret": "secret-d-un-lien",
        "subscriber": subscriber.uuid, "phrase": phrase.uuid, "agreement": agreement.uuid, "other": other.uuid,
        "submission": judged.uuid, "waiting": waiting.uuid, "compared": waiting.uuid, "delivered": waiting.uuid, "judgement": released.uuid, "export": export.uuid, "token": token.uuid,
        "observation": seen.uuid, "credential": credential.key, "statement": judged.statement_id,
        "pictured": waiting.uuid, "pictured_file": seen_picture.file.uuid, "pictured_page": 0, "paper": seen_paper.file.uuid, "paper_page": 1,
        "upload": begin_upload(owner=world.trainee.uuid, name="mot-du-film.mp4", size=9).uuid,
        "aside": draft.aside.get().uuid,
        "file": judged.files.get().file.uuid, "draft_file": draft.files.get().file.uuid, "help": HelpRequest.objects.get().uuid,
        "outing": outing.uuid,
    }  # fmt: skip


def _levels(world: Small, occasion: UUID) -> dict[str, Any]:
    """What makes the first trainee's levels, what they asked about one, and a block that one competency is enough for."""
    block = world.competencies[0].block
    rule = drafted_rule(framework=world.programme.framework, kind="block_n", settings={"n": 1}, name="Une suffit", block=block)
    apply_rule(by=world.coordinator, rule=rule, reason="Pour l'essai.")
    asked = request_review(
        by=world.trainee, competency=world.competencies[0], kind="contest", text="mot-de-la-demande", key=uuid4(), upload=png("acquis.png")
    )
    opinion, secret = ask_opinion(
        by=world.trainer, trainee=world.trainee, kind="client", name="Mme Roy, musée", competencies=world.competencies[:1], key=uuid4()
    )
    out = publish_version(by=world.coordinator, framework=world.programme.framework, version="1.1", reason="Relue.", mapped={}).version
    return {
        "framework": world.programme.framework.uuid, "block": block.uuid, "request": asked.uuid, "occasion": occasion,
        "asked_opinion": opinion.uuid, "opinion_secret": secret, "version": out.uuid,
    }  # fmt: skip


def _badges(world: Small) -> dict[str, Any]:
    """One badge given and shared without a name, one of elsewhere that waits; a second may be given."""
    what = achievement_of(world.competencies[0].uuid)
    assert what
    badge = issue_badge(by=world.trainer, trainee=world.trainee, what=what)
    token = share_badge(by=world.trainee, badge=badge.uuid, shows_name=False).share_token
    prior = add_prior(by=world.trainee, trainee=world.trainee, upload=badge_of_elsewhere())
    return {"badge": badge.uuid, "badge_form": "png", "shared_token": token, "prior": prior.uuid}


def _papers(world: Small) -> dict[str, Any]:
    """One numbered document about the first trainee, and where the yearly figures are."""
    described(world)
    document = made(issue_for_trainee(by=world.coordinator, code="RH", trainee=world.trainee.uuid))
    return {"document": document.uuid, "bpf_year": clock.today().year, "bpf_format": "csv"}


def _takes(world: Small) -> dict[str, Any]:
    """A take under way with a file as its answer, one handed in that waits for a reader, an exam."""
    open_quiz, read_quiz = quizzes.quiz(world, quizzes.question(quizzes.FILE)), quizzes.quiz(world, quizzes.question(quizzes.LONG))
    exam = quizzes.quiz(world, quizzes.question(quizzes.SINGLE), is_exam=True, minutes_allowed=30)
    attempt, read = quizzes.begun(world, open_quiz), quizzes.begun(world, read_quiz)
    recording = SimpleUploadedFile("voix.mp3", b"ID3" + bytes(50), "audio/mpeg")
    keep_answer(by=world.trainee, attempt=attempt.uuid, position=1, fields={}, rev=0, uploads=[recording])
    keep_answer(by=world.trainee, attempt=read.uuid, position=1, fields={"a": ["mot-du-rendu"]}, rev=0)
    submit_attempt(by=world.trainee, attempt=read.uuid)
    item = read.items.select_related("version__question").get()
    return {
        "quiz": open_quiz.uuid, "attempt": attempt.uuid, "position": 1, "read_quiz": read_quiz.uuid, "read_attempt": read.uuid, "exam": exam.uuid,
        "answer_file": attempt.items.get().files.get().file.uuid, "question": item.version.question.uuid,
    }  # fmt: skip
