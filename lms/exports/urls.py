"""Doors of exports."""

from django.urls import include, path

from lms.exports.views import choices, dossiers, files

own = [
    path("acces-traces/fichiers/", files.statement_export, name="statement-export"),
    path("dossiers/verifier.html", dossiers.checker, name="checker"),
    path("dossiers/<uuid:trainee>/", dossiers.dossier_detail, name="dossier-detail"),
    path("mon-dossier/", dossiers.own_dossier, name="own-dossier"),
    path("mon-dossier/mot/", dossiers.own_comment, name="own-comment"),
    path("mon-dossier/accord/", dossiers.own_consent, name="own-consent"),
    path("mon-dossier/travaux/", choices.own_works, name="own-works"),
    path("dossiers/<uuid:trainee>/proposer/", choices.work_propose, name="work-propose"),
    path("exports/", files.export_list, name="export-list"),
    path("exports/<uuid:uuid>/", files.export_detail, name="export-detail"),
    path("exports/<uuid:uuid>/fichier/", files.export_download, name="export-download"),
]

urlpatterns = [path("", include((own, "exports")))]
