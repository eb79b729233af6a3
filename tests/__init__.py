"""Tests of the whole house, mirrored: `tests/<package>/test_<room>.py`."""
