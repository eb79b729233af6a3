"""Words of a verdict: each has an icon that exists, and none of the words that the house never says."""

import lucide

from lms.badges.rules import Verdict
from lms.badges.selectors import TOLD


def test_every_verdict_is_told() -> None:
    assert set(TOLD) == set(Verdict)
    for told in TOLD.values():
        lucide._load_icon(told.icon)
        assert not {"échec", "faux", "nul", "raté"} & set(f"{told.words} {told.meaning}".lower().split())
