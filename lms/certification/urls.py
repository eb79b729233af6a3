"""Doors of certification."""

from django.urls import URLPattern, include, path

own: list[URLPattern] = []

urlpatterns = [path("", include((own, "certification")))]
