"""Files into banks and out: a dry run writes nothing, nothing doubles, nothing is half there, and what goes out comes back the same."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from msgspec.structs import replace
from PIL import Image

from assessments.formats import Package
from assessments.formats.known import WRITERS, format_of
from assessments.models import Question, QuestionBank, QuestionVersion
from assessments.rules import questions as q
from assessments.services import importing
from assessments.services.bank import Change, keep_question
from assessments.services.exporting import export_questions
from assessments.services.importing import Report, import_questions, plan_import, read_package
from content.models import Handout, Picture
from lms.refusal import Refused
from tests.assessments.questions import MP3
from tests.cast import small

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parent / "formats" / "samples" / "moodle.xml"
GIFT = (
    "// [id:A] [tag:formats] [tag:competence:ON3.5]\n::Un::[html]<p>Quel format ?</p>{=PNG ~JPEG#Non}\n\n// [id:B]\n::Deux::Le RVB ?{T}\n"
)


def png(colour: int = 0) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (colour, 90, 80)).save(out, "PNG")
    return out.getvalue()


def gift(text: str = GIFT) -> Package:
    return read_package(data=text.encode(), format_="gift")


def brought(package: Package, **options: Any) -> Report:
    return import_questions(by=None, bank_title="Formats", package=package, **options)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.count(Change.CREATED), report.count(Change.UPDATED), report.count(Change.SAME), len(report.refused)


def files() -> set[str]:
    root = Path(default_storage.path(""))
    return {str(path) for path in root.rglob("*") if path.is_file()}


def with_picture(code: str = "P", colour: int = 0, name: str = "damier.png") -> Package:
    media = (q.Media("image", name, "Un damier"), q.Media("audio", "voix.mp3", "Une voix dit bonjour."))
    content = q.SingleChoice(
        "Vois", "<p>Que vois-tu ?</p>", media=media, choices=(q.Choice("1", "a", 1.0, media=media[0]), q.Choice("2", "b"))
    )
    return Package([q.QuestionData(code, content)], {name: png(colour), "voix.mp3": MP3}, read=1)


def test_a_dry_run_says_and_writes_nothing() -> None:
    report = plan_import(bank_title="Formats", package=gift(GIFT + "\n::Trois:: Q {=a ~b"))
    assert counts(report) == (2, 0, 0, 1)
    assert [(row.code, row.title, row.kind) for row in report.rows] == [("A", "Un", "une seule réponse"), ("B", "Deux", "vrai ou non")]
    assert report.refused[0].where == "ligne 7 · Trois"
    assert not QuestionBank.objects.exists()
    assert not Question.objects.exists()


def test_what_is_sound_comes_in_published_and_the_rest_is_listed() -> None:
    report = brought(gift(GIFT + "\n::Trois:: Q {=a ~b"))
    assert counts(report) == (2, 0, 0, 1)
    one = Question.objects.get(bank__title="Formats", code="A")
    assert (one.live, one.title, list(one.tags.names())) == (True, "Un", ["formats"])
    assert one.versions.get().read().choices[1].feedback == "Non"
    assert [note.why for note in report.notes] == ["La compétence ON3.5 n'existe pas ici."]


def test_strict_is_all_or_nothing() -> None:
    report = brought(gift(GIFT + "\n::Trois:: Q {=a ~b"), strict=True)
    assert counts(report) == (0, 0, 0, 1)
    assert not QuestionBank.objects.exists()
    assert counts(brought(gift(), strict=True)) == (2, 0, 0, 0)


def test_read_again_nothing_doubles_and_what_changed_has_a_new_version() -> None:
    brought(gift())
    assert counts(brought(gift())) == (0, 0, 2, 0)
    assert QuestionVersion.objects.count() == 2
    report = brought(gift(GIFT.replace("JPEG#Non", "JPEG#Pas lui")))
    assert counts(report) == (0, 1, 1, 0)
    assert (Question.objects.count(), QuestionVersion.objects.count()) == (2, 3)


def test_options_that_say_the_same_keep_their_identifiers() -> None:
    bank = QuestionBank.objects.create(title="Formats")
    content = q.SingleChoice("Un", "<p>Quel format ?</p>", choices=(q.Choice("aaa", "JPEG"), q.Choice("bbb", "PNG", 1.0)))
    keep_question(bank=bank, data=q.QuestionData("A", content))
    brought(gift(GIFT.replace("=PNG", "=PNG ~SVG")))
    found = Question.objects.get(code="A").versions.order_by("-number")[0].read()
    assert isinstance(found, q.SingleChoice)
    assert [(one.id, one.text) for one in found.choices] == [("bbb", "PNG"), ("1", "SVG"), ("aaa", "JPEG")]


def test_a_file_that_says_no_tag_leaves_those_there() -> None:
    brought(gift())
    brought(gift(GIFT.replace("[tag:formats] ", "").replace("PNG", "PNG-24")))
    assert list(Question.objects.get(code="A").tags.names()) == ["formats"]


def test_a_question_that_an_author_is_changing_is_left_alone() -> None:
    brought(gift())
    one = Question.objects.get(code="A")
    one.title = "Autre"
    one.save_revision()
    report = brought(gift(GIFT.replace("JPEG", "BMP")))
    assert counts(report) == (0, 0, 1, 1)
    assert "brouillon" in report.refused[0].why
    Question.objects.get(code="B").unpublish()
    assert "brouillon" in brought(gift(GIFT.replace("Le RVB", "Le CMJN"))).refused[-1].why


def test_files_become_pictures_and_documents_once() -> None:
    assert counts(brought(with_picture())) == (1, 0, 0, 0)
    assert (Picture.objects.get().title, Handout.objects.get().title) == ("damier.png", "voix.mp3")
    brought(with_picture("Q"))
    assert counts(brought(with_picture("Q", name="autre-nom.png"))) == (0, 0, 1, 0)
    assert (Picture.objects.count(), Handout.objects.count()) == (1, 1)
    assert counts(brought(with_picture("Q", colour=200))) == (0, 1, 0, 0)
    assert Picture.objects.count() == 2


def test_a_picture_that_does_not_open_is_refused_in_the_dry_run_too() -> None:
    package = with_picture()
    package.files["damier.png"] = png()[:40]
    for report in (plan_import(bank_title="Formats", package=package), brought(package)):
        assert counts(report) == (0, 0, 0, 1)
        assert "ne s'ouvre pas" in report.refused[0].why
    assert not Picture.objects.exists()


def test_nothing_is_half_there_when_something_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    before = files()
    calls = []

    def breaks(**given: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            raise OSError("disk")
        return keep_question(**given)

    monkeypatch.setattr(importing, "keep_question", breaks)
    package = with_picture()
    package.questions.append(replace(package.questions[0], code="Z"))
    with pytest.raises(OSError, match="disk"):
        brought(package)
    assert len(calls) == 2
    assert not Question.objects.exists()
    assert not QuestionBank.objects.exists()
    assert not Picture.objects.exists()
    assert files() == before


def test_a_question_refused_while_it_is_written_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    before = files()

    def refuses(**_given: Any) -> Any:
        raise Refused("no", "Non.")

    monkeypatch.setattr(importing, "keep_question", refuses)
    assert counts(brought(with_picture())) == (0, 0, 0, 1)
    assert not Picture.objects.exists()
    assert files() == before


@pytest.mark.parametrize("change", [
    {"hint": "x" * 2001}, {"media": (q.Media("image", "ailleurs.png", "x"),)},
])  # fmt: skip
def test_what_the_site_cannot_hold_is_refused(change: dict[str, Any]) -> None:
    package = with_picture()
    package.questions[0] = replace(package.questions[0], content=replace(package.questions[0].content, **change))
    assert counts(plan_import(bank_title="Formats", package=package)) == (0, 0, 0, 1)


def test_names_and_formats_that_do_not_exist_are_refused() -> None:
    for title in ("", " ", "x" * 161):
        with pytest.raises(Refused, match="banque"):
            plan_import(bank_title=title, package=Package())
    with pytest.raises(Refused, match="format"):
        read_package(data=b"", format_="pizza")
    with pytest.raises(Refused, match="Coupez-le"):
        read_package(data=b"Q {T}\n\n" * 2001, format_="gift")
    with pytest.raises(Refused, match="format"):
        export_questions(bank=QuestionBank(title="x"), format_="pizza")


def test_competencies_and_rubrics_are_found_by_their_names() -> None:
    world = small()
    code = world.competencies[0].code
    rubric = str(world.practical.rubric.uuid)
    known = q.QuestionData("L", q.LongAnswer("L", "<p>Dis.</p>", rubric=rubric), competencies=(code,))
    lost = q.QuestionData("M", q.LongAnswer("M", "<p>Dis.</p>", rubric="0" * 8 + "-0000-4000-8000-" + "0" * 12))
    report = brought(Package([known, lost], read=2))
    assert [note.why for note in report.notes] == ["La grille de cette question n'existe pas ici."]
    one = Question.objects.get(code="L")
    assert one.content().rubric == rubric  # type: ignore[union-attr]
    assert [row.competency.code for row in one.competencies.all()] == [code]
    assert counts(brought(Package([known, lost], read=2))) == (0, 0, 2, 0)


@pytest.mark.parametrize("format_", ["moodlexml", "gift", "csv", "qti21", "qti30"])
def test_what_a_bank_exports_it_reads_back_as_the_same(format_: str) -> None:
    brought(read_package(data=SAMPLE.read_bytes(), format_="moodlexml"))
    bank = QuestionBank.objects.get()
    total = bank.questions.count()
    written, count = export_questions(bank=bank, format_=format_)
    assert count + len(written.refused) == total > 12
    assert count == total or format_ not in ("moodlexml", "qti30")
    again = read_package(data=written.content, format_=format_of(f"x.{WRITERS[format_].extension}", written.content))
    assert counts(brought(again)) == (0, 0, count, 0)
    assert QuestionVersion.objects.count() == total
    elsewhere = import_questions(by=None, bank_title="Ailleurs", package=again)
    assert counts(elsewhere) == (count, 0, 0, 0)
    second, _count = export_questions(bank=QuestionBank.objects.get(title="Ailleurs"), format_=format_)
    assert second.content == written.content


def run(name: str, *arguments: str) -> Any:
    out = io.StringIO()
    call_command(name, *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_commands_print_what_happened(tmp_path: Path) -> None:
    source = tmp_path / "questions.gift"
    source.write_text(GIFT + "\n::Trois:: Q {=a ~b")
    planned = run("import_questions", str(source), "--bank", "Formats", "--dry-run")
    assert (planned["read"], planned["imported"], planned["updated"], len(planned["refused"])) == (3, 2, 0, 1)
    assert not Question.objects.exists()
    assert planned["refused"][0]["where"] == "ligne 7 · Trois"
    assert run("import_questions", str(source), "--bank", "Formats", "--format", "gift") == planned
    again = run("import_questions", str(source), "--bank", "Formats")
    assert (again["imported"], again["updated"], again["unchanged"]) == (0, 0, 2)
    target = tmp_path / "sortie.xml"
    assert run("export_questions", str(target), "--bank", "Formats", "--format", "moodlexml") == {"written": 2, "refused": []}
    assert run("import_questions", str(target), "--bank", "Copie")["imported"] == 2


@pytest.mark.parametrize(("name", "content"), [
    ("a.xml", b"<quiz>\n<question>"), ("a.xml", b"<html/>"), ("a.gift", b"\x00\x01" * 40), ("a.csv", b""), ("a.csv", b'type;\xc3\xa9nonc\xc3\xa9\nlong;"x'),
    ("a.bin", b"\x7fELF"), ("a.docx", b"PK\x03\x04zzz"),
])  # fmt: skip
def test_a_broken_file_is_told_with_no_row_and_no_traceback(tmp_path: Path, name: str, content: bytes) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    said = run("import_questions", str(source), "--bank", "Formats")
    assert (said["imported"], said["updated"], len(said["refused"])) == (0, 0, 1)
    assert said["refused"][0]["why"]
    assert not Question.objects.exists()
    assert not QuestionBank.objects.exists()


def test_the_commands_speak_to_people_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "questions.gift"
    source.write_text(GIFT + "\n::Trois:: Q {=a ~b")
    call_command("import_questions", str(source), "--bank", "Formats", "--dry-run")
    call_command(
        "export_questions", str(tmp_path / "a.csv"), "--bank", "Formats", "--format", "csv"
    ) if QuestionBank.objects.exists() else None
    assert "À blanc : 3 questions lues : 2 nouvelles" in capsys.readouterr().out
    for arguments in (
        ["import_questions", str(tmp_path / "absent.gift"), "--bank", "x"],
        ["import_questions", str(source), "--bank", "x" * 200],
        ["export_questions", str(source), "--bank", "absente", "--format", "csv"],
    ):
        with pytest.raises(CommandError):
            call_command(*arguments)
    call_command("import_questions", str(source), "--bank", "Formats")
    with pytest.raises(CommandError, match="écrit"):
        call_command("export_questions", str(tmp_path / "nulle-part" / "a.csv"), "--bank", "Formats", "--format", "csv")
    call_command("export_questions", str(tmp_path / "a.csv"), "--bank", "Formats", "--format", "csv")
    assert "2 questions écrites" in capsys.readouterr().out
