"""Doors of exports."""

from django.urls import include, path

from lms.exports.views import bpf, documents, dossiers, files

own = [
    path("acces-traces/fichiers/", files.statement_export, name="statement-export"),
    path("documents-numerotes/", documents.document_list, name="document-list"),
    path("documents-numerotes/<uuid:uuid>/", documents.document_detail, name="document-detail"),
    path("documents-numerotes/<uuid:uuid>/fichier/", documents.document_file, name="document-file"),
    path("organisme/", documents.training_body, name="training-body"),
    path("actions-de-formation/", documents.action_list, name="action-list"),
    path("actions-de-formation/<uuid:programme>/", documents.training_action, name="training-action"),
    path("bilan-pedagogique/", bpf.bpf, name="bpf"),
    path("bilan-pedagogique/<int:year>/<str:file_format>/", bpf.bpf_file, name="bpf-file"),
    path("dossiers/verifier.html", dossiers.checker, name="checker"),
    path("dossiers/<uuid:trainee>/", dossiers.dossier_detail, name="dossier-detail"),
    path("mon-dossier/", dossiers.own_dossier, name="own-dossier"),
    path("mon-dossier/mot/", dossiers.own_comment, name="own-comment"),
    path("mon-dossier/accord/", dossiers.own_consent, name="own-consent"),
    path("exports/", files.export_list, name="export-list"),
    path("exports/<uuid:uuid>/", files.export_detail, name="export-detail"),
    path("exports/<uuid:uuid>/fichier/", files.export_download, name="export-download"),
]

urlpatterns = [path("", include((own, "exports")))]
