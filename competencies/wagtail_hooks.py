"""Editing frameworks, competencies and scales in Wagtail. Menus and viewsets only."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.views.generic import chooser as choosers
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import chooser as snippet_choosers
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from competencies import views
from competencies.forms import CodeOrWords, CompetencyForm, CriterionCodeOrWords
from competencies.models import Competency, Criterion, Framework, ReferenceTerm, Scale

TREE_ORDER = ["competency__block__sort_order", "competency__position", "sort_order"]


class ChooseCriterion(choosers.ChooseView):
    filter_form_class = CriterionCodeOrWords
    ordering = TREE_ORDER


class CriterionResults(choosers.ChooseResultsView):
    filter_form_class = CriterionCodeOrWords
    ordering = TREE_ORDER


class CriterionChooser(ChooserViewSet):
    """A line of a rubric chooses an observable criterion, and nothing else."""

    model = Criterion
    icon = "check"
    choose_one_text = _("Choisir un critère")
    choose_another_text = _("Choisir un autre critère")
    per_page = 30
    choose_view_class = ChooseCriterion
    choose_results_view_class = CriterionResults


@hooks.register("register_admin_viewset")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def criterion_chooser() -> CriterionChooser:
    return CriterionChooser("criterion_chooser", url_prefix="critere")


class ChooseCompetency(snippet_choosers.ChooseView):
    filter_form_class = CodeOrWords


class CompetencyResults(snippet_choosers.ChooseResultsView):
    filter_form_class = CodeOrWords


class CompetencyChooser(snippet_choosers.SnippetChooserViewSet):
    choose_view_class = ChooseCompetency
    choose_results_view_class = CompetencyResults


class FrameworkViewSet(SnippetViewSet):
    model = Framework
    icon = "clipboard-list"
    menu_label = _("Référentiels")
    list_display = ["title", "version", "certifier"]
    search_fields = ["title", "code"]


class CompetencyViewSet(SnippetViewSet):
    model = Competency
    icon = "check"
    menu_label = _("Compétences")
    list_display = ["code", "label", "block"]
    list_filter = ["block"]
    search_fields = ["code", "label", "plain_label"]
    list_per_page = 50
    chooser_viewset_class = CompetencyChooser
    chooser_per_page = 40
    edit_handler = ObjectList([*Competency.panels, FieldPanel("references_text")], base_form_class=CompetencyForm)


class ScaleViewSet(SnippetViewSet):
    model = Scale
    icon = "bars"
    menu_label = _("Échelles")
    list_display = ["title", "acquired_at"]


class TermViewSet(SnippetViewSet):
    """The vocabularies to search: their terms come in by files and are not written here."""

    model = ReferenceTerm
    icon = "search"
    menu_label = _("Termes de référence")
    list_display = ["code", "label", "scheme", "kind"]
    list_filter = ["scheme", "language"]
    search_fields = ["code", "label"]
    list_per_page = 50
    inspect_view_enabled = True


class AuthorItem(MenuItem):
    """Shown to who edits frameworks."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("competencies.change_framework")


class FrameworkGroup(SnippetViewSetGroup):
    """What can be proven, in one menu."""

    items = (FrameworkViewSet, CompetencyViewSet, ScaleViewSet, TermViewSet)
    menu_label = _("Référentiel")
    menu_name = "referentiel"
    menu_icon = "clipboard-list"
    menu_order = 300

    def get_submenu_items(self) -> list[MenuItem]:
        """Beside frameworks: bringing some in, taking some out."""
        return [
            *super().get_submenu_items(),
            AuthorItem(_("Importer"), reverse_lazy("framework-import"), name="importer-un-referentiel", icon_name="upload", order=10),
            AuthorItem(_("Exporter"), reverse_lazy("framework-export"), name="exporter-un-referentiel", icon_name="download", order=11),
        ]


register_snippet(FrameworkGroup)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]  # Wagtail carries no types
def framework_urls() -> list[URLPattern]:
    return [
        path("referentiels/importer/", views.framework_import, name="framework-import"),
        path("referentiels/importer/<uuid:uuid>/", views.framework_import_detail, name="framework-import-detail"),
        path("referentiels/exporter/", views.framework_export, name="framework-export"),
        path("referentiels/exporter/<uuid:uuid>/<str:code>/", views.framework_export_file, name="framework-export-file"),
    ]
