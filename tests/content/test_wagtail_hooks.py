"""Authoring through Wagtail's own doors, as a trainer: what goes through, what is refused and in what words."""

from datetime import timedelta
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, TaskState, Workflow
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from assessments.models import PracticalPage, Rubric
from content.models import Handout, LessonPage
from curriculum.models import ModulePage, StepCompetency
from curriculum.services import grant_authoring, open_step
from lms.people.rules import Role
from tests.cast import PASSWORD, Small, person, small

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    made = small()
    grant_authoring(programme=made.programme)
    return made


@pytest.fixture
def trainer(story: Small) -> Client:
    client = Client()
    assert client.login(username=story.trainer.username, password=PASSWORD)
    return client


def module_form(story: Small, *, of: ModulePage | None = None, **changes: object) -> dict[str, str]:
    rows = [target.pk for target in of.targets.all()] if of else ["", ""]
    targets = [{"id": pk, "competency": competency.pk, "level": 3} for pk, competency in zip(rows, story.competencies, strict=True)]
    return nested_form_data(
        {
            "title": "Module M01", "plain_title": "Mon module", "summary": "", "code": "M01", "block": story.module.block_id,
            "theory_minutes": 60, "practical_minutes": 120, "culture_minutes": 0, "picture": "", "picture_alt": "",
            "targets": inline_formset(targets, initial=2 if of else 0), "comments": inline_formset([]), **changes,
        }
    )  # fmt: skip


def lesson_form(story: Small, **changes: object) -> dict[str, str]:
    first, second = story.lesson.competencies.all()
    roles = [
        {"id": first.pk, "competency": first.competency_id, "role": "practised"},
        {"id": second.pk, "competency": second.competency_id, "role": "taught", "DELETE": "on"},
    ]
    return nested_form_data(
        {
            "title": "Lire", "minutes": 30, "hours_kind": "theory",
            "competencies": inline_formset(roles, initial=2),
            "body": streamfield([("prose", rich_text("<p>Nouveau texte.</p>"))]), "comments": inline_formset([]), **changes,
        }
    )  # fmt: skip


def edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def said(response) -> str:
    return unescape(" ".join(str(message) for message in response.context["messages"]))


def test_publish_lesson_changes_the_page_and_what_it_teaches(trainer: Client, story: Small) -> None:
    response = trainer.post(edit(story.lesson), lesson_form(story) | {"action-publish": "1"}, follow=True)
    assert response.status_code == 200
    lesson = LessonPage.objects.get(pk=story.lesson.pk)
    assert "Nouveau texte" in str(lesson.body)
    assert list(StepCompetency.objects.filter(step=lesson).values_list("competency", "role")) == [(story.competencies[0].pk, "practised")]


def test_publish_two_targets_that_exchange_their_competencies(trainer: Client, story: Small) -> None:
    one, two = story.module.targets.all()
    rows = [{"id": one.pk, "competency": two.competency_id, "level": 3}, {"id": two.pk, "competency": one.competency_id, "level": 2}]
    form = module_form(story, of=story.module, targets=inline_formset(rows, initial=2)) | {"action-publish": "1"}
    trainer.post(edit(story.module), form)
    module = ModulePage.objects.get(pk=story.module.pk)
    assert list(module.targets.values_list("competency", "level")) == [(two.competency_id, 3), (one.competency_id, 2)]


def test_save_draft_of_lesson_leaves_what_is_live(trainer: Client, story: Small) -> None:
    trainer.post(edit(story.lesson), lesson_form(story, minutes=500))
    lesson = LessonPage.objects.get(pk=story.lesson.pk)
    assert (lesson.minutes, lesson.has_unpublished_changes) == (30, True)
    assert lesson.get_latest_revision_as_object().minutes == 500
    assert set(StepCompetency.objects.filter(step=lesson).values_list("role", flat=True)) == {"taught"}


def test_publish_module_over_budget_is_refused_in_words_with_the_work_kept(trainer: Client, story: Small) -> None:
    response = trainer.post(
        edit(story.module), module_form(story, of=story.module, theory_minutes=150) | {"action-publish": "1"}, follow=True
    )
    assert response.redirect_chain[-1][0] == edit(story.module)
    assert "Le budget du parcours est dépassé de 30 min de théorie. Réduisez les heures de ce module." in said(response)
    module = ModulePage.objects.get(pk=story.module.pk)
    assert (module.theory_minutes, module.get_latest_revision_as_object().theory_minutes) == (60, 150)


def test_publish_scheduled_module_over_budget_is_refused_today(trainer: Client, story: Small) -> None:
    tomorrow = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    form = module_form(story, of=story.module, theory_minutes=150, go_live_at=tomorrow) | {"action-publish": "1"}
    assert "Le budget du parcours est dépassé" in said(trainer.post(edit(story.module), form, follow=True))
    assert not story.module.revisions.exclude(approved_go_live_at=None).exists()
    trainer.post(edit(story.module), module_form(story, of=story.module, go_live_at=tomorrow) | {"action-publish": "1"}, follow=True)
    assert story.module.revisions.exclude(approved_go_live_at=None).count() == 1


def test_create_module_begins_with_a_skeleton(trainer: Client, story: Small) -> None:
    address = reverse("wagtailadmin_pages:add", args=["curriculum", "modulepage", story.programme.pk])
    trainer.post(address, module_form(story, title="Neuf", code="M09", theory_minutes=30, practical_minutes=60))
    module = ModulePage.objects.get(code="M09")
    assert not module.live
    assert [step.kind for step in module.steps()] == ["lesson", "practical"]
    assert PracticalPage.objects.child_of(module).get().rubric.lines.count() == 6


def test_create_module_with_publish_is_refused_and_stays_a_draft(trainer: Client, story: Small) -> None:
    address = reverse("wagtailadmin_pages:add", args=["curriculum", "modulepage", story.programme.pk])
    form = module_form(story, title="Neuf", code="M09", theory_minutes=30, practical_minutes=60) | {"action-publish": "1"}
    response = trainer.post(address, form, follow=True)
    module = ModulePage.objects.get(code="M09")
    assert response.redirect_chain[-1][0] == edit(module)
    assert "n'est pas complet" in said(response)
    assert not module.live
    assert module.steps().count() == 2


def test_save_draft_of_module_without_target_is_not_refused(trainer: Client, story: Small) -> None:
    gone = [{"id": target.pk, "competency": target.competency_id, "level": 3, "DELETE": "on"} for target in story.module.targets.all()]
    form = module_form(story, targets=inline_formset(gone, initial=2), theory_minutes=9999)
    response = trainer.post(edit(story.module), form, follow=True)
    assert ModulePage.objects.get(pk=story.module.pk).get_latest_revision_as_object().theory_minutes == 9999, said(response)


@pytest.mark.parametrize("door", ["unpublish", "delete"])
def test_last_assessing_step_cannot_go(trainer: Client, story: Small, door: str) -> None:
    response = trainer.post(reverse(f"wagtailadmin_pages:{door}", args=[story.practical.pk]), follow=True)
    assert "Aucune étape n'évalue" in said(response)
    assert PracticalPage.objects.get(pk=story.practical.pk).live


@pytest.mark.parametrize("action", ["unpublish", "delete"])
def test_last_assessing_step_cannot_go_in_bulk(trainer: Client, story: Small, action: str) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    response = trainer.post(f"{address}?id={story.practical.pk}&next=/cms/", follow=True)
    assert "Aucune étape n'évalue" in said(response)
    assert PracticalPage.objects.get(pk=story.practical.pk).live


def test_bulk_publish_is_refused_in_words(trainer: Client, story: Small) -> None:
    module = ModulePage.objects.get(pk=story.module.pk)
    module.theory_minutes = 150
    module.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = trainer.post(f"{address}?id={module.pk}&next=/cms/", follow=True)
    assert "Le budget du parcours est dépassé" in said(response)
    assert ModulePage.objects.get(pk=module.pk).theory_minutes == 60


def test_page_that_served_is_archived_not_deleted(trainer: Client, story: Small) -> None:
    open_step(by=story.trainee, step=story.lesson, module=story.module)
    response = trainer.post(reverse("wagtailadmin_pages:delete", args=[story.lesson.pk]), follow=True)
    assert "a déjà servi" in said(response)
    assert LessonPage.objects.get(pk=story.lesson.pk).live
    trainer.post(reverse("wagtailadmin_pages:unpublish", args=[story.lesson.pk]))
    assert not LessonPage.objects.get(pk=story.lesson.pk).live


def test_move_of_the_last_assessing_step_is_refused(trainer: Client, story: Small) -> None:
    other = ModulePage(title="M03", slug="m03", code="M03", plain_title="M03", block=story.module.block, practical_minutes=200, live=False)
    story.programme.add_child(instance=other)
    response = trainer.post(reverse("wagtailadmin_pages:move_confirm", args=[story.practical.pk, other.pk]), follow=True)
    assert "Aucune étape n'évalue" in said(response)
    assert story.practical.get_parent().pk == story.module.pk


def test_copy_of_a_module_is_a_draft_with_identifiers_of_its_own(trainer: Client, story: Small) -> None:
    address = reverse("wagtailadmin_pages:copy", args=[story.module.pk])
    page = trainer.get(address)
    assert b"publish_copies" not in page.content
    assert b'name="alias"' not in page.content
    form = {
        "new_title": "Copie",
        "new_slug": "copie",
        "new_parent_page": story.programme.pk,
        "copy_subpages": "on",
        "publish_copies": "on",
        "alias": "on",
    }
    trainer.post(address, form)
    copied = ModulePage.objects.get(slug="copie")
    uuids = {copied.uuid, *copied.steps().values_list("uuid", flat=True)}
    assert len(uuids) == 3
    assert not uuids & {story.module.uuid, story.lesson.uuid, story.practical.uuid}
    assert not Page.objects.descendant_of(copied, inclusive=True).live().exists()


def test_publish_rubric_that_forgets_a_target_is_refused_in_words(trainer: Client, story: Small) -> None:
    rubric = Rubric.objects.get(practicals=story.practical)
    kept = story.competencies[0]
    rows = [
        {"id": line.pk, "criterion": line.criterion_id, "DELETE": "" if line.criterion.competency_id == kept.pk else "on"}
        for line in rubric.lines.select_related("criterion")
    ]
    form = nested_form_data({"title": rubric.title, "lines": inline_formset(rows, initial=6)}) | {"action-publish": "1"}
    address = reverse(rubric.snippet_viewset.get_url_name("edit"), args=[rubric.pk])
    response = trainer.post(address, form, follow=True)
    assert response.redirect_chain[-1][0] == address
    assert "Aucune étape n'évalue : ON1.2" in said(response)
    assert rubric.versions.count() == 1
    assert Rubric.objects.get(pk=rubric.pk).get_latest_revision_as_object().lines.count() == 3  # the work is kept


def test_workflow_from_draft_to_review_to_published(trainer: Client, story: Small) -> None:
    trainer.post(edit(story.lesson), lesson_form(story) | {"action-submit": "1"})
    state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    assert Workflow.objects.get(pk=state.workflow_state.workflow_id).name == "Relecture"
    reader = Client()
    reader.login(username=person(Role.TRAINER, cohort=story.cohort).username, password=PASSWORD)
    assert "Lire" in reader.get(reverse("wagtailadmin_reports:workflow_tasks") + "?reviewable=true").content.decode()
    reader.post(reverse("wagtailadmin_pages:workflow_action", args=[story.lesson.pk, "approve", state.pk]), {"comment": "Oui."})
    assert "Nouveau texte" in str(LessonPage.objects.get(pk=story.lesson.pk).body)


@pytest.mark.parametrize("page", ["module", "lesson", "practical"])
def test_preview_shows_the_draft_in_our_frame(trainer: Client, story: Small, page: str) -> None:
    instance = getattr(story, page)
    response = trainer.get(reverse("wagtailadmin_pages:view_draft", args=[instance.pk]))
    assert response.status_code == 200
    assert "lms/tremplin.css" in response.content.decode()
    assert "Aperçu" in response.content.decode()


def test_view_live_is_our_door(story: Small) -> None:
    assert story.lesson.url == story.lesson.door_path()
    assert story.module.url == f"/modules/{story.module.uuid}/"


def test_documents_are_for_people_signed_in(trainer: Client, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    document = Handout.objects.create(title="Images", file=ContentFile(b"a", name="images.txt"))
    assert Client().get(document.url)["Location"].startswith(reverse("account_login"))
    assert b"".join(trainer.get(document.url).streaming_content) == b"a"


SHUT = [
    "/cms/users/", "/cms/users/new/", "/cms/groups/", "/cms/groups/new/", "/cms/sites/", "/cms/sites/new/", "/cms/collections/",
    "/cms/workflows/list/", "/cms/locales/", "/cms/redirects/", "/cms/snippets/curriculum/run/", "/cms/api-tokens/",
]  # fmt: skip


@pytest.mark.parametrize("address", SHUT)
def test_trainer_reaches_no_administration(trainer: Client, address: str) -> None:
    response = trainer.get(address)
    assert response.status_code in (302, 403, 404)
    if response.status_code == 302:
        assert response["Location"] == "/cms/"


def test_trainer_cannot_change_the_budget(trainer: Client, story: Small) -> None:
    assert b"theory_minutes" not in trainer.get(edit(story.programme)).content
    form = nested_form_data({"title": "Parcours", "theory_minutes": 99_999, "comments": inline_formset([])})
    trainer.post(edit(story.programme), form | {"action-publish": "1"})
    story.programme.refresh_from_db()
    assert story.programme.theory_minutes == 120


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.COUNSELLOR, Role.COORDINATOR, Role.CERTIFIER])
def test_others_do_not_enter(story: Small, role: Role) -> None:
    client = Client()
    client.login(username=person(role).username, password=PASSWORD)
    assert client.get("/cms/pages/").status_code in (302, 403)
