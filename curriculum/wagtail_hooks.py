"""Authoring the way in Wagtail. Menus, viewsets and the wording of refusals only."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from curriculum.models import Outing


class OutingViewSet(SnippetViewSet):
    model = Outing
    icon = "date"
    menu_label = _("Sorties")
    menu_name = "sorties"
    menu_order = 400
    add_to_admin_menu = True
    list_display = ["code", "title", "minutes"]
    search_fields = ["code", "title"]


register_snippet(OutingViewSet)
