"""Every verb, activity type and extension the product says, in one place. A verb used elsewhere and absent here fails a house test."""

from typing import Final, NamedTuple


class Verb(NamedTuple):
    """An xAPI verb (1.0.3 §2.4.3): its IRI and its display words."""

    iri: str
    fr: str
    en: str


_ADL: Final = "http://adlnet.gov/expapi/verbs/"
_OWN: Final = "https://tremplin.invalid/xapi/"

JOINED = Verb("http://activitystrea.ms/schema/1.0/join", "a rejoint", "joined")
LEFT = Verb("http://activitystrea.ms/schema/1.0/leave", "a quitté", "left")
REGISTERED = Verb(f"{_ADL}registered", "s'est inscrit à", "registered")
WITHDREW = Verb("http://id.tincanapi.com/verb/unregistered", "s'est retiré de", "unregistered")
INITIALIZED = Verb(f"{_ADL}initialized", "a commencé", "initialized")
EXPERIENCED = Verb(f"{_ADL}experienced", "a ouvert", "experienced")
COMPLETED = Verb(f"{_ADL}completed", "a terminé", "completed")
SUSPENDED = Verb(f"{_ADL}suspended", "a clos le passage de", "suspended")
SUBMITTED = Verb("http://activitystrea.ms/schema/1.0/submit", "a rendu", "submitted")
SCORED = Verb(f"{_ADL}scored", "a été évalué sur", "scored")
RETURNED = Verb("http://activitystrea.ms/schema/1.0/return", "a reçu à revoir", "returned")
PROGRESSED = Verb(f"{_ADL}progressed", "a progressé dans", "progressed")
MASTERED = Verb(f"{_ADL}mastered", "a acquis", "mastered")
LEVEL_LOST = Verb(f"{_OWN}verbs/level-withdrawn", "a vu retirer une preuve de", "had a proof withdrawn for")
ASKED = Verb(f"{_ADL}asked", "a demandé de l'aide sur", "asked")
ANSWERED = Verb(f"{_ADL}responded", "a répondu sur", "responded")
VOIDED = Verb(f"{_ADL}voided", "a annulé", "voided")

VERBS = {verb.iri: verb for verb in list(globals().values()) if isinstance(verb, Verb)}

_TYPES: Final = "http://adlnet.gov/expapi/activities/"
TYPE_PROGRAMME = f"{_TYPES}course"
TYPE_MODULE = f"{_TYPES}module"
TYPE_LESSON = f"{_TYPES}lesson"
TYPE_PRACTICAL = "http://id.tincanapi.com/activitytype/school-assignment"
TYPE_SUBMISSION = f"{_TYPES}file"
TYPE_COMPETENCY = "http://id.tincanapi.com/activitytype/competency"
TYPE_COHORT = "http://activitystrea.ms/schema/1.0/group"
STEP_TYPES = {"lesson": TYPE_LESSON, "practical": TYPE_PRACTICAL}

EXT_RUN_NUMBER = f"{_OWN}extensions/run-number"
EXT_SUBMISSION_NUMBER = f"{_OWN}extensions/submission-number"
EXT_FILE_COUNT = f"{_OWN}extensions/file-count"
EXT_LEVEL = f"{_OWN}extensions/level"
EXT_LEVEL_BEFORE = f"{_OWN}extensions/level-before"
EXT_MARKS = f"{_OWN}extensions/marks"
EXT_RULE = f"{_OWN}extensions/rule"
EXT_RUBRIC = f"{_OWN}extensions/rubric"
EXT_REASON = f"{_OWN}extensions/reason"
EXT_JUDGEMENT = f"{_OWN}extensions/judgement"
EXT_PAGE_REVISION = f"{_OWN}extensions/page-revision"
