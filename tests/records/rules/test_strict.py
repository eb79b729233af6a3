"""What a JSON text may hold (promise B01): the same answer on every database, for none is asked."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.records.rules.refusals import Declined
from lms.records.rules.strict import check_text

REFUSED = {
    "nothing": b"",
    "NaN": b'{"a":NaN}',
    "Infinity": b"[Infinity]",
    "-Infinity": b"[-Infinity]",
    "1e400": b"[1e400]",
    "an integer of 309 digits": b'{"a":' + b"9" * 309 + b"}",
    "a negative one": b'{"a": -' + b"9" * 309 + b"}",
    "an integer of 5,000 digits": b"[" + b"9" * 5000 + b"]",
    "a comma too many": b"[1,]",
    "a leading zero": b"[01]",
    "two documents": b"{} {}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "bad UTF-8": b'["\xff"]',
    "bad UTF-8 in a key": b'{"\xff":1}',
    "an overlong form": b'["\xc0\x80"]',
    "a surrogate in UTF-8": b'["\xed\xa0\x80"]',
    "a high surrogate alone": b'["\\ud800"]',
    "a low surrogate alone": b'["\\udc00"]',
    "a surrogate in a key": b'{"\\ud800x":1}',
    "U+0000": b'["a\\u0000b"]',
    "U+0000 in a key": b'{"\\u0000":1}',
    "U+0000 after a backslash": b'["\\\\\\u0000"]',
    "a control character": b'["\x01"]',
    "a form feed outside": b"[1]\x0c",
    "a key twice": b'{"a":1,"a":2}',
    "a key twice, spaced": b'{"a" : 1, "a"\n:2}',
    "a key twice, one spaced": b'{"a":1, "a" :1}',
    "a key twice, one escaped": b'{"a":1,"\\u0061":1}',
    "a key twice, deep": b'[{"b":[{"a":{"c":1},"a":1}]}]',
    "a key twice, hidden by a quote": b'{"a":1,"a":1,"b":"x\\u0022:"}',
    "a key twice, hidden by a colon": b'{"a":1,"a":1,"b":"\\u003a"}',
    "a key twice, with a colon first": b'{"a":":","a":" :"}',
    "101 levels": b"[" * 101 + b"]" * 101,
    "100,000 levels": b"[" * 100_000 + b"]" * 100_000,
    "100,000 levels never closed": b'{"a":' * 100_000,
}
ACCEPTED: dict[str, tuple[bytes, Any]] = {
    "100 levels": (b"[" * 99 + b"{}" + b"]" * 99, json.loads("[" * 99 + "{}" + "]" * 99)),
    "brackets in strings": (b'["' + b"[{" * 200 + b'\\""]', ["[{" * 200 + '"']),
    "an integer of 23 digits": (b"[" + b"9" * 23 + b"]", [10**23 - 1]),
    "308 digits, and many in a string": (b'["' + b"9" * 400 + b'",' + b"9" * 308 + b"]", ["9" * 400, 10**308 - 1]),
    "a pair of surrogates": (b'["\\ud83d\\ude00"]', ["😀"]),
    "the text \\u0000": (b'["\\\\u0000"]', ["\\u0000"]),
    "colons and quotes in strings": (b'{"a":" :","b":"\\":","c":"\\u0022:","d":"\\u003a"}', {"a": " :", "b": '":', "c": '":', "d": ":"}),
    "one key in two objects": (b'{"a":{"a":1}}', {"a": {"a": 1}}),
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_what_is_refused(raw: bytes) -> None:
    with pytest.raises(Declined) as caught:
        check_text(raw)
    assert caught.value.status == 400


@pytest.mark.parametrize(("raw", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_what_is_accepted(raw: bytes, value: Any) -> None:
    assert check_text(raw) == value


texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]) | st.sampled_from('":\\ \t'))
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**300), 10**300) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


@settings(deadline=None)  # a busy machine is no defect
@given(documents, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_every_sound_value_passes(value: Any, ascii_only: bool, indent: int | str | None) -> None:
    assert check_text(json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()) == value


@settings(deadline=None)  # a busy machine is no defect
@given(texts, documents, st.lists(st.tuples(texts, documents)), st.booleans())
def test_no_key_given_twice_passes(key: str, value: Any, others: list[tuple[str, Any]], ascii_only: bool) -> None:
    pairs = [(key, value), *others, (key, value)]
    raw = "{" + ",".join(json.dumps(name, ensure_ascii=ascii_only) + ":" + json.dumps(inner) for name, inner in pairs) + "}"
    with pytest.raises(Declined):
        check_text(raw.encode())


@settings(deadline=None)  # a busy machine is no defect
@given(st.binary())
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    with suppress(Declined):
        check_text(raw)
