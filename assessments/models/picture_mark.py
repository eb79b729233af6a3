"""What an assessor points at on a picture or a page that was handed in."""

from django.db import models
from django.db.models import F, Q

from assessments.models.judgement import Judgement
from assessments.models.submission import SubmittedFile


class PictureMark(models.Model):
    """One numbered mark of a judgement, read with it: a point, or a rectangle from its upper left corner, and a few words.

    `x`, `y`, `w` and `h` are shares of the picture's width and height. `page` is 0 on a picture, from 1 on in a PDF; `position` (from
    0) is the mark's place among those of that page. Written by `services.set_picture_marks`, never changed once the judgement is signed.
    """

    class Shape(models.TextChoices):
        POINT = "point"
        RECT = "rect"

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="picture_marks")
    file = models.ForeignKey(SubmittedFile, models.PROTECT, related_name="+")
    page = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField()
    shape = models.CharField(max_length=5, choices=Shape)
    x = models.FloatField()
    y = models.FloatField()
    w = models.FloatField(default=0)
    h = models.FloatField(default=0)
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["file__position", "page", "position"]
        constraints = [
            models.UniqueConstraint(fields=["judgement", "file", "page", "position"], name="assessments_picturemark_place_once"),
            models.CheckConstraint(condition=Q(shape__in=["point", "rect"]), name="assessments_picturemark_known_shape"),
            models.CheckConstraint(
                condition=Q(x__range=(0, 1), y__range=(0, 1), w__range=(0, 1), h__range=(0, 1)), name="assessments_picturemark_shares"
            ),
            models.CheckConstraint(
                condition=Q(shape="point", w=0, h=0) | (Q(shape="rect", w__gt=0, h__gt=0) & Q(x__lte=1.0001 - F("w"), y__lte=1.0001 - F("h"))),
                name="assessments_picturemark_inside",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.file_id} p{self.page} n{self.position + 1}"
