"""Statements that the tables of these tests change: a small one, and one that uses nearly every property."""

import copy
import json
from typing import Any

Json = dict[str, Any]

AGENT: Json = {"mbox": "mailto:ana@example.org"}
ACCOUNT: Json = {"account": {"homePage": "https://example.org", "name": "ana"}}
GROUP: Json = {"objectType": "Group", "member": [{"mbox": "mailto:ana@example.org"}, {"mbox": "mailto:bo@example.org"}]}
TEAM: Json = {"objectType": "Group", "account": {"homePage": "https://example.org", "name": "team"}}
VERB: Json = {"id": "http://example.org/verbs/answered"}
ACTIVITY: Json = {"id": "http://example.org/activities/1"}
REF: Json = {"objectType": "StatementRef", "id": "8f87ccde-bb56-4c2e-ab83-44982ef22df0"}
SMALL: Json = {"actor": AGENT, "verb": VERB, "object": ACTIVITY}
SUB: Json = {"objectType": "SubStatement", **SMALL}
ATTACHMENT: Json = {
    "usageType": "http://example.org/usage",
    "display": {"en": "A file"},
    "contentType": "text/plain; charset=utf-8",
    "length": 27,
    "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
}
FULL: Json = {
    "id": "fd41c918-b88b-4b20-a0a5-a4c32391aaa0",
    "actor": {"objectType": "Agent", "name": "Ana", **ACCOUNT},
    "verb": {"id": "http://example.org/verbs/answered", "display": {"fr": "a répondu à", "en": "answered"}},
    "object": {
        "objectType": "Activity",
        "id": "http://example.org/activities/1",
        "definition": {
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "name": {"fr": "Une question"},
            "description": {"fr": "Laquelle ?"},
            "moreInfo": "http://example.org/more",
            "interactionType": "choice",
            "correctResponsesPattern": ["a[,]b"],
            "choices": [{"id": "a", "description": {"fr": "La première"}}, {"id": "b"}],
            "extensions": {"http://example.org/ext": {"any": [None, 1.10, True]}},
        },
    },
    "result": {
        "score": {"scaled": 0.85, "raw": 17, "min": 0, "max": 20},
        "success": True,
        "completion": False,
        "response": "a",
        "duration": "PT1M12.5S",
        "extensions": {"http://example.org/ext": None},
    },
    "context": {
        "registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        "instructor": {"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"},
        "team": TEAM,
        "contextActivities": {
            "parent": {"id": "http://example.org/activities/2"},
            "grouping": [{"id": "http://example.org/activities/3", "definition": {"name": {"en": "Three"}}}],
            "category": [],
            "other": [{"id": "http://example.org/activities/4"}, {"id": "http://example.org/activities/2"}],
        },
        "revision": "2",
        "platform": "Tremplin",
        "language": "fr-FR",
        "statement": REF,
        "extensions": {},
    },
    "timestamp": "2026-03-04T10:11:12.345Z",
    "stored": "2026-03-04T10:11:12.345Z",
    "authority": {"openid": "http://ana.openid.example.org"},
    "version": "1.0.0",
    "attachments": [ATTACHMENT],
}


def changed(statement: Json, path: str, value: Any) -> Json:
    """A copy with the property at the dotted `path` set; a step that is a number goes into a list."""
    told = copy.deepcopy(statement)
    *steps, last = path.split(".")
    here: Any = told
    for step in steps:
        here = here[int(step)] if step.isdecimal() else here.setdefault(step, {})
    here[last] = copy.deepcopy(value)
    return told


def lacking(statement: Json, path: str) -> Json:
    told = copy.deepcopy(statement)
    *steps, last = path.split(".")
    here: Any = told
    for step in steps:
        here = here[int(step)] if step.isdecimal() else here[step]
    del here[last]
    return told


def text(statement: Any) -> bytes:
    return json.dumps(statement, ensure_ascii=False).encode()
