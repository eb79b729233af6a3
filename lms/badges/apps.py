from django.apps import AppConfig


class BadgesConfig(AppConfig):
    name = "lms.badges"
    label = "badges"
