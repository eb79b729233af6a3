"""Bringing frameworks in, by programs that know what they bring."""

from django.db import transaction

from competencies.formats import FrameworkData, ItemData, ScaleData
from competencies.models import Block, Competency, Criterion, Framework, Level, Scale
from lms import clock


@transaction.atomic
def import_framework(data: FrameworkData) -> Framework:
    """Make what is missing of a framework, found again by its codes; what is there is left as its authors wrote it."""
    framework, _created = Framework.objects.get_or_create(
        code=data.code, version=data.version,
        defaults={
            "title": data.title, "language": data.language, "scale": scale_for(data.scale), "certifier": data.certifier,
            "certification_type": data.certification_type, "certification_code": data.certification_code, "last_published_at": clock.now(),
        },
    )  # fmt: skip
    for order, block_data in enumerate(data.items):
        block, _created = Block.objects.get_or_create(
            framework=framework, code=block_data.code, defaults={"label": block_data.label, "aim": block_data.aim, "sort_order": order}
        )
        for position, item in enumerate(block_data.items):
            _import_competency(block, position, item)
    return framework  # type: ignore[no-any-return]  # Wagtail carries no types


def _import_competency(block: Block, position: int, item: ItemData) -> None:
    competency, created = Competency.objects.get_or_create(
        block=block, code=item.code,
        defaults={"label": item.label, "plain_label": item.plain_label, "references": item.references or {}, "position": position},
    )  # fmt: skip
    if created:
        Criterion.objects.bulk_create(
            Criterion(competency=competency, code=one.code, label=one.label, sort_order=order) for order, one in enumerate(item.items)
        )


STOCK_SCALE = ScaleData(
    "Échelle 0 à 4", 3,
    (
        (0, "Non abordé", "Pas encore vu"), (1, "Découverte avec aide", "Je découvre, avec de l'aide"),
        (2, "En cours, avec rappels", "Je fais, avec un rappel"), (3, "Acquis en autonomie", "Je sais faire sans aide"),
        (4, "Mobilisé sur commande réelle", "Je sais faire sur une vraie commande"),
    ),
)  # fmt: skip


def scale_for(data: ScaleData | None) -> Scale:
    """The scale of that title, or one that says the same, as its authors wrote it; else a new one. Without data, the site's first, or the stock one."""
    if data is None:
        return Scale.objects.order_by("pk").first() or scale_for(STOCK_SCALE)
    found = Scale.objects.filter(title=data.title).first() or _same_scale(data)
    if found:
        return found
    scale = Scale.objects.create(title=data.title, acquired_at=data.acquired_at)
    Level.objects.bulk_create(
        Level(scale=scale, value=value, label=label, plain_label=plain, sort_order=value) for value, label, plain in data.levels
    )
    return scale  # type: ignore[no-any-return]  # Wagtail carries no types


def _same_scale(data: ScaleData) -> Scale | None:
    for scale in Scale.objects.filter(acquired_at=data.acquired_at).prefetch_related("levels"):
        if [(level.value, level.label) for level in scale.levels.all()] == [(value, label) for value, label, _plain in data.levels]:
            return scale  # type: ignore[no-any-return]  # Wagtail carries no types
    return None
