"""The record store's door."""

from django.urls import path

from lms.records import rest

urlpatterns = [path("xapi/statements", rest.statements, name="xapi-statements")]
