"""Items as other systems write them, in the manner of 1EdTech's examples: what becomes of each interaction, in both spellings."""

from collections.abc import Callable
from typing import Any

import pytest

from assessments.formats import Package
from assessments.formats.packages import closed
from assessments.formats.qti import read
from assessments.formats.qti.building import spelled
from assessments.formats.qti.names import QTI22, QTI30, Version
from assessments.formats.qti.tree import parsed, written
from assessments.rules import questions as q
from tests.assessments.questions import MP3, PNG

Reading = Callable[..., Any]


def item(declared: str, body: str, rest: str = "", *, name: str = "i1", root: str = "", outcomes: str = "") -> str:
    score = outcomes or '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="{name}" title="Un titre" timeDependent="false" {root}>
{declared}
{score}
<itemBody>
{body}
</itemBody>
{rest}
</assessmentItem>"""


def right(*values: str, cardinality: str = "single", base: str = "identifier", more: str = "", name: str = "RESPONSE") -> str:
    told = "".join(f"<value>{value}</value>" for value in values)
    correct = f"<correctResponse>{told}</correctResponse>" if values else ""
    return f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">{correct}{more}</responseDeclaration>'


def template(name: str) -> str:
    return f'<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/{name}"/>'


def choices(*names: str, most: int = 1, prompt: str = "Laquelle ?", shuffle: str = "true") -> str:
    options = "".join(f'<simpleChoice identifier="{name}">Texte {name}</simpleChoice>' for name in names)
    head = f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="{shuffle}" maxChoices="{most}">'
    return f"{head}<prompt>{prompt}</prompt>{options}</choiceInteraction>"


def packaged(
    text: str, files: dict[str, bytes], *, metadata: str = "", path: str = "items/a.xml", kind: str = "imsqti_item_xmlv2p2"
) -> bytes:
    listing = f"""<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:lom="http://ltsc.ieee.org/xsd/LOM" identifier="M">
<organizations/><resources>
<resource identifier="R1" type="{kind}" href="{path}">{metadata}<file href="{path}"/></resource>
</resources></manifest>"""
    return closed({"imsmanifest.xml": listing.encode(), path: text.encode(), **files})


@pytest.fixture(params=[QTI22, QTI30], ids=["2.2", "3.0"])
def version(request: pytest.FixtureRequest) -> Version:
    found: Version = request.param
    return found


@pytest.fixture
def came(version: Version) -> Reading:
    """The one question of an item, in a spelling or the other, alone or with files."""

    def came(text: str, files: dict[str, bytes] | None = None) -> tuple[Any, Package]:
        data = written(spelled(parsed(text.encode()), version))
        found = read(packaged(data.decode(), files) if files is not None else data)
        assert found.refused == []
        assert len(found.questions) == found.read == 1
        return found.questions[0].content, found

    return came


def test_a_choice_with_one_right_answer(came: Reading) -> None:
    content, found = came(item(right("b"), f"<p>Regarde  bien.</p>{choices('a', 'b')}", template("match_correct")))
    assert content == q.SingleChoice(
        title="Un titre", stem="<p>Regarde bien.</p><p>Laquelle ?</p>", choices=(q.Choice("a", "Texte a"), q.Choice("b", "Texte b", 1.0))
    )
    assert found.questions[0].code == "i1"
    assert found.notes == []


def test_a_choice_that_is_not_shuffled(came: Reading) -> None:
    assert came(item(right("b"), choices("a", "b", shuffle="false")))[0].shuffle is False


def test_all_or_nothing_becomes_shares_and_says_so(came: Reading) -> None:
    content, found = came(item(right("a", "b", cardinality="multiple"), choices("a", "b", "c", most=0), template("match_correct")))
    assert [one.credit for one in content.choices] == [0.5, 0.5, -1.0]
    assert ["Tout ou rien" in note.why for note in found.notes] == [True]


def test_a_mapping_becomes_shares_of_the_point(came: Reading) -> None:
    mapping = (
        '<mapping lowerBound="0" upperBound="2" defaultValue="-2"><mapEntry mapKey="a" mappedValue="1"/>'
        '<mapEntry mapKey="b" mappedValue="1"/><mapEntry mapKey="c" mappedValue="-1"/></mapping>'
    )
    content, _found = came(
        item(right("a", cardinality="multiple", more=mapping), choices("a", "b", "c", "d", most=0), template("map_response"))
    )
    assert [one.credit for one in content.choices] == [0.5, 0.5, -0.5, -1.0]


def test_shares_may_be_told_by_the_rules_alone(came: Reading) -> None:
    rules = "".join(
        f'<responseCondition><responseIf><match><variable identifier="RESPONSE"/><baseValue baseType="identifier">{name}</baseValue></match>'
        f'<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{score}</baseValue></setOutcomeValue></responseIf></responseCondition>'
        for name, score in (("a", 1), ("b", 4))
    )
    content, _found = came(item(right(), choices("a", "b", "c"), f"<responseProcessing>{rules}</responseProcessing>"))
    assert [one.credit for one in content.choices] == [0.25, 1.0, 0.0]


def test_true_or_false_is_known_by_its_words(came: Reading) -> None:
    body = choices("x", "y").replace("Texte x", "Faux").replace("Texte y", " Vrai. ")
    assert came(item(right("x"), body))[0] == q.TrueFalse(title="Un titre", stem="<p>Laquelle ?</p>", answer=False)


def test_feedback_by_the_right_answer(came: Reading) -> None:
    rules = """<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
    <setOutcomeValue identifier="SCORE"><variable identifier="MAXSCORE"/></setOutcomeValue>
    <setOutcomeValue identifier="FEEDBACK"><baseValue baseType="identifier">yes</baseValue></setOutcomeValue></responseIf>
    <responseElse><setOutcomeValue identifier="FEEDBACK"><baseValue baseType="identifier">no</baseValue></setOutcomeValue></responseElse>
    </responseCondition></responseProcessing>
    <modalFeedback outcomeIdentifier="FEEDBACK" identifier="yes" showHide="show"><contentBody><p>C'est ça.</p></contentBody></modalFeedback>
    <modalFeedback outcomeIdentifier="FEEDBACK" identifier="no" showHide="show"><contentBody>Pas  encore.</contentBody></modalFeedback>"""
    outcomes = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="10.0"/>'
    content, found = came(item(right("b"), choices("a", "b"), rules, outcomes=outcomes))
    assert [one.feedback for one in content.choices] == ["Pas encore.", "C'est ça."]
    assert content.points == 10.0
    assert found.notes == []


def test_feedback_inside_an_option(came: Reading) -> None:
    told = '<feedbackInline outcomeIdentifier="FEEDBACK" identifier="a" showHide="show">Presque.</feedbackInline>'
    body = choices("a", "b").replace("Texte a", f"Texte a {told}")
    content, _found = came(item(right("b"), body))
    assert content.choices[0] == q.Choice("a", "Texte a", 0.0, "Presque.")


def test_feedback_to_all_and_hint(came: Reading) -> None:
    rules = """<responseProcessing><responseCondition><responseIf><variable identifier="ASKED"/>
    <setOutcomeValue identifier="FEEDBACK"><baseValue baseType="identifier">HELP</baseValue></setOutcomeValue></responseIf></responseCondition>
    <setOutcomeValue identifier="GENERAL"><baseValue baseType="identifier">G</baseValue></setOutcomeValue></responseProcessing>
    <modalFeedback outcomeIdentifier="FEEDBACK" identifier="HELP" showHide="show">Pense au nord.</modalFeedback>
    <modalFeedback outcomeIdentifier="GENERAL" identifier="G" showHide="show">Voir la leçon.</modalFeedback>"""
    body = choices("a", "b") + '<p><endAttemptInteraction responseIdentifier="ASKED" title="Aide"/></p>'
    content, _found = came(item(right("a") + right(base="boolean", name="ASKED"), body, rules))
    assert content.hint == "Pense au nord."
    assert content.feedback == "Voir la leçon."


def test_a_field_takes_texts_and_heeds_case_as_its_mapping_says(came: Reading) -> None:
    mapping = '<mapping><mapEntry mapKey="York" mappedValue="2"/><mapEntry mapKey="Yorc" mappedValue="1" caseSensitive="false"/></mapping>'
    body = '<p>Où ?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    content, _found = came(item(right("York", base="string", more=mapping), body, template("map_response")))
    assert content.answers == (q.Accepted("York", 1.0), q.Accepted("Yorc", 0.5))
    assert (content.case, content.accents) == (False, True)
    content, _found = came(item(right("York", base="string"), body, template("match_correct")))
    assert content.answers == (q.Accepted("York", 1.0),)
    assert content.case is True


@pytest.mark.parametrize(
    ("how", "near"), [('toleranceMode="absolute" tolerance="0.5 0.5"', 0.5), ('toleranceMode="relative" tolerance="10"', 1.2), ("", 0.0)]
)
def test_a_number_and_how_near(came: Reading, how: str, near: float) -> None:
    rules = f"""<responseProcessing><responseCondition><responseIf>
    <equal {how}><variable identifier="RESPONSE"/><baseValue baseType="float">12</baseValue></equal>
    <setOutcomeValue identifier="SCORE"><baseValue baseType="float">5</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>"""
    content, _found = came(item(right("12", base="float"), '<p>Combien ? <textEntryInteraction responseIdentifier="RESPONSE"/></p>', rules))
    assert content.answers == (q.NumericAnswer(12.0, near, 1.0),)
    assert content.stem == "<p>Combien ?</p>"


def test_a_whole_number_without_rules(came: Reading) -> None:
    body = '<p>Combien ? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    assert came(item(right("42", base="integer"), body))[0].answers == (q.NumericAnswer(42.0, 0.0, 1.0),)


def test_fields_and_lists_in_a_text_are_holes(came: Reading) -> None:
    body = """<p>Complète.</p><p>Now is the <inlineChoiceInteraction responseIdentifier="R1" shuffle="false">
    <inlineChoice identifier="W">winter</inlineChoice><inlineChoice identifier="S">summer</inlineChoice></inlineChoiceInteraction> of
    <textEntryInteraction responseIdentifier="R2"/>;<br/>and so on.</p>"""
    content, _found = came(item(right("W", name="R1") + right("our", base="string", name="R2"), body))
    assert content.stem == "<p>Complète.</p>"
    assert content.text == "Now is the [[1]] of [[2]];\nand so on."
    assert content.gaps == (
        q.Gap("1", (q.Accepted("winter", 1.0),), ("winter", "summer")),
        q.Gap("2", (q.Accepted("our", 1.0),)),
    )


def test_one_field_in_the_middle_of_a_text_is_a_hole(came: Reading) -> None:
    body = '<p>Le <textEntryInteraction responseIdentifier="RESPONSE"/> chante.</p>'
    content, _found = came(item(right("coq", base="string"), body))
    assert content.text == "Le [[1]] chante."
    assert content.stem


def test_words_to_put_in_places_are_lists(came: Reading) -> None:
    body = """<gapMatchInteraction responseIdentifier="RESPONSE" shuffle="false"><prompt>Place les mots.</prompt>
    <gapText identifier="W" matchMax="1">winter</gapText><gapText identifier="S" matchMax="1">summer</gapText>
    <blockquote><p>Now is the <gap identifier="G1"/><br/>made <gap identifier="G2"/>.</p></blockquote></gapMatchInteraction>"""
    content, _found = came(item(right("W G1", "S G2", cardinality="multiple", base="directedPair"), body))
    assert content.stem == "<p>Place les mots.</p>"
    assert content.text == "Now is the [[1]]\nmade [[2]]."
    assert [gap.answers[0].text for gap in content.gaps] == ["winter", "summer"]
    assert content.gaps[0].options == ("winter", "summer")


def sets(left: str, right_side: str) -> str:
    def side(names: str) -> str:
        options = (f'<simpleAssociableChoice identifier="{name}" matchMax="1">Texte {name}</simpleAssociableChoice>' for name in names)
        return f"<simpleMatchSet>{''.join(options)}</simpleMatchSet>"

    return f'<matchInteraction responseIdentifier="RESPONSE"><prompt>Relie.</prompt>{side(left)}{side(right_side)}</matchInteraction>'


def pairs(*told: str, more: str = "") -> str:
    return right(*told, cardinality="multiple", base="directedPair", more=more)


def test_pairs_are_matched_and_what_is_left_is_extra(came: Reading) -> None:
    content, _found = came(item(pairs("A X", "B Y"), sets("AB", "XYZ")))
    assert content.pairs == (q.Pair("A", "Texte A", "Texte X"), q.Pair("B", "Texte B", "Texte Y"))
    assert content.extra == ("Texte Z",)


@pytest.mark.parametrize(("body", "told"), [(sets("ABC", "XY"), ("A X", "B X", "C Y")), (sets("XY", "ABC"), ("X A", "X B", "Y C"))])
def test_several_that_go_to_one_are_sorted(came: Reading, body: str, told: tuple[str, ...]) -> None:
    content, _found = came(item(pairs(*told), body))
    assert content.categories == (q.Category("X", "Texte X"), q.Category("Y", "Texte Y"))
    assert [(one.id, one.category) for one in content.items] == [("A", "X"), ("B", "X"), ("C", "Y")]


def test_weights_of_pairs_are_left_aside_and_told(came: Reading) -> None:
    mapping = '<mapping><mapEntry mapKey="A X" mappedValue="1"/><mapEntry mapKey="B Y" mappedValue="0.5"/></mapping>'
    _content, found = came(item(pairs(more=mapping), sets("AB", "XY"), template("map_response")))
    assert ["poids" in note.why for note in found.notes] == [True]


def test_an_order(came: Reading) -> None:
    options = "".join(f'<simpleChoice identifier="{name}">Texte {name}</simpleChoice>' for name in "ABC")
    body = f'<orderInteraction responseIdentifier="RESPONSE"><prompt>Range.</prompt>{options}</orderInteraction>'
    content, _found = came(item(right("C", "A", "B", cardinality="ordered"), body))
    assert [one.id for one in content.items] == ["C", "A", "B"]


IMAGE = '<object type="image/png" width="200" height="100" data="images/carte.png">Une carte</object>'


def test_zones_of_an_image(came: Reading) -> None:
    body = f"""<hotspotInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Où ?</prompt>{IMAGE}
    <hotspotChoice shape="circle" coords="100,50,20" identifier="A" hotspotLabel="Le lac"/>
    <hotspotChoice shape="rect" coords="0,0,100,50" identifier="B"/>
    <hotspotChoice shape="poly" coords="0,0,200,0,50%,100%" identifier="C"/></hotspotInteraction>"""
    content, found = came(item(right("A"), body), {"items/images/carte.png": PNG})
    assert content.image == q.Media("image", "items/images/carte.png", "Une carte")
    assert content.zones == (
        q.Zone("A", "Le lac", "circle", (0.5, 0.5, 0.1), 1.0),
        q.Zone("B", "Zone 2", "rect", (0.0, 0.0, 0.5, 0.5)),
        q.Zone("C", "Zone 3", "poly", (0.0, 0.0, 1.0, 0.0, 0.5, 1.0)),
    )
    assert found.files == {"items/images/carte.png": PNG}
    assert ["nommez-les" in note.why for note in found.notes] == [True]


def test_points_to_show_become_zones(came: Reading) -> None:
    areas = """<areaMapping defaultValue="0"><areaMapEntry shape="circle" coords="100,50,20" mappedValue="2"/>
    <areaMapEntry shape="rect" coords="0,0,100,50" mappedValue="1"/></areaMapping>"""
    body = f'<selectPointInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Où ?</prompt>{IMAGE}</selectPointInteraction>'
    content, _found = came(
        item(right("100 50", base="point", more=areas), body, template("map_response_point")), {"items/images/carte.png": PNG}
    )
    assert [(one.shape, one.credit) for one in content.zones] == [("circle", 1.0), ("rect", 0.5)]


def test_a_long_answer_and_its_guide(came: Reading) -> None:
    body = """<p>Raconte.</p><extendedTextInteraction responseIdentifier="RESPONSE" expectedLength="200"/>
    <rubricBlock view="scorer" use="scoring"><contentBody><h1>Guide</h1><ul><li>Un point</li></ul></contentBody></rubricBlock>"""
    content, _found = came(item(right(base="string"), body))
    assert content == q.LongAnswer(title="Un titre", stem="<p>Raconte.</p>", guide="Guide\nUn point")


@pytest.mark.parametrize(
    ("kind", "accepts"), [("", "file"), ('type="image/png"', "photo"), ('type="audio/mpeg"', "audio"), ('type="text/csv"', "file")]
)
def test_a_file(came: Reading, kind: str, accepts: str) -> None:
    body = f'<p>Envoie.</p><uploadInteraction responseIdentifier="RESPONSE" {kind}/>'
    assert came(item(right(base="file"), body))[0].accepts == accepts


def test_pictures_and_sounds_leave_the_stem(came: Reading) -> None:
    body = f"""<p>Regarde <img src="../img/chat%20noir.png" alt="Un chat"/> et écoute
    <object data="../voix.mp3" type="audio/mpeg">Il dit miaou.</object></p>{choices("a", "b")}"""
    files = {"img/chat noir.png": PNG, "voix.mp3": MP3}
    content, found = came(item(right("a"), body), files)
    assert content.stem == "<p>Regarde et écoute</p><p>Laquelle ?</p>"
    assert content.media == (q.Media("image", "img/chat noir.png", "Un chat"), q.Media("audio", "voix.mp3", "Il dit miaou."))
    assert found.files == files


def test_html_of_a_stem_is_cleaned(came: Reading) -> None:
    body = f"""<h1>Titre</h1><p class="x" style="color:red" onclick="alert(1)">Un <strong>gras</strong>, <em>penché</em>,
    <a href="javascript:alert(1)">piège</a>, <a href="https://example.org/">lien</a></p><script>alert(1)</script>{choices("a", "b")}"""
    content, _found = came(item(right("a"), body))
    assert content.stem == (
        '<p><b>Titre</b></p><p>Un <b>gras</b>, penché, piège, <a href="https://example.org/">lien</a></p><p>Laquelle ?</p>'
    )


def test_keywords_and_competencies_of_other_lists() -> None:
    metadata = """<metadata><lom:lom><lom:general><lom:keyword><lom:string>géo</lom:string></lom:keyword></lom:general></lom:lom>
    <csm:curriculumStandardsMetadataSet xmlns:csm="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscsmd_v1p1"><csm:GUID>ON3.5</csm:GUID>
    </csm:curriculumStandardsMetadataSet></metadata>"""
    found = read(packaged(item(right("a"), choices("a", "b")), {}, metadata=metadata))
    assert (found.questions[0].tags, found.questions[0].competencies) == (("géo",), ("ON3.5",))


def test_a_text_that_items_share_is_taken_into_each() -> None:
    stimulus = b"""<qti-assessment-stimulus identifier="s"><qti-stimulus-body><p>Lis bien. <img src="i.png" alt="Vue"/></p></qti-stimulus-body>
    </qti-assessment-stimulus>"""
    text = item(right("a"), choices("a", "b")).replace(
        "<itemBody>", '<assessmentStimulusRef identifier="s" href="../txt/s.xml"/><itemBody>'
    )
    found = read(packaged(text, {"txt/s.xml": stimulus, "txt/i.png": PNG}))
    content = found.questions[0].content
    assert content.stem == "<p>Lis bien.</p><p>Laquelle ?</p>"
    assert content.media == (q.Media("image", "txt/i.png", "Vue"),)
    assert found.files == {"txt/i.png": PNG}


def test_a_package_in_a_folder_is_read() -> None:
    files = {
        f"export/{name}": content
        for name, content in {
            "imsmanifest.xml": b"""<manifest><resources>
    <resource identifier="r" type="imsqti_item_xmlv2p1" href="a.xml"/></resources></manifest>""",
            "a.xml": item(right("a"), choices("a", "b")).encode(),
        }.items()
    }
    assert [one.code for one in read(closed(files)).questions] == ["i1"]


def test_rules_that_are_not_followed_are_told(came: Reading) -> None:
    rules = (
        '<responseProcessing><lookupOutcomeValue identifier="X"><randomInteger min="1" max="2"/></lookupOutcomeValue></responseProcessing>'
    )
    _content, found = came(item(right("a"), choices("a", "b"), rules))
    assert ["laissé de côté" in note.why for note in found.notes] == [True]
    _content, found = came(item(right("a"), choices("a", "b"), root='adaptive="true"'))
    assert ["change selon les réponses" in note.why for note in found.notes] == [True]
