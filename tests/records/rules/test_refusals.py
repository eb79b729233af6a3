"""How the store says no."""

from lms.records.rules.refusals import Declined
from lms.refusal import Refused


def test_a_refusal_carries_its_status_and_its_sentence() -> None:
    refusal = Declined(412, "If-Match does not match.")
    assert isinstance(refusal, Refused)
    assert (refusal.status, refusal.code, refusal.message) == (412, "xapi_412", "If-Match does not match.")
