"""Questions about background work."""

from datetime import timedelta

from lms import clock
from lms.jobs.models import Job


def oldest_unfinished() -> timedelta:
    """For how long the oldest unfinished job has been asked: zero when none is."""
    unfinished = Job.objects.filter(state__in=(Job.State.WAITING, Job.State.RUNNING)).order_by("created_at")
    first = unfinished.values_list("created_at", flat=True).first()
    return clock.now() - first if first else timedelta(0)
