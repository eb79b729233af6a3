"""The xAPI profile of the product (ADL xAPI Profiles 1.0): its own verbs, activity types and extensions, and the facts about levels."""

from typing import Any, Final

from lms.records import vocabulary as v

PROFILE: Final = "https://tremplin.invalid/xapi/profile"
VERSION: Final = f"{PROFILE}/1"
PUBLISHED: Final = "2026-11-29T00:00:00Z"

# What each fact about a level says at least (§8): verb, type of the object, extensions of the context.
TEMPLATES = {
    "planned": (v.PLANNED, v.TYPE_COMPETENCY, (v.EXT_REQUEST,), "A named person is going to see the trainee do it, as they asked."),
    "observed": (v.OBSERVED, None, (v.EXT_MARKS, v.EXT_LEVEL, v.EXT_OBSERVATION), "An assessor saw the trainee do the work."),
    "progressed": (v.PROGRESSED, v.TYPE_COMPETENCY, (v.EXT_LEVEL, v.EXT_LEVEL_BEFORE, v.EXT_RULE), "A level rose, below the marker."),
    "achieved": (v.MASTERED, v.TYPE_COMPETENCY, (v.EXT_LEVEL, v.EXT_LEVEL_BEFORE, v.EXT_RULE), "A level reached the marker."),
    "confirmed": (v.CONFIRMED, v.TYPE_COMPETENCY, (v.EXT_LEVEL, v.EXT_JUDGEMENT), "A named person decided a level."),
    "withdrawn": (v.LEVEL_LOST, v.TYPE_COMPETENCY, (v.EXT_LEVEL, v.EXT_LEVEL_BEFORE, v.EXT_RULE), "A level went down by a person's act."),
    "set-aside": (v.PROOF_SET_ASIDE, v.TYPE_COMPETENCY, (v.EXT_EVIDENCE_KIND, v.EXT_JUDGEMENT), "A fact that stays true proves no more."),
    "refreshed": (v.REFRESHED, v.TYPE_COMPETENCY, (v.EXT_LEVEL, v.EXT_RULE), "What was acquired was shown again."),
    "block-validated": (v.BLOCK_VALIDATED, v.TYPE_BLOCK, (v.EXT_LEVEL, v.EXT_RULE), "An assessor validated a block."),
    "jury-decided": (v.JURY_DECIDED, v.TYPE_BLOCK, (v.EXT_DECISION, v.EXT_OUTCOME), "A jury decided of a block."),
}


def profile() -> dict[str, Any]:
    """The profile as JSON-LD. Everything comes from the vocabulary, so that it cannot say less than the statements do."""
    return {
        "@context": "https://w3id.org/xapi/profiles/context", "id": PROFILE, "type": "Profile",
        "conformsTo": "https://w3id.org/xapi/profiles#1.0",
        "prefLabel": {"fr": "Profil xAPI de Tremplin", "en": "Tremplin xAPI profile"},
        "definition": {"en": "What Tremplin tells of work handed in, judged and proven, and of levels.", "fr": "Ce que Tremplin dit des travaux rendus, évalués et prouvés, et des niveaux."},
        "author": {"type": "Organization", "name": "Tremplin"},
        "versions": [{"id": VERSION, "generatedAtTime": PUBLISHED}],
        "concepts": [*_verbs(), *_named("TYPE_", "ActivityType"), *_named("EXT_", "ContextExtension")],
        "templates": [_template(name, *told) for name, told in TEMPLATES.items()],
        "patterns": [],
    }  # fmt: skip


def _verbs() -> list[dict[str, Any]]:
    own = [verb for verb in v.VERBS.values() if verb.iri.startswith(v.OWN)]
    return [_concept(verb.iri, "Verb", {"fr": verb.fr, "en": verb.en}) for verb in own]


def _named(prefix: str, kind: str) -> list[dict[str, Any]]:
    own = {iri for name, iri in vars(v).items() if name.startswith(prefix) and isinstance(iri, str) and iri.startswith(v.OWN)}
    return [_concept(iri, kind, {"en": iri.rpartition("/")[2].replace("-", " ")}) for iri in sorted(own)]


def _concept(iri: str, kind: str, words: dict[str, str]) -> dict[str, Any]:
    return {"id": iri, "type": kind, "inScheme": VERSION, "prefLabel": words, "definition": words}


def _template(name: str, verb: v.Verb, object_type: str | None, extensions: tuple[str, ...], says: str) -> dict[str, Any]:
    rules = [{"location": f"$.context.extensions['{iri}']", "presence": "included"} for iri in extensions]
    kind = {"objectActivityType": object_type} if object_type else {}
    return {
        "id": f"{PROFILE}/templates/{name}", "type": "StatementTemplate", "inScheme": VERSION, "prefLabel": {"en": name},
        "definition": {"en": says}, "verb": verb.iri, **kind, "rules": [{"location": "$.timestamp", "presence": "included"}, *rules],
    }  # fmt: skip
