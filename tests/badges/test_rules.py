from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.badges.rules import Verdict, complete_blocks, is_name_of, name_digest, verdict_at, wrapped

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_revoked_comes_before_expired_and_expired_before_early() -> None:
    past, future = NOW - timedelta(days=1), NOW + timedelta(days=1)
    assert verdict_at(NOW, start=past, end=past, revoked_at=past) is Verdict.REVOKED
    assert verdict_at(NOW, start=past, end=NOW, revoked_at=None) is Verdict.EXPIRED
    assert verdict_at(NOW, start=future, end=None, revoked_at=None) is Verdict.EARLY
    assert verdict_at(NOW, start=NOW, end=future, revoked_at=None) is Verdict.SOUND
    assert verdict_at(NOW, start=None, end=None, revoked_at=None) is Verdict.SOUND


@given(st.text(max_size=200), st.integers(4, 30), st.integers(1, 4))
def test_a_label_always_fits(text: str, width: int, lines: int) -> None:
    found = wrapped(text, width, lines)
    assert 1 <= len(found) <= lines
    assert all(len(line) <= width for line in found)


def test_a_label_is_cut_at_words() -> None:
    assert wrapped("Détourer une image", 20, 3) == ["Détourer une image"]
    assert wrapped("Détourer une image et l'isoler du fond", 20, 3) == ["Détourer une image", "et l'isoler du fond"]
    assert wrapped("un deux trois quatre cinq", 8, 2) == ["un deux", "trois…"]


@given(st.dictionaries(st.integers(), st.sets(st.integers(0, 5))), st.sets(st.integers(0, 5)))
def test_a_block_is_complete_when_all_of_it_is_validated(blocks: dict[int, set[int]], validated: set[int]) -> None:
    found = complete_blocks(validated, blocks)
    assert found == [block for block in blocks if blocks[block] and blocks[block] - validated == set()]


def test_a_name_is_checked_and_never_read() -> None:
    digest = name_digest("Inès  Durand", "sel")
    assert "Durand" not in digest
    carried = [{"identityType": "name", "hashed": True, "identityHash": digest, "salt": "sel"}]
    assert is_name_of("Inès Durand", carried) is True
    assert is_name_of("Inès Duran", carried) is False
    assert is_name_of("Inès Durand", [{"identityType": "emailAddress"}, 3]) is None
    plain = [{"identityType": "name", "hashed": False, "identityHash": "Inès Durand"}]
    assert is_name_of("Inès Durand", plain) is True
