"""What is known of an activity, put together from what its statements say (xAPI 1.0.3 Data §2.4.4.1)."""

from collections.abc import Mapping
from typing import Any

WORDS = ("name", "description")  # language maps: a language heard once is kept


def merged(known: Mapping[str, Any], heard: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with what was heard last: languages add up, every other property is replaced."""
    both = {**known, **heard}
    for property_ in WORDS:
        if property_ in known and property_ in heard:
            both[property_] = {**known[property_], **heard[property_]}
    return both
