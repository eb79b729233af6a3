"""Doors of exports."""

from django.urls import include, path

from lms.exports.views import bpf, choices, deliveries, destinations, documents, dossiers, files, links, profiles

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
    path("mon-dossier/travaux/", choices.own_works, name="own-works"),
    path("dossiers/<uuid:trainee>/proposer/", choices.work_propose, name="work-propose"),
    path("exports/", files.export_list, name="export-list"),
    path("exports/<uuid:uuid>/", files.export_detail, name="export-detail"),
    path("exports/<uuid:uuid>/fichier/", files.export_download, name="export-download"),
    path("exports/<uuid:uuid>/arreter/", files.export_cancel, name="export-cancel"),
    path("exports/<uuid:uuid>/envoyer/", deliveries.export_send, name="export-send"),
    path("exports/profils/", profiles.profile_list, name="profile-list"),
    path("exports/profils/nouveau/", profiles.profile_create, name="profile-create"),
    path("exports/profils/<uuid:uuid>/", profiles.profile_detail, name="profile-detail"),
    path("exports/profils/<uuid:uuid>/modifier/", profiles.profile_edit, name="profile-edit"),
    path("exports/profils/<uuid:uuid>/lancer/", profiles.profile_run, name="profile-run"),
    path("exports/profils/<uuid:uuid>/ranger/", profiles.profile_archive, name="profile-archive"),
    path("exports/envois/", deliveries.delivery_list, name="delivery-list"),
    *(path(f"exports/envois/<uuid:uuid>/{act}/", deliveries.delivery_act, {"act": act}, f"delivery-{act}") for act in deliveries.ACTS),
    path("exports/destinations/", destinations.destination_list, name="destination-list"),
    path("exports/destinations/<uuid:uuid>/", destinations.destination_detail, name="destination-detail"),
    *(
        path(f"exports/destinations/<uuid:uuid>/{act}/", destinations.destination_act, {"act": act}, f"destination-{act}")
        for act in destinations.ACTS
    ),
    path("fichier/<str:secret>/", links.link, name="link"),
]

urlpatterns = [path("", include((own, "exports")))]
