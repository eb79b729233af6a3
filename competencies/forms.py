"""What an author types to find a competency or a criterion among many, and what they bring in or take out."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm

from competencies.formats.known import READ_TITLES, WRITERS
from competencies.formats.references import UnreadableReferenceError, code_of, read_references, written_references
from competencies.models import Framework, ReferenceTerm


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


class CompetencyForm(WagtailAdminModelForm):
    """A competency, its references typed a line each."""

    references_text = forms.CharField(
        label=_("Références"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=10_000,
        help_text=_(
            "Un vocabulaire et un code par ligne. Exemples : « rome E1205 », « esco http://data.europa.eu/esco/skill/… », « digcomp_2_2 3.1 », "
            "« clea_domaines 4 ». Les codes se cherchent dans « Termes de référence »."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("references_text", written_references(self.instance.references or {}))

    def clean_references_text(self) -> str:
        typed: str = self.cleaned_data["references_text"]
        try:
            said = read_references(typed)
        except UnreadableReferenceError as wrong:
            raise forms.ValidationError(
                _("Ligne %(number)d : écrivez un vocabulaire, une espace, un code. « %(line)s »"),
                params={"number": wrong.number, "line": wrong.line[:60]},
            ) from wrong
        kept = {(key, code_of(entry)): entry for key, entries in (self.instance.references or {}).items() for entry in entries}
        self.references: dict[str, list[Any]] = {}
        for key, code in said:
            self.references.setdefault(key, []).append(kept.get((key, code)) or self._term(key, code))
        return typed

    @staticmethod
    def _term(key: str, code: str) -> Any:
        """As the vocabulary names it, where its terms came in; refused where they did and this code is none."""
        terms = ReferenceTerm.objects.filter(scheme=key)
        found = terms.filter(Q(code=code) | Q(uri=code)).first()
        if found is None and terms.exists():
            raise forms.ValidationError(
                _("%(key)s n'a pas de terme « %(code)s ». Cherchez-le dans « Termes de référence »."),
                params={"key": key, "code": code[:80]},
            )
        if found is None:
            return code
        named = {"uri": found.uri} if found.uri else {"code": found.code}
        return {**named, "label": found.label, **({"type": found.kind} if found.kind else {})}

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  as Django has it
        self.instance.references = self.references
        return super().save(commit=commit)


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
