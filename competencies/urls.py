"""The doors of frameworks for programs of others: CASE 1.0 and 1.1, read-only."""

from django.urls import path

from competencies.rest.case import DOCUMENTS, RESOURCES, VERSIONS

urlpatterns = [
    path(f"ims/case/{family}/{name}/<str:identifier>", view, {"family": family}, name=f"case-{name}-{family}")
    for family in VERSIONS
    for name, view in RESOURCES.items()
] + [path(f"ims/case/{family}/CFDocuments", DOCUMENTS, {"family": family}, name=f"case-list-{family}") for family in VERSIONS]
