"""What bringing a framework in would change: rows not yet written, each beside what the file says of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext as _

from competencies.formats import FrameworkData, ItemData
from competencies.models import Block, Competency, Criterion, Framework
from competencies.services.frameworks import STOCK_SCALE
from lms import clock
from lms.files.formats import Refusal

LONGEST_SLUG: Final = 60
FRAMEWORK_FIELDS: Final = ("title", "version", "language", "description", "certifier", "certification_type", "certification_code", "source")
MODELS: Final[dict[str, Any]] = {"block": Block, "competency": Competency, "criterion": Criterion}
FIELDS: Final = {
    "block": ("code", "label", "aim", "sort_order", "source"),
    "competency": ("code", "label", "plain_label", "references", "position", "source"),
    "criterion": ("code", "label", "sort_order", "source"),
}
HOLDER: Final = {"block": "parent_id", "competency": "block_id", "criterion": "competency_id"}
FREE_WHEN_FROZEN: Final = frozenset({"plain_label", "references", "source", "sort_order", "position"})


class Change(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    SAME = "same"


@dataclass(slots=True)
class Planned:
    """An item: what the file says, the row as it would be, the item that holds it."""

    data: ItemData
    row: Any
    change: Change
    holder: "Planned | None"


@dataclass(slots=True)
class Plan:
    """One framework to bring in."""

    data: FrameworkData
    framework: Framework
    change: Change
    items: list[Planned] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[Refusal] = field(default_factory=list)


def plan_of(data: FrameworkData, step: Callable[[], None]) -> Plan:
    """Read what is there (a fixed number of queries) and say what becomes of each row. `step` is called once a row."""
    framework = _found(data)
    plan = Plan(data, framework or Framework(), Change.SAME)
    _plan_framework(plan)
    step()
    site = Site(plan)
    planned: dict[int, Planned] = {}
    for order, (item, holder) in enumerate(data.all_items()):
        above = planned.get(id(holder)) if holder else None
        planned[id(item)] = one = site.plan(item, above, order)
        plan.items.append(one)
        step()
    _refuse_drafts(plan)
    return plan


def _found(data: FrameworkData) -> Framework | None:
    """By its identifier, else by its code and version."""
    found = Framework.objects.filter(uuid=data.uuid).first() if data.uuid else None
    if found is None and data.code:
        found = Framework.objects.filter(code=data.code, version=data.version).first()
    return found


def _plan_framework(plan: Plan) -> None:
    data, row = plan.data, plan.framework
    said = {name: getattr(data, name) for name in FRAMEWORK_FIELDS}
    if row.pk is None:
        said["language"] = data.language or "fr"
        row.code = data.code or _free_code(data)
        row.uuid, row.last_published_at = data.uuid or row.uuid, clock.now()
        plan.change = Change.CREATED
    else:
        said = {name: value for name, value in said.items() if value != "" and (name != "source" or value)}
        if _differs(row, said):
            plan.change = Change.UPDATED
            if row.frozen_at and any(name != "source" and getattr(row, name) != value for name, value in said.items()):
                plan.refused.append(
                    Refusal(data.where or row.code, _("Cette version est figée. Faites une nouvelle version du référentiel."))
                )
        _note_scale(plan)
    for name, value in said.items():
        setattr(row, name, value)
    _check_lengths(row, ("code", *FRAMEWORK_FIELDS), data.where or data.title, plan)
    if row.code != slugify(row.code):
        why = _("Le code « %(code)s » d'un référentiel n'a que des lettres sans accent, des chiffres et des tirets.") % {
            "code": row.code[:60]
        }
        plan.refused.append(Refusal(data.where, why))
    if Framework.objects.filter(code=row.code, version=row.version).exclude(pk=row.pk).exists():
        why = _("La version %(version)s de « %(code)s » existe déjà, sous un autre identifiant.") % {
            "version": row.version,
            "code": row.code,
        }
        plan.refused.append(Refusal(data.where, why))
    if data.scale and not _is_sound(data.scale.acquired_at, [level[0] for level in data.scale.levels]):
        why = _("Une échelle a deux niveaux au moins, de 0 à 4, chacun une fois ; « acquis » commence à l'un d'eux, après le premier.")
        plan.refused.append(Refusal(data.where, why))


def _is_sound(acquired_at: int, values: list[int]) -> bool:
    return 2 <= len(values) == len(set(values)) and set(values) <= set(range(5)) and 1 <= acquired_at <= 4 and acquired_at in values


def _note_scale(plan: Plan) -> None:
    scale, row = plan.data.scale, plan.framework
    if scale and (scale.title, scale.acquired_at) != (row.scale.title, row.scale.acquired_at) and scale.title != STOCK_SCALE.title:
        note = _("Le référentiel garde son échelle, « %(title)s ».") % {"title": row.scale.title}
        plan.notes.append(Refusal(plan.data.where, note))


def _free_code(data: FrameworkData) -> str:
    code = slugify(data.title)[: LONGEST_SLUG - 4].strip("-") or "referentiel"
    taken = set(Framework.objects.filter(version=data.version, code__startswith=code).values_list("code", flat=True))
    return next(name for number in range(1, len(taken) + 2) if (name := code if number == 1 else f"{code}-{number}") not in taken)


def _differs(row: Any, said: dict[str, Any]) -> bool:
    return any(_bare(getattr(row, name)) != _bare(value) for name, value in said.items())


def _bare(value: Any) -> Any:
    """The moment at which another site last changed a row is no change of the row."""
    return {name: one for name, one in value.items() if name != "at"} if isinstance(value, dict) else value


def _check_lengths(row: Any, names: tuple[str, ...], where: str, plan: Plan) -> None:
    for name in names:
        most, value = row._meta.get_field(name).max_length, getattr(row, name)
        if most and isinstance(value, str) and len(value) > most:
            why = _("« %(start)s… » dépasse %(most)s signes (%(name)s).")
            said = {"start": value[:30], "most": most, "name": row._meta.get_field(name).verbose_name}
            plan.refused.append(Refusal(where, why % said))
        if name in ("code", "label", "title") and not value:
            plan.refused.append(Refusal(where, _("Il manque : %(name)s.") % {"name": row._meta.get_field(name).verbose_name}))


class Site:
    """What is there of a framework, by identifier and by code, and which identifiers of the file belong to others."""

    def __init__(self, plan: Plan) -> None:
        self.plan_ = plan
        pk = plan.framework.pk
        rows = {
            "block": Block.objects.filter(framework=pk), "competency": Competency.objects.filter(block__framework=pk),
            "criterion": Criterion.objects.filter(competency__block__framework=pk),
        }  # fmt: skip
        self.rows: dict[str, list[Any]] = {kind: list(found.order_by("pk")) if pk else [] for kind, found in rows.items()}
        self.by_uuid: dict[tuple[str, UUID], Any] = {(kind, row.uuid): row for kind, found in self.rows.items() for row in found}
        self.by_code: dict[tuple[str, str], list[Any]] = {}
        for kind, found in self.rows.items():
            for row in found:
                self.by_code.setdefault((kind, row.code), []).append(row)
        self.taken = self._taken()
        self.ranks: dict[int | None, int] = {}
        self.met: set[tuple[str, int, str]] = set()  # codes, each under its holder
        self.found: set[tuple[str, int]] = set()  # rows that an item of the file has
        self.named = {item.uuid for item, _holder in plan.data.all_items() if item.uuid}

    def _taken(self) -> set[UUID]:
        """Identifiers of the file that rows of other frameworks have."""
        wanted = [item.uuid for item, _holder in self.plan_.data.all_items() if item.uuid]
        own = {uuid for _kind, uuid in self.by_uuid}
        found: set[UUID] = set()
        for model in MODELS.values():
            for start in range(0, len(wanted), 500):
                found.update(model.objects.filter(uuid__in=wanted[start : start + 500]).values_list("uuid", flat=True))
        return found - own

    def plan(self, item: ItemData, holder: Planned | None, order: int) -> Planned:
        """The row of an item, found or new, as it would be. What cannot be is refused by name."""
        where = item.where or item.code
        row = self._row(item, holder)
        is_new = row is None
        if row is not None:
            self.found.add((item.kind, row.pk))
        else:
            row = MODELS[item.kind](uuid=item.uuid) if item.uuid else MODELS[item.kind]()
        rank = self._rank(holder)
        said = self._said(item, is_new=is_new, order=order, rank=rank)
        change = Change.CREATED if is_new else Change.SAME
        has_moved = not is_new and getattr(row, HOLDER[item.kind]) != (holder.row.pk if holder else None)
        changed = [name for name, value in said.items() if not is_new and _bare(getattr(row, name)) != _bare(value)]
        if has_moved or changed:
            change = Change.UPDATED
        if self.plan_.framework.frozen_at and (is_new or has_moved or set(changed) - FREE_WHEN_FROZEN):
            self._refuse(where, _("« %(code)s » est dans une version figée : seuls ses mots simples et ses références changent. Faites une nouvelle version.") % {"code": item.code})  # fmt: skip
        for name, value in said.items():
            setattr(row, name, value)
        _check_lengths(row, FIELDS[item.kind], where, self.plan_)
        self._check_apart(item, holder, where)
        return Planned(item, row, change, holder)

    def _refuse(self, where: str, why: str) -> None:
        self.plan_.refused.append(Refusal(where, why))

    def _row(self, item: ItemData, holder: Planned | None) -> Any:
        """By its identifier; else by its code under the same holder, or in the whole framework when nothing else has it."""
        found = self.by_uuid.get((item.kind, item.uuid)) if item.uuid else None
        if found and (item.kind, found.pk) not in self.found:
            return found
        rows = self.by_code.get((item.kind, item.code), [])
        same = [row for row in rows if (item.kind, row.pk) not in self.found and row.uuid not in self.named]
        above = holder.row.pk if holder else None
        beside = [row for row in same if getattr(row, HOLDER[item.kind]) == above]
        return beside[0] if beside else same[0] if len(same) == 1 else None

    def _rank(self, holder: Planned | None) -> int:
        key = id(holder) if holder else None
        self.ranks[key] = self.ranks.get(key, -1) + 1
        return self.ranks[key]

    def _said(self, item: ItemData, *, is_new: bool, order: int, rank: int) -> dict[str, Any]:
        """The columns that the file speaks of. A block's order runs through the whole framework, a competency's through its block."""
        said: dict[str, Any] = {"code": item.code, "label": item.label}
        if item.source or is_new:
            said["source"] = item.source
        if item.kind == "block":
            said["sort_order"] = order
            said |= {"aim": item.aim} if item.aim or is_new else {}
        elif item.kind == "competency":
            said["position"] = rank
            plain = item.plain_label or (item.label if is_new else "")
            said |= {"plain_label": plain} if plain else {}
            said |= {"references": item.references or {}} if item.references is not None or is_new else {}
        else:
            said["sort_order"] = rank
        return said

    def _check_apart(self, item: ItemData, holder: Planned | None, where: str) -> None:
        if item.uuid and item.uuid in self.taken:
            self._refuse(where, _("L'identifiant %(uuid)s est déjà celui d'un élément d'un autre référentiel.") % {"uuid": item.uuid})
        scope = (item.kind, 0 if item.kind == "block" else id(holder), item.code)
        if scope in self.met:
            self._refuse(where, _("Le code « %(code)s » est là deux fois.") % {"code": item.code})
        self.met.add(scope)


def _refuse_drafts(plan: Plan) -> None:
    """Someone is working on what the file would change."""
    why = _("Il a un brouillon ici. Publiez-le ou abandonnez-le, puis importez.")
    blocks = plan.change is not Change.SAME or any(one.data.kind == "block" and one.change is not Change.SAME for one in plan.items)
    if plan.framework.pk and plan.framework.has_unpublished_changes and blocks:
        plan.refused.append(Refusal(plan.framework.code, why))
    drafts = {id(one): one for one in plan.items if one.data.kind == "competency" and one.row.pk and one.row.has_unpublished_changes}
    moved = {id(one.holder) for one in plan.items if one.data.kind == "criterion" and one.change is not Change.SAME}
    plan.refused += [
        Refusal(one.data.where or one.row.code, why) for key, one in drafts.items() if one.change is not Change.SAME or key in moved
    ]
