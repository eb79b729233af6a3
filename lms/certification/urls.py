"""Doors of certification."""

from django.urls import include, path

from lms.certification.views import identity

own = [
    path("etat-civil/<uuid:trainee>/", identity.identity_detail, name="identity-detail"),
    path("etat-civil/<uuid:trainee>/effacer/", identity.identity_erase, name="identity-erase"),
    path("promotions/<uuid:cohort>/etat-civil/", identity.identity_list, name="identity-list"),
]

urlpatterns = [path("", include((own, "certification")))]
