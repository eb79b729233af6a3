"""Loading the first programme from its data files: what is missing is made, what authors have since written is left alone."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.files.images import ImageFile
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Page, Site

from assessments.models import PracticalPage, Rubric, RubricLine
from competencies.formats import BlockData, CompetencyData, FrameworkData
from competencies.models import Block, Competency, Criterion, Framework
from competencies.services import import_framework
from content.models import LessonPage, Picture
from curriculum.formats import DATA_DIR, LessonData, ModuleContent, ModuleData, PictureData, ProgrammeData, read_contents, read_programme
from curriculum.models import ModulePage, Outing, ProgrammePage, StepCompetency, Target
from curriculum.services import grant_authoring
from lms.people.models import TrainingSite
from lms.people.services import set_up_roles
from lms.refusal import Refused

KINDS = {"theorie": "theory", "pratique": "practical"}


@transaction.atomic
def load_programme(*, say: Callable[[str], None] = lambda _line: None, folder: Path = DATA_DIR) -> ProgrammePage:
    """Make framework, sites, programme, 36 modules with their steps, and outings. All or nothing; loading twice changes nothing.

    `say` is told each module as it comes. Refused with file and line when a data file is broken.
    """
    data, contents = read_programme(folder / "operateur_numerique.yaml"), read_contents(folder / "modules")
    set_up_roles()
    framework = import_framework(_framework_data(data))
    sites = {site.id: _site(site.id, site.nom, site.postes, site.studio_son) for site in data.programme.sites}
    programme = _programme(data, framework)
    competencies = {competency.code: competency for competency in Competency.objects.filter(block__framework=framework)}
    known = set(ModulePage.objects.child_of(programme).values_list("code", flat=True))
    for module in data.modules:
        if module.id in known:
            continue
        if module.id not in contents:
            raise Refused("programme_file", f"modules/{module.id}.yaml manque.")
        _Loader(programme, module, contents[module.id], competencies, sites, folder / "drawings").load()
        say(f"{module.id} {module.titre_falc}")
    _prerequisites(programme, data)
    for outing in data.activites_culturelles:
        row, created = Outing.objects.get_or_create(
            programme=programme, code=outing.id, defaults={"title": outing.titre, "minutes": outing.heures * 60}
        )
        if created:
            row.competencies.set([competencies[code] for code in outing.competences_liees])
    grant_authoring(programme=programme)
    return programme


def _framework_data(data: ProgrammeData) -> FrameworkData:
    reference = data.referentiel
    return FrameworkData(
        code=reference.id, version=reference.version, title=reference.titre, language=reference.langue,
        scale_title="Échelle 0 à 4", acquired_at=data.echelle.seuil_acquis,
        levels=[(level.valeur, level.label, level.label_falc) for level in data.echelle.niveaux],
        blocks=[
            BlockData(
                block.id, block.label, block.objectif,
                [
                    CompetencyData(item.id, item.label, item.label_falc, [(c.id, c.label) for c in item.criteres], item.references)
                    for item in block.competences
                ],
            )
            for block in data.blocs
        ],
        certifier=reference.certification.certificateur or "",
        certification_type=reference.certification.type or "",
        certification_code=reference.certification.code or "",
    )  # fmt: skip


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


def _prerequisites(programme: ProgrammePage, data: ProgrammeData) -> None:
    modules = {module.code: module for module in ModulePage.objects.child_of(programme)}
    for module in data.modules:
        page = modules.get(module.id)
        if page and module.prerequis and not page.prerequisites.exists():
            page.prerequisites.set([modules[code] for code in module.prerequis])
            page.save()
            page.save_revision().publish()


class _Loader:
    """One module and its steps, from its data."""

    def __init__(
        self, programme: ProgrammePage, data: ModuleData, content: ModuleContent, competencies: dict[str, Competency],
        sites: dict[str, TrainingSite], drawings: Path,
    ) -> None:  # fmt: skip
        self.programme, self.data, self.content = programme, data, content
        self.competencies, self.sites, self.drawings = competencies, sites, drawings

    def load(self) -> None:
        module = self._module()
        for number, lesson in enumerate(self.content.lecons, start=1):
            self._lesson(module, number, lesson)
        self._practical(module)
        module.save_revision().publish()

    def _module(self) -> ModulePage:
        data, image = self.data, self.content.image
        module = ModulePage(
            title=data.titre, slug=f"{data.id.lower()}-{slugify(data.titre_falc)}"[:80], code=data.id, plain_title=data.titre_falc,
            summary=self.content.resume, block=Block.objects.get(framework=self.programme.framework, code=data.bloc),
            theory_minutes=data.heures_theorie * 60, practical_minutes=data.heures_pratique * 60, live=False,
            picture=self._picture(image.fichier) if image else None, picture_alt=image.alt if image else "",
        )  # fmt: skip
        module.targets = [Target(competency=self.competencies[code], sort_order=order) for order, code in enumerate(data.competences)]
        module.sites = [self.sites[code] for code in data.sites]
        self.programme.add_child(instance=module)
        return module

    def _lesson(self, module: ModulePage, number: int, lesson: LessonData) -> None:
        page = LessonPage(
            title=lesson.titre, slug=f"lecon-{number}", minutes=lesson.minutes, hours_kind=KINDS[lesson.genre], live=False,
            body=self._stream(f"lecon-{number}", lesson.blocs),
        )  # fmt: skip
        taught = [(code, "taught") for code in lesson.enseigne or (() if lesson.exerce else self.data.competences)]
        page.competencies = [
            StepCompetency(competency=self.competencies[code], role=role)
            for code, role in [*taught, *((code, "practised") for code in lesson.exerce)]
        ]
        module.add_child(instance=page)
        page.save_revision().publish()

    def _practical(self, module: ModulePage) -> None:
        work = self.content.pratique
        page = PracticalPage(
            title=work.titre, slug="travail", minutes=work.minutes, hours_kind="practical", live=False, rubric=self._rubric(),
            is_commission=bool(self.data.types_de_commande), deliverables="\n".join(work.rendu), brief=self._stream("travail", work.consigne),
        )  # fmt: skip
        module.add_child(instance=page)
        page.save_revision().publish()

    def _rubric(self) -> Rubric:
        rubric = Rubric(title=f"{self.data.id} {self.content.pratique.titre}"[:160])
        criteria = Criterion.objects.filter(
            competency__block__framework=self.programme.framework, competency__code__in=self.data.competences
        )
        words = self.content.pratique.grille
        ordered = sorted(
            criteria.select_related("competency"), key=lambda c: (self.data.competences.index(c.competency.code), c.sort_order)
        )
        rubric.lines = [
            RubricLine(
                criterion=criterion, sort_order=order,
                **{f"level_{level}": words.get(criterion.code, {}).get(level, "")[:250] for level in (1, 2, 3, 4)},
            )
            for order, criterion in enumerate(ordered)
        ]  # fmt: skip
        rubric.save()
        rubric.save_revision().publish()
        return rubric

    def _picture(self, name: str) -> Picture:
        title = name.rpartition(".")[0]
        found = Picture.objects.filter(title=title).first()
        if found:
            return found  # type: ignore[no-any-return]  # Wagtail carries no types
        path = self.drawings / name
        if not path.is_file():
            raise Refused("programme_file", f"modules/{self.data.id}.yaml : l'image {name} manque.")
        picture = Picture(title=title, file=ImageFile(io.BytesIO(path.read_bytes()), name=name.replace("/", "-")))
        picture.save()
        return picture

    def _stream(self, step: str, blocks: list[dict[str, Any]]) -> str:
        """Blocks of the data file as StreamField JSON. Ids come from their place, so that a trainee's place outlives a reload."""
        rows = []
        for position, block in enumerate(blocks):
            name, value = next(iter(block.items()))
            kind, content = self._block(name, value)
            rows.append({"type": kind, "value": content, "id": str(uuid5(NAMESPACE_URL, f"{self.data.id}/{step}/{position}"))})
        return json.dumps(rows)

    def _block(self, name: str, value: Any) -> tuple[str, Any]:
        if name == "texte":
            return "prose", value
        if name == "figure":
            picture = _convert_picture(value)
            return "figure", {"image": self._picture(picture.fichier).pk, "alt": picture.alt, "caption": picture.legende}
        if name == "procedure":
            steps = [
                {
                    "text": step["texte"],
                    "image": self._picture(step["fichier"]).pk if "fichier" in step else None,
                    "alt": step.get("alt", ""),
                }
                for step in value["etapes"]
            ]
            return "procedure", {"title": value["titre"], "steps": steps}
        if name == "verification":
            return "checklist", {"title": value.get("titre", "Vérifie toi-même"), "items": value["points"]}
        if name == "attention":
            return "caution", {"title": value.get("titre", "Attention"), "text": value["texte"]}
        if name == "glossaire":
            return "glossary", {"entries": [{"word": entry["mot"], "meaning": entry["sens"]} for entry in value]}
        raise Refused("programme_file", f"modules/{self.data.id}.yaml : le bloc « {name} » n'existe pas.")


def _convert_picture(value: dict[str, str]) -> PictureData:
    return PictureData(fichier=value["fichier"], alt=value["alt"], legende=value.get("legende", ""))
