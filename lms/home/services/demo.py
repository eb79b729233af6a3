"""A demo cohort with a history of several months, made through the services with an injected clock and a fixed seed."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from assessments.models import Judgement, PracticalPage, RubricCriterion, Submission
from assessments.services import Marks, release_judgement, save_judgement, submit_work
from content.models import StepPage
from curriculum.models import ModulePage, Outing, ProgrammePage
from curriculum.selectors.path import steps_by_module
from curriculum.services import answer_help, ask_help, complete_step, enrol, keep_look_back, open_step, retake
from lms import clock
from lms.home.services.demo_session import load_session
from lms.people.models import Cohort, TrainingSite, User
from lms.people.rules import Role
from lms.people.services import create_cohort, create_person, join_cohort
from lms.refusal import Refused

SEED = 20110103  # the first day of the first programme
STAFF = [
    (Role.ADMINISTRATOR, "administration", "Nadia", "Ferrand"),
    (Role.COORDINATOR, "coordination", "Hélène", "Marchetti"),
    (Role.TRAINER, "formateur", "Marc", "Oliveira"),
    (Role.TRAINER, "formatrice", "Aïssatou", "Baldé"),
    (Role.COUNSELLOR, "accompagnement", "Sonia", "Kermarrec"),
    (Role.CERTIFIER, "certificateur", "Paul", "Lenoir"),
]
# Pace: how many modules reached; care: how often the first version is good.
TRAINEES = [
    ("stagiaire", "Inès", "Belkacem", 14, 0.7), ("kevin", "Kévin", "Moreau", 11, 0.5), ("fatou", "Fatou", "Diarra", 17, 0.85),
    ("lucas", "Lucas", "Petit", 8, 0.4), ("amina", "Amina", "Chérif", 15, 0.75), ("dylan", "Dylan", "Rousseau", 6, 0.35),
    ("sofia", "Sofia", "Ferreira", 16, 0.8), ("moussa", "Moussa", "Traoré", 12, 0.6), ("clara", "Clara", "Nguyễn", 13, 0.65),
    ("yanis", "Yanis", "Haddad", 9, 0.55), ("melissa", "Mélissa", "Dupont", 10, 0.5), ("ibrahim", "Ibrahim", "Sow", 4, 0.3),
]  # fmt: skip
ROLE_SIGN_INS = {
    Role.TRAINEE: "stagiaire", Role.TRAINER: "formateur", Role.COUNSELLOR: "accompagnement", Role.COORDINATOR: "coordination",
    Role.CERTIFIER: "certificateur", Role.ADMINISTRATOR: "administration",
}  # fmt: skip
FEEDBACK_GOOD = ["C'est propre. Continue comme ça.", "Bon travail, la consigne est suivie.", "Tout y est. Tu peux passer à la suite."]
FEEDBACK_REVISE = ["Relis la consigne : il manque une chose. On regarde ensemble.", "Bon début. Reprends le dernier point, je t'aide."]
LOOK_BACKS = {
    "A01": ("Le silence de la cabine. On s'entend respirer.", "Mettre le filtre devant le micro."),
    "A02": ("Le massicot. C'est très précis.", "Les traits de coupe et le fond perdu."),
}
PRESENTED_FROM = 11  # modules reached by those whom a jury looks at
OUTING_WEEKS = 4  # between two of them
WORDS = ["J'ai suivi la consigne étape par étape.", "Voici mon travail. J'ai vérifié la liste.", "Nouvelle version après tes remarques."]


def set_passwords(password: str) -> None:
    """Give every demo sign-in this password (a demo only)."""
    for user in User.objects.filter(username__in=[*ROLE_SIGN_INS.values(), "formatrice", *(row[0] for row in TRAINEES)]):
        user.set_password(password)
        user.save(update_fields=["password"])


def is_loaded() -> bool:
    return bool(User.objects.filter(username="stagiaire").exists())


@transaction.atomic
def load_demo(*, programme: ProgrammePage, password: str, say: Callable[[str], None] = lambda _line: None) -> Cohort:
    """Make the demo's people and months of history. The same seed gives the same story; refused on a site that has people."""
    if User.objects.exists():
        raise Refused("site_in_use", "Cette base a déjà des comptes : la démonstration ne se charge que dans une base vide.")
    chance = random.Random(SEED)  # noqa: S311  a story, not a secret
    start = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(weeks=26)
    with clock.at(start - timedelta(days=3)):
        staff = {}
        for role, username, first_name, last_name in STAFF:
            staff[username], _secret = create_person(
                by=None, username=username, first_name=first_name, last_name=last_name, role=role, password=password
            )
        coordinator = staff["coordination"]
        sites = {site.code: site for site in TrainingSite.objects.all()}
        cohort = create_cohort(
            by=coordinator, name="Tremplin numérique, 1re promotion", site=sites["ANT"],
            starts_on=start.date(), ends_on=(start + timedelta(weeks=43)).date(),
        )  # fmt: skip
        for username in ("formateur", "formatrice", "accompagnement"):
            join_cohort(by=coordinator, person=staff[username], cohort=cohort)
    modules = list(ModulePage.objects.live().child_of(programme).order_by("path"))
    steps = steps_by_module(modules)
    for index, (username, first_name, last_name, reach, care) in enumerate(TRAINEES):
        with clock.at(start - timedelta(days=2)):
            trainee, _secret = create_person(
                by=coordinator, username=username, first_name=first_name, last_name=last_name, role=Role.TRAINEE, password=password
            )
            site = sites["ANT"] if index < 8 else sites["PAR"]
            enrol(by=coordinator, trainee=trainee, programme=programme, cohort=cohort, site=site)
        story = _Story(trainee, staff["formateur" if index % 2 == 0 else "formatrice"], care, random.Random(chance.random()), start)  # noqa: S311  # a story, not a secret
        story.live(modules[:reach], steps)
        story.look_back(programme, weeks=reach)
        say(f"{first_name} {last_name} : {reach} modules")
    presented = [User.objects.get(username=username) for username, _first, _last, reach, _care in TRAINEES if reach >= PRESENTED_FROM]
    load_session(framework=programme.framework, coordinator=coordinator, certifier=staff["certificateur"], candidates=presented)
    say(f"Session de certification : {len(presented)} candidats")
    return cohort


@dataclass
class _Story:
    """One trainee's months, told through the product's own services."""

    trainee: User
    trainer: User
    care: float
    chance: random.Random
    now: datetime

    def __post_init__(self) -> None:
        self.start = self.now

    def live(self, modules: list[ModulePage], steps: dict[int, list[StepPage]]) -> None:
        """Every module but the last in turn; the last one days ago, weeks for the two who have gone quiet."""
        quiet = self.care < 0.36
        end = timezone.now() - (timedelta(days=self.chance.randrange(15, 26)) if quiet else timedelta(hours=self.chance.randrange(30, 100)))
        pause = (end - self.now) / len(modules)
        for module in modules[:-1]:
            begins = self.now
            self._module(module, steps[module.pk], is_last=False)
            if self.chance.random() < 0.15:
                self._at(hours=20)
                with clock.at(self.now):
                    retake(by=self.trainee, module=module)
                self._module(module, steps[module.pk], is_last=False)
            if self.chance.random() < 0.2:
                self._help(module, is_answered=True)
            self.now = min(max(begins + pause, self.now), end)
        self.now = end
        self._module(modules[-1], steps[modules[-1].pk], is_last=True)
        if self.chance.random() < 0.3:
            self._help(modules[-1], is_answered=False)

    def look_back(self, programme: ProgrammePage, *, weeks: int) -> None:
        """The outings of these weeks, each told the day after."""
        outings = Outing.objects.filter(programme=programme, code__in=LOOK_BACKS).order_by("code")
        for number, outing in enumerate(outings[: weeks // OUTING_WEEKS], start=1):
            with clock.at(self.start + timedelta(weeks=OUTING_WEEKS * number)):
                keep_look_back(by=self.trainee, outing=outing, words=LOOK_BACKS[outing.code], rev=0, is_given=True)

    def _at(self, *, hours: float) -> datetime:
        self.now = min(self.now + timedelta(hours=hours, minutes=self.chance.randrange(50)), timezone.now() - timedelta(minutes=30))
        return self.now

    def _module(self, module: ModulePage, steps: list[StepPage], *, is_last: bool) -> None:
        for number, step in enumerate(steps):
            with clock.at(self._at(hours=1)):
                open_step(by=self.trainee, step=step, module=module)
            if is_last and number == len(steps) - 1 and self.chance.random() < 0.5:
                return  # still at work today
            if step.kind == "practical":
                self._practical(PracticalPage.objects.get(pk=step.pk), is_last=is_last)
            else:
                with clock.at(self._at(hours=1)):
                    complete_step(by=self.trainee, step=step, module=module)

    def _practical(self, practical: PracticalPage, *, is_last: bool) -> None:
        submission = self._submit(practical, first=True)
        if is_last:
            return  # waiting in the trainer's queue
        good = self.chance.random() < self.care
        self._judge(submission, good=good)
        if not good:
            self._at(hours=26)
            self._judge(self._submit(practical, first=False), good=self.chance.random() < self.care + 0.3)

    def _submit(self, practical: PracticalPage, *, first: bool) -> Submission:
        with clock.at(self._at(hours=5)):
            return submit_work(
                by=self.trainee, practical=practical, text=self.chance.choice(WORDS[:2]) if first else WORDS[2],
                uploads=[_picture(practical.title, self.chance)], key=UUID(int=self.chance.getrandbits(128)),
            )  # fmt: skip

    def _judge(self, submission: Submission, *, good: bool) -> Judgement:
        best = 4 if submission.practical.is_commission and self.chance.random() < 0.25 else 3
        marks: Marks = {
            line.pk: (best if good else self.chance.choice([1, 2, 2, 3]), "")
            for line in RubricCriterion.objects.filter(version=submission.rubric)
        }
        with clock.at(self._at(hours=24)):
            draft = save_judgement(
                by=self.trainer, submission=submission, marks=marks, rev=0, asks_revision=not good,
                comment=self.chance.choice(FEEDBACK_GOOD if good else FEEDBACK_REVISE),
            )  # fmt: skip
            return release_judgement(by=self.trainer, judgement=draft, others_known=0)

    def _help(self, module: ModulePage, *, is_answered: bool) -> None:
        with clock.at(self._at(hours=1)):
            request = ask_help(by=self.trainee, module=module, step=None, message="Je ne trouve pas le bon menu.")
        if is_answered:
            with clock.at(self._at(hours=2)):
                answer_help(by=self.trainer, request=request, answer="Je passe te voir, on regarde ensemble.")


def _picture(title: str, chance: random.Random) -> SimpleUploadedFile:
    """A small drawn picture that stands for the work handed in."""
    canvas = Image.new("RGB", (320, 240), (251, 249, 244))
    pen = ImageDraw.Draw(canvas)
    for _shape in range(5):
        x, y, size = chance.randrange(260), chance.randrange(180), chance.randrange(24, 90)
        colour = chance.choice([(11, 92, 85), (199, 125, 18), (47, 125, 79), (217, 236, 232)])
        pen.ellipse((x, y, x + size, y + size), fill=colour)
    pen.rectangle((8, 8, 312, 232), outline=(29, 43, 42), width=3)
    out = io.BytesIO()
    canvas.save(out, "PNG")
    name = "".join(letter if letter.isalnum() else "-" for letter in title.lower())[:40]
    return SimpleUploadedFile(f"{name}.png", out.getvalue(), "image/png")
