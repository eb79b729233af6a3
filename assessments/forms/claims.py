"""What is ticked in the queue, and to whom it is given."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from lms.people.models import User


class TickedField(forms.MultipleChoiceField):
    """The values of ticked boxes as they came, those that are none left out. What they may name, the view asks."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def validate(self, value: Sequence[str]) -> None:
        """Any value: a row that waits no more is said, it does not stop the others."""


class WorksForm(forms.Form):
    """Works ticked in the queue. `back`: the sheet one comes from, of one of them."""

    work = TickedField()
    back = forms.UUIDField(required=False)

    def works(self) -> list[UUID]:
        return [uuid for value in self.cleaned_data["work"] if (uuid := uuid_or_none(value))]


class GiveForm(WorksForm):
    """The same, and the colleague who is to take care of them."""

    to = forms.ModelChoiceField(
        User.objects.none(), to_field_name="uuid",
        error_messages=dict.fromkeys(["required", "invalid_choice"], gettext_lazy("Choisissez un collègue dans la liste.")),
    )  # fmt: skip

    def __init__(self, *args: Any, colleagues: QuerySet[User]) -> None:
        super().__init__(*args)
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]  # a field of the kind above


class ReadyForm(forms.Form):
    """Drafts to sign, each as « uuid revision »: what was read is what is signed."""

    draft = TickedField()

    def chosen(self) -> dict[UUID, int]:
        found = {}
        for value in self.cleaned_data["draft"]:
            name, _space, rev = value.partition(" ")
            uuid = uuid_or_none(name)
            if uuid and rev.isdecimal():
                found[uuid] = int(rev)
        return found


def uuid_or_none(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
