"""Private files that no row names are tidied away."""

from pathlib import Path
from typing import Any

import pytest

from lms.files.services import remove_orphans

pytestmark = pytest.mark.django_db


def test_a_new_site_has_nothing_to_tidy(settings: Any, tmp_path: Path) -> None:
    """Nobody has handed anything in: no folder is there yet. The worker that tidies would stop, and the site with it."""
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "none"}}
    settings.STORAGES = {**settings.STORAGES, "private": own}
    assert remove_orphans() == 0
