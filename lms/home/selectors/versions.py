"""The versions of a framework, and what the next one would change."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import PracticalPage, Question, Rubric
from competencies.models import Competency, Framework, FrameworkVersion
from competencies.selectors.policies import Change
from competencies.selectors.versions import Mapped, affected, carried_levels, going_on, kinds_of, lost_levels, moved_by_drafts
from content.models import LessonPage
from curriculum.models import ModulePage
from lms.home.selectors.policies import Trial, shown_changes
from lms.people.models import User

KIND_WORDS = {
    "same": gettext_lazy("remplacée"), "split": gettext_lazy("partagée"), "merged": gettext_lazy("réunie"), "dropped": gettext_lazy("plus demandée"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ended:
    """A competency that ends: what became of it (a key of `KIND_WORDS`), by what, and how many trainees have a level in it."""

    old: Competency
    kind: str
    word: str
    news: list[Competency]
    trainees: int


@dataclass(frozen=True, slots=True)
class VersionTrial:
    """What publishing would do; `lost` and `moved` (by changed criteria) have the names that one may read, `uses` what has to change first, the rest may change later."""

    ended: list[Ended]
    carried: int
    people: int
    lost: Trial
    moved: Trial
    uses: list[str]
    lessons: int
    questions: int


def versions_out(framework: Framework) -> QuerySet[FrameworkVersion]:
    """The last one first, with how many competencies each ended."""
    return framework.versions.select_related("by").annotate(ended=Count("successions__old", distinct=True))  # type: ignore[no-any-return]  # Wagtail carries no types


def version_trial(user: User, framework: Framework, mapped: Mapped, follows: Framework | None) -> VersionTrial:
    """Nothing is written. A fixed number of queries."""
    rows = Competency.objects.in_bulk({*mapped, *(new for news in mapped.values() for new in news)})
    going = set() if follows else going_on(framework, mapped)
    kinds, counts, brought = kinds_of(mapped, going), affected(list(mapped)), carried_levels(mapped, going)
    ended = [
        Ended(rows[old], kinds[old], str(KIND_WORDS[kinds[old]]), [rows[new] for new in news], counts[old]) for old, news in mapped.items()
    ]
    lost = [Change(one.trainee, one.competency, one.before, one.after) for one in lost_levels(mapped, going)]
    moved = [one for one in moved_by_drafts(framework) if one.competency not in mapped]
    people = len({one.trainee for one in brought} | {one.trainee for one in [*lost, *moved]})
    uses, mentions = ([], (0, 0)) if follows else (uses_of(list(mapped)), mentions_of(list(mapped)))
    return VersionTrial(ended, len(brought), people, shown_changes(user, lost), shown_changes(user, moved), uses, *mentions)


def uses_of(competencies: list[int]) -> list[str]:
    """The published modules and rubrics that lean on these competencies, in words: they have to be turned to others first. Three queries."""
    modules = ModulePage.objects.live().filter(targets__competency__in=competencies)
    practicals = PracticalPage.objects.live().filter(rubric__lines__criterion__competency__in=competencies)
    rubrics = Rubric.objects.filter(live=True, lines__criterion__competency__in=competencies, practicals__in=practicals)
    return [*(_("le module %s") % one for one in modules.distinct()), *(_("la grille %s") % one for one in rubrics.distinct())]


def mentions_of(competencies: list[int]) -> tuple[int, int]:
    """How many published lessons and questions say that they are about these competencies; they may be changed later. Two queries."""
    lessons = LessonPage.objects.live().filter(competencies__competency__in=competencies)
    questions = Question.objects.filter(live=True, competencies__competency__in=competencies)
    return lessons.distinct().count(), questions.distinct().count()
