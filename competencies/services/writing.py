"""Writing what was planned of a framework, in the caller's transaction: in bulk, holders before what they hold."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from competencies.formats import AssociationData
from competencies.models import Association, Framework
from competencies.services.frameworks import scale_for
from competencies.services.planning import FIELDS, HOLDER, MODELS, Change, Plan, Planned
from lms.people.models import User

BATCH: Final = 500


def write_plan(*, by: User | None, plan: Plan) -> None:
    """Rows that were edited in Wagtail get a published revision of what they are now: their editor shows no older text."""
    framework = plan.framework
    if framework.pk is None:
        framework.scale = scale_for(plan.data.scale)
    if plan.change is not Change.SAME:
        framework.save()
    for kind in ("block", "competency", "criterion"):
        _write(kind, [one for one in plan.items if one.data.kind == kind and one.change is not Change.SAME], framework)
    if plan.data.associations is not None:
        _write_associations(framework, plan.data.associations)
    _republish(by, plan)


def _write(kind: Any, planned: list[Planned], framework: Framework) -> None:
    model = MODELS[kind]
    changed = [one.row for one in planned if one.change is Change.UPDATED]
    # Two rows may change codes with one another: each is set apart first.
    apart = Concat(Value("~"), Cast("pk", CharField()))
    for start in range(0, len(changed), BATCH):
        model.objects.filter(pk__in=[row.pk for row in changed[start : start + BATCH]]).update(code=apart)
    for _depth, level in groupby(sorted(planned, key=_depth_of), key=_depth_of):
        new = []
        for one in level:
            if kind == "block":
                one.row.framework_id = framework.pk
            setattr(one.row, HOLDER[kind], one.holder.row.pk if one.holder else None)
            if one.change is Change.CREATED:
                new.append(one.row)
        model.objects.bulk_create(new, batch_size=BATCH)
    model.objects.bulk_update(changed, (HOLDER[kind].removesuffix("_id"), *FIELDS[kind]), batch_size=100)


def _depth_of(one: Planned) -> int:
    depth, above = 0, one.holder
    while above is not None and one.data.kind == "block":
        depth, above = depth + 1, above.holder
    return depth


def _write_associations(framework: Framework, said: Iterable[AssociationData]) -> None:
    """Those of the document as the file has them; those it no longer has go."""
    kept = {row.uuid: row for row in Association.objects.filter(framework=framework)}
    new, changed = [], []
    for one in said:
        row = kept.pop(one.uuid, None)
        values = {
            "kind": one.kind, "origin": one.origin[:250], "destination": one.destination[:250], "is_place": one.is_place, "source": one.source,
        }  # fmt: skip
        if row is None:
            new.append(Association(framework=framework, uuid=one.uuid, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    Association.objects.filter(pk__in=[row.pk for row in kept.values()]).delete()
    Association.objects.bulk_create(new, batch_size=BATCH)
    Association.objects.bulk_update(changed, ("kind", "origin", "destination", "is_place", "source"), batch_size=100)


def _republish(by: User | None, plan: Plan) -> None:
    moved: dict[tuple[str, int], Any] = {}
    for one in plan.items:
        if one.change is Change.SAME:
            continue
        owner = _edited_with(plan, one)
        moved[type(owner).__name__, owner.pk] = owner
    if plan.change is not Change.SAME:
        moved["Framework", plan.framework.pk] = plan.framework
    for owner in moved.values():
        if owner.latest_revision_id:
            fresh = type(owner).objects.get(pk=owner.pk)
            fresh.save_revision(user=by).publish(user=by)


def _edited_with(plan: Plan, one: Planned) -> Any:
    """What an author opens to edit this row."""
    if one.data.kind == "block":
        return plan.framework
    return one.holder.row if one.holder and one.data.kind == "criterion" else one.row
