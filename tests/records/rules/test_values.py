"""The formats of single values, each table under its section of xAPI 1.0.3 Data."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.records.rules import values

IRIS = {  # §2.2, §4.3, RFC 3987
    "http://example.org/verbs/answered": True,
    "http://example.com/فعل/خواندن": True,
    "urn:uuid:8f87ccde-bb56-4c2e-ab83-44982ef22df0": True,
    "tag:example.org,2026:x?y=[1]#z": True,
    "act:a%20b": True,
    "": False,
    "example.org/verbs": False,
    "/relative": False,
    "http:": False,
    "1http://example.org": False,
    "http://example.org/a b": False,
    "http://example.org/\n": False,
    "http://example.org/<a>": False,
    "http://example.org/\x00": False,
}
MAILBOXES = {  # §2.4.2.3
    "mailto:ana@example.org": True,
    "mailto:ana+a.b@sub.example.org": True,
    "ana@example.org": False,
    "mailto:ana": False,
    "mailto:ana@": False,
    "mailto:a na@example.org": False,
    "mailto:ana@example.org?subject=x": False,
    "mailto:a@example.org,b@example.org": False,
    "": False,
}
UUIDS = {  # §2.4.1, §4.4
    "fd41c918-b88b-4b20-a0a5-a4c32391aaa0": True,
    "FD41C918-B88B-1B20-A0A5-A4C32391AAA0": True,
    "12345678-1234-5678-1234-567812345678": True,
    "fd41c918b88b4b20a0a5a4c32391aaa0": False,
    "{fd41c918-b88b-4b20-a0a5-a4c32391aaa0}": False,
    "fd41c918-b88b-4b20-a0a5-a4c32391aaa0\n": False,
    "gd41c918-b88b-4b20-a0a5-a4c32391aaa0": False,
    "": False,
}
LANGUAGES = {  # §4.2, RFC 5646 §2.1 and its appendix A
    "fr": True,
    "en-US": True,
    "EN-us": True,
    "tlh": True,
    "zh-Hant": True,
    "zh-cmn-Hans-CN": True,
    "es-419": True,
    "sl-rozaj-biske": True,
    "de-CH-1901": True,
    "de-DE-u-co-phonebk": True,
    "x-whatever": True,
    "az-Arab-x-AZE-derbend": True,
    "i-klingon": True,
    "sgn-BE-FR": True,
    "en-GB-oed": True,
    "": False,
    "f": False,
    "a12345678": False,
    "something": False,
    "fr_FR": False,
    "fr-": False,
    "de-419-DE": False,
    "a-DE": False,
    "ar-a": False,
    "fr FR": False,
    "i-nope": False,
}
DURATIONS = {  # §4.6, ISO 8601:2004 §4.4.3.2
    "PT4H35M59.14S": True,
    "PT16559.14S": True,
    "P3Y1M29DT4H35M59.14S": True,
    "P3Y": True,
    "P4W": True,
    "P1DT12H36M0.12567S": True,
    "PT0S": True,
    "P0.5Y": True,
    "PT0,5H": True,
    "P4W1D": False,
    "P": False,
    "PT": False,
    "P1DT": False,
    "PT0.5H1S": False,
    "P0.5YT1S": False,
    "-PT1S": False,
    "PT-1S": False,
    "P1S": False,
    "PT1S ": False,
    "P0003-06-04T12:30:05": False,
    "": False,
}
TIMESTAMPS = {  # §4.5: (under 1.0.3, ISO 8601; under 2.0, RFC 3339)
    "2015-11-18T12:17:00Z": (True, True),
    "2015-11-18T12:17:00.123456789+02:00": (True, True),
    "2008-09-15 15:53:00.601+00:00": (True, True),
    "2015-11-18t12:17:00z": (True, True),
    "2016-12-31T23:59:60Z": (True, True),
    "2015-11-18T12:17:00": (True, False),
    "2015-11-18T12:17Z": (True, False),
    "2015-11-18T12:17:00+02": (True, False),
    "2015-11-18T12:17:00+0200": (True, False),
    "2015-11-18T12:17:00,5Z": (True, False),
    "20151118T121700Z": (True, False),
    "20151118T121700.5+0200": (True, False),
    "2015-11-18T12:17:00-00:00": (False, False),
    "2015-11-18T12:17:00-0000": (False, False),
    "2015-11-18T12:17:00-00": (False, False),
    "2015-11-18": (False, False),
    "2015-02-30T12:17:00Z": (False, False),
    "2015-13-01T12:17:00Z": (False, False),
    "2015-11-18T25:17:00Z": (False, False),
    "2015-11-18T12:17:61Z": (False, False),
    "0000-01-01T00:00:00Z": (False, False),
    "0001-01-01T00:00:00+23:59": (False, False),
    "2015-11-18T12:17:00+25:00": (False, False),
    "2015-11-18T12:17:00Z ": (False, False),
    "01/011/2015": (False, False),
    "１015-11-18T12:17:00Z": (False, False),
    "": (False, False),
}
MEDIA_TYPES = {  # §2.4.11, RFC 2046
    "text/plain": True,
    "application/vnd.api+json": True,
    "text/plain; charset=utf-8": True,
    "text": False,
    "text/": False,
    "text/plain charset": False,
    "text/plain;\r\nX: y": False,
    "": False,
}
HASHES = {"a" * 40: (True, False), "A" * 64: (False, True), "0" * 128: (False, True), "g" * 64: (False, False), "": (False, False)}


@pytest.mark.parametrize(
    ("fits", "table"),
    [
        (values.is_iri, IRIS),
        (values.is_mailto, MAILBOXES),
        (values.is_uuid, UUIDS),
        (values.is_language, LANGUAGES),
        (values.is_duration, DURATIONS),
        (values.is_media_type, MEDIA_TYPES),
    ],
)
def test_a_value_has_its_format(fits, table: dict[str, bool]) -> None:
    assert {text: fits(text) for text in table} == table


def test_a_timestamp_has_the_format_of_its_version() -> None:
    assert {text: (values.is_timestamp(text, "1.0.3"), values.is_timestamp(text, "2.0.0")) for text in TIMESTAMPS} == TIMESTAMPS


def test_a_hash_has_its_digits() -> None:
    assert {text: (values.is_sha1(text), values.is_sha2(text)) for text in HASHES} == HASHES


@settings(deadline=None)  # a busy machine is no defect
@given(st.uuids())
def test_any_uuid_is_one(uuid: UUID) -> None:
    assert values.is_uuid(str(uuid))


offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@settings(deadline=None)  # a busy machine is no defect
@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=offsets))  # noqa: DTZ001  hypothesis wants naive bounds
def test_any_moment_is_read_back(moment: datetime) -> None:
    assert values.is_timestamp(moment.isoformat(), "2.0.0")
    assert values.instant(moment.isoformat()) == moment


@settings(deadline=None)  # a busy machine is no defect
@given(st.text())
def test_no_text_makes_a_format_fail(text: str) -> None:
    for fits in (values.is_iri, values.is_mailto, values.is_uuid, values.is_language, values.is_duration, values.is_media_type):
        assert fits(text) in (True, False)
    assert values.is_timestamp(text, "1.0.3") <= (values.instant(text) is not None)


def test_a_leap_second_is_read_as_the_one_before() -> None:
    assert values.instant("2016-12-31T23:59:60.5+00:00") == datetime(2016, 12, 31, 23, 59, 59, 500_000, UTC)


def test_durations_compare_to_a_hundredth() -> None:
    assert values.comparable_duration("P1DT12H36M0.12567S") == "P1DT12H36M0.12S"
    assert values.comparable_duration("PT0.1S") == "PT0.1S"
    assert values.comparable_duration("PT1.12567H") == "PT1.12567H"
