"""A framework as plain data, and as a file of another system."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from competencies.formats import AssociationData, FrameworkData, ItemData, ScaleData, Written
from competencies.formats.known import WRITERS
from competencies.models import Association, Block, Competency, Criterion, Framework
from lms.refusal import Refused


def export_framework(*, framework: Framework, format_: str) -> Written:
    """The file, and what it could not carry. Refused: a format that does not exist."""
    if format_ not in WRITERS:
        raise Refused("format_unknown", _("Ce format n'existe pas. Choisissez parmi : %(known)s.") % {"known": ", ".join(WRITERS)})
    return WRITERS[format_].write(framework_data(framework))


def framework_of(*, code: str, version: str = "") -> Framework:
    """The framework of that code: of that version, else the one made last. Refused: none."""
    found = Framework.objects.filter(code=code, **({"version": version} if version else {})).order_by("-pk").first()
    if found is None:
        raise Refused("framework_unknown", _("Le référentiel « %(code)s » n'existe pas.") % {"code": code})
    return found  # type: ignore[no-any-return]  # Wagtail carries no types


def framework_heads(**asked: Any) -> list[FrameworkData]:
    """The published frameworks without their items, in two queries."""
    rows = Framework.objects.filter(live=True, **asked).select_related("scale").prefetch_related("scale__levels").order_by("pk")
    return [_head(row) for row in rows]


def _head(framework: Framework) -> FrameworkData:
    scale = framework.scale
    levels = sorted((level.value, level.label, level.plain_label) for level in scale.levels.all())
    return FrameworkData(
        title=framework.title, code=framework.code, version=framework.version, language=framework.language,
        description=framework.description, certifier=framework.certifier, certification_type=framework.certification_type,
        certification_code=framework.certification_code, uuid=framework.uuid, source=framework.source, changed_at=framework.last_published_at,
        scale=ScaleData(scale.title, scale.acquired_at, tuple(levels)),
    )  # fmt: skip


def framework_data(framework: Framework) -> FrameworkData:
    """All that is published of it, in six queries whatever its size."""
    data = _head(framework)
    data.associations = [
        AssociationData(row.uuid, row.kind, row.origin, row.destination, row.is_place, row.source)
        for row in Association.objects.filter(framework=framework)
    ]
    criteria: dict[int, list[ItemData]] = {}
    for row in Criterion.objects.filter(competency__block__framework=framework).order_by("sort_order", "pk"):
        one = ItemData("criterion", row.code, row.label, uuid=row.uuid, source=row.source)
        criteria.setdefault(row.competency_id, []).append(one)
    competencies: dict[int, list[tuple[int, ItemData]]] = {}
    for row in Competency.objects.filter(block__framework=framework, live=True).order_by("position", "pk"):
        one = ItemData(
            "competency", row.code, row.label, plain_label=row.plain_label, references=row.references, items=criteria.get(row.pk, []),
            uuid=row.uuid, source=row.source, changed_at=row.last_published_at or framework.last_published_at,
        )  # fmt: skip
        for criterion in one.items:
            criterion.changed_at = one.changed_at
        competencies.setdefault(row.block_id, []).append((row.position, one))
    data.items = _blocks(framework, competencies)
    return data


def _blocks(framework: Framework, competencies: dict[int, list[tuple[int, ItemData]]]) -> list[ItemData]:
    rows = list(Block.objects.filter(framework=framework).order_by("sort_order", "pk"))
    items = {
        row.pk: ItemData(
            "block", row.code, row.label, aim=row.aim, uuid=row.uuid, source=row.source, changed_at=framework.last_published_at
        )
        for row in rows
    }
    tops = []
    for row in rows:
        if row.parent_id in items:
            items[row.parent_id].items.append(items[row.pk])
        else:
            tops.append(items[row.pk])
    for pk, item in items.items():
        item.items = _woven(item.items, competencies.get(pk, []))
    return tops


def _woven(blocks: list[ItemData], competencies: Iterable[tuple[int, ItemData]]) -> list[ItemData]:
    """Blocks and competencies of one block in their common order: a competency's position counts them all."""
    found = list(blocks)
    if not blocks:
        return [one for _position, one in competencies]
    for position, one in competencies:
        found.insert(min(position, len(found)), one)
    return found
