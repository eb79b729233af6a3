"""One module and its steps from its data: made, or brought up to date in place so that runs, visits and evidence stand."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.text import slugify
from wagtail.models import Page

from assessments.models import PracticalPage, Question, QuizPage, Rubric, RubricLine
from competencies.models import Block, Competency, Criterion
from content.models import LessonPage, StepPage
from curriculum.formats import ContentBlock, LessonData, ModuleContent, ModuleData, digest_of
from curriculum.models import LoadedModule, ModulePage, ProgrammePage, StepCompetency, Target
from lms import clock
from lms.home.services.loading_media import handout, picture
from lms.home.services.loading_quiz import fill_quiz
from lms.people.models import TrainingSite

KINDS = {"theorie": "theory", "pratique": "practical"}
MADE, SAME, UPDATED, EDITED = "chargé", "identique", "mis à jour", "modifié par vos auteurs : laissé"


class ModuleLoader:
    """`prepare` writes drafts, `publish` puts them live together, once every module that another one names is there."""

    def __init__(
        self, programme: ProgrammePage, data: ModuleData, content: ModuleContent, competencies: dict[str, Competency],
        sites: dict[str, TrainingSite], folder: Path,
    ) -> None:  # fmt: skip
        self.programme, self.data, self.content = programme, data, content
        self.competencies, self.sites, self.folder = competencies, sites, folder
        self.digest = digest_of(data, content, folder)
        self.module = ModulePage.objects.child_of(programme).filter(code=data.id).first()

    def state(self) -> str:
        """What there is to do: MADE (nothing is there), EDITED (an author touched a page since), SAME, or UPDATED."""
        if self.module is None:
            return MADE
        loaded = LoadedModule.objects.filter(module=self.module).first()
        if loaded is None or loaded.pages != pages_mark(self.module):
            return EDITED
        return SAME if loaded.data == self.digest else UPDATED

    def prepare(self) -> None:
        """The module and its steps as drafts. A step that the data no longer has is archived, never deleted."""
        self.module = self._module()
        slugs = [f"lecon-{number}" for number, _lesson in enumerate(self.content.lecons, start=1)]
        wanted = [*slugs, *(["questions"] if self.content.quiz else []), "travail"]
        kept = {page.slug: page.specific for page in StepPage.objects.child_of(self.module).filter(slug__in=wanted)}
        for page in StepPage.objects.child_of(self.module).live().exclude(slug__in=kept):
            step = page.specific
            step.goes_with_holder = True  # the module is looked at once, when it is published
            step.unpublish()
        lessons = [self._lesson(slug, lesson, kept.get(slug)) for slug, lesson in zip(slugs, self.content.lecons, strict=True)]
        self._quiz(lessons, kept.get("questions"))
        self._practical(kept.get("travail"))

    def publish(self, prerequisites: Iterable[ModulePage]) -> None:
        """Everything live at once, and remembered as what loading made."""
        self.module.prerequisites.set(prerequisites)
        self.module.save_revision().publish()
        LoadedModule.objects.update_or_create(
            module=self.module, defaults={"data": self.digest, "pages": pages_mark(self.module), "loaded_at": clock.now()}
        )

    def _module(self) -> ModulePage:
        data, image = self.data, self.content.image
        module = self.module or ModulePage(code=data.id, slug=f"{data.id.lower()}-{slugify(data.titre_falc)}"[:80], live=False)
        _set(
            module, title=data.titre, plain_title=data.titre_falc, summary=self.content.resume,
            block=Block.objects.get(framework=self.programme.framework, code=data.bloc),
            theory_minutes=data.heures_theorie * 60, practical_minutes=data.heures_pratique * 60,
            picture=picture(self.folder, image.fichier) if image else None, picture_alt=image.alt if image else "",
            sources="\n".join(f"{source.fait} : {source.source}" for source in self.content.sources),
        )  # fmt: skip
        known = {target.competency_id: target for target in module.targets.all()}
        wanted = [self.competencies[code] for code in data.competences]
        module.targets = [
            _set(known.get(competency.pk) or Target(competency=competency), sort_order=order) for order, competency in enumerate(wanted)
        ]
        module.sites = [self.sites[code] for code in data.sites]
        if module.pk is None:
            self.programme.add_child(instance=module)
        return module

    def _lesson(self, slug: str, lesson: LessonData, page: LessonPage | None) -> LessonPage:
        page = page or LessonPage(slug=slug, live=False)
        _set(page, title=lesson.titre, minutes=lesson.minutes, hours_kind=KINDS[lesson.genre], body=self._stream(slug, lesson.blocs))
        taught = [(code, "taught") for code in lesson.enseigne or (() if lesson.exerce else self.data.competences)]
        known = {(row.competency_id, row.role): row for row in page.competencies.all()}
        wanted = [(self.competencies[code], role) for code, role in [*taught, *((code, "practised") for code in lesson.exerce)]]
        page.competencies = [
            known.get((competency.pk, role)) or StepCompetency(competency=competency, role=role) for competency, role in wanted
        ]
        self._keep(page)
        return page

    def _quiz(self, lessons: list[LessonPage], page: QuizPage | None) -> None:
        quiz = self.content.quiz
        if quiz is None:
            return
        is_new = page is None
        page = page or QuizPage(slug="questions", live=False)
        fill_quiz(page, quiz, lessons, minutes_kind=KINDS[quiz.genre])
        self._keep(page)
        if not is_new:
            page.move(self.module, pos="last-child")  # after the lessons that this loading added

    def _practical(self, page: PracticalPage | None) -> None:
        work = self.content.pratique
        is_new = page is None
        page = page or PracticalPage(slug="travail", live=False, rubric=Rubric())
        files = [ContentBlock(fichier=file) for file in work.fichiers]
        _set(
            page, title=work.titre, minutes=work.minutes, hours_kind="practical", rubric=self._rubric(page.rubric),
            is_commission=bool(self.data.types_de_commande), deliverables="\n".join(work.rendu),
            brief=self._stream("travail", [*work.consigne, *files]), example=self._stream("exemple", work.exemple),
        )  # fmt: skip
        self._keep(page)
        if not is_new:
            page.move(self.module, pos="last-child")  # after the lessons that this loading added

    def _keep(self, page: StepPage) -> None:
        """The step as a draft. One that was archived comes back: its module publishes again only what stands as live."""
        if page.pk is None:
            self.module.add_child(instance=page)
        elif not page.live:
            Page.objects.filter(pk=page.pk).update(live=True)
        page.save_revision()

    def _rubric(self, rubric: Rubric) -> Rubric:
        """The rubric with its lines; publishing freezes a new version if a word changed."""
        rubric.title = f"{self.data.id} {self.content.pratique.titre}"[:160]
        aimed = self.data.competences
        criteria = Criterion.objects.filter(competency__block__framework=self.programme.framework, competency__code__in=aimed)
        ordered = sorted(criteria.select_related("competency"), key=lambda c: (aimed.index(c.competency.code), c.sort_order))
        known = {line.criterion_id: line for line in rubric.lines.all()}
        words = self.content.pratique.grille
        rubric.lines = [
            _set(
                known.get(criterion.pk) or RubricLine(criterion=criterion), sort_order=order,
                **{f"level_{level}": words.get(criterion.code, {}).get(level, "") for level in (1, 2, 3, 4)},
            )
            for order, criterion in enumerate(ordered)
        ]  # fmt: skip
        if rubric.pk is None:
            rubric.save()
        rubric.save_revision().publish()
        return rubric

    def _stream(self, step: str, blocks: list[ContentBlock]) -> str:
        return stream(self.folder, f"{self.data.id}/{step}", blocks)


def pages_mark(module: ModulePage) -> str:
    """Digest (SHA-256) of which revisions of a module, its steps, their rubrics and its questions stand, and which are live: any
    author's edit changes it."""
    steps = StepPage.objects.child_of(module).order_by("path").values_list("pk", "live", "latest_revision")
    rubrics = (
        Rubric.objects.filter(practicals__in=PracticalPage.objects.child_of(module)).order_by("pk").values_list("pk", "latest_revision")
    )
    own = ModulePage.objects.filter(pk=module.pk).values_list("pk", "live", "latest_revision")
    questions = Question.objects.filter(code__startswith=f"{module.code}-").order_by("pk").values_list("pk", "live", "latest_revision")
    return hashlib.sha256(json.dumps([list(own), list(steps), list(rubrics), list(questions)]).encode()).hexdigest()


def stream(folder: Path, place: str, blocks: list[ContentBlock]) -> str:
    """Blocks of a data file as StreamField JSON. Ids come from their place, so that a trainee's place outlives a reload."""
    rows = []
    for position, block in enumerate(blocks):
        kind, value = _block(folder, block)
        rows.append({"type": kind, "value": value, "id": str(uuid5(NAMESPACE_URL, f"{place}/{position}"))})
    return json.dumps(rows)


def _block(folder: Path, block: ContentBlock) -> tuple[str, Any]:
    if block.figure:
        figure = block.figure
        return "figure", {"image": picture(folder, figure.fichier).pk, "alt": figure.alt, "caption": figure.legende}
    if block.procedure:
        steps = [
            {"text": step.texte, "image": picture(folder, step.fichier).pk if step.fichier else None, "alt": step.alt}
            for step in block.procedure.etapes
        ]
        return "procedure", {"title": block.procedure.titre, "steps": steps}
    if block.fichier:
        return "download", {"label": block.fichier.nom, "document": handout(folder, block.fichier.fichier).pk}
    if block.verification:
        return "checklist", {"title": block.verification.titre, "items": block.verification.points}
    if block.attention:
        return "caution", {"title": block.attention.titre, "text": block.attention.texte}
    if block.glossaire:
        return "glossary", {"entries": [{"word": entry.mot, "meaning": entry.sens} for entry in block.glossaire]}
    return "prose", block.texte


def _set(row: Any, **values: Any) -> Any:
    for name, value in values.items():
        setattr(row, name, value)
    return row
