"""Doors of certification."""

from django.urls import include, path

from lms.certification.views import deposits, identity

own = [
    path("etat-civil/<uuid:trainee>/", identity.identity_detail, name="identity-detail"),
    path("etat-civil/<uuid:trainee>/effacer/", identity.identity_erase, name="identity-erase"),
    path("certification/sessions/<uuid:uuid>/accrochage/", deposits.accrochage, name="accrochage"),
    path("certification/sessions/<uuid:uuid>/accrochage/fichier/", deposits.accrochage_file, name="accrochage-file"),
    path("certification/sessions/<uuid:uuid>/accrochage/compte/", deposits.accrochage_account, name="accrochage-account"),
    path("promotions/<uuid:cohort>/etat-civil/", identity.identity_list, name="identity-list"),
]

urlpatterns = [path("", include((own, "certification")))]
