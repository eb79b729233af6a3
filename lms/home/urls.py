"""Doors that join several apps."""

from django.urls import include, path

from lms.home.views import (
    boards,
    cohorts,
    credentials,
    dashboard,
    groups,
    health,
    home,
    opinions,
    policies,
    standing,
    subscribers,
    traces,
    trainee,
    versions,
    why,
)

own = [
    path("", home.home, name="home"),
    path("ce-que-je-sais-faire/", home.profile, name="profile"),
    path("ce-que-je-sais-faire/mon-chemin/", home.growth, name="growth"),
    path("ce-que-je-sais-faire/mon-chemin.csv", home.growth_csv, name="growth-csv"),
    path("promotions/", cohorts.cohort_list, name="cohort-list"),
    path("promotions/cote-a-cote/", boards.beside, name="cohorts-beside"),
    path("promotions/cote-a-cote/<slug:figure>.csv", boards.beside_csv, name="cohorts-beside-csv"),
    path("promotions/nouvelle/", cohorts.cohort_create, name="cohort-create"),
    path("promotions/sites/nouveau/", cohorts.site_create, name="site-create"),
    path("promotions/<uuid:uuid>/", dashboard.cohort, name="cohort"),
    path("promotions/<uuid:uuid>/niveaux/", dashboard.levels, name="cohort-levels"),
    path("promotions/<uuid:uuid>/<slug:table>.csv", dashboard.cohort_csv, name="cohort-csv"),
    path("promotions/<uuid:uuid>/groupes/", groups.group_list, name="group-list"),
    *(path(f"promotions/<uuid:uuid>/{board.slug}/", boards.page(board), name=f"cohort-{board.name}") for board in boards.BOARDS),
    *(
        path(f"promotions/<uuid:uuid>/{board.slug}/<slug:figure>.csv", boards.table(board), name=f"cohort-{board.name}-csv")
        for board in boards.BOARDS
    ),
    path("groupes/<uuid:uuid>/", groups.group_detail, name="group-detail"),
    path("groupes/<uuid:uuid>/groupe.<slug:format_>", groups.group_export, name="group-export"),
    path("groupes/<uuid:uuid>/supprimer/", groups.group_delete, name="group-delete"),
    path("stagiaires/", trainee.trainees, name="trainees"),
    path("stagiaires/<uuid:uuid>/", trainee.trainee, name="trainee"),
    path("pourquoi/<uuid:trainee>/<uuid:competency>/", why.why, name="why"),
    path("pourquoi/<uuid:trainee>/<uuid:competency>/retirer/", standing.evidence_withdraw, name="evidence-withdraw"),
    path("pourquoi/<uuid:trainee>/<uuid:competency>/decider/", standing.level_decide, name="level-decide"),
    path("pourquoi/<uuid:trainee>/<uuid:competency>/avis/", standing.opinion_note, name="opinion-note"),
    path("pourquoi/<uuid:trainee>/<uuid:competency>/demander/", standing.review_ask, name="review-ask"),
    path("demandes/", standing.request_list, name="request-list"),
    path("demandes/<uuid:uuid>/prendre/", standing.request_take, name="request-take"),
    path("demandes/<uuid:uuid>/repondre/", standing.request_decide, name="request-decide"),
    path("demandes/<uuid:uuid>/fichier/", standing.request_file, name="request-file"),
    path("stagiaires/<uuid:trainee>/blocs/<uuid:block>/valider/", standing.block_validate, name="block-validate"),
    path("stagiaires/<uuid:trainee>/avis/demander/", opinions.opinion_ask, name="opinion-ask"),
    path("avis-demandes/<uuid:uuid>/fermer/", opinions.opinion_close, name="opinion-close"),
    path("avis/<str:secret>/", opinions.opinion_give, name="opinion-give"),
    path("referentiels/<uuid:uuid>/regles/", policies.rule_list, name="rule-list"),
    path("referentiels/<uuid:uuid>/regles/essayer/", policies.rule_try, name="rule-try"),
    path("referentiels/<uuid:uuid>/regles/appliquer/", policies.rule_apply, name="rule-apply"),
    path("referentiels/<uuid:uuid>/versions/", versions.version_list, name="version-list"),
    path("referentiels/<uuid:uuid>/versions/essayer/", versions.version_try, name="version-try"),
    path("referentiels/<uuid:uuid>/versions/publier/", versions.version_publish, name="version-publish"),
    path("referentiels/versions/<uuid:uuid>/reprendre/", versions.version_carry, name="version-carry"),
    path("referentiels/versions/<uuid:uuid>/fichier/", versions.version_file, name="version-file"),
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
