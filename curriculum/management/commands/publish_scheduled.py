"""Publish what authors scheduled. In place of Wagtail's command of that name, which would stop at the first refusal."""

from typing import Any

from wagtail.management.commands.publish_scheduled import Command as StockCommand

from curriculum.services import publish_due


class Command(StockCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dryrun"]:
            publish_due()
        super().handle(*args, **options)
