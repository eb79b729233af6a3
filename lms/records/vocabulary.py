"""Every verb, activity type and extension the product says, in one place. A verb used elsewhere and absent here fails a house test."""

from typing import Final, NamedTuple


class Verb(NamedTuple):
    """An xAPI verb (1.0.3 §2.4.3): its IRI and its display words."""

    iri: str
    fr: str
    en: str


_ADL: Final = "http://adlnet.gov/expapi/verbs/"
OWN: Final = "https://tremplin.invalid/xapi/"

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
REVISED = Verb("http://activitystrea.ms/schema/1.0/update", "a rendu une nouvelle version de", "revised")
OBSERVED = Verb(f"{OWN}verbs/observed", "a été observé sur", "observed")
RETURNED = Verb("http://activitystrea.ms/schema/1.0/return", "a reçu à revoir", "returned")
PEER_REVIEWED = Verb(f"{OWN}verbs/peer-reviewed", "a donné son avis à quelqu'un de son groupe sur", "peer-reviewed")
SELF_ASSESSED = Verb(f"{OWN}verbs/self-assessed", "a dit où en est son travail sur", "self-assessed")
PROGRESSED = Verb(f"{_ADL}progressed", "a progressé dans", "progressed")
MASTERED = Verb(f"{_ADL}mastered", "a acquis", "mastered")
LEVEL_LOST = Verb(f"{OWN}verbs/level-withdrawn", "a vu retirer une preuve de", "had a proof withdrawn for")
PROOF_SET_ASIDE = Verb(f"{OWN}verbs/proof-set-aside", "a vu une preuve ne plus compter pour", "had a proof set aside for")
CONFIRMED = Verb(f"{OWN}verbs/confirmed", "a vu décider son niveau en", "had a level decided in")
REFRESHED = Verb(f"{OWN}verbs/refreshed", "a montré à nouveau", "showed again")
BLOCK_VALIDATED = Verb(f"{OWN}verbs/block-validated", "a validé", "validated")
REVIEW_ASKED = Verb(f"{OWN}verbs/review-asked", "a demandé un nouveau regard sur", "asked for another look at")
PLANNED = Verb(f"{OWN}verbs/planned", "va être observé sur", "is to be observed on")
REVIEW_GRANTED = Verb(f"{OWN}verbs/review-granted", "a obtenu ce qui était demandé sur", "was granted what was asked on")
REVIEW_DECLINED = Verb(f"{OWN}verbs/review-answered", "a reçu une réponse sur", "got an answer on")
COMMENTED_ON = Verb(f"{OWN}verbs/opinion-received", "a reçu un avis sur", "received an opinion on")
ASKED = Verb(f"{_ADL}asked", "a demandé de l'aide sur", "asked")
ANSWERED = Verb(f"{_ADL}responded", "a répondu sur", "responded")
ATTEMPTED = Verb(f"{_ADL}attempted", "a commencé", "attempted")
GAVE_ANSWER = Verb(f"{_ADL}answered", "a répondu à", "answered")
PASSED = Verb(f"{_ADL}passed", "a réussi", "passed")
COMMENTED = Verb(f"{_ADL}commented", "a commenté", "commented")
EARNED = Verb("http://specification.openbadges.org/xapi/verbs/earned", "a reçu", "earned")
BADGE_REVOKED = Verb(f"{OWN}verbs/badge-revoked", "a vu annuler", "had revoked")
JURY_DECIDED = Verb(f"{OWN}verbs/jury-decided", "a reçu la décision du jury sur", "had a jury decide on")
VOIDED = Verb(f"{_ADL}voided", "a annulé", "voided")

VERBS = {verb.iri: verb for verb in list(globals().values()) if isinstance(verb, Verb)}

_TYPES: Final = "http://adlnet.gov/expapi/activities/"
TYPE_PROGRAMME = f"{_TYPES}course"
TYPE_MODULE = f"{_TYPES}module"
TYPE_LESSON = f"{_TYPES}lesson"
TYPE_PRACTICAL = "http://id.tincanapi.com/activitytype/school-assignment"
TYPE_SUBMISSION = f"{_TYPES}file"
TYPE_COMPETENCY = "http://id.tincanapi.com/activitytype/competency"
TYPE_BLOCK = f"{OWN}activity-types/block"
TYPE_RUBRIC = f"{OWN}activity-types/rubric"
TYPE_COHORT = "http://activitystrea.ms/schema/1.0/group"
TYPE_OUTING = "http://activitystrea.ms/schema/1.0/event"
TYPE_QUIZ = f"{_TYPES}assessment"
TYPE_QUESTION = f"{_TYPES}cmi.interaction"
TYPE_BADGE = "http://activitystrea.ms/schema/1.0/badge"
TYPE_SESSION = f"{OWN}activity-types/certification-session"
STEP_TYPES = {"lesson": TYPE_LESSON, "practical": TYPE_PRACTICAL, "quiz": TYPE_QUIZ}

EXT_RUN_NUMBER = f"{OWN}extensions/run-number"
EXT_SUBMISSION_NUMBER = f"{OWN}extensions/submission-number"
EXT_FILE_COUNT = f"{OWN}extensions/file-count"
EXT_LEVEL = f"{OWN}extensions/level"
EXT_LEVEL_BEFORE = f"{OWN}extensions/level-before"
EXT_MARKS = f"{OWN}extensions/marks"
EXT_SELF_MARKS = f"{OWN}extensions/self-marks"
EXT_PEER_REVIEW = f"{OWN}extensions/peer-review"
EXT_RULE = f"{OWN}extensions/rule"
EXT_RUBRIC = f"{OWN}extensions/rubric"
EXT_REASON = f"{OWN}extensions/reason"
EXT_JUDGEMENT = f"{OWN}extensions/judgement"
EXT_REQUEST = f"{OWN}extensions/request"
EXT_EVIDENCE_KIND = f"{OWN}extensions/evidence-kind"
EXT_ATTEMPT = f"{OWN}extensions/attempt"
EXT_ATTEMPT_NUMBER = f"{OWN}extensions/attempt-number"
EXT_TRIES = f"{OWN}extensions/tries"
EXT_QUESTION_VERSION = f"{OWN}extensions/question-version"
EXT_OBSERVATION = f"{OWN}extensions/observation"
EXT_PAGE_REVISION = f"{OWN}extensions/page-revision"
EXT_DECISION = f"{OWN}extensions/decision"
EXT_OUTCOME = f"{OWN}extensions/outcome"
EXT_CORRECTS = f"{OWN}extensions/corrects"
