"""The menu of Wagtail's admin: what an author needs, in our words, and nothing else."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

# Name of each item that stays, and its place.
SHOWN = {
    "explorer": 100,
    "banque-de-questions": 190,
    "grilles": 200,
    "referentiel": 300,
    "sorties": 400,
    "images": 500,
    "documents": 600,
    "a-relire": 700,
    "site": 800,
}


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def reviews() -> MenuItem:
    return MenuItem(
        _("À relire"), reverse("wagtailadmin_reports:workflow_tasks") + "?reviewable=true", name="a-relire", icon_name="clipboard-list"
    )


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def back_to_the_site() -> MenuItem:
    # The fragment keeps Wagtail from taking "/" for the beginning of every address and lighting this item up.
    return MenuItem(_("Retour à l'accueil"), reverse("home:home") + "#main", name="site", icon_name="home")


@hooks.register("construct_main_menu")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def only_what_an_author_needs(_request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name in SHOWN]
    for item in items:
        item.order = SHOWN[item.name]
        if item.name == "explorer":
            item.label = _("Modules")
