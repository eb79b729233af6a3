"""The project's own file: `referentiel`, `echelle`, `blocs`, as `operateur_numerique.yaml` has them. It carries all that we hold."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
import yaml
from django.utils.translation import gettext as _

from competencies.formats import AssociationData, FrameworkData, ItemData, Package, ScaleData, Written
from lms.files.formats import Refusal
from lms.files.formats.shapes import Loader
from lms.files.formats.shapes import read as read_shape
from lms.files.formats.texts import decoded
from lms.refusal import Refused

SCALE: Final = "Échelle 0 à 4"
Kept = dict[str, Any]


class CriterionShape(msgspec.Struct, omit_defaults=True):
    id: str
    label: str
    uuid: UUID | None = None
    source: Kept = {}


class CompetencyShape(msgspec.Struct, omit_defaults=True):
    """`rang`: its place among its neighbours, where blocks stand between them."""

    id: str
    label: str
    label_falc: str = ""
    criteres: list[CriterionShape] = []
    references: Kept | None = None
    uuid: UUID | None = None
    source: Kept = {}
    rang: int | None = None


class BlockShape(msgspec.Struct, omit_defaults=True):
    id: str
    label: str
    objectif: str = ""
    competences: list[CompetencyShape] = []
    blocs: list["BlockShape"] = []
    uuid: UUID | None = None
    source: Kept = {}


class LevelShape(msgspec.Struct):
    valeur: int
    label: str
    label_falc: str


class ScaleShape(msgspec.Struct, omit_defaults=True):
    seuil_acquis: int
    niveaux: list[LevelShape]
    titre: str = SCALE


class CertificationShape(msgspec.Struct):
    type: str | None = None
    code: str | None = None
    certificateur: str | None = None


class FrameworkShape(msgspec.Struct, omit_defaults=True):
    id: str
    version: str
    titre: str
    langue: str = "fr"
    presentation: str = ""
    certification: CertificationShape = msgspec.field(default_factory=CertificationShape)
    uuid: UUID | None = None
    source: Kept = {}


class AssociationShape(msgspec.Struct, omit_defaults=True):
    uuid: UUID
    type: str
    origine: str
    destination: str
    place: bool = False
    source: Kept = {}


class FileShape(msgspec.Struct, omit_defaults=True):
    """The part of the file that says the framework; the programme's own file holds its modules too."""

    referentiel: FrameworkShape
    blocs: list[BlockShape]
    echelle: ScaleShape | None = None
    associations: list[AssociationShape] | None = None


def read(data: bytes, name: str) -> Package:
    """The framework of the file. Refused whole, with its line, when it has not that shape."""
    try:
        text = decoded(data)
        _refuse_aliases(text)
        found = read_shape(Path(name), text, FileShape)
    except Refused as refusal:
        return Package(refused=[Refusal(name, refusal.message)], read=1)
    reference, scale = found.referentiel, found.echelle
    framework = FrameworkData(
        title=reference.titre, code=reference.id, version=reference.version, language=reference.langue, description=reference.presentation,
        certifier=reference.certification.certificateur or "", certification_type=reference.certification.type or "",
        certification_code=reference.certification.code or "", uuid=reference.uuid, source=reference.source, where=reference.id,
        items=[_block(block) for block in found.blocs],
    )  # fmt: skip
    if scale:
        levels = tuple((level.valeur, level.label, level.label_falc) for level in scale.niveaux)
        framework.scale = ScaleData(scale.titre, scale.seuil_acquis, levels)
    if found.associations is not None:
        framework.associations = [
            AssociationData(one.uuid, one.type, one.origine, one.destination, one.place, one.source) for one in found.associations
        ]
    return Package(frameworks=[framework], read=1 + sum(1 for _each in framework.all_items()))


def _refuse_aliases(text: str) -> None:
    """A few lines of aliases make a file of millions; ours has none."""
    try:
        if "*" in text and any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, Loader)):
            raise Refused("yaml_alias", _("Ce fichier a des renvois YAML (« *nom »). Écrivez chaque partie en entier."))
    except yaml.YAMLError:
        return  # told with its line by who reads


def _block(block: BlockShape) -> ItemData:
    items: list[ItemData] = [_block(one) for one in block.blocs]
    for one in block.competences:
        items.insert(len(items) if one.rang is not None and one.rang >= len(items) else _place(one, items), _competency(one))
    return ItemData("block", block.id, block.label, aim=block.objectif, items=items, uuid=block.uuid, source=block.source, where=block.id)


def _place(one: CompetencyShape, items: Sequence[ItemData]) -> int:
    """Where it says it stands; else before the blocks, after the competencies."""
    return one.rang if one.rang is not None else sum(item.kind == "competency" for item in items)


def _competency(one: CompetencyShape) -> ItemData:
    criteria = [ItemData("criterion", c.id, c.label, uuid=c.uuid, source=c.source, where=c.id) for c in one.criteres]
    return ItemData(
        "competency", one.id, one.label, plain_label=one.label_falc, references=one.references, items=criteria, uuid=one.uuid,
        source=one.source, where=one.id,
    )  # fmt: skip


def write(data: FrameworkData) -> Written:
    scale, associations = data.scale, data.associations or []
    shaped = FileShape(
        referentiel=FrameworkShape(
            data.code, data.version, data.title, data.language, data.description,
            CertificationShape(data.certification_type or None, data.certification_code or None, data.certifier or None),
            data.uuid, data.source,
        ),
        blocs=[_block_shape(item) for item in data.items],
        echelle=ScaleShape(scale.acquired_at, [LevelShape(*level) for level in scale.levels], scale.title) if scale else None,
        associations=[AssociationShape(one.uuid, one.kind, one.origin, one.destination, one.is_place, one.source) for one in associations],
    )  # fmt: skip
    text = yaml.dump({"schema_version": 1, **msgspec.to_builtins(shaped)}, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=120)
    return Written(text.encode(), [])


class Dumper(yaml.SafeDumper):
    """Every part written in entirety."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _block_shape(block: ItemData) -> BlockShape:
    blocks = [item for item in block.items if item.kind == "block"]
    return BlockShape(
        block.code, block.label, block.aim,
        [_competency_shape(item, place if blocks else None) for place, item in enumerate(block.items) if item.kind == "competency"],
        [_block_shape(item) for item in blocks], block.uuid, block.source,
    )  # fmt: skip


def _competency_shape(one: ItemData, place: int | None) -> CompetencyShape:
    criteria = [CriterionShape(item.code, item.label, item.uuid, item.source) for item in one.items]
    return CompetencyShape(one.code, one.label, one.plain_label, criteria, one.references or None, one.uuid, one.source, place)
