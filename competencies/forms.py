"""What an author types to find a competency or a criterion among many, and what they bring in or take out."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm

from competencies.formats.known import READ_TITLES, WRITERS
from competencies.models import Framework


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


MAX_FILE = 30 * 1024 * 1024


class FrameworkImportForm(forms.Form):
    """A file of a framework, or of terms."""

    file = forms.FileField(
        label=_("Fichier"), allow_empty_file=True,
        help_text=_("CASE (JSON), compétences de Moodle (CSV), notre format (YAML), fiche RNCP (XML), termes ESCO ou ROME (CSV). 30 Mo au plus."),
    )  # fmt: skip
    format = forms.ChoiceField(label=_("Format"), required=False, choices=[("", _("Le reconnaître")), *READ_TITLES.items()])
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"key": uuid4()}, **kwargs})

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise forms.ValidationError(_("Ce fichier dépasse 30 Mo. Coupez-le en plusieurs."))
        return file


class FrameworkExportForm(forms.Form):
    """A framework and the format it goes out in."""

    framework = forms.ModelChoiceField(label=_("Référentiel"), queryset=Framework.objects.none(), to_field_name="uuid", empty_label=None)
    format = forms.ChoiceField(label=_("Format"), choices=[(code, going.title) for code, going in WRITERS.items()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["framework"].queryset = Framework.objects.filter(live=True)  # type: ignore[attr-defined]  # a choice among models
