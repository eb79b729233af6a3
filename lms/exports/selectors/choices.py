"""What a trainee chose to join to their dossier, and what was advised to them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from lms.exports.models import WorkChoice, WorkProposal
from lms.exports.rules import dossier as said
from lms.exports.rules.choices import joined_of


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice as it stands: by uuid of the practical, why; nothing picked, or none of what is judged, is everything."""

    uuid: UUID
    at: datetime
    picks: dict[UUID, str]

    def joined(self, judged: Collection[UUID]) -> set[UUID]:
        return joined_of(judged, self.picks)

    def says(self, judged: Collection[UUID]) -> bool:
        """Whether it speaks of any of these works."""
        return not self.picks.keys().isdisjoint(judged)


def chosen_by(trainee: int) -> Chosen | None:
    """What they chose last; None where they never did, or took everything again. One query."""
    row = WorkChoice.objects.filter(trainee=trainee).first()
    if row is None or not row.picks:
        return None
    return Chosen(row.uuid, row.chosen_at, {UUID(practical): why for practical, why in row.picks.items()})


def told_choice(chosen: Chosen | None, judged: Collection[UUID], by: str) -> said.Choice | None:
    """The choice as a dossier tells it; None where every work is joined because none was chosen."""
    if chosen is None or not chosen.says(judged):
        return None
    return said.Choice(chosen.uuid, by, chosen.at.astimezone(UTC), len(chosen.joined(judged)), len(judged))


def proposals_of(trainee: int) -> dict[UUID, list[WorkProposal]]:
    """What trainers advise and did not take back, by uuid of the practical. One query."""
    found: dict[UUID, list[WorkProposal]] = defaultdict(list)
    for row in WorkProposal.objects.filter(trainee=trainee, withdrawn_at=None).select_related("by", "practical"):
        found[row.practical.uuid].append(row)
    return found
