"""What a certifier declares to the Caisse des Dépôts of those who passed (« accrochage »), and what keeps it from leaving. Pure.

Names, orders, lengths and words are those of the public schema (docs/accrochage.md); this side says them in French, person by
person, before anything is written: a file that would be refused is never made.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from lms.certification.rules.identity import Civil, faults_of, is_definitive, number_fault

DAYS_TO_DECLARE = 92  # three months after the certificate was given
FIRST_YEAR, LAST_YEAR = 1900, 2099
LONGEST = 255
OBTAINED = ("PAR_ADMISSION", "PAR_SCORING")
EXAM_MODES = ("A_DISTANCE", "EN_PRESENTIEL", "MIXTE")
LANGUAGE_LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2", "INSUFFISANT")
MENTIONS = ("SANS_MENTION", "MENTION_ASSEZ_BIEN", "MENTION_BIEN", "MENTION_TRES_BIEN", "MENTION_TRES_BIEN_AVEC_FELICITATIONS_DU_JURY")
ACCESSES = (
    "FORMATION_INITIALE_HORS_APPRENTISSAGE", "FORMATION_INITIALE_APPRENTISSAGE", "FORMATION_CONTINUE_HORS_CONTRAT_DE_PROFESSIONNALISATION",
    "FORMATION_CONTINUE_CONTRAT_DE_PROFESSIONNALISATION", "VAE", "EQUIVALENCE_DIPLOME_ETRANGER", "CANDIDAT_LIBRE",
)  # fmt: skip
OUR_ACCESS = "FORMATION_CONTINUE_HORS_CONTRAT_DE_PROFESSIONNALISATION"  # our reading for this public: the certifier confirms it
VAE_WAYS = ("CONGES_VAE", "VAE_CLASSIQUE")
ASKED_BY = ("CERTIFIE", "OF", "POLE_EMPLOI", "EMPLOYEUR", "AUTRE")
DEPOSITORS = ("CERTIFICATEUR", "TIERS_CONFIANCE")
ACTIONS = ("CREATION", "SUPPRESSION")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How the person came to the certification. Empty: not said."""

    access: str = ""
    vae_way: str = ""
    asked_by: str = ""
    enrolled_on: date | None = None


@dataclass(frozen=True, slots=True)
class DigitalResult:
    """One line of a European digital level: a level of 1 to 8 in a competence of a domain."""

    level: int
    domain: str
    competence: str


@dataclass(frozen=True, slots=True)
class DigitalLevel:
    """A European digital level: a score of 1 to 1000, and its lines."""

    score: int | None = None
    results: tuple[DigitalResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """One person who passed. `name` is for our sentences alone; a `number` (13 signs and their key) stands in the file for the civil identity."""

    name: str
    technical_id: str
    holder: Civil
    valid_from: date | None
    number: str = ""
    obtained: str = "PAR_ADMISSION"
    is_certified: bool = True
    proof_url: str = ""
    option: str = ""
    exam_from: date | None = None
    exam_to: date | None = None
    exam_mode: str = ""
    exam_postal_code: str = ""
    valid_to: date | None = None
    language_level: str = ""
    digital_level: DigitalLevel | None = None
    scoring: str = ""
    mention: str = ""
    verbatim: str = ""
    enrolment: Enrolment = Enrolment()


@dataclass(frozen=True, slots=True)
class Flow:
    """One file: who sends it, for which certifier and certification, and who passed."""

    identifier: str
    made_at: datetime
    emitter: str
    certifier: str
    contract: str
    certification_type: str
    certification_code: str
    passages: tuple[Passage, ...]
    depositor: str = "CERTIFICATEUR"
    action: Literal["", "CREATION", "SUPPRESSION"] = "CREATION"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend, and whose; `name` is empty where it is the file's, `technical_id` too."""

    name: str
    technical_id: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.name} : {self.sentence}" if self.name else self.sentence[:1].upper() + self.sentence[1:]


@dataclass(frozen=True, slots=True)
class Check:
    """What keeps the file from being written, and what should be read again before it leaves."""

    faults: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return not self.faults


def check(flow: Flow, today: date) -> Check:
    """Everything missing or wrong, the file's first, then person by person."""
    faults = [Finding("", "", sentence) for sentence in _flow_faults(flow)]
    warnings: list[Finding] = []
    twice = {key for key, count in Counter(one.technical_id for one in flow.passages).items() if count > 1}
    for one in flow.passages:
        faults += [Finding(one.name, one.technical_id, sentence) for sentence in _passage_faults(one, today)]
        if one.technical_id in twice:
            faults.append(Finding(one.name, one.technical_id, "cette personne est deux fois dans le fichier."))
        warnings += [Finding(one.name, one.technical_id, sentence) for sentence in _passage_warnings(one, today)]
    return Check(tuple(faults), tuple(warnings))


def without(flow: Flow, left_out: Iterable[str]) -> tuple[Passage, ...]:
    """The people of a flow less those left out, by technical id."""
    names = frozenset(left_out)
    return tuple(one for one in flow.passages if one.technical_id not in names)


def is_declared(declares: str, here: Mapping[str, str], validated: Collection[str], blocks: Collection[str]) -> bool:
    """Whether a certifier declares somebody: `here`, what this session decided by block; `validated`, every block ever validated.

    `declares`: whole (all the blocks of the framework, the last of them here), block (one of them here), partial (one, even in part).
    """
    given = set(here.values())
    if declares == "partial":
        return bool(given & {"total", "partial"})
    if declares == "whole":
        return "total" in given and bool(blocks) and set(blocks) <= {*validated, *(code for code, word in here.items() if word == "total")}
    return "total" in given


# --- The file


def _flow_faults(flow: Flow) -> Iterator[str]:
    yield from _text("l'identifiant du fichier", flow.identifier, most=50)
    if not FIRST_YEAR <= flow.made_at.year <= LAST_YEAR or flow.made_at.utcoffset() is None:
        yield "la date du fichier n'est pas lisible."
    if flow.emitter != flow.certifier:
        yield from _exact("l'identifiant client de celui qui dépose (idClient)", flow.emitter, 8)
    yield from _exact("l'identifiant client du certificateur (idClient)", flow.certifier, 8)
    yield from _text("l'identifiant du contrat du certificateur (idContrat)", flow.contract, most=20)
    yield from _text("le type de la certification (RNCP ou RS)", flow.certification_type)
    yield from _text("le code de la certification", flow.certification_code, most=100)
    yield from _one_of("la nature du déposant", flow.depositor, DEPOSITORS)
    yield from _one_of("l'action", flow.action, ACTIONS)
    if not flow.passages:
        yield "il n'y a personne à déclarer."


def _exact(words: str, value: str, length: int) -> Iterator[str]:
    if not value:
        yield f"il manque {words} : la Caisse des Dépôts le donne au certificateur."
    elif len(value) != length or not is_plain(value):
        yield f"{words} a {length} signes : vérifiez-le auprès du certificateur."


def _text(words: str, value: str, *, most: int = LONGEST, is_optional: bool = False) -> Iterator[str]:
    if not value and not is_optional:
        yield f"il manque {words}."
    elif len(value) > most:
        yield f"{words} dépasse {most} signes : raccourcissez."
    elif value and not is_plain(value):
        yield f"{words} contient un signe qui ne se lit pas : écrivez à nouveau."


def _one_of(words: str, value: str, allowed: Iterable[str]) -> Iterator[str]:
    if value and value not in allowed:
        yield f"{words} n'est pas un mot que la Caisse des Dépôts connaît : « {value} »."


def is_plain(value: str) -> bool:
    """One line of signs that can be read, without outer nor double blanks: it goes through XML and comes back the same."""
    return value.isprintable() and value == " ".join(value.split())


# --- One person


def _passage_faults(one: Passage, today: date) -> Iterator[str]:
    yield from _text("l'identifiant du passage", one.technical_id)
    yield from _holder_faults(one, today)
    yield from _exam_faults(one)
    yield from _result_faults(one)
    yield from _enrolment_faults(one.enrolment)


def _holder_faults(one: Passage, today: date) -> Iterator[str]:
    if not one.number:
        is_there = one.holder != Civil()
        yield from (fault.sentence for fault in faults_of(one.holder, today)) if is_there else ("son état civil n'est pas encore saisi.",)
        return
    yield from (fault.sentence for fault in faults_of(one.holder, today) if fault.field == "birth_name")
    if wrong := number_fault(one.number):
        yield wrong[0].lower() + wrong[1:]
    elif not is_definitive(one.number):
        yield "son numéro est un numéro d'attente, que le dépôt ne prend pas : effacez-le, l'état civil suffit."


def _exam_faults(one: Passage) -> Iterator[str]:
    yield from _one_of("la manière de passer l'examen", one.exam_mode, EXAM_MODES)
    yield from _text("le code postal du centre d'examen", one.exam_postal_code, most=9, is_optional=True)
    if one.valid_from is None:
        yield "il manque la date d'obtention (celle de la décision du jury)."
    yield from (f"{words} n'est pas entre {FIRST_YEAR} et {LAST_YEAR}." for words, day in _days(one) if not _is_sayable(day))
    if one.exam_from and one.exam_to and one.exam_to < one.exam_from:
        yield "l'examen finit avant de commencer : corrigez les dates de la session."
    if one.exam_from and one.valid_from and one.valid_from < one.exam_from:
        yield "la date d'obtention est avant l'examen : corrigez l'une des deux."
    if one.valid_to and one.valid_from and one.valid_to < one.valid_from:
        yield "la fin de validité est avant la date d'obtention."


def _days(one: Passage) -> tuple[tuple[str, date | None], ...]:
    return (
        ("le début de l'examen", one.exam_from), ("la fin de l'examen", one.exam_to), ("la date d'obtention", one.valid_from),
        ("la fin de validité", one.valid_to), ("la date d'inscription", one.enrolment.enrolled_on),
    )  # fmt: skip


def _is_sayable(day: date | None) -> bool:
    return day is None or FIRST_YEAR <= day.year <= LAST_YEAR


def _result_faults(one: Passage) -> Iterator[str]:
    if one.obtained not in OBTAINED:
        yield "il manque la manière d'obtenir le certificat (par admission ou par score)."
    if one.obtained == "PAR_SCORING" and not one.scoring:
        yield "il manque le score."
    optional = (
        ("le score", one.scoring),
        ("l'adresse de la preuve", one.proof_url),
        ("l'option", one.option),
        ("le commentaire", one.verbatim),
    )
    for words, value in optional:
        yield from _text(words, value, is_optional=True)
    yield from _one_of("la mention", one.mention, MENTIONS)
    yield from _one_of("le niveau de langue", one.language_level, LANGUAGE_LEVELS)
    if one.digital_level and not _is_digital(one.digital_level):
        yield "le niveau numérique n'est pas lisible : un score de 1 à 1000, des niveaux de 1 à 8, des codes d'un signe."


def _is_digital(level: DigitalLevel) -> bool:
    lines = (1 <= one.level <= 8 and is_code(one.domain) and is_code(one.competence) for one in level.results)
    return (level.score is None or 1 <= level.score <= 1000) and all(lines)


def is_code(value: str) -> bool:
    return len(value) == 1 and is_plain(value)


def _enrolment_faults(enrolment: Enrolment) -> Iterator[str]:
    yield from _one_of("la manière d'accéder à la certification", enrolment.access, ACCESSES)
    yield from _one_of("la voie de la VAE", enrolment.vae_way, VAE_WAYS)
    yield from _one_of("l'auteur de l'inscription", enrolment.asked_by, ASKED_BY)
    if enrolment.access == "VAE" and not enrolment.vae_way:
        yield "il manque la voie de la VAE (congé ou classique)."


def _passage_warnings(one: Passage, today: date) -> Iterator[str]:
    if one.valid_from and (today - one.valid_from).days > DAYS_TO_DECLARE:
        yield f"le certificat date de plus de trois mois ({one.valid_from:%d/%m/%Y}) : le certificateur devait le déclarer avant. Qu'il dépose dès maintenant."
    if one.valid_from and one.valid_from > today:
        yield "la date d'obtention n'est pas encore passée : vérifiez-la."
    if one.number or one.holder == Civil():
        return
    if one.holder.birth_month is None:
        yield "le mois de naissance n'est pas connu : la Caisse des Dépôts peut ne pas reconnaître la personne."
    if one.holder.birth_country != "FRANCE" and not (one.holder.insee_code or one.holder.postal_code):
        yield "la naissance à l'étranger est dite sans code : la Caisse des Dépôts peut ne pas reconnaître la personne."
