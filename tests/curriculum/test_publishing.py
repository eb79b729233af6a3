"""A live module stays sound, whatever the way it was changed."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page, Workflow, WorkflowPage, WorkflowTask

from assessments.models import PracticalPage, Rubric, RubricLine
from competencies.models import Criterion
from content.models import LessonPage, StepPage
from content.services import rehearsal
from curriculum.models import ModulePage, StepCompetency
from curriculum.services import complete_step, grant_authoring, open_step, publish_due
from lms.people.models import Notice
from lms.refusal import Refused
from tests.cast import Small, module_of, programme_of, small

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    return small()


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda error: error.code == code)


def fresh(page: Page) -> Page:
    return type(page).objects.get(pk=page.pk)


def by_the_editor(page: Page) -> None:
    """As the edit page's button does in Wagtail 8: the action, not `publish()`."""
    PublishPageRevisionAction(page.save_revision()).execute(skip_permission_checks=True)


def by_bulk_or_workflow(page: Page) -> None:
    page.save_revision().publish()


@pytest.mark.parametrize("publish", [by_the_editor, by_bulk_or_workflow])
def test_publish_over_the_programme_budget(story: Small, publish) -> None:
    module = fresh(story.module)
    module.theory_minutes = 121
    with refused("over_programme_budget"):
        publish(module)
    assert fresh(module).theory_minutes == 60
    assert fresh(module).get_latest_revision_as_object().theory_minutes == 121  # the editor's work is kept


@pytest.mark.parametrize("publish", [by_the_editor, by_bulk_or_workflow])
def test_publish_target_that_nothing_assesses(story: Small, publish) -> None:
    rubric = Rubric.objects.get(practicals=story.practical)
    other = programme_of(story.programme.framework)
    module, _lesson, practical = module_of(other, code="M02")
    narrow = Rubric(title="Étroite")
    narrow.lines = [RubricLine(criterion=Criterion.objects.filter(competency=story.competencies[0]).first())]
    narrow.save()
    narrow.save_revision().publish()
    practical = fresh(practical)
    practical.rubric = narrow
    with refused("target_not_assessed"):
        publish(practical)
    assert fresh(practical).rubric_id != narrow.pk
    assert rubric.versions.count() == 1
    assert StepCompetency.objects.filter(step=practical, role="assessed").count() == 2
    assert fresh(module).live


def test_publish_module_takes_its_steps_latest_drafts(story: Small) -> None:
    lesson = fresh(story.lesson)
    lesson.title = "Lire bien"
    lesson.save_revision()
    new = LessonPage(title="Encore", slug="encore", minutes=30, hours_kind="theory", body=[("prose", "<p>Oui.</p>")], live=False)
    story.module.add_child(instance=new)
    new.save_revision()
    fresh(story.module).save_revision().publish()
    assert fresh(lesson).title == "Lire bien"
    assert fresh(new).live


def test_publish_module_checks_drafts_of_steps_and_rolls_all_back(story: Small) -> None:
    lesson = fresh(story.lesson)
    lesson.title, lesson.minutes = "Trop long", 61
    lesson.save_revision()
    module = fresh(story.module)
    module.summary = "Autre"
    with refused("over_module_budget"):
        module.save_revision().publish()
    assert fresh(lesson).title == "Lire"
    assert fresh(module).summary == ""


def test_publish_module_may_move_minutes_between_steps_at_once(story: Small) -> None:
    """Each step alone would break the budget on the way; together they hold."""
    extra = LessonPage(title="Bis", slug="bis", minutes=30, hours_kind="theory", body=[("prose", "<p>Oui.</p>")], live=False)
    story.module.add_child(instance=extra)
    extra.save_revision()
    fresh(story.module).save_revision().publish()
    for page, minutes in ((story.lesson, 50), (extra, 10)):
        step = fresh(page)
        step.minutes = minutes
        step.save_revision()
    fresh(story.module).save_revision().publish()
    assert sorted(StepPage.objects.child_of(story.module).values_list("minutes", flat=True)) == [10, 50, 120]


def test_publish_module_leaves_an_archived_step_alone(story: Small) -> None:
    fresh(story.lesson).unpublish()
    fresh(story.module).save_revision().publish()
    assert not fresh(story.lesson).live


def test_publish_module_with_an_empty_or_incomplete_step(story: Small) -> None:
    lesson = LessonPage(title="Vide", slug="vide", minutes=1, live=False)
    story.module.add_child(instance=lesson)
    with refused("step_empty"):
        fresh(story.module).save_revision().publish()
    lesson.body = [("caution", {"title": "Attention", "text": ""})]
    lesson.save_revision(clean=False)
    with refused("page_incomplete"):
        fresh(story.module).save_revision().publish()
    assert not fresh(lesson).live


def test_save_draft_is_never_refused(story: Small) -> None:
    module = fresh(story.module)
    module.theory_minutes = 99_999
    module.targets = []
    assert module.save_revision(clean=False).pk


@pytest.mark.parametrize(
    "unpublish",
    [lambda page: page.unpublish(), lambda page: UnpublishPageAction(page).execute(skip_permission_checks=True)],
)
def test_unpublish_last_assessing_step(story: Small, unpublish) -> None:
    with refused("target_not_assessed"):
        unpublish(fresh(story.practical))
    assert fresh(story.practical).live


def test_unpublish_module_with_its_steps(story: Small) -> None:
    grant_authoring(programme=story.programme)
    UnpublishPageAction(fresh(story.module), user=story.trainer, include_descendants=True).execute()
    assert not Page.objects.descendant_of(story.module, inclusive=True).live().exists()


def test_unpublish_programme_that_someone_follows(story: Small) -> None:
    programme = fresh(story.programme)
    programme.save_revision().publish()
    with refused("programme_in_use"):
        fresh(programme).unpublish()


def test_publish_programme_with_less_than_its_modules(story: Small) -> None:
    programme = fresh(story.programme)
    programme.practical_minutes = 119
    with refused("under_its_modules"):
        programme.save_revision().publish()
    assert fresh(programme).practical_minutes == 600


def test_delete_last_assessing_step(story: Small) -> None:
    with refused("target_not_assessed"):
        fresh(story.practical).delete()
    assert PracticalPage.objects.filter(pk=story.practical.pk).exists()


def test_delete_page_that_served(story: Small) -> None:
    open_step(by=story.trainee, step=story.lesson, module=story.module)
    for page in (story.lesson, story.module):
        with refused("page_has_history"):
            fresh(page).delete()
    fresh(story.lesson).unpublish()  # archived instead
    complete_step(by=story.trainee, step=story.practical, module=story.module)
    assert StepPage.objects.filter(pk=story.lesson.pk).exists()


def test_delete_step_nobody_saw(story: Small) -> None:
    fresh(story.lesson).delete()
    assert not StepPage.objects.filter(pk=story.lesson.pk).exists()


def test_delete_programme_with_modules(story: Small) -> None:
    with refused("programme_has_modules"):
        fresh(story.programme).delete()


def test_move_step_to_another_module(story: Small) -> None:
    module, _lesson, practical = module_of(story.programme, code="M02")
    Page.objects.filter(pk=practical.pk).update(slug="faire-encore")
    with refused("target_not_assessed"):
        fresh(practical).move(fresh(story.module), pos="last-child")
    lesson = LessonPage.objects.child_of(module).get()
    with refused("over_module_budget"):
        long = LessonPage(title="Long", slug="long", minutes=40, hours_kind="theory", body=[("prose", "<p>Oui.</p>")], live=False)
        other = ModulePage(
            title="M03", slug="m03", code="M03", plain_title="M03", block=story.module.block, theory_minutes=60, live=False
        )  # fmt: skip
        story.programme.add_child(instance=other)
        other.add_child(instance=long)
        long.save_revision().publish()
        fresh(long).move(fresh(story.module), pos="last-child")
    open_step(by=story.trainee, step=lesson, module=module)
    with refused("step_has_history"):
        fresh(lesson).move(fresh(other), pos="last-child")
    assert fresh(lesson).get_parent().pk == module.pk


def test_move_step_within_its_module(story: Small) -> None:
    open_step(by=story.trainee, step=story.lesson, module=story.module)
    fresh(story.lesson).move(fresh(story.module), pos="last-child")
    assert [page.pk for page in story.module.get_children()] == [story.practical.pk, story.lesson.pk]


def test_move_module_with_runs_or_over_the_other_budget(story: Small) -> None:
    other = programme_of(story.programme.framework)
    other.practical_minutes = 60
    other.save()
    with refused("over_programme_budget"):
        fresh(story.module).move(fresh(other), pos="last-child")
    open_step(by=story.trainee, step=story.lesson, module=story.module)
    with refused("module_has_runs"):
        fresh(story.module).move(fresh(other), pos="last-child")


def test_copy_module_gives_every_page_its_own_uuid_and_a_draft(story: Small) -> None:
    copied = fresh(story.module).copy(recursive=True, update_attrs={"slug": "copie", "title": "Copie"})
    steps = StepPage.objects.child_of(copied)
    known = {story.module.uuid, story.lesson.uuid, story.practical.uuid}
    fresh_ones = {copied.uuid, *steps.values_list("uuid", flat=True)}
    assert len(fresh_ones) == 3
    assert not known & fresh_ones
    assert not Page.objects.descendant_of(copied, inclusive=True).live().exists()
    assert copied.get_latest_revision_as_object().uuid == copied.uuid
    for step in steps:
        assert step.specific.get_latest_revision_as_object().uuid == step.uuid
    assert StepCompetency.objects.filter(step__in=steps, role="taught").count() == 2


def test_copy_kept_live_is_refused(story: Small) -> None:
    with refused("copy_is_draft"):
        fresh(story.lesson).copy(keep_live=True, update_attrs={"slug": "copie"})


def test_publish_due_tells_the_author_and_goes_on(story: Small) -> None:
    broken, fine = fresh(story.module), fresh(story.lesson)
    broken.theory_minutes = 500
    fine.title = "À l'heure"
    for page in (broken, fine):
        page.go_live_at = timezone.now() + timedelta(hours=1)
        revision = page.save_revision(user=story.trainer)
        revision.publish(user=story.trainer, skip_permission_checks=True)
        assert fresh(page).title != "À l'heure"
        revision.refresh_from_db()
        revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
        revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
        revision.save()
    publish_due()
    assert fresh(fine).title == "À l'heure"
    assert fresh(broken).theory_minutes == 60
    assert "Le budget du parcours est dépassé" in Notice.objects.get(recipient=story.trainer).text
    publish_due()  # nothing is due any more
    assert Notice.objects.count() == 1


def test_rehearsal_undoes_everything_but_the_refusal(story: Small) -> None:
    with rehearsal():
        fresh(story.lesson).delete()
    assert fresh(story.lesson).live
    with refused("target_not_assessed"), rehearsal():
        fresh(story.practical).delete()


def test_publish_scheduled_command_is_ours(story: Small) -> None:
    lesson = fresh(story.lesson)
    lesson.title, lesson.go_live_at = "Plus tard", timezone.now() - timedelta(minutes=1)
    revision = lesson.save_revision(user=story.trainer)
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=lesson.go_live_at)
    call_command("publish_scheduled", dryrun=True)
    assert fresh(lesson).title == "Lire"
    call_command("publish_scheduled")
    assert fresh(lesson).title == "Plus tard"


def test_grant_authoring_twice_changes_nothing(story: Small) -> None:
    grant_authoring(programme=story.programme)
    before = [model.objects.count() for model in (GroupPagePermission, GroupCollectionPermission, Workflow, WorkflowTask, WorkflowPage)]
    grant_authoring(programme=story.programme)
    assert before == [
        model.objects.count() for model in (GroupPagePermission, GroupCollectionPermission, Workflow, WorkflowTask, WorkflowPage)
    ]
    trainer = fresh(story.module).permissions_for_user(story.trainer)
    assert trainer.can_edit()
    assert trainer.can_publish()
    assert not Page.objects.get(depth=1).permissions_for_user(story.trainer).can_add_subpage()
    assert not {
        name for name in story.trainer.get_all_permissions() if name.split(".")[0] in ("people", "auth", "wagtailcore", "wagtailusers")
    }
