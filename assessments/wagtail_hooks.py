"""Editing rubrics in Wagtail, the skeleton of a new module, the panel beside the editor. Registration only."""

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, UpdatedAtColumn
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from assessments.models import Question, QuestionBank, Rubric
from assessments.selectors.coverage import Edited, coverage_for
from assessments.services.authoring import make_skeleton, refresh_skeleton
from assessments.views import authoring, banks
from content.models import StepPage
from curriculum.models import ModulePage


class RubricViewSet(SnippetViewSet):
    model = Rubric
    icon = "table"
    menu_label = _("Grilles")
    menu_name = "grilles"
    menu_order = 200
    add_to_admin_menu = True
    list_display = ["title", LiveStatusTagColumn(), UpdatedAtColumn()]
    search_fields = ["title"]


class FiguresColumn(Column):
    """The way to what the takes say of a question."""

    def get_value(self, instance: Question) -> str:
        return format_html('<a href="{}">{}</a>', reverse("assessments:question-statistics", args=[instance.uuid]), _("Voir"))


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    menu_label = _("Questions")
    menu_name = "questions"
    list_display = ["title", "bank", LiveStatusTagColumn(), UpdatedAtColumn(), FiguresColumn("figures", label=_("Chiffres"))]
    list_filter = ["bank", "live"]  # tags are searched for: the filter library knows no field of theirs


class QuestionBankViewSet(SnippetViewSet):
    model = QuestionBank
    icon = "folder-open-1"
    menu_label = _("Banques")
    menu_name = "banques"
    list_display = ["title"]
    search_fields = ["title"]


class AuthorItem(MenuItem):
    """Shown to who writes questions."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("assessments.change_question")


class QuestionGroup(SnippetViewSetGroup):
    items = (QuestionViewSet, QuestionBankViewSet)
    menu_label = _("Banque de questions")
    menu_name = "banque-de-questions"
    menu_icon = "help"
    menu_order = 190

    def get_submenu_items(self) -> list[MenuItem]:
        """Beside questions and banks: bringing some in, taking some out."""
        return [
            *super().get_submenu_items(),
            AuthorItem(_("Importer"), reverse_lazy("question-import"), name="importer-des-questions", icon_name="upload", order=10),
            AuthorItem(_("Exporter"), reverse_lazy("question-export"), name="exporter-des-questions", icon_name="download", order=11),
        ]


register_snippet(RubricViewSet)
register_snippet(QuestionGroup)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def panel_urls() -> list[URLPattern]:
    return [
        path("couverture/<int:page_id>/", authoring.coverage, name="authoring-coverage"),
        path("questions/importer/", banks.question_import, name="question-import"),
        path("questions/importer/<uuid:uuid>/", banks.question_import_detail, name="question-import-detail"),
        path("questions/modele.csv", banks.question_template, name="question-template"),
        path("questions/exporter/", banks.question_export, name="question-export"),
        path("questions/exporter/<uuid:uuid>/<str:code>/", banks.question_export_file, name="question-export-file"),
        path("couverture/<str:model>/<int:parent_id>/", authoring.coverage_new, name="authoring-coverage-new"),
    ]


@hooks.register("insert_editor_js")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def panel_script() -> str:
    return format_html('<script type="module" src="{}"></script>', static("lms/authoring.js"))


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def admin_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("lms/authoring.css"))


@hooks.register("after_create_page")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def begin_module(_request: HttpRequest, page: Page) -> HttpResponse | None:
    if isinstance(page, ModulePage):
        make_skeleton(module=page)
    return None


@hooks.register("before_publish_page", order=-1)  # type: ignore[untyped-decorator]  # before a refusal ends the request
def begin_module_published_at_once(_request: HttpRequest, page: Page) -> HttpResponse | None:
    if isinstance(page, ModulePage) and not page.first_published_at:
        make_skeleton(module=page)
    return None


@hooks.register("after_publish_page")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def say_what_is_left(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Under budget is allowed, and said."""
    if isinstance(page, ModulePage | StepPage):
        remarks = coverage_for(page, Edited()).remarks
        if remarks:
            messages.warning(request, " ".join(remarks))
    return None


@hooks.register("after_edit_page")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def follow_targets(_request: HttpRequest, page: Page) -> HttpResponse | None:
    if isinstance(page, ModulePage):
        refresh_skeleton(module=page)
    return None
