"""Editing rubrics in Wagtail, the skeleton of a new module, the panel beside the editor. Registration only."""

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.tables import LiveStatusTagColumn, UpdatedAtColumn
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from assessments.models import Rubric
from assessments.selectors.coverage import Edited, coverage_for
from assessments.services.authoring import make_skeleton, refresh_skeleton
from assessments.views import authoring
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


register_snippet(RubricViewSet)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def panel_urls() -> list[URLPattern]:
    return [
        path("couverture/<int:page_id>/", authoring.coverage, name="authoring-coverage"),
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
