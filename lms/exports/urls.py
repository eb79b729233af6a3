"""Doors of exports."""

from django.urls import include, path

from lms.exports import views

own = [
    path("acces-traces/fichiers/", views.statement_export, name="statement-export"),
    path("dossiers/verifier.html", views.checker, name="checker"),
    path("exports/", views.export_list, name="export-list"),
    path("exports/<uuid:uuid>/", views.export_detail, name="export-detail"),
    path("exports/<uuid:uuid>/fichier/", views.export_download, name="export-download"),
]

urlpatterns = [path("", include((own, "exports")))]
