"""Who is who (xAPI 1.0.3 Data §2.4.2.3)."""

import msgspec
import pytest

from lms.records.rules.agents import Actor, identities, identity
from tests.records.rules.told import GROUP, TEAM

SHA1 = "EBD31E95054C018B10727CCFFD2EF2EC3A016EE9"


@pytest.mark.parametrize(
    ("agent", "who"),
    [
        ({"mbox": "mailto:Ana@Example.ORG", "name": "Ana"}, "mbox mailto:Ana@example.org"),
        ({"mbox_sha1sum": SHA1}, f"mbox_sha1sum {SHA1.lower()}"),
        ({"openid": "http://ana.example.org/"}, "openid http://ana.example.org/"),
        ({"account": {"homePage": "https://example.org", "name": "Ana B"}}, "account https://example.org Ana B"),
        (TEAM, "account https://example.org team"),
        (GROUP, ""),
    ],
)
def test_an_agent_is_its_identifier(agent: dict[str, object], who: str) -> None:
    assert identity(agent) == who
    assert identity(msgspec.convert(agent, Actor)) == who


def test_a_group_is_found_by_its_members_too() -> None:
    assert identities(msgspec.convert(GROUP, Actor)) == ["mbox mailto:ana@example.org", "mbox mailto:bo@example.org"]
    assert identities(msgspec.convert(TEAM | {"member": GROUP["member"]}, Actor)) == [
        "account https://example.org team",
        "mbox mailto:ana@example.org",
        "mbox mailto:bo@example.org",
    ]


def test_an_agent_with_no_or_two_identifiers_is_no_agent() -> None:
    for agent in ({}, {"mbox": "mailto:a@example.org", "openid": "http://a.example.org"}):
        with pytest.raises(msgspec.ValidationError):
            identity(agent)
