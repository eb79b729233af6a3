"""Editing frameworks, competencies and scales in Wagtail. Menus and viewsets only."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.generic import chooser as choosers
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import chooser as snippet_choosers
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from competencies.forms import CodeOrWords, CriterionCodeOrWords
from competencies.models import Competency, Criterion, Framework, Scale

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


class ScaleViewSet(SnippetViewSet):
    model = Scale
    icon = "bars"
    menu_label = _("Échelles")
    list_display = ["title", "acquired_at"]


class FrameworkGroup(SnippetViewSetGroup):
    """What can be proven, in one menu."""

    items = (FrameworkViewSet, CompetencyViewSet, ScaleViewSet)
    menu_label = _("Référentiel")
    menu_name = "referentiel"
    menu_icon = "clipboard-list"
    menu_order = 300


register_snippet(FrameworkGroup)
