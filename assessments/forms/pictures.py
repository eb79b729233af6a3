"""Marks on a picture as a page sends them: the whole list, then what a button or the nine places change in it."""

from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from assessments.rules import MAX_MARK_TEXT, PLACES, Drawn, at_cell, drawn_from, moved_up
from lms.refusal import Refused


class CorrectingForm(forms.Form):
    """Which signed judgement is being corrected, as the address carries it. A value that is not one names none."""

    corriger = forms.UUIDField(required=False)


class PictureMarksForm(forms.Form):
    """One list of marks: an `area` and a `text` each, in their order. `base` is the digest of the list this one was made from.

    `act`: « remove-2 », « up-2 » (from 0), or nothing; `place` and `new_text`: one more mark, in the middle of a place.
    """

    base = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    corrects = forms.UUIDField(required=False, widget=forms.HiddenInput)
    act = forms.RegexField(r"^(remove|up)-\d{1,3}$", required=False)
    place = forms.TypedChoiceField(choices=list(enumerate(PLACES)), coerce=int, empty_value=None, required=False)
    new_text = forms.CharField(required=False, max_length=2 * MAX_MARK_TEXT)

    def corrected(self) -> UUID | None:
        """The signed judgement that this one corrects, if it does."""
        return self.cleaned_data.get("corrects")

    def typed(self) -> list[Drawn]:
        """The list as it was sent, before what is added or changed. Refused as `drawn_from`."""
        data = self.data if isinstance(self.data, QueryDict) else QueryDict()
        areas, texts = data.getlist("area"), data.getlist("text")
        if len(areas) != len(texts):
            raise Refused("mark_place", _("Des remarques sont arrivées incomplètes. Gardez à nouveau."))
        return [drawn_from(area, text) for area, text in zip(areas, texts, strict=True)]

    def marks(self) -> list[Drawn]:
        """The list to keep. Refused: as `typed`, and words without a place."""
        marks, place, words = self.typed(), self.cleaned_data.get("place"), str(self.data.get("new_text", ""))
        if place is not None:
            marks = [*marks, at_cell(place, words)]
        elif words.strip():
            raise Refused("mark_place", _("Choisissez d'abord un endroit de l'image."))
        verb, _dash, place_in = str(self.cleaned_data.get("act") or "").partition("-")
        index = int(place_in or -1)
        if verb == "up":
            return moved_up(marks, index)
        return [mark for at, mark in enumerate(marks) if at != index] if verb == "remove" else marks
