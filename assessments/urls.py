"""Doors of the proof. The practical's own is a step's door, without namespace (see `curriculum.urls`)."""

from django.urls import include, path

from assessments.views import judging, works

own = [
    path("travaux/", works.work_list, name="work-list"),
    path("travaux/<uuid:uuid>/brouillon/", works.draft_save, name="draft-save"),
    path("travaux/<uuid:uuid>/fichiers/", works.draft_files, name="draft-files"),
    path("travaux/<uuid:uuid>/fichiers/<uuid:file>/retirer/", works.draft_file_remove, name="draft-file-remove"),
    path("travaux/<uuid:uuid>/reprendre/<uuid:version>/", works.draft_reuse, name="draft-reuse"),
    path("travaux/<uuid:uuid>/envoyer/", works.work_submit, name="work-submit"),
    path("fichiers/<uuid:uuid>/", works.private, name="file"),
    path("a-evaluer/", judging.queue, name="queue"),
    path("rendus/<uuid:uuid>/", judging.sheet, name="sheet"),
    path("rendus/<uuid:uuid>/brouillon/", judging.judgement_save, name="judgement-save"),
    path("rendus/<uuid:uuid>/publier/", judging.judgement_release, name="judgement-release"),
    path("rendus/<uuid:uuid>/abandonner/", judging.judgement_discard, name="judgement-discard"),
]

urlpatterns = [
    path("", include((own, "assessments"))),
    path("travaux/<uuid:uuid>/", works.practical, name="step-practical"),
]
