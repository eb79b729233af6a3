"""A new module does not begin as a blank page: a lesson, a practical and a rubric wait to be filled."""

import json
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import PracticalPage, Rubric, RubricLine
from competencies.models import Criterion
from content.models import LessonPage, StepPage
from curriculum.models import ModulePage

FIRST_LESSON_MINUTES = 30


@transaction.atomic
def make_skeleton(*, module: ModulePage) -> None:
    """Give a new module a draft lesson, a draft practical and its draft rubric. A module that has steps is left alone."""
    if StepPage.objects.child_of(module).exists():
        return
    lesson_kind = "theory" if module.theory_minutes else "practical"
    lesson_minutes = min(FIRST_LESSON_MINUTES, module.budget()[lesson_kind] or FIRST_LESSON_MINUTES)
    left = module.practical_minutes - (lesson_minutes if lesson_kind == "practical" else 0)
    lesson = LessonPage(
        title=_("Première leçon"), slug="lecon-1", minutes=lesson_minutes, hours_kind=lesson_kind, live=False, has_unpublished_changes=True,
        body=_stream(
            ("prose", "<h3>" + _("Ce que tu vas savoir faire") + "</h3>"),
            ("procedure", {"title": _("Pas à pas"), "steps": [{"text": "", "image": None, "alt": ""}]}),
            ("checklist", {"title": _("Vérifie toi-même"), "items": [""]}),
        ),
    )  # fmt: skip
    practical = PracticalPage(
        title=_("Travail pratique"), slug="travail", minutes=max(left, 1), hours_kind="practical", rubric=rubric_for(module=module),
        live=False, has_unpublished_changes=True,
        brief=_stream(
            ("prose", "<h3>" + _("La commande") + "</h3>"),
            ("procedure", {"title": _("Ce qu'il faut faire"), "steps": [{"text": "", "image": None, "alt": ""}]}),
        ),
    )  # fmt: skip
    for step in (lesson, practical):
        module.add_child(instance=step)
        step.save_revision(clean=False)


@transaction.atomic
def rubric_for(*, module: ModulePage) -> Rubric:
    """A draft rubric with a line for each observable criterion of what the module aims at, in the words of the scale."""
    title, number = _("Grille %(code)s %(title)s") % {"code": module.code, "title": module.plain_title or module.title}, 1
    known = set(Rubric.objects.filter(title__startswith=title[:150]).values_list("title", flat=True))
    name = title[:150]
    while name in known:
        number += 1
        name = f"{title[:150]} ({number})"
    rubric = Rubric(title=name, live=False, has_unpublished_changes=True)
    rubric.lines = _lines(module)
    rubric.save()
    rubric.save_revision(clean=False)
    return rubric


@transaction.atomic
def refresh_skeleton(*, module: ModulePage) -> None:
    """While a module was never published, its rubric follows its targets, until someone edits the rubric."""
    if module.first_published_at:
        return
    draft = module.get_latest_revision_as_object()
    for practical in PracticalPage.objects.child_of(module).select_related("rubric"):
        rubric = practical.rubric
        if rubric.live or rubric.revisions.exclude(user=None).exists():
            continue
        wanted = _lines(draft)
        if [line.criterion_id for line in rubric.lines.all()] != [line.criterion_id for line in wanted]:
            rubric.lines = wanted
            rubric.save()
            rubric.save_revision(clean=False)


def _lines(module: ModulePage) -> list[RubricLine]:
    order = {target.competency_id: position for position, target in enumerate(module.targets.all())}
    criteria = Criterion.objects.filter(competency__in=[pk for pk in order if pk]).order_by("sort_order", "pk")
    return [
        RubricLine(criterion=criterion, sort_order=n) for n, criterion in enumerate(sorted(criteria, key=lambda c: order[c.competency_id]))
    ]


def _stream(*blocks: tuple[str, object]) -> str:
    return json.dumps([{"type": kind, "value": value, "id": str(uuid4())} for kind, value in blocks])
