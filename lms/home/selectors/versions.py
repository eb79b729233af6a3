"""The versions of a framework, and what the next one would change."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import PracticalPage, Question, Rubric
from competencies.models import Competency, Framework, FrameworkVersion
from competencies.selectors.policies import Change
from competencies.selectors.versions import Mapped, affected, carried_levels, kinds_of, lost_levels
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
    """What publishing would do; `lost` has the names that one may read."""

    ended: list[Ended]
    carried: int
    people: int
    lost: Trial
    uses: list[str]


def versions_out(framework: Framework) -> QuerySet[FrameworkVersion]:
    """The last one first, with how many competencies each ended."""
    return framework.versions.select_related("by").annotate(ended=Count("successions__old", distinct=True))  # type: ignore[no-any-return]  # Wagtail carries no types


def version_trial(user: User, mapped: Mapped, follows: Framework | None) -> VersionTrial:
    """Nothing is written. A fixed number of queries."""
    rows = Competency.objects.in_bulk({*mapped, *(new for news in mapped.values() for new in news)})
    kinds, counts, brought = kinds_of(mapped), affected(list(mapped)), carried_levels(mapped)
    ended = [
        Ended(rows[old], kinds[old], str(KIND_WORDS[kinds[old]]), [rows[new] for new in news], counts[old]) for old, news in mapped.items()
    ]
    lost = [Change(one.trainee, one.competency, one.before, one.after) for one in lost_levels(mapped)]
    people = len({one.trainee for one in brought} | {one.trainee for one in lost})
    return VersionTrial(ended, len(brought), people, shown_changes(user, lost), [] if follows else uses_of(list(mapped)))


def uses_of(competencies: list[int]) -> list[str]:
    """What is published and still leans on these competencies, in words: it has to be turned to others first. Five queries."""
    modules = ModulePage.objects.live().filter(targets__competency__in=competencies)
    lessons = LessonPage.objects.live().filter(competencies__competency__in=competencies)
    practicals = PracticalPage.objects.live().filter(rubric__lines__criterion__competency__in=competencies)
    rubrics = Rubric.objects.filter(live=True, lines__criterion__competency__in=competencies, practicals__in=practicals)
    questions = Question.objects.filter(live=True, competencies__competency__in=competencies)
    return [
        *(_("le module %s") % one for one in modules.distinct()),
        *(_("la leçon %s") % one for one in lessons.distinct()),
        *(_("la grille %s") % one for one in rubrics.distinct()),
        *(_("la question %s") % one for one in questions.distinct()),
    ]
