"""Rules of levels in words, and whose level a trial would move."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competencies.models import Competency, Framework, LevelRule
from competencies.selectors.policies import Change
from lms.people.models import User

SHOWN = 200


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """One kept rule as a row: what it holds, in words, by whom and why."""

    rule: LevelRule
    scope: str
    words: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One level that would move."""

    trainee: UUID
    name: str
    competency: UUID
    label: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would do: how many levels go up and down, the rows one may read, and how many more there are."""

    up: int
    down: int
    rows: list[ShownChange]
    more: int


def written_rules(framework: Framework) -> list[WrittenRule]:
    """Every rule of a framework, the newest first. One query."""
    held: set[tuple[int | None, int | None]] = set()
    rows = []
    for rule in LevelRule.objects.filter(framework=framework).select_related("competency", "block", "applied_by").order_by("-version"):
        scope = (rule.competency_id, rule.block_id)
        rows.append(WrittenRule(rule, str(rule.competency or rule.block or _("tout le référentiel")), words_of(rule), scope not in held))
        held.add(scope)
    return rows


def words_of(rule: LevelRule) -> str:
    """What a rule asks, in one sentence."""
    said = rule.settings
    kind = {
        "n_of_last": _("%(n)s fois sur les %(m)s dernières"), "block_n": _("%(n)s compétences du bloc"),
        "decaying": _("moyenne où la dernière fois compte pour %(weight)s %%"), "points": _("%(threshold)s points parmi ses critères"),
        "block_points": _("%(threshold)s points parmi ses compétences"),
    }.get(rule.kind)  # fmt: skip
    parts = [
        kind % {"n": said.get("n"), "m": said.get("m"), "weight": said.get("weight"), "threshold": said.get("threshold")}
        if kind
        else str(rule.get_kind_display())
    ]
    minimum = said.get("minimum", {})
    words = {
        "occasions": _("%d preuves"), "kinds": _("%d sortes de preuves"), "assessors": _("%d évaluateurs"), "days": _("%d jours différents"),
    }  # fmt: skip
    if minimum:
        parts.append(_("au moins %s") % ", ".join(words[name] % minimum[name] for name in words if name in minimum))
    if said.get("valid_days"):
        days = said["valid_days"]
        parts.append(
            ngettext("à montrer de nouveau après %(days)d jour", "à montrer de nouveau après %(days)d jours", days) % {"days": days}
        )
    return " ; ".join(parts)


def shown_changes(user: User, changes: Sequence[Change]) -> Trial:
    """A trial as this person may read it: names only of the trainees they follow. Two queries."""
    people = User.objects.trainees_visible_to(user).in_bulk([one.trainee for one in changes])
    competencies = Competency.objects.in_bulk({one.competency for one in changes})
    seen = [one for one in changes if one.trainee in people]
    rows = [
        ShownChange(
            people[one.trainee].uuid, str(people[one.trainee]), competencies[one.competency].uuid, str(competencies[one.competency]),
            one.before, one.after,
        )
        for one in seen[:SHOWN]
    ]  # fmt: skip
    return Trial(
        sum(one.after > one.before for one in changes), sum(one.after < one.before for one in changes), rows, len(changes) - len(rows)
    )
