"""What a credential may void (1.0.3 Data §2.3.2 leaves it to the store); the rest of the scopes is tried through the doors."""

from uuid import UUID, uuid4

import pytest

from lms.records.rules.scopes import may_void

ME, OTHER = uuid4(), uuid4()
OWN, THEIRS, UNKNOWN = uuid4(), uuid4(), uuid4()
STORED = {OWN: ME, THEIRS: OTHER}


@pytest.mark.parametrize(
    ("targets", "sent", "may"),
    [
        ({OWN}, set(), True), ({THEIRS}, set(), False), ({UNKNOWN}, set(), False), ({OWN, THEIRS}, set(), False),
        ({UNKNOWN}, {UNKNOWN}, True), ({THEIRS}, {THEIRS}, False), ({OWN, UNKNOWN}, {OWN, UNKNOWN}, True), (set(), set(), True),
    ],
)  # fmt: skip
def test_may_void(targets: set[UUID], sent: set[UUID], may: bool) -> None:
    assert may_void(targets, by=ME, stored=STORED, sent=sent) is may
