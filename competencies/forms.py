"""What an author types to find a competency or a criterion among many."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm


class CodeOrWords(BaseFilterForm):
    """The beginning of a code (« ON3 ») or a piece of the words (« détour »)."""

    q = forms.CharField(
        label=_("Chercher"), required=False, widget=forms.TextInput(attrs={"placeholder": _("Code ou mots : ON3.5, détourer…")})
    )  # fmt: skip

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        query = self.cleaned_data.get("q", "").strip()
        if not query:
            return objects
        self.is_searching, self.search_query = True, query
        return objects.filter(self.meant(query))

    def meant(self, query: str) -> Q:
        return Q(code__istartswith=query) | Q(label__icontains=query)


class CriterionCodeOrWords(CodeOrWords):
    """The same, in the words of the competency too."""

    def meant(self, query: str) -> Q:
        return super().meant(query) | Q(competency__label__icontains=query) | Q(competency__plain_label__icontains=query)
