"""The doors of the record store: `/xapi/` speaks the version each request asks for, `/xapi/1.0/` and `/xapi/2.0/` pin one."""

from django.urls import URLPattern, include, path

from lms.records.rest.about import ABOUT
from lms.records.rest.activities import ACTIVITIES
from lms.records.rest.agents import AGENTS
from lms.records.rest.documents import ACTIVITY_PROFILE, AGENT_PROFILE, STATE
from lms.records.rest.http import door
from lms.records.rest.profile import profile_page
from lms.records.rest.statements import STATEMENTS, told_through
from lms.records.rest.token import token

RESOURCES = {
    "statements": STATEMENTS, "activities/state": STATE, "activities/profile": ACTIVITY_PROFILE, "activities": ACTIVITIES,
    "agents/profile": AGENT_PROFILE, "agents": AGENTS, "about": ABOUT,
}  # fmt: skip
doors = {name: door(methods) for name, methods in RESOURCES.items()}
doors["statements"] = told_through(doors["statements"])


def _resources(family: str) -> list[URLPattern]:
    suffix = f"-{family}" if family else ""
    return [path(name, view, {"family": family}, name=f"xapi-{name.replace('/', '-')}{suffix}") for name, view in doors.items()]


urlpatterns = [
    path("xapi/", include(_resources(""))),
    path("xapi/profile", profile_page, name="xapi-profile"),
    path("xapi/oauth/token", token, name="xapi-token"),
    path("xapi/1.0/", include(_resources("1.0"))),
    path("xapi/2.0/", include(_resources("2.0"))),
]
