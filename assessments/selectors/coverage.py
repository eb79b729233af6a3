"""What an author sees while editing a module or a step: which competencies are taught, practised and assessed, and the hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from assessments.models import Rubric, RubricLine
from competencies.models import Competency
from content.models import StepPage
from curriculum.models import ModulePage, ProgrammePage, StepCompetency
from curriculum.rules import KIND_WORDS, KINDS, check_module_publishable, duration, room_left, spoken
from lms.refusal import Refused

ROLES = ("taught", "practised", "assessed")


@dataclass(frozen=True, slots=True)
class Edited:
    """What the form on the screen says and nobody saved yet. None: the form does not speak of it."""

    budget: Mapping[str, int] | None = None
    block: int | None = None
    targets: frozenset[int] | None = None
    minutes: int | None = None
    hours_kind: str | None = None
    roles: frozenset[tuple[int, str]] | None = None
    rubric: int | None = None


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step as its latest draft has it."""

    pk: int | None
    kind: str
    minutes: int
    hours_kind: str
    roles: frozenset[tuple[int, str]] = frozenset()
    rubric: int | None = None


@dataclass(frozen=True, slots=True)
class HoursLine:
    """Minutes of one kind against a budget, in words. `state`: over, under, full."""

    kind: str
    used: str
    budget: str
    state: str
    words: str
    percent: int


@dataclass(frozen=True, slots=True)
class CompetencyLine:
    """One competency of the block: for each role whether this module does it, and the codes of the other modules that do."""

    code: str
    label: str
    is_target: bool
    here: frozenset[str]
    elsewhere: Mapping[str, list[str]]

    @property
    def cells(self) -> list[tuple[bool, list[str]]]:
        return [(role in self.here, self.elsewhere.get(role, [])) for role in ROLES]

    @property
    def is_missing(self) -> bool:
        return self.is_target and "assessed" not in self.here


@dataclass(frozen=True, slots=True)
class Coverage:
    """The panel. `refusal`: the sentence that publishing would say now; `remarks`: hours still to place."""

    programme: list[HoursLine]
    module: list[HoursLine]
    competencies: list[CompetencyLine]
    title: str
    refusal: str = ""
    remarks: list[str] = field(default_factory=list)


def coverage_for(page: Page, edited: Edited, *, new: str = "") -> Coverage:
    """The panel for an existing page, or for a `new` one ("module", "lesson", "practical") under `page`."""
    if isinstance(page, ProgrammePage) and not new:
        return _programme_coverage(page, edited)
    if isinstance(page, ProgrammePage):
        return _module_coverage(page, None, [], edited)
    module = page if isinstance(page, ModulePage) else page.get_parent().specific
    steps = _drafts(module)
    if new:
        steps.append(_as_edited(StepDraft(None, new, 0, "theory"), edited))
    elif isinstance(page, StepPage):
        steps = [_as_edited(step, edited) if step.pk == page.pk else step for step in steps]
    return _module_coverage(module.get_parent().specific, module, steps, edited)


def _drafts(module: ModulePage) -> list[StepDraft]:
    """The module's steps as they would be published with it: those archived on purpose are left out."""
    rows = [step for step in module.steps() if step.live or not step.first_published_at]
    contents = dict(Revision.objects.filter(pk__in=[step.latest_revision_id for step in rows]).values_list("pk", "content"))
    assessed: dict[int, set[tuple[int, str]]] = {}
    for step, competency, role in StepCompetency.objects.filter(step__in=rows).values_list("step", "competency", "role"):
        assessed.setdefault(step, set()).add((competency, role))
    drafts = []
    for step in rows:
        content = contents.get(step.latest_revision_id) or {"minutes": step.minutes, "hours_kind": step.hours_kind}
        saved = content.get("competencies")
        roles = assessed.get(step.pk, set()) if saved is None else {(row["competency"], row["role"]) for row in saved}
        drafts.append(
            StepDraft(step.pk, step.kind, content["minutes"] or 0, content["hours_kind"], frozenset(roles), content.get("rubric"))
        )
    return drafts


def _as_edited(step: StepDraft, edited: Edited) -> StepDraft:
    return replace(
        step,
        minutes=step.minutes if edited.minutes is None else edited.minutes,
        hours_kind=edited.hours_kind or step.hours_kind,
        roles=step.roles if edited.roles is None else edited.roles,
        rubric=edited.rubric or step.rubric,
    )


def _with_rubrics(steps: Iterable[StepDraft]) -> list[StepDraft]:
    """A practical practises and assesses what its rubric's lines are about."""
    steps = list(steps)
    about: dict[int, set[int]] = {}
    rubrics = [step.rubric for step in steps if step.rubric]
    for rubric, competency in RubricLine.objects.filter(rubric__in=rubrics).values_list("rubric", "criterion__competency"):
        about.setdefault(rubric, set()).add(competency)
    return [
        replace(step, roles=frozenset((pk, role) for pk in about.get(step.rubric, ()) for role in ("practised", "assessed")))
        if step.rubric
        else step
        for step in steps
    ]


def _module_coverage(programme: ProgrammePage, module: ModulePage | None, steps: list[StepDraft], edited: Edited) -> Coverage:
    draft = module.get_latest_revision_as_object() if module else None
    budget = edited.budget or (draft.budget() if draft else dict.fromkeys(KINDS, 0))
    saved_targets = frozenset(target.competency_id for target in draft.targets.all() if target.competency_id) if draft else frozenset()
    targets = saved_targets if edited.targets is None else edited.targets
    block = edited.block or (draft.block_id if draft else None)
    steps = _with_rubrics(steps)
    used = {kind: sum(step.minutes for step in steps if step.hours_kind == kind) for kind in KINDS}
    others = programme.planned(without=module.pk if module else None)
    planned = {kind: others[kind] + budget[kind] for kind in KINDS}
    competencies = list(Competency.objects.filter(block=block) | Competency.objects.filter(pk__in=targets))
    lines = _lines(competencies, targets, {pair for step in steps for pair in step.roles}, programme, module)
    names = {competency.pk: str(competency) for competency in competencies}
    return Coverage(
        programme=_hours(programme.budget(), planned), module=_hours(budget, used), competencies=lines,
        title=_("Ce module et son parcours"), remarks=_remarks(programme.budget(), planned, budget, used),
        refusal=_unpublished_rubric(steps)
        or _refusal(
            programme_budget=programme.budget(), other_modules=others, module=budget, steps=used,
            targets=[(pk, names[pk]) for pk in sorted(targets) if pk in names],
            assessed={competency for step in steps for competency, role in step.roles if role == "assessed"},
        ),
    )  # fmt: skip


def _programme_coverage(programme: ProgrammePage, edited: Edited) -> Coverage:
    budget, planned = edited.budget or programme.get_latest_revision_as_object().budget(), programme.planned()
    competencies = list(Competency.objects.filter(block__framework=programme.framework_id))
    return Coverage(
        programme=_hours(budget, planned), module=[], title=_("Le parcours"), remarks=_remarks(budget, planned, {}, {}),
        competencies=_lines(competencies, frozenset(), set(), programme, None),
    )  # fmt: skip


def _unpublished_rubric(steps: list[StepDraft]) -> str:
    rubrics = [step.rubric for step in steps if step.rubric]
    title = Rubric.objects.filter(pk__in=rubrics, versions=None).values_list("title", flat=True).first()
    return _("La grille « %(rubric)s » n'est pas publiée. Publiez-la d'abord, dans « Grilles ».") % {"rubric": title} if title else ""


def _refusal(**facts: object) -> str:
    try:
        check_module_publishable(**facts)  # type: ignore[arg-type]  # the rule's own arguments, passed through
    except Refused as refusal:
        return refusal.message
    return ""


def _lines(
    competencies: list[Competency], targets: frozenset[int], here: set[tuple[int, str]], programme: ProgrammePage, module: ModulePage | None
) -> list[CompetencyLine]:
    elsewhere = _elsewhere(competencies, programme, module)
    return [
        CompetencyLine(
            code=competency.code, label=competency.label, is_target=competency.pk in targets,
            here=frozenset(role for role in ROLES if (competency.pk, role) in here), elsewhere=elsewhere.get(competency.pk, {}),
        )
        for competency in competencies
    ]  # fmt: skip


def _elsewhere(competencies: list[Competency], programme: ProgrammePage, module: ModulePage | None) -> dict[int, dict[str, list[str]]]:
    """Codes of the other published modules that teach, practise or assess each competency."""
    others = ModulePage.objects.child_of(programme).live().exclude(pk=module.pk if module else None)
    codes = dict(others.values_list("path", "code"))
    rows = StepCompetency.objects.filter(competency__in=competencies, step__live=True).values_list("competency", "role", "step__path")
    found: dict[int, dict[str, list[str]]] = {}
    for competency, role, path in rows:
        code = codes.get(path[: -Page.steplen])
        roles = found.setdefault(competency, {})
        for told in ("practised", "assessed") if role == "assessed" else (role,):
            if code and code not in roles.setdefault(told, []):
                roles[told].append(code)
    return found


def _hours(budget: Mapping[str, int], used: Mapping[str, int]) -> list[HoursLine]:
    return [
        HoursLine(
            kind=KIND_WORDS[kind], used=duration(used[kind]), budget=duration(budget[kind]),
            state="over" if used[kind] > budget[kind] else "under" if used[kind] < budget[kind] else "full",
            words=_gap(budget[kind] - used[kind]), percent=min(100, 100 * used[kind] // budget[kind]) if budget[kind] else 0,
        )
        for kind in KINDS
        if budget[kind] or used[kind]
    ]  # fmt: skip


def _gap(left: int) -> str:
    if left < 0:
        return _("%(time)s de trop") % {"time": duration(-left)}
    return _("reste %(time)s") % {"time": duration(left)} if left else _("complet")


def _remarks(programme: Mapping[str, int], planned: Mapping[str, int], module: Mapping[str, int], steps: Mapping[str, int]) -> list[str]:
    """Under budget is allowed, and said."""
    said = []
    if left := room_left(module, steps):
        said.append(_("Il reste %(time)s à remplir dans les étapes de ce module.") % {"time": spoken(left)})
    if left := room_left(programme, planned):
        said.append(_("Il reste %(time)s à placer dans le parcours.") % {"time": spoken(left)})
    return said
