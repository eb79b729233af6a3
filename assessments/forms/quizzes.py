"""What people type in a quiz, about an answer, about the time of an exam."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict


class StartForm(forms.Form):
    """Begin a take. `key` names the form: sent twice, it begins one. `question`: the one to do again."""

    key = forms.UUIDField(required=False)
    code = forms.CharField(required=False, max_length=100)
    question = forms.IntegerField(required=False, min_value=1)


class AnswerForm(forms.Form):
    """Answers of a take, one question or all that a page shows: fields `q3.a`, `q3.a-0`…, `q3.rev`, files `q3.files`.

    What they mean, `rules.asking` says; whatever else is sent is not read.
    """

    data: QueryDict
    go = forms.CharField(required=False, max_length=20)

    def fields_of(self, position: int) -> dict[str, list[str]]:
        start = f"q{position}."
        return {name.removeprefix(start): self.data.getlist(name) for name in self.data if name.startswith(start)}

    def rev_of(self, position: int) -> int:
        typed = str(self.data.get(f"q{position}.rev", ""))
        return int(typed) if typed.isdecimal() and len(typed) < 9 else 0

    def uploads_of(self, position: int) -> list[UploadedFile[Any]]:
        return [upload for upload in self.files.getlist(f"q{position}.files") if upload]

    def positions(self) -> list[int]:
        """The questions that the page holds, each announced by its revision."""
        found = (name[1:-4] for name in self.data if name.startswith("q") and name.endswith(".rev"))
        return sorted({int(one) for one in found if one.isdecimal() and len(one) < 5})


class AnswerJudgementForm(forms.Form):
    """What an assessor says of one answer: a word, or a level for each line of its rubric (`level_12`)."""

    key = forms.UUIDField(required=False)
    word = forms.CharField(required=False, max_length=10)
    comment = forms.CharField(required=False, max_length=10_000)

    def levels(self) -> dict[int, int | None]:
        """Levels by line; « pas observé » is none."""
        found: dict[int, int | None] = {}
        for name, value in self.data.items():
            line = name.removeprefix("level_")
            if name != line and line.isdecimal() and len(line) < 10 and value:
                found[int(line)] = int(value) if value.isdecimal() and len(value) == 1 else None
        return found


class ExtraTimeForm(forms.Form):
    """More time for one person in an exam."""

    trainee = forms.UUIDField()
    minutes = forms.IntegerField(min_value=0, max_value=600)
