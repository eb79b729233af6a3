"""A trainee with something of everything, their dossier, and ways to spoil it."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from assessments.models import RubricCriterion, Submission
from assessments.services import observe, save_self_assessment, submit_work
from competencies.services import note_opinion, validate_block
from curriculum.services import retake
from lms.exports.kinds import dossier
from lms.exports.selectors import followers_of
from lms.exports.verify import central_header, end_record, in_order, local_header
from tests.cast import Small, small
from tests.story import hand_in, judge, read_lesson


def picture(name: str = "tasse détourée.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


@dataclass
class Told:
    """The small world; its trainee's second version, with a picture, judged at 3 after a first one at 2; something seen on the spot, what
    a client said, a block validated."""

    small: Small
    work: Submission


def told() -> Told:
    world = small(is_commission=True)
    read_lesson(world, world.trainee)
    judge(hand_in(world.practical, world.trainee), world.trainer, 2)
    retake(by=world.trainee, module=world.module)
    work = submit_work(by=world.trainee, practical=world.practical, text="=1+1 <b>#let x = 1", uploads=[picture()], key=uuid4())
    lines = list(RubricCriterion.objects.filter(version=work.rubric_id))
    save_self_assessment(
        by=world.trainee, practical=world.practical, submission=work, marks={line.pk: (3, "mot-de-soi") for line in lines}, rev=0
    )
    judge(work, world.trainer, 3)
    observe(by=world.trainer, trainee=world.trainee, rubric=work.rubric, practical=None, levels={lines[0].pk: 2}, key=uuid4())
    note_opinion(
        by=world.trainer, trainee=world.trainee, competencies=world.competencies[:1], kind="client", level=None,
        said="Mme Lila : très propre.", key=uuid4(),
    )  # fmt: skip
    validate_block(by=world.trainer, trainee=world.trainee, block=world.competencies[0].block, assessment="Vu sur deux travaux.")
    return Told(world, work)


def written(folder: Path, world: Small, name: str = "dossier.zip") -> Path:
    """Their dossier, made now."""
    path = folder / name
    who = followers_of(world.trainee.enrolments.order_by("-pk"))[0]
    dossier.write(path, who, lambda _done, _total: None)
    return path


def members(path: Path) -> dict[str, bytes]:
    """Name and content of each member, as any other program reads them."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, content: Mapping[str, bytes], *, order: list[str] | None = None) -> Path:
    """An archive of these members as a dossier is packed, whatever they are."""
    out, directory = b"", b""
    names = order or in_order(list(content))
    for name in names:
        crc = zlib.crc32(content[name])
        directory += central_header(name, crc, len(content[name]), len(out))
        out += local_header(name, crc, len(content[name])) + content[name]
    path.write_bytes(out + directory + end_record(len(names), len(directory), len(out)))
    return path
