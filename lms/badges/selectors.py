"""Questions about badges: what a trainee is entitled to, what was issued, and the words of a verdict.

Trainees are named by primary keys that a caller took from `visible_to`. Each function costs a fixed number of queries.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competencies.models import Block, BlockValidation, Competency, Criterion, Standing
from lms import clock
from lms.badges.models import Badge, SigningKey
from lms.badges.rules import Verdict, complete_blocks, verdict_at


class Told(NamedTuple):
    """How a verdict is said: an icon, a few words, and what it means."""

    icon: str
    tone: str
    words: Promise
    meaning: Promise


TOLD: dict[Verdict, Told] = {
    Verdict.SOUND: Told("badge-check", "done", _("Ce badge est bon"), _("Il est signé par nous et rien n'y a été changé.")),
    Verdict.REVOKED: Told("ban", "warn", _("Ce badge a été annulé"), _("Nous l'avons donné, puis nous l'avons annulé. Il ne compte plus.")),
    Verdict.EXPIRED: Told("clock", "warn", _("Ce badge n'est plus valable"), _("Sa date de fin est passée. La signature tient encore.")),
    Verdict.EARLY: Told("clock", "warn", _("Ce badge n'est pas encore valable"), _("Sa date de début n'est pas encore là.")),
    Verdict.ALTERED: Told(
        "triangle-alert", "warn", _("Ce fichier a été changé"),
        _("La signature ne tient pas : ce n'est pas, au signe près, ce qui a été signé. Demandez le fichier d'origine."),
    ),
    Verdict.UNKNOWN: Told(
        "circle-question-mark", "warn", _("Nous ne retrouvons pas ce badge"), _("La signature est la nôtre, mais le badge n'est pas dans notre registre.")
    ),
    Verdict.FOREIGN: Told(
        "building-2", "", _("Ce badge vient d'ailleurs"),
        _("La signature tient avec la clé que le fichier porte. Rien ici ne prouve que cette clé est bien à cet organisme : demandez-le-lui."),
    ),
    Verdict.FOREIGN_UNREAD: Told(
        "building-2", "", _("Ce badge vient d'ailleurs"),
        _("Nous ne pouvons pas contrôler sa signature d'ici : le fichier ne porte pas sa clé. Contrôlez-le chez cet organisme."),
    ),
    Verdict.NOT_A_BADGE: Told(
        "file-question-mark", "", _("Ce n'est pas un badge"),
        _("Choisissez un fichier Open Badges 3.0 : .jwt, .json, ou une image PNG ou SVG qui en porte un."),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Achievement:
    """What a badge says is acquired: a competency or a block, as its framework words it today."""

    kind: str
    pk: int
    uuid: UUID
    code: str
    label: str
    plain_label: str
    framework: str
    narrative: str = ""


def achievement_of(uuid: UUID) -> Achievement | None:
    """A published competency, or a block, with what shows that it is acquired. Two queries at most."""
    is_known = Q(live=True) | Q(pk__in=Badge.objects.values("competency"))  # a badge that was given keeps its meaning
    competency = Competency.objects.filter(is_known, uuid=uuid).select_related("block__framework").first()
    if competency:
        criteria = Criterion.objects.filter(competency=competency).order_by("sort_order", "pk").values_list("label", flat=True)
        return Achievement(*_head(competency), narrative=" · ".join(criteria))
    block = Block.objects.filter(uuid=uuid).select_related("framework").first()
    if block is None:
        return None
    inside = Competency.objects.filter(block__in=_below(block), live=True).order_by("block__sort_order", "position", "pk")
    return Achievement(*_block_head(block), narrative=" · ".join(f"{code} {label}" for code, label in inside.values_list("code", "label")))


def _head(competency: Competency) -> tuple[str, int, UUID, str, str, str, str]:
    title = competency.block.framework.title
    return (
        "competency",
        competency.pk,
        competency.uuid,
        competency.code,
        competency.label,
        competency.plain_label or competency.label,
        title,
    )


def _block_head(block: Block) -> tuple[str, int, UUID, str, str, str, str]:
    return "block", block.pk, block.uuid, block.code, block.label, block.aim or block.label, block.framework.title


def _below(block: Block) -> set[int]:
    """A block and those that stand in it, at any depth."""
    parents = dict(Block.objects.filter(framework=block.framework_id).values_list("pk", "parent"))
    return {pk for pk in parents if block.pk in _line_of(pk, parents)}


def _line_of(block: int, parents: Mapping[int, int | None]) -> list[int]:
    """A block, the one it stands in, and so on."""
    line: list[int] = []
    current: int | None = block
    while current is not None and current not in line:
        line.append(current)
        current = parents.get(current)
    return line


def entitlements(trainees: Collection[int]) -> dict[int, list[Achievement]]:
    """What each trainee may be given a badge for now: the competencies whose kept level is at the scale's marker or above, and the
    blocks that an assessor validated, with all that stands in them. Four queries, whatever the number of trainees. The one rule: `is_entitled` asks it too.
    """
    marker = F("competency__block__framework__scale__acquired_at")
    kept = Standing.objects.filter(trainee__in=trainees, level__gte=marker, competency__live=True)
    acquired: dict[int, set[int]] = defaultdict(set)
    frameworks = set()
    for trainee, competency, framework in kept.values_list("trainee_id", "competency_id", "competency__block__framework"):
        acquired[trainee].add(competency)
        frameworks.add(framework)
    validated: dict[int, set[int]] = defaultdict(set)
    for trainee, part, framework in BlockValidation.objects.filter(trainee__in=trainees).values_list(
        "trainee_id", "block_id", "block__framework"
    ):
        validated[trainee].add(part)
        frameworks.add(framework)
    competencies = Competency.objects.filter(block__framework__in=frameworks, live=True).select_related("block__framework")
    ordered = list(competencies.order_by("block__framework", "block__sort_order", "position", "pk"))
    blocks = {block.pk: block for block in Block.objects.filter(framework__in=frameworks).select_related("framework")}
    parents = {pk: block.parent_id for pk, block in blocks.items()}
    parts: dict[int, set[int]] = {pk: set() for pk in sorted(blocks, key=lambda pk: (blocks[pk].framework_id, blocks[pk].sort_order or 0))}
    for part in {competency.block_id for competency in ordered}:
        for block in _line_of(part, parents):
            parts[block].add(part)
    return {
        trainee: [Achievement(*_head(one)) for one in ordered if one.pk in acquired[trainee]]
        + [Achievement(*_block_head(blocks[pk])) for pk in complete_blocks(validated[trainee], parts)]
        for trainee in trainees
    }


def is_entitled(trainee: int, what: Achievement) -> bool:
    """Whether this trainee may be given that badge now."""
    return any((one.kind, one.pk) == (what.kind, what.pk) for one in entitlements([trainee])[trainee])


@dataclass(frozen=True, slots=True)
class BadgeRow:
    """One badge as lists show it. `has_lost_level`: it stands, and the kept level is no longer there; a person decides what follows."""

    uuid: UUID
    title: str
    trainee: str
    trainee_uuid: UUID
    issued_at: datetime
    issued_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    revoked_reason: str
    state: Verdict
    has_lost_level: bool
    is_shared: bool


def badge_rows(badges: Sequence[Badge]) -> list[BadgeRow]:
    """Rows of badges that came through `visible_to`, with `trainee` and `issued_by`. Three queries."""
    due = entitlements({badge.trainee_id for badge in badges})
    own = {trainee: {(one.kind, one.pk) for one in found} for trainee, found in due.items()}
    return [_row(badge, own[badge.trainee_id]) for badge in badges]


def _row(badge: Badge, own: set[tuple[str, int]]) -> BadgeRow:
    what = ("competency", badge.competency_id) if badge.competency_id else ("block", badge.block_id)
    state = state_of(badge)
    return BadgeRow(
        uuid=badge.uuid, title=badge.title, trainee=str(badge.trainee), trainee_uuid=badge.trainee.uuid, issued_at=badge.issued_at,
        issued_by=str(badge.issued_by), expires_at=badge.expires_at, revoked_at=badge.revoked_at, revoked_reason=badge.revoked_reason,
        state=state, has_lost_level=state is Verdict.SOUND and what not in own, is_shared=badge.share_token is not None,
    )  # fmt: skip


def state_of(badge: Badge) -> Verdict:
    """Sound, revoked or expired, now."""
    return verdict_at(clock.now(), start=badge.issued_at, end=badge.expires_at, revoked_at=badge.revoked_at)


@dataclass(frozen=True, slots=True)
class Offer:
    """A badge that somebody may be given now."""

    trainee: int
    trainee_uuid: UUID
    name: str
    what: Achievement


def offers_to(people: Mapping[int, tuple[UUID, str]]) -> list[Offer]:
    """What these trainees (by key: uuid and name) are entitled to and do not hold, in the order given. Four queries."""
    held = {
        (trainee, competency, block)
        for trainee, competency, block, revoked_at, expires_at in Badge.objects.filter(trainee__in=people, revoked_at=None).values_list(
            "trainee_id", "competency_id", "block_id", "revoked_at", "expires_at"
        )
        if verdict_at(clock.now(), start=None, end=expires_at, revoked_at=revoked_at) is Verdict.SOUND
    }
    due = entitlements(people)
    return [
        Offer(trainee, uuid, name, what)
        for trainee, (uuid, name) in people.items()
        for what in due[trainee]
        if (trainee, *((what.pk, None) if what.kind == "competency" else (None, what.pk))) not in held
    ]


def keys_known() -> list[SigningKey]:
    """Every key of this site, the latest first: their public parts are served for ever."""
    return list(SigningKey.objects.only("kid", "public", "active_from", "active_until"))


def revoked_indices() -> tuple[int, ...]:
    """Places in the status list of the badges that were revoked."""
    return tuple(Badge.objects.filter(revoked_at__isnull=False).order_by("status_index").values_list("status_index", flat=True))
