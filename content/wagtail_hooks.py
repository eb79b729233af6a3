"""What Wagtail's editor says when a guard of the models refuses, and who may read a document. The guards are in the models."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from content.models import AddressedPage, ContentEpoch, GuardedPage, Handout
from content.services import rehearsal
from lms.refusal import Refused


def _said(request: HttpRequest, refusal: Refused, page: Page) -> HttpResponse:
    messages.error(request, refusal.message)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_publish_page")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def refuse_publication(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The revision is already saved: a refusal leaves it as the draft."""
    if not isinstance(page, GuardedPage):
        return None
    try:
        with rehearsal():
            action = PublishPageRevisionAction(Page.objects.get(pk=page.pk).latest_revision)
            action.object.go_live_at = None  # what would be refused on the day is refused at once
            action.execute(skip_permission_checks=True)
    except Refused as refusal:
        # A page created with « Publier » has a live row before it has a live revision: back to a draft.
        Page.objects.filter(pk=page.pk, live_revision=None).update(live=False, has_unpublished_changes=True)
        return _said(request, refusal, page)
    return None


@hooks.register("before_delete_page")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def refuse_deletion(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _try(request, page, lambda specific: specific.delete())


@hooks.register("before_move_page")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def refuse_move(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    return _try(request, page, lambda specific: specific.move(destination, pos="last-child"))


@hooks.register("before_bulk_action")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def refuse_bulk(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:
    """Bulk actions work on bare pages, whose guards are not ours: the specific ones are asked first, all together."""
    pages = sorted((page.specific for page in objects if isinstance(page, Page)), key=lambda page: page.depth)
    change = {"delete": _delete, "unpublish": _unpublish, "move": _move}.get(action_type)
    if not pages or change is None:
        return None
    try:
        with rehearsal():
            for page in pages:
                change(page, action)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(action.next_url)
    return None


def _delete(page: Page, _action: Any) -> None:
    page.delete()


def _unpublish(page: Page, _action: Any) -> None:
    page.unpublish()


def _move(page: Page, action: Any) -> None:
    page.move(action.cleaned_form.cleaned_data["chooser"], pos="last-child")


def _try(request: HttpRequest, page: Page, change: Any) -> HttpResponse | None:
    specific = page.specific
    if not isinstance(specific, GuardedPage):
        return None
    try:
        with rehearsal():
            change(specific)
    except Refused as refusal:
        return _said(request, refusal, page)
    return None


@hooks.register("before_publish")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def refuse_snippet(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Rubrics and the like: the draft is saved, its publication is tried, the sentence is shown on its own page."""
    try:
        with rehearsal():
            instance.latest_revision.publish()
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(instance.snippet_viewset.get_url_name("edit"), quote(str(instance.pk)))
    return None


@hooks.register("after_delete_page")  # type: ignore[untyped-decorator]  # Wagtail carries no types
@hooks.register("after_bulk_action")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def forget_kept_bodies(*_what: Any) -> None:
    """Deletions that pass by the models: links to what is gone are made again."""
    ContentEpoch.advance()


@hooks.register("register_page_header_buttons")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def as_a_trainee(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:  # noqa: ARG001  Wagtail's signature
    if isinstance(page, AddressedPage) and page.live:
        yield Button(
            _("Voir comme un stagiaire"), page.door_path(), icon_name="view", attrs={"target": "_blank", "rel": "noopener"}, priority=5
        )


@hooks.register("before_serve_document")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def for_people_signed_in(_document: Handout, request: HttpRequest) -> HttpResponse | None:
    if request.user.is_authenticated:
        return None
    return redirect(f"{reverse('account_login')}?next={quote(request.get_full_path())}")
