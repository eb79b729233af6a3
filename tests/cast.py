"""A named cast and a small programme, made through the product's own services. What a test needs besides, it makes itself."""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page

from assessments.models import PracticalPage, Rubric, RubricLine
from competencies.models import Block, Competency, Criterion, Framework, Level, Scale
from content.models import LessonPage
from curriculum.models import ModulePage, ProgrammePage, StepCompetency, Target
from curriculum.services import enrol
from lms.people.models import Cohort, TrainingSite, User
from lms.people.rules import Role
from lms.people.services import create_cohort, create_person, join_cohort, let_read

_numbers = itertools.count(1)
PASSWORD = "mot-de-passe-2026"


def person(role: Role, first_name: str = "", *, cohort: Cohort | None = None) -> User:
    """Someone with an account of that role and the password PASSWORD, in `cohort` if given; a certifier reads who is in it by then."""
    number = next(_numbers)
    name = first_name or role.value.capitalize()
    user, _secret = create_person(
        by=None, username=f"{name.lower()}{number}", first_name=name, last_name=f"Durand{number}", role=role, password=PASSWORD
    )
    if cohort and role is Role.CERTIFIER:
        may_read(user, *User.objects.filter(memberships__cohort=cohort, memberships__left_at=None).with_role(Role.TRAINEE))
    elif cohort:
        join_cohort(by=user, person=user, cohort=cohort)
    return user


def may_read(certifier: User, *trainees: User) -> None:
    """A session lets this certifier read these trainees, from yesterday on."""
    now = timezone.now()
    let_read(
        session=uuid4(), readers=[certifier.pk], trainees=[trainee.pk for trainee in trainees],
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30),
    )  # fmt: skip


def signed_in(user: User) -> Client:
    """A browser in which that person is signed in, past the form."""
    client = Client()
    client.force_login(user)
    return client


def cohort(name: str = "") -> Cohort:
    site, _created = TrainingSite.objects.get_or_create(code="ANT", defaults={"name": "Antony", "seats": 8})
    coordinator = person(Role.COORDINATOR)
    return create_cohort(
        by=coordinator, name=name or f"Promotion {next(_numbers)}", site=site, starts_on=date(2026, 1, 5), ends_on=date(2026, 10, 30)
    )


def framework(*, competencies: int = 2, criteria: int = 3) -> Framework:
    """One scale 0-4 (3 is acquired), one block ON1 with `competencies` of `criteria` criteria each."""
    number = next(_numbers)
    scale = Scale.objects.create(title=f"Échelle {number}")
    words = ["Pas encore vu", "Je découvre", "Je fais avec un rappel", "Je sais faire", "Je sais faire sur une vraie commande"]
    for value, label in enumerate(words):
        Level.objects.create(scale=scale, value=value, label=label, plain_label=label, sort_order=value)
    tree = Framework.objects.create(code=f"cadre-{number}", title="Cadre", scale=scale)
    block = Block.objects.create(framework=tree, code="ON1", label="Premier bloc")
    for c in range(1, competencies + 1):
        competency = Competency.objects.create(
            block=block, code=f"ON1.{c}", label=f"Compétence {c}", plain_label=f"Je fais {c}", position=c
        )
        for k in range(1, criteria + 1):
            Criterion.objects.create(competency=competency, code=f"ON1.{c}.{k}", label=f"Critère {c}.{k}", sort_order=k)
    return tree


@dataclass
class Small:
    """One programme of one module with a lesson and a practical, one cohort, its people."""

    programme: ProgrammePage
    module: ModulePage
    lesson: LessonPage
    practical: PracticalPage
    competencies: list[Competency]
    cohort: Cohort
    trainee: User
    trainer: User
    coordinator: User


def root_page() -> Page:
    """The root of the page tree; made anew where a transactional test has emptied the tables."""
    locale, _created = Locale.objects.get_or_create(language_code="fr")
    return Page.objects.filter(depth=1).first() or Page.add_root(title="Racine", slug="root", locale=locale)


def programme_of(tree: Framework) -> ProgrammePage:
    page = ProgrammePage(
        title="Parcours", slug=f"parcours-{next(_numbers)}", code=f"parcours-{next(_numbers)}", framework=tree,
        theory_minutes=120, practical_minutes=600, culture_minutes=180,
    )  # fmt: skip
    root_page().add_child(instance=page)
    return page


def module_of(programme: ProgrammePage, *, code: str = "M01", is_commission: bool = False) -> tuple[ModulePage, LessonPage, PracticalPage]:
    """A published module of one lesson (30 min theory) and one practical (120 min) whose rubric assesses every competency of the framework."""
    block = programme.framework.blocks.first()
    competencies = list(Competency.objects.filter(block=block))
    module = ModulePage(
        title=f"Module {code}", slug=f"module-{code.lower()}", code=code, plain_title=f"Mon module {code}", block=block,
        theory_minutes=60, practical_minutes=120,
    )  # fmt: skip
    module.live = False
    module.targets = [Target(competency=competency, level=3) for competency in competencies]
    programme.add_child(instance=module)
    lesson = LessonPage(title="Lire", slug="lire", minutes=30, hours_kind="theory")
    lesson.body = [("prose", "<p>Ouvre l'image.</p>"), ("caution", {"title": "Attention", "text": "Garde l'original."})]
    lesson.competencies = [StepCompetency(competency=competency, role="taught") for competency in competencies]
    module.add_child(instance=lesson)
    rubric = Rubric(title=f"Grille {next(_numbers)}")
    rubric.lines = [RubricLine(criterion=criterion) for criterion in Criterion.objects.filter(competency__in=competencies)]
    rubric.save()
    rubric.save_revision().publish()
    practical = PracticalPage(
        title="Faire",
        slug="faire",
        minutes=120,
        hours_kind="practical",
        rubric=rubric,
        is_commission=is_commission,
        deliverables="Un fichier PNG",
    )
    practical.brief = [("prose", "<p>Détoure la tasse.</p>")]
    module.add_child(instance=practical)
    lesson.save_revision().publish()
    practical.save_revision().publish()
    module.save_revision().publish()
    return ModulePage.objects.get(pk=module.pk), LessonPage.objects.get(pk=lesson.pk), PracticalPage.objects.get(pk=practical.pk)


def small(*, is_commission: bool = False) -> Small:
    """The smallest whole story: Inès learns, Marc judges."""
    tree = framework()
    programme = programme_of(tree)
    module, lesson, practical = module_of(programme, is_commission=is_commission)
    group = cohort()
    coordinator = person(Role.COORDINATOR)
    trainee, trainer = person(Role.TRAINEE, "Inès"), person(Role.TRAINER, "Marc", cohort=group)
    enrol(by=coordinator, trainee=trainee, programme=programme, cohort=group)
    competencies = list(Competency.objects.filter(block__framework=tree))
    return Small(programme, module, lesson, practical, competencies, group, trainee, trainer, coordinator)


def form_key() -> str:
    return str(uuid4())
