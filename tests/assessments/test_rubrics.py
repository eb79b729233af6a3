"""A published rubric is frozen; editing makes a new version; old ones stay."""

import pytest

from assessments.models import PracticalPage, Rubric, RubricCriterion, RubricLine, RubricVersion
from assessments.selectors.coverage import Edited, coverage_for
from assessments.services.authoring import make_skeleton, refresh_skeleton, rubric_for
from competencies.models import Criterion
from content.models import StepPage
from curriculum.models import ModulePage, StepCompetency, Target
from lms.refusal import Refused
from tests.cast import Small, framework, programme_of, small

pytestmark = pytest.mark.django_db


def made(*criteria: Criterion, **words: str) -> Rubric:
    rubric = Rubric(title="Grille d'essai")
    rubric.lines = [RubricLine(criterion=criterion, sort_order=n, **words) for n, criterion in enumerate(criteria)]
    rubric.save()
    return rubric


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda error: error.code == code)


def test_publish_freezes_lines_with_the_authors_words_else_the_scales() -> None:
    framework(competencies=1, criteria=2)
    rubric = made(*Criterion.objects.all(), level_3="Net partout")
    rubric.save_revision().publish()
    version = RubricVersion.objects.get(rubric=rubric)
    assert (version.number, version.title) == (1, "Grille d'essai")
    first = version.criteria.first()
    assert first.label == "Critère 1.1"
    assert first.descriptors == {
        "0": "Pas encore vu", "1": "Je découvre", "2": "Je fais avec un rappel", "3": "Net partout", "4": "Je sais faire sur une vraie commande",
    }  # fmt: skip
    assert list(version.criteria.values_list("criterion__code", flat=True)) == ["ON1.1.1", "ON1.1.2"]


def test_publish_same_content_makes_no_version_and_other_content_leaves_the_old_one() -> None:
    framework(competencies=1, criteria=2)
    one, two = Criterion.objects.all()
    rubric = made(one)
    rubric.save_revision().publish()
    rubric.save_revision().publish()
    assert RubricVersion.objects.count() == 1
    before = list(RubricCriterion.objects.values())
    rubric = Rubric.objects.get()
    rubric.lines = [RubricLine(criterion=two)]
    rubric.save_revision().publish()
    assert list(RubricVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert list(RubricCriterion.objects.filter(version__number=1).values()) == before


def test_publish_in_any_order_of_lines_keeps_the_authors() -> None:
    framework(competencies=1, criteria=3)
    three, one = Criterion.objects.get(code="ON1.1.3"), Criterion.objects.get(code="ON1.1.1")
    rubric = made(three, one)
    rubric.save_revision().publish()
    assert list(RubricCriterion.objects.values_list("criterion__code", flat=True)) == ["ON1.1.3", "ON1.1.1"]


def test_publish_without_line_or_with_a_bad_one() -> None:
    framework(competencies=1, criteria=1)
    criterion = Criterion.objects.get()
    rubric = made(criterion)
    for lines, code in (
        ([], "rubric_empty"),
        ([RubricLine()], "criterion_missing"),
        ([RubricLine(criterion=criterion), RubricLine(criterion=criterion)], "criterion_twice"),
    ):
        rubric.lines = lines
        with refused(code):
            rubric.save_revision(clean=False).publish()
    assert not RubricVersion.objects.exists()


def test_frozen_rows_cannot_be_saved_again() -> None:
    framework(competencies=1, criteria=1)
    made(*Criterion.objects.all()).save_revision().publish()
    for row in (RubricVersion.objects.get(), RubricCriterion.objects.get()):
        with pytest.raises(RuntimeError, match="frozen"):
            row.save()


def test_publish_rubric_that_leaves_a_target_unassessed() -> None:
    story = small()
    rubric = Rubric.objects.get(practicals=story.practical)
    rubric.lines = [RubricLine(criterion=Criterion.objects.filter(competency=story.competencies[0]).first())]
    with refused("target_not_assessed"):
        rubric.save_revision().publish()
    assert rubric.versions.count() == 1
    assert StepCompetency.objects.filter(step=story.practical, role="assessed").count() == 2


def test_publish_rubric_tells_the_practicals_that_use_it() -> None:
    story = small()
    module = ModulePage.objects.get(pk=story.module.pk)
    module.targets = [Target(competency=story.competencies[0], level=3)]
    module.save_revision().publish()
    rubric = Rubric.objects.get(practicals=story.practical)
    rubric.lines = [RubricLine(criterion=Criterion.objects.filter(competency=story.competencies[0]).first())]
    rubric.save_revision().publish()
    assert list(StepCompetency.objects.filter(step=story.practical, role="assessed").values_list("competency", flat=True)) == [
        story.competencies[0].pk
    ]


def test_publish_practical_writes_what_its_rubric_assesses() -> None:
    story = small()
    rows = StepCompetency.objects.filter(step=story.practical)
    assert set(rows.values_list("competency", "role")) == {(competency.pk, "assessed") for competency in story.competencies}
    PracticalPage.objects.get(pk=story.practical.pk).save_revision().publish()
    assert rows.count() == 2


@pytest.fixture
def new_module() -> ModulePage:
    tree = framework()
    programme = programme_of(tree)
    module = ModulePage(
        title="Neuf", slug="neuf", code="M40", plain_title="Tout neuf", block=tree.blocks.get(), theory_minutes=20, practical_minutes=90, live=False
    )  # fmt: skip
    module.targets = [Target(competency=competency) for competency in tree.blocks.get().competencies.all()[:1]]
    programme.add_child(instance=module)
    module.save_revision()
    return module


def test_make_skeleton_gives_draft_steps_within_the_hours_and_a_rubric(new_module: ModulePage) -> None:
    make_skeleton(module=new_module)
    make_skeleton(module=new_module)  # once is enough
    lesson, practical = StepPage.objects.child_of(new_module)
    assert [(step.kind, step.minutes, step.live) for step in (lesson, practical)] == [("lesson", 20, False), ("practical", 90, False)]
    rubric = practical.specific.rubric
    assert rubric.title == "Grille M40 Tout neuf"
    assert not rubric.live
    assert list(rubric.lines.values_list("criterion__code", flat=True)) == ["ON1.1.1", "ON1.1.2", "ON1.1.3"]
    with refused("page_incomplete"):
        new_module.save_revision().publish()


def test_publish_practical_whose_rubric_is_a_draft(new_module: ModulePage) -> None:
    practical = PracticalPage(
        title="Faire", slug="faire", minutes=10, hours_kind="practical", rubric=rubric_for(module=new_module), live=False, brief=[("prose", "<p>Oui.</p>")]
    )  # fmt: skip
    new_module.add_child(instance=practical)
    with refused("rubric_not_published"):
        practical.save_revision().publish()
    assert "n'est pas publiée" in coverage_for(new_module, Edited()).refusal
    practical.rubric.save_revision().publish()
    PracticalPage.objects.get(pk=practical.pk).save_revision().publish()
    new_module.save_revision().publish()
    assert ModulePage.objects.get(pk=new_module.pk).live


def test_rubric_for_finds_a_free_title(new_module: ModulePage) -> None:
    assert rubric_for(module=new_module).title == "Grille M40 Tout neuf"
    assert rubric_for(module=new_module).title == "Grille M40 Tout neuf (2)"


def test_refresh_skeleton_follows_the_targets_until_someone_edits(new_module: ModulePage) -> None:
    make_skeleton(module=new_module)
    rubric = Rubric.objects.get(practicals__in=PracticalPage.objects.child_of(new_module))
    new_module.targets = [Target(competency=competency) for competency in new_module.block.competencies.all()]
    new_module.save_revision()
    refresh_skeleton(module=new_module)
    assert rubric.lines.count() == 6
    rubric = Rubric.objects.get(pk=rubric.pk)
    rubric.save_revision(user=small().trainer)
    new_module.targets = []
    new_module.save_revision()
    refresh_skeleton(module=new_module)
    assert Rubric.objects.get(pk=rubric.pk).lines.count() == 6


def test_publish_competency_cannot_take_away_a_criterion_in_use() -> None:
    story: Small = small()
    competency = story.competencies[0]
    competency.criteria = list(competency.criteria.all())[1:]
    with refused("line_in_use"):
        competency.save_revision().publish()
    assert Criterion.objects.filter(competency=competency).count() == 3
