"""The programme's own file: framework, hours, sites, modules, outings and their totals."""

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from curriculum.formats.reading import DATA_DIR
from lms.files.formats.shapes import fault, read


class CriterionData(msgspec.Struct):
    id: str
    label: str


class CompetencyShape(msgspec.Struct):
    id: str
    label: str
    label_falc: str
    criteres: list[CriterionData]
    references: dict[str, Any] = {}


class BlockData(msgspec.Struct):
    id: str
    label: str
    objectif: str
    competences: list[CompetencyShape]


class LevelData(msgspec.Struct):
    valeur: int
    label: str
    label_falc: str


class ScaleData(msgspec.Struct):
    seuil_acquis: int
    niveaux: list[LevelData]


class CertificationData(msgspec.Struct):
    type: str | None = None
    code: str | None = None
    certificateur: str | None = None


class FrameworkData(msgspec.Struct):
    id: str
    version: str
    titre: str
    langue: str
    certification: CertificationData


class SiteData(msgspec.Struct):
    id: str
    nom: str
    postes: int
    studio_son: bool


class HoursData(msgspec.Struct):
    theorie: int
    pratique: int
    formation_total: int
    culture_hors_formation: int


class ProgrammeInfo(msgspec.Struct):
    heures: HoursData
    sites: list[SiteData]


class ModuleData(msgspec.Struct):
    id: str
    bloc: str
    titre: str
    titre_falc: str
    heures_theorie: int
    heures_pratique: int
    competences: list[str]
    types_de_commande: list[str]
    sites: list[str]
    prerequis: list[str]


class OutingData(msgspec.Struct):
    id: str
    titre: str
    heures: int
    competences_liees: list[str]


class TotalsData(msgspec.Struct):
    blocs: int
    competences: int
    criteres: int
    modules: int
    heures_theorie: int
    heures_pratique: int
    heures_culture: int


class ProgrammeData(msgspec.Struct):
    """The whole of operateur_numerique.yaml that the product uses."""

    referentiel: FrameworkData
    programme: ProgrammeInfo
    echelle: ScaleData
    blocs: list[BlockData]
    modules: list[ModuleData]
    activites_culturelles: list[OutingData]
    totaux: TotalsData


def read_programme(path: Path | None = None) -> ProgrammeData:
    """The programme's file, checked: shapes, references between its parts, and its own totals. Refused with the line at fault."""
    path = path or DATA_DIR / "operateur_numerique.yaml"
    text = path.read_text(encoding="utf-8")
    data = read(path, text, ProgrammeData)
    for pointer, message in _faults(data):
        raise fault(path, text, pointer, message)
    return data


def _faults(data: ProgrammeData) -> list[tuple[str, str]]:
    return [*_reference_faults(data), *_total_faults(data)]


def _reference_faults(data: ProgrammeData) -> list[tuple[str, str]]:
    blocks = {block.id for block in data.blocs}
    competencies = [competency.id for block in data.blocs for competency in block.competences]
    modules = [module.id for module in data.modules]
    sites = {site.id for site in data.programme.sites}
    faults = [("$.blocs", f"la compétence {code} est écrite deux fois.") for code, times in Counter(competencies).items() if times > 1]
    faults += [("$.modules", f"le module {code} est écrit deux fois.") for code, times in Counter(modules).items() if times > 1]
    for index, module in enumerate(data.modules):
        at = f"$.modules[{index}]"
        if module.bloc not in blocks:
            faults.append((f"{at}.bloc", f"le bloc {module.bloc} n'existe pas."))
        for name, known in (("competences", set(competencies)), ("prerequis", set(modules)), ("sites", sites)):
            faults += [(f"{at}.{name}", f"« {code} » n'existe pas.") for code in getattr(module, name) if code not in known]
    for index, outing in enumerate(data.activites_culturelles):
        at = f"$.activites_culturelles[{index}].competences_liees"
        faults += [(at, f"la compétence {code} n'existe pas.") for code in outing.competences_liees if code not in competencies]
    return faults


def _total_faults(data: ProgrammeData) -> list[tuple[str, str]]:
    competencies = [competency for block in data.blocs for competency in block.competences]
    found = {
        "blocs": len(data.blocs),
        "competences": len(competencies),
        "criteres": sum(len(competency.criteres) for competency in competencies),
        "modules": len(data.modules),
        "heures_theorie": sum(module.heures_theorie for module in data.modules),
        "heures_pratique": sum(module.heures_pratique for module in data.modules),
        "heures_culture": sum(outing.heures for outing in data.activites_culturelles),
    }
    hours = data.programme.heures
    faults = [
        (f"$.totaux.{name}", f"{name} annonce {getattr(data.totaux, name)}, le fichier en contient {count}.")
        for name, count in found.items()
        if getattr(data.totaux, name) != count
    ]
    if hours.theorie + hours.pratique != hours.formation_total:
        faults.append(("$.programme.heures.formation_total", "théorie et pratique ne font pas le total."))
    return faults
