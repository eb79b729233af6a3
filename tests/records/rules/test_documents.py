"""Where a document stands, when it may be written, how two are merged (xAPI 1.0.3 Communication §2.2, §3.1; RFC 9110 §13.1)."""

from uuid import UUID, uuid4

import pytest

from lms.records.rules.documents import Address, Conditions, check_json, conditions, etag_of, merged
from lms.records.rules.refusals import Declined

ONE, TWO = "a" * 40, "b" * 40
AGENT, ACTIVITY, RUN = uuid4(), uuid4(), uuid4()


def test_each_place_has_its_own_id() -> None:
    places = [
        Address(1, AGENT, ACTIVITY, RUN, "k"), Address(2, AGENT, ACTIVITY, RUN, "k"), Address(1, AGENT, ACTIVITY, None, "k"),
        Address(1, AGENT, None, None, "k"), Address(1, None, AGENT, None, "k"), Address(1, AGENT, ACTIVITY, RUN, "K"),
        Address(1, ACTIVITY, AGENT, RUN, "k"), Address(1, AGENT, None, ACTIVITY, "k"), Address(1, AGENT, None, None, "/k"),
    ]  # fmt: skip
    assert len({place.id for place in places}) == len(places)
    assert Address(1, UUID(int=1), None, None, "é").id == Address(1, UUID(int=1), None, None, "é").id


@pytest.mark.parametrize(
    ("if_match", "if_none_match", "etag", "holds"),
    [
        (None, None, None, True),
        (None, None, ONE, True),
        (f'"{ONE}"', None, ONE, True),
        (f'"{ONE}"', None, TWO, False),
        (f'"{ONE}"', None, None, False),
        (f'"x", "{ONE}" ,"y"', None, ONE, True),
        (f',"x",, "{ONE}",', None, ONE, True),
        (ONE.upper(), None, ONE, True),  # TinCanJS sends the SHA-1 bare
        ("*", None, ONE, True),
        ("*", None, None, False),
        (f'W/"{ONE}"', None, ONE, False),  # §13.1.1: strong comparison
        (None, "*", None, True),
        (None, " * ", ONE, False),
        (None, f'"{ONE}"', ONE, False),
        (None, f'"{ONE}"', TWO, True),
        (None, f'"{ONE}"', None, True),
        (None, f'W/"{ONE}"', ONE, False),  # §13.1.2: weak comparison
        (f'"{ONE}"', f'"{TWO}"', ONE, True),
        (f'"{ONE}"', "*", ONE, False),
    ],
)
def test_conditions(if_match: str | None, if_none_match: str | None, etag: str | None, holds: bool) -> None:
    assert conditions(if_match, if_none_match).met_by(etag) is holds


@pytest.mark.parametrize("header", ["", "abc", '"', "'x'", '"a" "b"', 'w/"a"', '*, "a"', "*,*", '"a"b', "," * 5000])
def test_what_is_no_tag_is_refused(header: str) -> None:
    for pair in ((header, None), (None, header)):
        with pytest.raises(Declined) as refusal:
            conditions(*pair)
        assert refusal.value.status == 400


def test_conditions_are_given_or_not() -> None:
    assert not conditions(None, None).given
    assert conditions('W/"a"', None) == Conditions(match=frozenset())
    assert conditions('W/"a"', None).given


def test_the_tag_is_the_sha1_of_the_content() -> None:
    assert etag_of(b"") == "da39a3ee5e6b4b0d3255bfef95601890afd80709"


def test_merging_sets_top_level_properties_and_keeps_the_text_of_values() -> None:
    """§2.2: only top-level properties are merged; each value stays as it was written."""
    kept = b'{"x": "foo", "y": {"a": 1.10, "b": 1}, "n": 12345678901234567890123}'
    assert merged(kept, b'{"x" : "bash", "z": 1e2, "y": {"c": "\\u00e9"}}') == (
        b'{"x":"bash","y":{"c": "\\u00e9"},"n":12345678901234567890123,"z":1e2}'
    )
    assert merged(b"{}", b'{"a":1}') == b'{"a":1}'
    assert merged(None, b' {"a" : 1} ') == b' {"a" : 1} '


NOT_JSON = [
    b"",
    b"{",
    b"abc",
    b'{"a":1}{',
    b"{'a':1}",
    b'{"a":NaN}',
    b'{"a":1,}',
    b'{"a":"\xff"}',
    b"\xef\xbb\xbf{}",
    '{"a":1}'.encode("utf-16"),
    b"[" * 100_000,
]


@pytest.mark.parametrize("text", [*NOT_JSON, b"[]", b'"a"', b"1", b"null"])
def test_only_objects_are_merged(text: bytes) -> None:
    for pair in ((None, text), (b'{"a":1}', text), (text, b'{"a":1}')):
        with pytest.raises(Declined) as refusal:
            merged(*pair)
        assert refusal.value.status == 400


def test_any_json_may_be_kept() -> None:
    for text in (b"{}", b"[1]", b'"a"', b" null ", b'{"a":"\\u0000"}'):
        check_json(text)
    for text in NOT_JSON:
        with pytest.raises(Declined):
            check_json(text)
