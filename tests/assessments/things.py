"""Pictures, PDF files, marks and drafts that the tests of this package use."""

import io

from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from assessments.models import Judgement, RubricCriterion, Submission
from assessments.services import save_judgement
from lms.files.models import PrivateFile
from lms.people.models import User
from tests.cast import Small
from tests.story import verbs_told


def picture(name: str = "tasse.png", colour: int = 0) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (colour, 90, 80)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def paper(pages: int = 2, size: tuple[int, int] = (300, 400)) -> SimpleUploadedFile:
    out, (first, *others) = io.BytesIO(), [Image.new("RGB", size, (0, 90 + 40 * page, 80)) for page in range(pages)]
    first.save(out, "PDF", save_all=True, append_images=others)
    return SimpleUploadedFile("affiche.pdf", out.getvalue(), "application/pdf")


def marks_of(submission: Submission, level: int | None = 3) -> dict[int, tuple[int | None, str]]:
    return {line.pk: (level, "") for line in RubricCriterion.objects.filter(version=submission.rubric)}


def verbs() -> list[str]:
    return [verb.rpartition("/")[2] for verb in verbs_told()]


def on_disk() -> set[str]:
    storage = storages["private"]
    return {f"{folder}/{name}" for folder in storage.listdir("")[0] for name in storage.listdir(folder)[1]}


def content_of(file: PrivateFile) -> bytes:
    with file.content.open("rb") as content:
        return content.read()


def saved(story: Small, submission: Submission, by: User | None = None, level: int | None = 3, **given: object) -> Judgement:
    wanted = {"marks": marks_of(submission, level), "comment": "", "asks_revision": False, "rev": 0, **given}
    return save_judgement(by=by or story.trainer, submission=submission, **wanted)
