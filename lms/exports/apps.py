from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "lms.exports"
    label = "exports"
