"""Doors of accounts."""

from django.urls import include, path

from lms.people import views

own = [
    path("mot-de-passe/", views.password_choose, name="password-choose"),
    path("profil/", views.profile, name="profile"),
    path("profil/jetons/", views.token_create, name="token-create"),
    path("profil/jetons/<uuid:uuid>/revoquer/", views.token_revoke, name="token-revoke"),
    path("nouvelles/", views.notice_list, name="notice-list"),
    path("personnes/", views.person_list, name="person-list"),
    path("personnes/nouvelle/", views.person_create, name="person-create"),
    path("personnes/<uuid:uuid>/", views.person_detail, name="person-detail"),
    path("personnes/<uuid:uuid>/mot-de-passe/", views.password_reset, name="password-reset"),
    path("personnes/<uuid:uuid>/pause/", views.person_pause, name="person-pause"),
    path("personnes/<uuid:uuid>/reprise/", views.person_resume, name="person-resume"),
]

urlpatterns = [path("", include((own, "people")))]
