"""Broken QTI of every kind: a place, a French sentence, no question, no traceback, quickly (B07, B22)."""

import socket
import sys
import threading
import time
import tracemalloc
import zipfile
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.formats.packages import MEBI, closed
from assessments.formats.qti import read, write21, write30
from lms.files.formats import Refusal
from tests.assessments.formats.test_qti_reading import choices, item, packaged, right, template
from tests.assessments.questions import FILES, PNG, questions

QUICK = 5 if sys.gettrace() is None else 60  # seconds; measuring coverage takes its own time
GOOD = item(right("a"), choices("a", "b"), template("match_correct"))


def refused(data: bytes | str) -> Refusal:
    """Why nothing came in: in one sentence that ends, with a place."""
    began = time.process_time()
    found = read(data.encode() if isinstance(data, str) else data)
    assert time.process_time() - began < QUICK
    assert found.questions == []
    assert found.files == {}
    assert len(found.refused) == 1
    assert found.refused[0].where
    assert found.refused[0].why.endswith((".", "»."))
    return found.refused[0]


def test_the_item_that_is_broken_below_is_good() -> None:
    assert len(read(GOOD.encode()).questions) == 1


# --- what is not XML, or plays tricks ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1), (b"\x00\x01\x02", 1), (b"Question ?\n*a\nb", 1), (b"<a>\n<b>\n</a>", 3), (b"<a>\n&eacute;</a>", 2), (b"<a x='1' x='2'/>", 1),
        (b"<a>\n\x01</a>", 2), (b"<a>\xe9</a>", 1), (b"<a/><b/>", 1), (b"<a>", 1),
    ],
)  # fmt: skip
def test_what_is_not_xml_is_refused_with_its_line(data: bytes, line: int) -> None:
    found = refused(data)
    assert found.where == f"ligne {line}"
    assert "XML" in found.why


@pytest.mark.parametrize("encoding", ["utf-7", "utf_7", "utf-16-le-x", "shift_jis", "cp037", "rot13", "idna", "unicode_escape", "x" * 39])
def test_odd_encodings_are_refused(encoding: str) -> None:
    assert "UTF-8" in refused(f"<?xml version='1.0' encoding='{encoding}'?><assessmentItem/>").why
    assert "UTF-8" in refused(b"+/v8-<assessmentItem/>").why


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_usual_encodings_are_read(encoding: str) -> None:
    text = GOOD.replace("UTF-8", encoding.removesuffix("-sig")).replace("Un titre", "Été")
    assert read(text.encode(encoding)).questions[0].content.title == "Été"


LAUGHS = "".join(f'<!ENTITY l{one + 1} "{f"&l{one};" * 10}">' for one in range(9))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE a SYSTEM "{url}">', '<!DOCTYPE a [<!ENTITY x SYSTEM "{url}">]>', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "{url}"> %x;]>', f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>', "<!DOCTYPE a>",
    ],
)  # fmt: skip
def test_definitions_are_refused_and_nothing_is_fetched(doctype: str, socket_enabled: None) -> None:
    hits: list[bool] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)

        def listen() -> None:
            try:
                server.accept()[0].close()
                hits.append(True)
            except TimeoutError:
                pass

        listener = threading.Thread(target=listen)
        listener.start()
        text = doctype.replace("{url}", f"http://127.0.0.1:{server.getsockname()[1]}/x")
        found = refused("\n" + text + "<a>&x;</a>" if not text.startswith("<?") else text)
        listener.join()
    assert "DTD" in found.why
    assert found.where == "ligne 2"
    assert hits == []


def test_a_file_of_fifty_megabytes_is_refused_unread() -> None:
    data = b"<a>" + b"x" * (50 * MEBI) + b"</a>"
    tracemalloc.start()
    assert "Ko" in refused(data).why
    assert tracemalloc.get_traced_memory()[1] < 100 * MEBI
    tracemalloc.stop()


def test_deep_and_wide_trees_are_refused() -> None:
    assert "unes dans les autres" in refused("<a>" * 5000).why
    assert (
        "balises"
        in refused(packaged(GOOD, {}).replace(b"x", b"x") and closed({"imsmanifest.xml": b"<a>" + b"<b/>" * 120_000 + b"</a>"})).why
    )


def test_an_outside_text_is_not_included() -> None:
    body = '<xi:include href="file:///etc/passwd" parse="text"/>'
    found = refused(item(right("a"), body + choices("a", "b")))
    assert "inclus d'un autre fichier" in found.why


# --- items ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("associateInteraction", "associer"), ("graphicAssociateInteraction", "relier"), ("graphicOrderInteraction", "ranger"),
        ("graphicGapMatchInteraction", "images à placer"), ("positionObjectInteraction", "objet à placer"), ("hottextInteraction", "à cliquer"),
        ("sliderInteraction", "curseur"), ("drawingInteraction", "dessin"), ("mediaInteraction", "média"), ("customInteraction", "propre"),
        ("qti-portable-custom-interaction", "JavaScript"), ("fooInteraction", "fooInteraction"),
    ],
)  # fmt: skip
def test_interactions_without_a_like_are_refused_by_name(name: str, what: str) -> None:
    found = refused(item(right("a"), f'<p>?</p>\n<{name} responseIdentifier="RESPONSE"/>'))
    assert what in found.why
    assert found.where == "ligne 7"


TEMPLATED = "<templateProcessing/>"
FIELD = '<p>? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
SET = '<simpleMatchSet><simpleAssociableChoice identifier="A" matchMax="1">A</simpleAssociableChoice></simpleMatchSet>'
HEAD = '<matchInteraction responseIdentifier="RESPONSE">'
PAIRS = right("A A", cardinality="multiple", base="directedPair")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<questestinterop/>", "1.2"), ("<assessmentTest/>", "assessmentItem"), ("<html/>", "assessmentItem"),
        ("<assessmentItem identifier='a' title='t'/>", "itemBody"), (item("", ""), "interaction"), (item("", "<p>Lis.</p>"), "interaction"),
        (item("", choices("a", "b")), "responseDeclaration"), (item(right(), choices("a", "b")), "bonne réponse"),
        (item(right("z"), choices("a", "b")), "bonne réponse"), (item(right("a"), choices("a")), "deux lignes"),
        (item(right("a"), choices("a", "a")), "même chose"), (item(right("a"), choices("a", "b") * 2), "plusieurs questions"),
        (item(right("a") + TEMPLATED, choices("a", "b")), "au sort"), (item(right("a"), choices("a", "b", prompt="<math/>")), "MathML"),
        (item(right("a"), choices("a", "b", prompt="<svg/>")), "SVG"), (item(right("a"), choices("a", "b", prompt="<printedVariable/>")), "calculée"),
        (item(right("a"), choices(*(f"c{one}" for one in range(200)))), "50 lignes"), (item(right(base="string"), FIELD), "bonne réponse"),
        (item(right("abc", base="float"), FIELD), "nombre"), (item(right("NaN", base="float"), FIELD), "nombre"),
        (item(right("1_0", base="float"), FIELD), "nombre"), (item(right("1e999", base="float"), FIELD), "nombre"),
        (item(PAIRS, f"{HEAD}{SET}</matchInteraction>"), "deux côtés"), (item(right(), f"{HEAD}{SET}{SET}</matchInteraction>"), "bonne réponse"),
        (item(PAIRS.replace("A A", "A Z"), f"{HEAD}{SET}{SET}</matchInteraction>"), "ne montre pas"),
        (item(PAIRS.replace("A A", "Z Z"), f"{HEAD}{SET}{SET}</matchInteraction>"), "une seule réponse"),
        (item(right("a"), '<orderInteraction responseIdentifier="RESPONSE"><simpleChoice identifier="b">b</simpleChoice></orderInteraction>'), "L'ordre"),
        (item(right("a"), '<gapMatchInteraction responseIdentifier="RESPONSE"/>'), "mots"),
        (item(right("a"), '<hotspotInteraction responseIdentifier="RESPONSE"/>'), "bonne réponse|image"),
        (item(right("a"), choices("a", "b"), name=""), ""),
    ],
)  # fmt: skip
def test_items_that_say_too_little_or_too_much_are_refused(text: str, why: str) -> None:
    if not why:  # an item without a name gets one made of what it says
        assert read(text.encode()).questions[0].code.startswith("q-")
        return
    assert any(one in refused(text).why for one in why.split("|"))


def test_sentences_name_the_line_of_what_is_wrong() -> None:
    found = refused(item(right("a"), "<p>un</p>\n<p>deux</p>\n<p><math/></p>" + choices("a", "b")))
    assert found.where == "ligne 8"


# --- packages ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "//evil.example/x.xml",
        "../../x.xml",
        "file:///etc/passwd",
        "/etc/passwd",
        "C:\\x.xml",
        "http://a.b/x.xml",
        "gone.xml",
        "",
    ],
)
def test_links_out_of_the_package_are_refused_with_the_line_of_the_list(href: str) -> None:
    listing = f'<manifest>\n<resources>\n<resource identifier="r" type="imsqti_item_xmlv2p1" href="{href}"/></resources></manifest>'
    found = read(closed({"imsmanifest.xml": listing.encode(), "a.xml": GOOD.encode()}))
    assert found.questions == []
    assert [one.where for one in found.refused] == ["imsmanifest.xml, ligne 3"]
    assert found.read == 1


@pytest.mark.parametrize(
    "source",
    ["http://evil.example/x.png", "//evil/x.png", "data:image/png;base64,AAAA", "../../x.png", "/x.png", "gone.png", "", "c:x.png"],
)
def test_pictures_out_of_the_package_are_refused(source: str) -> None:
    text = item(right("a"), f'<p><img src="{source}" alt="x"/></p>' + choices("a", "b"))
    assert "paquet" in refused(packaged(text, {"items/x.png": PNG})).why or source == "../../x.png"
    assert "paquet" in refused(text).why


def test_pictures_that_lie_are_refused() -> None:
    text = item(right("a"), '<p><img src="x.png" alt="x"/></p>' + choices("a", "b"))
    assert "vrai fichier" in refused(packaged(text, {"items/x.png": b"<html><script>alert(1)</script>"})).why
    assert "vrai fichier" in refused(packaged(text, {"items/x.png": b"\x7fELF"})).why
    assert "vide" in refused(packaged(text, {"items/x.png": b""})).why
    svg = text.replace("x.png", "x.svg")
    assert "ni image" in refused(packaged(svg, {"items/x.svg": b"<svg onload='alert(1)'/>"})).why
    sound = text.replace("<img", "<audio").replace("x.png", "x.png")
    assert "n'est pas ce que l'item annonce" in refused(packaged(sound, {"items/x.png": PNG})).why


def test_a_picture_without_words_is_refused() -> None:
    text = item(right("a"), '<p><img src="x.png" alt=""/></p>' + choices("a", "b"))
    assert "Décrivez" in refused(packaged(text, {"items/x.png": PNG})).why


def test_an_option_with_two_pictures_is_refused() -> None:
    body = choices("a", "b").replace("Texte a", '<img src="x.png" alt="1"/><img src="x.png" alt="2"/>')
    assert "plusieurs images" in refused(packaged(item(right("a"), body), {"items/x.png": PNG})).why


def test_packages_without_a_sound_list_are_refused() -> None:
    assert "imsmanifest.xml manque" in refused(closed({"a.xml": GOOD.encode()})).why
    assert refused(closed({"imsmanifest.xml": b"<manifest>"})).where == "imsmanifest.xml, ligne 1"
    assert "manifest" in refused(closed({"imsmanifest.xml": b"<html/>"})).why
    assert "aucun item" in refused(closed({"imsmanifest.xml": b"<manifest/>"})).why
    assert "DTD" in refused(closed({"imsmanifest.xml": b"<!DOCTYPE manifest><manifest/>"})).why
    assert refused(closed({"../x": b""})).where == "../x"
    assert refused(b"PK\x03\x04 torn").where == "paquet"


def test_an_item_listed_twice_comes_in_once() -> None:
    row = b'<resource identifier="r%d" type="imsqti_item_xmlv2p1" href="a.xml"/>'
    found = read(
        closed({"imsmanifest.xml": b"<manifest><resources>" + row % 1 + row % 2 + b"</resources></manifest>", "a.xml": GOOD.encode()})
    )
    assert len(found.questions) == 1
    assert ["deux fois" in one.why for one in found.refused] == [True]


def test_a_broken_item_does_not_keep_the_others_out() -> None:
    rows = b"".join(b'<resource identifier="r%d" type="imsqti_item_xmlv2p1" href="%d.xml"/>' % (one, one) for one in range(3))
    files = {"0.xml": GOOD.encode(), "1.xml": b"<assessmentItem>\n<", "2.xml": GOOD.replace('"i1"', '"i2"').encode()}
    found = read(closed({"imsmanifest.xml": b"<manifest><resources>" + rows + b"</resources></manifest>", **files}))
    assert [one.code for one in found.questions] == ["i1", "i2"]
    assert [one.where for one in found.refused] == ["1.xml, ligne 2"]
    assert found.read == 3


def test_ten_thousand_rows_of_a_list_end_quickly() -> None:
    rows = "".join(
        f'<resource identifier="r{one}" type="imsqti_item_xmlv2p1" href="{one}.xml"><dependency identifierref="r0"/></resource>'
        for one in range(10_000)
    )
    began = time.process_time()
    found = read(closed({"imsmanifest.xml": f"<manifest><resources>{rows}</resources></manifest>".encode()}))
    assert time.process_time() - began < QUICK
    assert len(found.refused) == 10_000
    assert found.questions == []


# --- whatever else ----------------------------------------------------------------------------------------------
ANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@given(asked=questions(), data=st.data())
@ANY
def test_a_package_with_a_changed_byte_never_breaks_the_reader(asked: list, data: st.DataObject) -> None:
    write = data.draw(st.sampled_from([write21, write30]))
    content = bytearray(write(asked, FILES).content)
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    found = read(bytes(content))
    assert len(found.questions) <= len(asked)


@given(asked=questions(), data=st.data())
@ANY
def test_an_item_cut_or_mangled_never_breaks_the_reader(asked: list, data: st.DataObject) -> None:
    content = data.draw(st.sampled_from([write21, write30]))(asked[:1], FILES).content
    with zipfile.ZipFile(BytesIO(content)) as package:
        text = package.read("items/q0001.xml").decode()
    words = sorted(set(text.replace("<", ">").split(">")))
    old, new = data.draw(st.sampled_from(words)), data.draw(st.sampled_from([*words, "", "1e999", "-1", "x x x", "<br/>"]))
    found = read(text.replace(old, new, 1).encode() if old else text[: data.draw(st.integers(0, len(text)))].encode())
    assert found.read == len(found.questions) + len(found.refused) == 1
    for one in found.questions:
        going = write21([one], found.files)
        assert going.refused or read(going.content).questions == [one]
