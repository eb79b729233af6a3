"""Statements as a programme of many trainees sends them: about 1.2 KB each, without id, so that a body can be sent again."""

import json
import random
from typing import Any
from uuid import UUID

HOME = "https://formation.example/lrs"
VERBS = ("experienced", "completed", "answered", "scored", "progressed", "attempted")
ACTORS, REGISTRATIONS, MODULES, STEPS = 1_000, 3_000, 36, 400


def statement(number: int) -> dict[str, Any]:
    """The `number`-th of a reproducible stream."""
    chance = random.Random(number)
    actor, module, step = chance.randrange(ACTORS), chance.randrange(MODULES), chance.randrange(STEPS)
    return {
        "actor": {"objectType": "Agent", "account": {"homePage": HOME, "name": str(UUID(int=actor + (1 << 100)))}},
        "verb": {
            "id": f"http://adlnet.gov/expapi/verbs/{VERBS[number % 6]}",
            "display": {"fr": VERBS[number % 6], "en": VERBS[number % 6]},
        },
        "object": {
            "objectType": "Activity",
            "id": f"{HOME}/activities/step/{step}",
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/assessment",
                "name": {"fr": f"Étape {step} du parcours"},
            },
        },
        "context": {
            "registration": str(UUID(int=chance.randrange(REGISTRATIONS) + (1 << 101))),
            "platform": "Tremplin",
            "language": "fr",
            "instructor": {"objectType": "Agent", "account": {"homePage": HOME, "name": str(UUID(int=module + (1 << 102)))}},
            "contextActivities": {
                "parent": [{"objectType": "Activity", "id": f"{HOME}/activities/module/{module}"}],
                "grouping": [{"objectType": "Activity", "id": f"{HOME}/activities/programme/operateur-numerique"}],
            },
            "extensions": {f"{HOME}/extensions/tool": "navigateur", f"{HOME}/extensions/place": "atelier"},
        },
        "result": {"score": {"scaled": 0.85, "raw": 17, "min": 0, "max": 20}, "success": True, "completion": True, "duration": "PT12M30S"},
        "timestamp": "2026-11-22T10:15:30.123Z",
    }


def body(first: int, size: int) -> bytes:
    """A batch of `size` statements, or one alone."""
    told: Any = [statement(number) for number in range(first, first + size)] if size > 1 else statement(first)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
