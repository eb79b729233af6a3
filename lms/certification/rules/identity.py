"""Who a person is for the civil registry: what a declared certificate must say of them, and what of it cannot be right. Pure.

Lengths are those of the public schema of the accrochage (docs/accrochage.md). A sentence says what to change.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Literal

LONGEST = 60  # signs of a name or of a place
MOST_FIRST_NAMES = 3
EARLIEST = 1900
FRANCE = "FRANCE"
SEXES = {"F": "féminin", "M": "masculin"}
INSEE = re.compile(r"(\d{2}|2[AB])\d{3}")
POSTAL = re.compile(r"[0-9A-Z][0-9A-Z -]{1,8}")
COUNTRY = re.compile(r"[0-9A-Z]{3}")
# Thirteen signs and a key of two figures. 1 and 2 are definitive; 3, 4, 7 and 8 wait for the registry (NIA). Corsica has letters.
NUMBER = re.compile(r"[123478]\d{4}(\d{2}|2[AB])\d{6}\d{2}")
DEFINITIVE = ("1", "2")
CORSICA = {"2A": "19", "2B": "18"}
MASK = "• •• •• •• ••• ••• ••"

Sex = Literal["", "F", "M"]


@dataclass(frozen=True, slots=True)
class Civil:
    """One person as the registry knows them, without the national number. Empty: not known; a birth may lack its day and month.

    `insee_code` is the commune's (99… abroad), `postal_code` what there is when it is not known.
    """

    birth_name: str = ""
    used_name: str = ""
    first_names: tuple[str, ...] = ()
    birth_year: int | None = None
    birth_month: int | None = None
    birth_day: int | None = None
    sex: Sex = ""
    insee_code: str = ""
    postal_code: str = ""
    birth_place: str = ""
    country_code: str = ""
    birth_country: str = FRANCE


@dataclass(frozen=True, slots=True)
class Fault:
    """What is missing or cannot be right: the field, and the end of « Inès Durand : … »."""

    field: str
    sentence: str


def as_kept(civil: Civil) -> dict[str, object]:
    """The same as a plain mapping, to be sealed."""
    return asdict(civil)


def from_kept(kept: dict[str, object]) -> Civil:
    """What `as_kept` gave; a name that is no longer one of ours is left out."""
    names = {field.name for field in fields(Civil)}
    told = {name: value for name, value in kept.items() if name in names}
    told["first_names"] = tuple(told.get("first_names") or ())  # type: ignore[arg-type]  # JSON has lists
    return Civil(**told)  # type: ignore[arg-type]  # by name


def tidied(text: str) -> str:
    """One line without outer nor double blanks."""
    return " ".join(text.split())


def faults_of(civil: Civil, today: date) -> list[Fault]:
    """Everything that keeps this person out of a file, in the order of the form."""
    return [*_name_faults(civil), *_birth_faults(civil, today), *_sex_faults(civil), *_place_faults(civil)]


def _name_faults(civil: Civil) -> Iterator[Fault]:
    if not civil.birth_name:
        yield Fault("birth_name", "il manque le nom de naissance.")
    if not civil.first_names:
        yield Fault("first_names", "il manque le premier prénom.")
    if len(civil.first_names) > MOST_FIRST_NAMES:
        yield Fault("first_names", f"il y a plus de {MOST_FIRST_NAMES} prénoms : gardez les premiers.")
    named = [("birth_name", "le nom de naissance", civil.birth_name), ("used_name", "le nom d'usage", civil.used_name)]
    named += [("first_names", f"le prénom {number}", name) for number, name in enumerate(civil.first_names, 1)]
    for field, words, value in named:
        if value or field == "first_names":
            yield from _text_faults(field, words, value, is_name=True)


def _text_faults(field: str, words: str, value: str, *, is_name: bool = False) -> Iterator[Fault]:
    if len(value) > LONGEST:
        yield Fault(field, f"{words} a plus de {LONGEST} signes : écrivez-le comme sur la pièce d'identité, plus court.")
    elif not value.isprintable() or value != tidied(value):
        yield Fault(field, f"{words} contient un signe qui ne se lit pas : écrivez-le à nouveau.")
    elif is_name and not any(sign.isalpha() for sign in value):
        yield Fault(field, f"{words} n'a pas de lettre : écrivez-le comme sur la pièce d'identité.")


def _birth_faults(civil: Civil, today: date) -> Iterator[Fault]:
    year, month, day = civil.birth_year, civil.birth_month, civil.birth_day
    if year is None:
        yield Fault("birth_year", "il manque l'année de naissance.")
    elif not EARLIEST <= year <= today.year:
        yield Fault("birth_year", f"l'année de naissance est entre {EARLIEST} et {today.year}.")
    elif day is not None and month is None:
        yield Fault("birth_month", "le jour de naissance est donné sans le mois : donnez les deux, ou aucun.")
    elif month is not None and not 1 <= month <= 12:
        yield Fault("birth_month", "le mois de naissance est entre 1 et 12 ; laissez-le vide s'il n'est pas connu.")
    elif month is not None and (born := _day_of(year, month, day or 1)) is None:
        yield Fault("birth_day", "ce jour n'existe pas dans ce mois.")
    elif month is not None and born is not None and born >= today:
        yield Fault("birth_year", "la date de naissance n'est pas encore passée.")


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sex_faults(civil: Civil) -> Iterator[Fault]:
    if civil.sex not in SEXES:
        yield Fault("sex", "il manque le sexe écrit à l'état civil.")


def _place_faults(civil: Civil) -> Iterator[Fault]:
    if not civil.birth_country:
        yield Fault("birth_country", "il manque le pays de naissance.")
    if civil.insee_code and not INSEE.fullmatch(civil.insee_code):
        yield Fault("insee_code", "le code INSEE a 5 chiffres (2A ou 2B en Corse) : 92002 pour Antony.")
    if civil.postal_code and not POSTAL.fullmatch(civil.postal_code):
        yield Fault("postal_code", "le code postal a 9 signes au plus, des chiffres et des lettres : 92160.")
    if civil.birth_country == FRANCE and not (civil.insee_code or civil.postal_code):
        yield Fault("insee_code", "il manque le code INSEE de la commune de naissance, ou son code postal.")
    if civil.birth_country == FRANCE and not civil.birth_place:
        yield Fault("birth_place", "il manque la commune de naissance.")
    if civil.country_code and not COUNTRY.fullmatch(civil.country_code):
        yield Fault("country_code", "le code du pays a 3 signes ; laissez-le vide si vous ne le connaissez pas.")
    yield from _text_faults("birth_place", "la commune de naissance", civil.birth_place)
    yield from _text_faults("birth_country", "le pays de naissance", civil.birth_country)


# --- The national number


def compact(number: str) -> str:
    """A national number without the blanks and marks that people write between its groups."""
    return re.sub(r"[\s.\-–·]", "", number).upper()


def number_fault(number: str) -> str:
    """What is wrong with a national number, in a sentence that does not say it; empty when it holds."""
    if not NUMBER.fullmatch(number):
        return "Ce numéro n'a pas la bonne forme : 13 signes, puis une clé de 2 chiffres, comme sur la carte Vitale."
    if key_of(number[:13]) != number[13:]:
        return "La clé (les deux derniers chiffres) ne va pas avec ce numéro. Relisez-le sur la carte Vitale."
    return ""


def key_of(body: str) -> str:
    """The key of thirteen signs."""
    figures = CORSICA.get(body[5:7], body[5:7])
    return f"{97 - int(body[:5] + figures + body[7:]) % 97:02d}"


def number_doubts(number: str, civil: Civil) -> list[str]:
    """What a number says that the civil identity does not: to be read again, both may be right. None of it says the number."""
    said = {"1": "M", "3": "M", "7": "M", "2": "F", "4": "F", "8": "F"}[number[0]]
    found = []
    if civil.sex and said != civil.sex:
        found.append("le numéro et le sexe saisi ne disent pas la même chose. Relisez-les.")
    if civil.birth_year is not None and int(number[1:3]) != civil.birth_year % 100:
        found.append("le numéro et l'année de naissance ne disent pas la même chose. Relisez-les.")
    if civil.birth_month is not None and int(number[3:5]) <= 12 and int(number[3:5]) != civil.birth_month:
        found.append("le numéro et le mois de naissance ne disent pas la même chose. Relisez-les.")
    return found


def is_definitive(number: str) -> bool:
    """Whether the registry has given this number for good: a file takes no other."""
    return number[:1] in DEFINITIVE


# --- A pasted list

COLUMNS = (
    "identifiant", "nom de naissance", "nom d'usage", "prénom 1", "prénom 2", "prénom 3", "né le (jj/mm/aaaa)", "sexe (F ou M)",
    "code INSEE ou postal", "commune de naissance", "pays de naissance",
)  # fmt: skip
BORN = re.compile(r"(?:(\d{1,2})/)?(?:(\d{1,2})/)?(\d{4})")


def read_line(cells: Sequence[str]) -> tuple[str, Civil]:
    """The user name and the civil identity of one pasted line; what cannot be read is left empty, to be told by `faults_of`.

    Five figures are taken as the INSEE code: the postal one goes to the form of that person.
    """
    told = [tidied(cell) for cell in cells] + [""] * len(COLUMNS)
    username, birth_name, used_name, *first_names, born, sex, code, place, country = told[: len(COLUMNS)]
    year, month, day = _read_birth(born)
    is_insee = INSEE.fullmatch(code.upper()) is not None
    return username, Civil(
        birth_name=birth_name, used_name=used_name, first_names=tuple(name for name in first_names if name),
        birth_year=year, birth_month=month, birth_day=day, sex=_read_sex(sex), insee_code=code.upper() if is_insee else "",
        postal_code="" if is_insee else code.upper(), birth_place=place, birth_country=(country or FRANCE).upper(),
    )  # fmt: skip


def _read_birth(text: str) -> tuple[int | None, int | None, int | None]:
    """Year, month, day of « 03/07/1997 », « 07/1997 » or « 1997 »; 00 is not known."""
    found = BORN.fullmatch(text)
    if found is None:
        return None, None, None
    day, month, year = found.groups()
    if day and not month:
        day, month = None, day
    return int(year), int(month or 0) or None, int(day or 0) or None


def _read_sex(text: str) -> Sex:
    return {"f": "F", "m": "M"}.get(text[:1].lower(), "")  # type: ignore[return-value]  # one of three words
