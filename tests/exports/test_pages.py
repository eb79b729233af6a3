"""The pages of a dossier: what they say, what people's texts cannot do to them, and the two standards they keep."""

import io
import unicodedata
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import typst
from PIL import Image

from lms.exports.formats import pages, setting, typesetting
from lms.exports.formats.pages import write_pdf
from lms.exports.kinds.dossier import fill
from lms.exports.rules import dossier as said
from lms.exports.selectors import followers_of
from lms.people.models import User
from lms.refusal import Refused
from tests.cast import Small, small
from tests.exports.dossiers import told

pytestmark = pytest.mark.django_db
HOSTILE = '#read("/etc/passwd") #import "@preview/x:1.0.0" $x^2$ *gras* @ref <b> // /* \\ = Titre'


def pages_of(world: Small, folder: Path) -> tuple[bytes, said.Dossier]:
    dossier = fill(folder, followers_of(world.trainee.enrolments.order_by("-pk"))[0], lambda _done, _total: None)
    return (folder / "dossier.pdf").read_bytes(), dossier


def text_of(content: bytes) -> str:
    """The words of every page, spaces made plain."""
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_pages_say_what_the_dossier_says(tmp_path: Path) -> None:
    world = told().small
    content, dossier = pages_of(world, tmp_path)
    words = text_of(content)
    for told_of in (
        f"Dossier de certification de Inès {world.trainee.last_name}", str(world.trainee.uuid), "Cadre, version 1.0.0", "Sommaire",
        "ON1.1 Compétence 1 3 : Je sais faire acquis Marc", "Bloc validé le", "Vu sur deux travaux.", "Faire, version 2",
        "version 2 sur 2", "tasse détourée.png", "mot-de-soi", "Mme Lila : très propre.", "travail pratique évalué : 2 h", "non renseigné",
        str(dossier.works[0].judgements[0].statement)[:8], "Règle best-proven/1",
    ):  # fmt: skip
        assert told_of in words, told_of
    assert "échec" not in words.lower()
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    assert f"Page 2 / {len(document)}" in document[1].get_textpage().get_text_range()
    pictures = [item for page in document for item in page.get_objects() if item.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    assert len(pictures) == 1


def test_pages_are_tagged_archived_and_in_french(tmp_path: Path) -> None:
    content, _dossier = pages_of(told().small, tmp_path)
    for mark in (b"pdfaid:part>2<", b"pdfaid:conformance>A<", b"pdfuaid:part>1<", b"/StructTreeRoot", b"/Lang(fr"):
        assert mark in content, mark


def test_texts_are_printed_and_never_read(tmp_path: Path) -> None:
    """Names, comments and file names as people write them: seen to the sign, and no file nor package opened."""
    world = told().small
    User.objects.filter(pk=world.trainee.pk).update(last_name=HOSTILE[:120])
    _content, dossier = pages_of(world, tmp_path)
    work = dossier.works[0]
    judgement = replace(work.judgements[0], comment=HOSTILE, marks=[replace(mark, comment=HOSTILE) for mark in work.judgements[0].marks])
    hostile = replace(work, text=HOSTILE, title=HOSTILE, judgements=[judgement], files=[replace(work.files[0], name=HOSTILE)])
    write_pdf(tmp_path / "hostile.pdf", replace(dossier, works=[hostile]), tmp_path)
    content = (tmp_path / "hostile.pdf").read_bytes()
    words = text_of(content)
    assert words.count("#read") > 5
    assert "$x^2$ *gras* @ref <b> // /* \\ = Titre" in words
    assert "root:" not in words
    assert b"pdfuaid:part>1<" in content


@pytest.mark.parametrize("name", ["Nguyễn", "مرحبا", "😀 你好", "O'Brien", "a\x07\u202eb\u200b", "Σωκράτης", "x" * 300])
def test_names_of_all_kinds_are_set(name: str, tmp_path: Path) -> None:
    world = small()
    dossier = pages_of(world, tmp_path)[1]
    write_pdf(tmp_path / "named.pdf", replace(dossier, trainee=replace(dossier.trainee, last_name=name)), tmp_path)
    content = (tmp_path / "named.pdf").read_bytes()
    assert b"pdfuaid:part>1<" in content
    assert ("remplacé par" in text_of(content)) == ("😀" in name)


def test_pages_of_somebody_who_did_nothing_yet(tmp_path: Path) -> None:
    words = text_of(pages_of(small(), tmp_path)[0])
    assert "Aucun module n'a été ouvert" in words.replace("’", "'")
    assert "pas encore vu" in words


def test_french_spaces_are_put(tmp_path: Path) -> None:
    world = told().small
    dossier = pages_of(world, tmp_path)[1]
    page, _as_of = pages._page(replace(dossier, works=[replace(dossier.works[0], text="« Oui » ! Non : rien ?\tx")]), tmp_path, tmp_path)
    assert page["works"][0]["text"] == "«\u00a0Oui\u00a0»\u202f! Non\u00a0: rien\u202f? x"
    assert page["trainee"]["places"][0]["joined_at"].count("\u00a0") == 2


def test_very_long_text_is_cut_and_says_so(tmp_path: Path) -> None:
    world = told().small
    dossier = pages_of(world, tmp_path)[1]
    write_pdf(tmp_path / "long.pdf", replace(dossier, works=[replace(dossier.works[0], text="mot " * 1_000_000)]), tmp_path)
    assert "(la suite est dans dossier.json)" in text_of((tmp_path / "long.pdf").read_bytes())


def test_picture_that_does_not_open_is_left_to_the_files(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    assert not pages._shrunk(tmp_path / "broken.png", tmp_path / "out.jpg")
    Image.new("RGBA", (3000, 2000), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert pages._shrunk(tmp_path / "clear.png", tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as shown:
        assert (shown.size, shown.getpixel((0, 0))) == ((1200, 800), (255, 255, 255))


def test_typesetter_that_stops_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = pages_of(small(), tmp_path)[1]
    program = tmp_path / "stops.py"
    for words in ("raise SystemExit(3)", "import time; time.sleep(60)"):
        program.write_text(words)
        monkeypatch.setattr(typesetting, "PROGRAM", program)
        monkeypatch.setattr(typesetting, "MOST_SECONDS", 2)
        with pytest.raises(Refused) as refused:
            write_pdf(tmp_path / "none.pdf", dossier, tmp_path)
        assert refused.value.code == "pages_too_long"
    assert not (tmp_path / "none.pdf").exists()
    assert not list(tmp_path.parent.glob("pages-*"))


def test_signs_that_are_not_looked_up_are_in_the_font() -> None:
    """What saves two hundredths of a second a dossier must be true of the font that comes with the library."""
    fonts = typst.Fonts(include_system_fonts=False)
    unusual = [chr(sign) for sign in setting.SURE if sign >= 0x250]
    assert len(unusual) > 20
    shown = [chr(sign) for sign in setting.SURE if unicodedata.category(chr(sign))[0] != "C"]
    page = '#set document(title: "x")\n#set text(font: "Libertinus Serif", hyphenate: false)\n' + " ".join(
        f'#"\\u{{{ord(sign):x}}}"' for sign in shown
    )
    assert typst.compile(page.encode(), format="pdf", pdf_standards="a-2u", font_paths=fonts, timestamp=0)
