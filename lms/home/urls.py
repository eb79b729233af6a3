"""Doors that join several apps."""

from django.urls import include, path

from lms.home.views import cohorts, credentials, dashboard, health, home, subscribers, traces, trainee, why

own = [
    path("", home.home, name="home"),
    path("ce-que-je-sais-faire/", home.profile, name="profile"),
    path("promotions/", cohorts.cohort_list, name="cohort-list"),
    path("promotions/nouvelle/", cohorts.cohort_create, name="cohort-create"),
    path("promotions/sites/nouveau/", cohorts.site_create, name="site-create"),
    path("promotions/<uuid:uuid>/", dashboard.cohort, name="cohort"),
    path("promotions/<uuid:uuid>/<slug:table>.csv", dashboard.cohort_csv, name="cohort-csv"),
    path("stagiaires/", trainee.trainees, name="trainees"),
    path("stagiaires/<uuid:uuid>/", trainee.trainee, name="trainee"),
    path("pourquoi/<uuid:trainee>/<uuid:competency>/", why.why, name="why"),
    path("promotions/<uuid:uuid>/gerer/", cohorts.cohort_manage, name="cohort-manage"),
    path("promotions/<uuid:uuid>/gerer/ajouter/", cohorts.cohort_join, name="cohort-join"),
    path("promotions/<uuid:uuid>/gerer/creer/", cohorts.cohort_enrol, name="cohort-enrol"),
    path("promotions/<uuid:uuid>/gerer/clore/", cohorts.cohort_close, name="cohort-close"),
    path("promotions/<uuid:uuid>/gerer/<uuid:person>/", cohorts.cohort_member, name="cohort-member"),
    path("promotions/<uuid:uuid>/gerer/<uuid:person>/deplacer/", cohorts.member_move, name="member-move"),
    path("promotions/<uuid:uuid>/gerer/<uuid:person>/retirer/", cohorts.member_remove, name="member-remove"),
    path("promotions/<uuid:uuid>/importer/", cohorts.people_import, name="people-import"),
    path("promotions/<uuid:uuid>/cartes/", cohorts.cohort_cards, name="cohort-cards"),
    path("acces-traces/", credentials.credential_list, name="credential-list"),
    path("acces-traces/traces/", traces.statement_list, name="statement-list"),
    path("acces-traces/traces/<uuid:uuid>/", traces.statement_detail, name="statement-detail"),
    path("acces-traces/envois/", subscribers.subscriber_list, name="subscriber-list"),
    path("acces-traces/envois/<uuid:uuid>/", subscribers.subscriber_detail, name="subscriber-detail"),
    *(
        path(f"acces-traces/envois/<uuid:uuid>/{act}/", subscribers.subscriber_act, {"act": act}, name=f"subscriber-{act}")
        for act in subscribers.ACTS
    ),
    path("acces-traces/<slug:key>/revoquer/", credentials.credential_revoke, name="credential-revoke"),
]

urlpatterns = [
    path("", include((own, "home"))),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
