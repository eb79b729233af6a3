"""Doors of certification."""

from django.urls import include, path

from lms.certification.views import candidates, deposits, identity, jury, sessions

own = [
    path("ma-certification/", candidates.own, name="own"),
    path("certification/", sessions.session_list, name="session-list"),
    path("certification/regles/", sessions.certification_list, name="certification-list"),
    path("certification/sessions/nouvelle/", sessions.session_create, name="session-create"),
    path("certification/sessions/<uuid:uuid>/", sessions.session_detail, name="session"),
    path("certification/sessions/<uuid:uuid>/modifier/", sessions.session_change, name="session-change"),
    path("certification/sessions/<uuid:uuid>/jury/", sessions.member_add, name="member-add"),
    path("certification/sessions/<uuid:uuid>/jury/<uuid:member>/retirer/", sessions.member_remove, name="member-remove"),
    path("certification/sessions/<uuid:uuid>/candidats/", candidates.candidate_add, name="candidate-add"),
    path("certification/sessions/<uuid:uuid>/presenter/<uuid:trainee>/", candidates.candidate_blocks, name="candidate-blocks"),
    path("certification/sessions/<uuid:uuid>/signer/", jury.sign, name="sign"),
    path("certification/sessions/<uuid:uuid>/clore/", jury.close, name="close"),
    path("certification/candidats/<uuid:uuid>/", candidates.candidate_detail, name="candidate"),
    path("certification/candidats/<uuid:uuid>/retirer/", candidates.candidate_withdraw, name="candidate-withdraw"),
    path("certification/candidats/<uuid:uuid>/decider/<uuid:block>/", jury.decision, name="decide"),
    path("etat-civil/<uuid:trainee>/", identity.identity_detail, name="identity-detail"),
    path("etat-civil/<uuid:trainee>/effacer/", identity.identity_erase, name="identity-erase"),
    path("certification/sessions/<uuid:uuid>/accrochage/", deposits.accrochage, name="accrochage"),
    path("certification/sessions/<uuid:uuid>/accrochage/fichier/", deposits.accrochage_file, name="accrochage-file"),
    path("certification/sessions/<uuid:uuid>/accrochage/compte/", deposits.accrochage_account, name="accrochage-account"),
    path("promotions/<uuid:cohort>/etat-civil/", identity.identity_list, name="identity-list"),
]

urlpatterns = [path("", include((own, "certification")))]
