"""Numbered documents: which there are, who reads and makes them, how their number is written, what each says. Pure.

What a document says is frozen as JSON when it is numbered; the dataclasses below are its shape. Minutes everywhere; None where nothing
records them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lms.exports.rules.dossier import ByKind, Level
from lms.people.rules import Role

YEARS_KEPT = 3  # what a control may ask for (a certificate of completion: three years)


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One kind of document. `code` begins its number and never changes; `template` is the Typst file of `formats/`, `version` that of its
    words; `makers` may make one, `readers` may read those of the people they may read.

    `is_own`: the trainee it is about reads it too. `years_kept` None: as long as the account.
    """

    code: str
    title: str
    template: str
    version: int
    makers: frozenset[Role]
    readers: frozenset[Role]
    is_own: bool = True
    years_kept: int | None = YEARS_KEPT

    def number(self, year: int, place: int) -> str:
        return f"{self.code}-{year}-{place:04d}"


COORDINATION, TEAM = frozenset({Role.COORDINATOR}), frozenset({Role.COORDINATOR, Role.TRAINER})
COMPLETION = DocumentType("CR", "Certificat de réalisation", "completion", 1, COORDINATION, COORDINATION)
ATTESTATION = DocumentType("AF", "Attestation de fin de formation", "attestation", 1, COORDINATION, COORDINATION, years_kept=None)
SIGN_IN = DocumentType("FE", "Feuille d'émargement", "sign_in", 1, TEAM, TEAM, is_own=False)
HOURS = DocumentType("RH", "Relevé d'heures", "hours", 1, TEAM, TEAM)
# Of certification sessions: the jury's own record, kept as long as the site; what a candidate brings on the day.
JURY = frozenset({Role.COORDINATOR, Role.CERTIFIER})
MINUTES = DocumentType("PV", "Procès-verbal de jury", "minutes", 1, JURY, JURY, is_own=False, years_kept=None)
CONVOCATION = DocumentType("CO", "Convocation", "convocation", 1, COORDINATION, COORDINATION)
TYPES = {one.code: one for one in (COMPLETION, ATTESTATION, SIGN_IN, HOURS, MINUTES, CONVOCATION)}
OF_TRAINEE = (COMPLETION, ATTESTATION, HOURS)


def codes_for(role: Role | None, *, may: Callable[[DocumentType], frozenset[Role]]) -> list[str]:
    """The codes whose `may` names a role."""
    return [code for code, one in TYPES.items() if role in may(one)]


def kept_until(kind: DocumentType, made_on: date) -> date | None:
    """The last day on which its file is kept; None: as long as the account."""
    if kind.years_kept is None:
        return None
    year = made_on.year + kind.years_kept
    return date(year, 2, 28) if (made_on.month, made_on.day) == (2, 29) else made_on.replace(year=year)


# --- What each document says


@dataclass(frozen=True, slots=True)
class Body:
    """The training body, in the version that the document was made with."""

    version: UUID
    name: str
    siret: str
    declaration: str
    address: str
    signatory: str
    quality: str
    place: str


@dataclass(frozen=True, slots=True)
class Person:
    uuid: UUID
    last_name: str
    first_name: str


@dataclass(frozen=True, slots=True)
class Action:
    """What was followed, in the version of its description. `nature`: of `training.NATURES`; an empty text is not known."""

    version: UUID
    title: str
    nature: str
    objectives: str
    employer: str
    remote: str


@dataclass(frozen=True, slots=True)
class Period:
    """From the enrolment to the end; while it is under way, to the last thing done."""

    first: date
    last: date
    is_over: bool


@dataclass(frozen=True, slots=True)
class Completion:
    """Certificat de réalisation: the hours done, and of these the ones at a distance."""

    body: Body
    trainee: Person
    action: Action
    period: Period
    done: int
    remote: int


@dataclass(frozen=True, slots=True)
class Result:
    """Where one competency stands."""

    code: str
    label: str
    level: Level
    word: str
    state: str


@dataclass(frozen=True, slots=True)
class BlockResult:
    """A block: validated by whom and when, or not, and its competencies."""

    code: str
    label: str
    validated_by: str
    validated_on: date | None
    results: list[Result]


@dataclass(frozen=True, slots=True)
class Attestation:
    """Attestation de fin de formation."""

    body: Body
    trainee: Person
    action: Action
    period: Period
    framework: str
    planned: int
    done: int
    blocks: list[BlockResult]


@dataclass(frozen=True, slots=True)
class SignIn:
    """Feuille d'émargement: a sheet to sign on paper, a half-day a column. Nothing here says who came."""

    body: Body
    cohort: str
    site: str
    programmes: list[str]
    days: list[date]
    trainees: list[Person]


@dataclass(frozen=True, slots=True)
class BlockHours:
    code: str
    label: str
    kinds: ByKind


@dataclass(frozen=True, slots=True)
class ModuleHours:
    """The hours of one module, or of the cultural outings (`code` empty)."""

    code: str
    title: str
    block_code: str
    kinds: ByKind


@dataclass(frozen=True, slots=True)
class HoursStatement:
    """Relevé d'heures: planned, done and proven, as the screens and the progress exports say them."""

    body: Body
    trainee: Person
    programme: str
    cohort: str
    period: Period
    total: ByKind
    blocks: list[BlockHours]
    modules: list[ModuleHours]


@dataclass(frozen=True, slots=True)
class Sitting:
    """A certification session as its papers name it; type and code are empty while there are none."""

    uuid: UUID
    name: str
    certification: str
    certifier: str
    kind: str
    code: str
    first: date
    last: date
    hours: str
    place: str
    mode: str


@dataclass(frozen=True, slots=True)
class Juror:
    """A member of the jury. Without an account they sign on the paper itself."""

    name: str
    quality: str
    is_president: bool
    has_account: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """What counts of one block: the jury's word, who signed it here, with the day, and who has an account and did not."""

    code: str
    label: str
    word: str
    comment: str
    reason: str
    decision: UUID
    decided_by: str
    decided_on: date
    signed: list[str]
    awaited: list[str]


@dataclass(frozen=True, slots=True)
class CandidateDecisions:
    trainee: Person
    blocks: list[Decided]


@dataclass(frozen=True, slots=True)
class JuryMinutes:
    """Procès-verbal of a closed session: the decisions that count. A correction makes another one, which says which it replaces."""

    body: Body
    session: Sitting
    jury: list[Juror]
    closed_on: date
    closed_by: str
    candidates: list[CandidateDecisions]


@dataclass(frozen=True, slots=True)
class Presented:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class SummonedTo:
    """Convocation of one candidate."""

    body: Body
    trainee: Person
    session: Sitting
    blocks: list[Presented]


MOST_DAYS = 10


def weekdays(first: date, last: date) -> list[date]:
    """The days from Monday to Friday between two days, both taken in; nothing when the last comes first."""
    return [day for number in range((last - first).days + 1) if (day := date.fromordinal(first.toordinal() + number)).weekday() < 5]
