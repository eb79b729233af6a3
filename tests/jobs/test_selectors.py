"""What is asked about background work."""

from datetime import timedelta

import pytest

from lms import clock
from lms.jobs.selectors import oldest_unfinished
from lms.jobs.services import finish_job
from tests.jobs.test_services import NOON, asked, claimed

pytestmark = pytest.mark.django_db


def test_oldest_unfinished_says_for_how_long() -> None:
    assert oldest_unfinished() == timedelta(0)
    job = asked()
    with clock.at(NOON + timedelta(minutes=7)):
        assert oldest_unfinished() == timedelta(minutes=7)
        finish_job(job=claimed(job))
        assert oldest_unfinished() == timedelta(0)
