"""Doors of this app. Private files have theirs where it is known who may see them."""

from django.urls import path

from lms.files import views

urlpatterns = [
    path("media/<path:path>", views.media, name="media-file"),
    path("envois/", views.uploads, name="upload-create"),
    path("envois/<uuid:uuid>/", views.upload, name="upload"),
]
