"""Sealed texts: opened by any key of the site, by no other, and never shown as they are kept (promises.md P08)."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command

from lms.refusal import Refused
from lms.sealed import seal, unseal


def test_a_new_key_in_front_opens_what_the_old_one_sealed(settings: Any) -> None:
    old, new = (Fernet.generate_key().decode() for _n in range(2))
    settings.FIELD_KEYS = [old]
    before = seal("à garder")
    assert "garder" not in before
    settings.FIELD_KEYS = [new, old]
    assert unseal(before) == "à garder"
    settings.FIELD_KEYS = [new]
    with pytest.raises(Refused):
        unseal(before)


@pytest.mark.parametrize("keys", [[], ["court"], ["é" * 44]])
def test_without_a_sound_key_nothing_is_sealed(settings: Any, keys: list[str]) -> None:
    settings.FIELD_KEYS = keys
    with pytest.raises(Refused, match="FIELD_KEYS"):
        seal("x")


def test_what_was_changed_is_not_opened() -> None:
    sealed = seal("x")
    with pytest.raises(Refused):
        unseal(sealed[:-4] + "AAAA")


def test_the_command_prints_a_key_that_seals(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_field_key")
    settings.FIELD_KEYS = [capsys.readouterr().out.strip()]
    assert unseal(seal("x")) == "x"
