"""Loading the programme, and loading it again: what changed is brought up to date in place, what an author touched is left."""

import shutil
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from pytest_django import Settings

from assessments.models import PracticalPage, RubricVersion
from content.models import Handout, LessonPage, Picture, StepPage
from curriculum.formats import DATA_DIR
from curriculum.models import LoadedModule, ModulePage, Outing, Run, StepVisit
from curriculum.services import enrol, open_step
from lms.home.services import load_programme
from lms.people.rules import Role
from lms.refusal import Refused
from tests.cast import cohort, person

pytestmark = pytest.mark.django_db

SMALL = """module: M34
lecons:
- titre: Lire un programme sans peur
  genre: theorie
  minutes: 60
  enseigne: [ON6.4]
  blocs: [{texte: '<h3>Une recette pour la machine</h3><p>La machine lit de haut en bas.</p>'}]
sources:
- {fait: 'Une ligne # est un commentaire', source: 'Manuel de Python'}
pratique:
  titre: Adapter un script
  minutes: 720
  consigne: [{texte: '<p>Change la règle de nommage.</p>'}]
  fichiers: [{fichier: M34/script.py, nom: Le script}]
  exemple: [{texte: '<p>Un travail fini.</p>'}]
  rendu: [Le script]
  grille:
    ON6.4.2:
      1: La ligne est retrouvée avec de l’aide.
      2: Le paramètre est changé avec un rappel.
      3: Change la règle et corrige l’erreur à partir du message.
      4: L’équipe utilise le script.
"""


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The programme's own files, of two modules to be quick; one of them is small and written here."""
    settings.MEDIA_ROOT = tmp_path / "media"
    data = tmp_path / "data"
    shutil.copytree(DATA_DIR, data)
    whole = yaml.load((data / "operateur_numerique.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    whole["modules"] = [{**module, "prerequis": []} for module in whole["modules"] if module["id"] in ("M24", "M34")]
    whole["modules"][1]["prerequis"] = ["M24"]
    whole["totaux"]["modules"] = 2
    for kind in ("theorie", "pratique"):
        whole["totaux"][f"heures_{kind}"] = sum(module[f"heures_{kind}"] for module in whole["modules"])
    (data / "operateur_numerique.yaml").write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (data / "files/M34").mkdir(exist_ok=True)
    (data / "files/M34/script.py").write_text("print('bonjour')\n", encoding="utf-8")
    (data / "modules/M34.yaml").write_text(SMALL, encoding="utf-8")
    (data / "quizzes/M34.yaml").unlink()  # its questions send back to lessons that the small module has not
    return data


def _change(folder: Path, old: str, new: str, code: str = "M34") -> None:
    path = folder / f"modules/{code}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _load(folder: Path, replace: tuple[str, ...] = ()) -> dict[str, str]:
    """What became of each module and outing, by code."""
    said: list[str] = []
    load_programme(folder=folder, say=said.append, replace=replace)
    return {line.split()[0]: line.rpartition(" : ")[2] if "laissé" not in line else "laissé" for line in said}


def _identities() -> set[tuple[object, ...]]:
    return {*StepPage.objects.values_list("pk", "uuid", "slug"), *ModulePage.objects.values_list("pk", "uuid", "slug")}


def test_load_programme_again(folder: Path) -> None:
    """One long story: a first load is dear, and each step starts from the one before."""
    assert set(_load(folder).values()) == {"chargé"}
    module = ModulePage.objects.get(code="M34")
    practical = PracticalPage.objects.child_of(module).get()
    assert module.sources == "Une ligne # est un commentaire : Manuel de Python"
    assert practical.brief[-1].block_type == "download"
    assert practical.brief[-1].value["document"].filename == "M34-script.py"
    assert practical.example[0].block_type == "prose"
    before, media = _identities(), (Picture.objects.count(), Handout.objects.count(), RubricVersion.objects.count())

    assert set(_load(folder).values()) == {"identique"}
    assert (_identities(), (Picture.objects.count(), Handout.objects.count(), RubricVersion.objects.count())) == (before, media)

    # A trainee has been there; then the data change: words, a file, a lesson more, a word of the rubric.
    lesson = LessonPage.objects.child_of(module).get()
    group = cohort()
    trainee = person(Role.TRAINEE)
    enrol(by=person(Role.COORDINATOR), trainee=trainee, programme=module.get_parent().specific, cohort=group)
    open_step(by=trainee, step=lesson, module=module)
    block = lesson.body[0].id
    _change(folder, "Une recette pour la machine", "Une suite d’ordres")
    _change(
        folder,
        "sources:\n",
        "- titre: Une de plus\n  genre: pratique\n  minutes: 1\n  exerce: [ON6.4]\n  blocs: [{texte: '<p>Lis.</p>'}]\nsources:\n",
    )
    _change(folder, "Change la règle et corrige l’erreur à partir du message.", "Change la règle seul.")
    _change(folder, "minutes: 720", "minutes: 719")
    (folder / "files/M34/script.py").write_text("print('bonsoir')\n", encoding="utf-8")
    said = _load(folder)
    assert said.pop("M34") == "mis à jour"
    assert set(said.values()) == {"identique"}
    assert before <= _identities()
    module.refresh_from_db()
    lesson = LessonPage.objects.get(pk=lesson.pk)
    assert "Une suite d’ordres" in str(lesson.body[0].value)
    assert lesson.body[0].id == block
    assert [(step.slug, step.live) for step in module.steps()] == [("lecon-1", True), ("lecon-2", True), ("travail", True)]
    assert StepVisit.objects.filter(run__trainee=trainee, step=lesson).exists()
    assert RubricVersion.objects.filter(rubric=practical.rubric).count() == 2
    practical = PracticalPage.objects.get(pk=practical.pk)
    assert Path(practical.brief[-1].value["document"].file.path).read_bytes() == b"print('bonsoir')\n"
    assert Handout.objects.filter(title="M34/script.py").count() == 2
    assert set(_load(folder).values()) == {"identique"}

    # A lesson less: archived, its page stays.
    _change(folder, "- titre: Une de plus\n  genre: pratique\n  minutes: 1\n  exerce: [ON6.4]\n  blocs: [{texte: '<p>Lis.</p>'}]\n", "")
    assert _load(folder)["M34"] == "mis à jour"
    assert [(step.slug, step.live) for step in module.steps()] == [("lecon-1", True), ("lecon-2", False), ("travail", True)]

    # An author edits: left, whatever the data say; replaced only when named.
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.title = "Le titre de l'auteur"
    lesson.save_revision()
    _change(folder, "Lire un programme sans peur", "Lire un programme")
    assert _load(folder)["M34"] == "laissé"
    assert LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().title == "Le titre de l'auteur"
    assert _load(folder, replace=("M34",))["M34"] == "mis à jour"
    lesson = LessonPage.objects.get(pk=lesson.pk)
    assert (lesson.title, lesson.live, lesson.has_unpublished_changes) == ("Lire un programme", True, False)
    assert Run.objects.filter(trainee=trainee).count() == 1
    assert LoadedModule.objects.count() == 2

    # An outing: its sheet follows the data until someone writes in it.
    outings = folder / "outings.yaml"
    outings.write_text(outings.read_text(encoding="utf-8").replace("Que vas-tu refaire dans notre studio ?", "Et toi ?"), encoding="utf-8")
    assert _load(folder)["A01"] == "mis à jour"
    assert Outing.objects.get(code="A01").question_2 == "Et toi ?"
    Outing.objects.filter(code="A01").update(question_2="La question de l'auteur")
    outings.write_text(outings.read_text(encoding="utf-8").replace("Et toi ?", "Et nous ?"), encoding="utf-8")
    assert _load(folder)["A01"] == "laissé"

    # All or nothing: a module that its hours do not hold takes the others with it.
    _change(folder, "Lire un programme", "Lire")
    _change(folder, "minutes: 60", "minutes: 6000", "M24")
    with pytest.raises(Refused):
        _load(folder)
    assert LessonPage.objects.get(pk=lesson.pk).title == "Lire un programme"


def test_load_programme_refuses_to_replace_what_is_not_there(folder: Path) -> None:
    with pytest.raises(CommandError, match="M99"):
        call_command("load_programme", replace=["M99"])
    assert not ModulePage.objects.exists()


def test_load_programme_refuses_a_module_without_its_file(folder: Path) -> None:
    (folder / "modules/M34.yaml").unlink()
    with pytest.raises(Refused, match="M34"):
        load_programme(folder=folder)
    assert not ModulePage.objects.exists()
