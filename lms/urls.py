"""The only map of doors: pages, /api/v1/, /xapi/, /cms/."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from competencies.rest import Competencies, Rules, Standings
from curriculum.rest import Modules, Programmes, ProgressRows
from lms.badges.rest import Badges
from lms.certification.rest import Sessions
from lms.exports.rest import Dossiers, Exports
from lms.home.rest import EvidenceRows, Groups

api = SimpleRouter()
api.register("programmes", Programmes, "programme")
api.register("modules", Modules, "module")
api.register("competencies", Competencies, "competency")
api.register("progress", ProgressRows, "progress")
api.register("standings", Standings, "standing")
api.register("evidence", EvidenceRows, "evidence")
api.register("rules", Rules, "rule")
api.register("badges", Badges, "badge")
api.register("dossiers", Dossiers, "dossier")
api.register("exports", Exports, "export")
api.register("groups", Groups, "group")
api.register("sessions", Sessions, "session")

urlpatterns = [
    path("", include("lms.records.urls")),  # asked most, found first
    path("api/v1/", include((api.urls, "api"))),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("compte/", include("allauth.urls")),
    path("", include("lms.people.urls")),
    path("", include("lms.files.urls")),
    path("", include("competencies.urls")),
    path("", include("curriculum.urls")),
    path("", include("assessments.urls")),
    path("", include("lms.badges.urls")),
    path("", include("lms.certification.urls")),
    path("", include("lms.exports.urls")),
    path("", include("lms.home.urls")),
]

handler500 = "lms.doors.broken"
