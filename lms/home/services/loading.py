"""Loading the first programme from its data files, as often as they change: what authors have since written is left alone."""

import hashlib
import json
from collections.abc import Callable, Collection
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site

from competencies.formats import FrameworkData, ItemData, ScaleData
from competencies.formats.yaml import SCALE
from competencies.models import Competency, Framework
from competencies.services import import_framework
from curriculum.formats import (
    DATA_DIR,
    CompetencyShape,
    OutingData,
    OutingSheet,
    ProgrammeData,
    read_contents,
    read_outings,
    read_programme,
)
from curriculum.models import ModulePage, Outing, ProgrammePage
from curriculum.services import grant_authoring
from lms.home.services.loading_module import EDITED, MADE, SAME, UPDATED, ModuleLoader, stream
from lms.people.models import TrainingSite
from lms.people.services import set_up_roles
from lms.refusal import Refused


@transaction.atomic
def load_programme(
    *, say: Callable[[str], None] = lambda _line: None, folder: Path = DATA_DIR, replace: Collection[str] = ()
) -> ProgrammePage:
    """Make or bring up to date framework, sites, programme, modules with their steps, and outings. All or nothing; loading twice
    changes nothing.

    A module that an author touched since it was loaded is left, unless `replace` names its code. `say` is told what became of each.
    Refused with file and line when a data file is broken, and when `replace` names no module.
    """
    data, contents, sheets = read_programme(folder / "operateur_numerique.yaml"), read_contents(folder), read_outings(folder)
    _check(data, contents, replace)
    set_up_roles()
    framework = import_framework(_framework_data(data))
    sites = {site.id: _site(site.id, site.nom, site.postes, site.studio_son) for site in data.programme.sites}
    programme = _programme(data, framework)
    competencies = {competency.code: competency for competency in Competency.objects.filter(block__framework=framework)}
    loaders = [ModuleLoader(programme, module, contents[module.id], competencies, sites, folder) for module in data.modules]
    changed = []
    for loader in loaders:
        state = loader.state()
        if state == EDITED and loader.data.id in replace:
            state = UPDATED
        if state in (MADE, UPDATED):
            loader.prepare()
            changed.append(loader)
        say(f"{loader.data.id} {loader.data.titre_falc} : {state}")
    pages = {module.code: module for module in ModulePage.objects.child_of(programme)}
    for loader in changed:
        loader.publish([pages[code] for code in loader.data.prerequis])
    for outing in data.activites_culturelles:
        state = _outing(programme, outing, sheets.get(outing.id), competencies, folder)
        say(f"{outing.id} {outing.titre} : {state}")
    grant_authoring(programme=programme)
    return programme


def _check(data: ProgrammeData, contents: Collection[str], replace: Collection[str]) -> None:
    codes = [module.id for module in data.modules]
    for code in codes:
        if code not in contents:
            raise Refused("programme_file", f"modules/{code}.yaml manque.")
    for code in replace:
        if code not in codes:
            raise Refused("programme_module", f"Le module « {code} » n'existe pas.")


def _outing(
    programme: ProgrammePage, data: OutingData, sheet: OutingSheet | None, competencies: dict[str, Competency], folder: Path
) -> str:
    """An outing as its data says, unless someone wrote in it since: its kept digest is that of what loading wrote."""
    row = Outing.objects.filter(programme=programme, code=data.id).first() or Outing(programme=programme, code=data.id)
    was_new, before = row.pk is None, _mark(row)
    if not was_new and row.loaded != before:
        return EDITED
    row.title, row.minutes = data.titre, data.heures * 60
    row.preparation = stream(folder, data.id, sheet.preparation if sheet else [])
    row.question_1, row.question_2 = sheet.questions if sheet else ("", "")
    row.loaded = _mark(row)
    if row.loaded == before:
        return SAME
    row.save()
    row.competencies.set([competencies[code] for code in data.competences_liees])
    return MADE if was_new else UPDATED


def _mark(row: Outing) -> str:
    body = [] if row.pk is None and not row.preparation else row.preparation.get_prep_value()
    told = [row.title, row.minutes, body, row.question_1, row.question_2]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()  # PostgreSQL keeps JSON in an order of its own


def _framework_data(data: ProgrammeData) -> FrameworkData:
    reference = data.referentiel
    return FrameworkData(
        code=reference.id, version=reference.version, title=reference.titre, language=reference.langue,
        scale=ScaleData(
            SCALE, data.echelle.seuil_acquis, tuple((level.valeur, level.label, level.label_falc) for level in data.echelle.niveaux)
        ),
        items=[
            ItemData("block", block.id, block.label, aim=block.objectif, items=[_competency_data(item) for item in block.competences])
            for block in data.blocs
        ],
        certifier=reference.certification.certificateur or "",
        certification_type=reference.certification.type or "",
        certification_code=reference.certification.code or "",
    )  # fmt: skip


def _competency_data(item: CompetencyShape) -> ItemData:
    criteria = [ItemData("criterion", one.id, one.label) for one in item.criteres]
    return ItemData("competency", item.id, item.label, plain_label=item.label_falc, references=item.references, items=criteria)


def _site(code: str, name: str, seats: int, studio: bool) -> TrainingSite:  # noqa: FBT001  one caller, four columns
    site, _created = TrainingSite.objects.get_or_create(code=code, defaults={"name": name, "seats": seats, "has_sound_studio": studio})
    return site


def _programme(data: ProgrammeData, framework: Framework) -> ProgrammePage:
    found = ProgrammePage.objects.filter(code="tremplin-numerique").first()
    if found:
        return found  # type: ignore[no-any-return]  # Wagtail carries no types
    root = Page.get_first_root_node()
    address = urlsplit(settings.SITE_URL)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": address.hostname, "port": address.port or 80, "root_page": root, "site_name": "Tremplin"},
    )
    Page.objects.filter(depth=2, slug="home").delete()  # Wagtail's own welcome page
    root = Page.get_first_root_node()
    hours = data.programme.heures
    programme = ProgrammePage(
        title="Tremplin numérique", slug="tremplin-numerique", code="tremplin-numerique", framework=framework,
        theory_minutes=hours.theorie * 60, practical_minutes=hours.pratique * 60, culture_minutes=hours.culture_hors_formation * 60,
    )  # fmt: skip
    root.add_child(instance=programme)
    programme.save_revision().publish()
    return programme
