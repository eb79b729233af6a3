"""How far what other systems tell of competencies was read."""

from django.db import models


class ReportCursor(models.Model):
    """One row: when the last statement that was read had been stored. Lost, all are read again, and none is kept twice."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    last = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.last)
