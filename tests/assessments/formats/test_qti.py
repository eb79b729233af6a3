"""What goes out as QTI comes back equal, in each version and for each kind; what would not is refused by name."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from assessments.formats import Package, Writer
from assessments.formats.packages import Bounds, closed, opened
from assessments.formats.qti import read, write21, write22, write30
from assessments.formats.qti.names import QTI21, QTI30, as_identifier, from_identifier, plain_name
from assessments.formats.qti.tree import parsed
from assessments.rules import questions as q
from tests.assessments.qti_questions import odd
from tests.assessments.questions import FILES, KINDS, PNG, question, questions

WRITERS: dict[str, Writer] = {"2.1": write21, "2.2": write22, "3.0": write30}
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(params=list(WRITERS))
def write(request: pytest.FixtureRequest) -> Writer:
    found: Writer = WRITERS[request.param]
    return found


def back(write: Writer, *asked: q.QuestionData, files: dict[str, bytes] = FILES) -> Package:
    written = write(asked, files)
    assert written.refused == []
    return read(written.content)


@pytest.mark.parametrize("kind", list(KINDS))
@given(data=st.data())
@settings(QUICK)
def test_a_question_comes_back_equal(write: Writer, kind: str, data: st.DataObject) -> None:
    one = data.draw(question(kind))
    found = back(write, one)
    assert found.questions == [one]
    assert found.refused == found.notes == []
    assert found.read == 1
    assert found.files == {media.file: FILES[media.file] for media in q.media_of(one.content)}


@pytest.mark.parametrize("kind", list(KINDS))
@given(data=st.data())
@settings(QUICK)
def test_an_odd_question_comes_back_equal_or_is_refused_by_name(write: Writer, kind: str, data: st.DataObject) -> None:
    one = data.draw(odd(kind))
    written = write([one], FILES)
    if written.refused:
        assert [refusal.where for refusal in written.refused] == [f"{one.code} · {one.content.title}"]
        assert read(written.content).questions == []
    else:
        assert read(written.content).questions == [one]


@given(asked=questions())
@settings(QUICK)
def test_several_questions_come_back_in_their_order(write: Writer, asked: list[q.QuestionData]) -> None:
    found = back(write, *asked)
    assert found.questions == asked
    assert found.read == len(asked)


@given(asked=questions())
@settings(QUICK)
def test_the_same_questions_make_the_same_bytes(write: Writer, asked: list[q.QuestionData]) -> None:
    assert write(asked, FILES).content == write(list(asked), dict(FILES)).content


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_name_becomes_an_identifier_and_comes_back(name: str) -> None:
    identifier = as_identifier(name)
    assert from_identifier(identifier) == name
    assert identifier.isascii()
    assert not identifier[:1].isdigit()


def test_both_spellings_are_one() -> None:
    for name in ("assessmentItem", "mapEntry", "responseElseIf", "setOutcomeValue", "itemBody"):
        assert plain_name(QTI30.element(name)) == plain_name(QTI21.element(name)) == plain_name(f"qti:{name}") == name
    assert plain_name("response-identifier") == "responseIdentifier"
    assert plain_name("data-my-own") == "data-my-own"


# --- what another system finds ----------------------------------------------------------------------------------
def single(**changes: Any) -> q.QuestionData:
    choices = (q.Choice("a", "Paris", 1.0, "Oui."), q.Choice("b", "Lyon", 0.0, "Plus au nord."))
    return q.QuestionData("capitale", q.SingleChoice(**{"title": "Capitale", "stem": "<p>Où ?</p>", "choices": choices, **changes}))


def item_of(write: Writer, one: q.QuestionData, files: dict[str, bytes] = FILES) -> str:
    return opened(write([one], files).content)["items/q0001.xml"].decode()


def test_a_plain_choice_uses_the_standard_template() -> None:
    bare = single(choices=(q.Choice("a", "Paris", 1.0), q.Choice("b", "Lyon")))
    assert "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct" in item_of(write21, bare)
    assert "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct" in item_of(write22, bare)
    assert "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml" in item_of(write30, bare)


def test_names_are_those_of_the_version() -> None:
    text = item_of(write30, single())
    assert '<qti-choice-interaction response-identifier="RESPONSE"' in text
    assert "responseIdentifier" not in text
    assert 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"' in text
    assert '<choiceInteraction responseIdentifier="RESPONSE"' in item_of(write22, single())


def test_points_weigh_the_score() -> None:
    root = parsed(item_of(write21, single(points=3.0)).encode())
    score = next(node for node in root.nodes("outcomeDeclaration") if node.get("identifier") == "SCORE")
    assert score.get("normalMaximum") == "3.0"
    assert [node.text() for node in root.every("product")] == ["3.0"]


def test_an_ordering_is_not_written_in_its_order() -> None:
    items = (q.Item("1", "z"), q.Item("2", "a"), q.Item("3", "m"))
    one = q.QuestionData("ordre", q.Ordering(title="Ordre", stem="<p>?</p>", items=items))
    root = parsed(item_of(write21, one).encode())
    assert [node.text() for node in root.every("simpleChoice")] == ["a", "m", "z"]


def test_a_zone_is_told_in_points_of_its_image() -> None:
    zones = (q.Zone("a", "Là", "rect", (0.0, 0.0, 1.0, 1.0), 1.0), q.Zone("b", "Ici", "circle", (0.5, 0.5, 0.25)))
    one = q.QuestionData("z", q.Hotspot(title="Où", stem="<p>?</p>", image=q.Media("image", "chat noir.png", "Un chat"), zones=zones))
    root = parsed(item_of(write30, one).encode())
    assert [node.get("coords") for node in root.every("hotspotChoice")] == ["0,0,1,1", "0,0,0"]
    assert [node.get("hotspotLabel") for node in root.every("hotspotChoice")] == ["Là", "Ici"]


def test_a_zone_that_was_moved_elsewhere_is_where_it_was_moved() -> None:
    zones = (q.Zone("a", "Là", "rect", (0.1, 0.1, 0.3, 0.3), 1.0), q.Zone("b", "Ici", "rect", (0.5, 0.5, 0.9, 0.9)))
    one = q.QuestionData("z", q.Hotspot(title="Où", stem="<p>?</p>", image=q.Media("image", "é&<.jpg", "Un chat"), zones=zones))
    files = opened(write21([one], FILES).content)
    moved = files["items/q0001.xml"].replace(b'coords="100,100,300,300"', b'coords="250,100,300,300"')
    content = read(closed({**files, "items/q0001.xml": moved})).questions[0].content
    assert isinstance(content, q.Hotspot)
    assert content.zones[0].coords == (0.25, 0.1, 0.3, 0.3)


def test_keywords_and_competencies_are_in_the_list_of_the_package(write: Writer) -> None:
    one = replace(single(), tags=("géo", "France"), competencies=("ON1.1",))
    listing = opened(write([one], FILES).content)["imsmanifest.xml"].decode()
    for told in ('<imsmd:string language="fr">géo</imsmd:string>', "<imsmd:value>competency</imsmd:value>", "<imsmd:id>ON1.1</imsmd:id>"):
        assert told in listing
    assert back(write, one).questions == [one]


# --- what cannot go out -----------------------------------------------------------------------------------------
def why(one: q.QuestionData, files: dict[str, bytes] = FILES, *others: q.QuestionData) -> str:
    written = write30([*others, one], files)
    assert len(written.refused) == 1
    assert [kept.code for kept in read(written.content).questions] == [kept.code for kept in others]
    return written.refused[0].why


def test_refused_by_name_when_it_would_not_come_back_equal() -> None:
    picture = (q.Media("image", "chat noir.png", "Un chat"),)
    twice = (q.Accepted("oui", 1.0, "Bien."), q.Accepted("oui", 0.5, "Presque."))
    short = q.ShortText(title="t", stem="<p>?</p>", answers=twice)
    holes = q.Gaps(title="t", stem="<p>?</p>", text="[[1]] [[1]]", gaps=(q.Gap("1", twice[:1]), q.Gap("1", twice[:1])))
    assert "manque" in why(single(media=picture), {})
    assert "n'est pas un vrai fichier" in why(single(media=picture), {"chat noir.png": b"<html>"})
    assert "n'est pas du genre" in why(single(media=(q.Media("audio", "chat noir.png", "x"),)))
    assert "HTML" in why(single(stem="<p onclick='x'>Où ?</p>"))
    assert "signe invisible" in why(single(hint="a\x00b"))
    assert "signe invisible" in why(replace(single(), tags=("\ud800",)))
    assert "signe que le XML" in why(single(choices=(q.Choice("\ud800", "x", 1.0), q.Choice("b", "y"))))
    assert "code" in why(replace(single(), code=""))
    assert "code" in why(single(), FILES, single())
    assert "même chose" in why(replace(single(), content=short))
    assert "même numéro" in why(replace(single(), content=holes))
    assert "bonne réponse" in why(single(choices=(q.Choice("a", "x"), q.Choice("b", "y"))))


def test_two_files_that_would_be_one_elsewhere_are_refused() -> None:
    media = (q.Media("image", "a.png", "Un"), q.Media("image", "A.png", "Deux"))
    assert "presque le même nom" in why(single(media=media), {"a.png": PNG, "A.png": PNG})
    assert "ordinateurs" in why(single(media=(q.Media("image", "con.png", "x"),)), {"con.png": PNG})


def test_a_package_that_is_full_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessments.formats.qti.BOUNDS", Bounds(files=2))
    assert "plein" in why(replace(single(), code="b"), FILES, single())
