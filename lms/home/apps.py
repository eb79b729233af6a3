from django.apps import AppConfig
from django.core.checks import Tags, register

from lms.home.checks import check_sqlite


class HomeConfig(AppConfig):
    name = "lms.home"
    label = "home"

    def ready(self) -> None:
        register(check_sqlite, Tags.database)
