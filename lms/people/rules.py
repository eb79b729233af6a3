"""Who a role may be and do, as one table, and how a person is named. Nothing here touches the database."""

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The six roles. The value is the name of the group, in English, that carries its permissions."""

    TRAINEE = "trainee"
    TRAINER = "trainer"
    COUNSELLOR = "counsellor"
    COORDINATOR = "coordinator"
    CERTIFIER = "certifier"
    ADMINISTRATOR = "administrator"


ROLE_WORDS = {
    Role.TRAINEE: "stagiaire",
    Role.TRAINER: "formateur",
    Role.COUNSELLOR: "accompagnement",
    Role.COORDINATOR: "coordination",
    Role.CERTIFIER: "certificateur",
    Role.ADMINISTRATOR: "administration",
}

# Django permissions each group holds, written once; `people.services.set_up_roles` makes the database equal to it.
# No group holds a right over users or groups (promises.md S07): accounts are made by `people.services`, which asks
# `may_create`. The administrator has no right over learning records.
AUTHORED = (
    "competencies.framework",
    "competencies.competency",
    "competencies.scale",
    "assessments.rubric",
    "assessments.question",
)
ROLE_PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.TRAINEE: (),
    Role.TRAINER: (
        "wagtailadmin.access_admin",
        *(f"{model.split('.')[0]}.{verb}_{model.split('.')[1]}" for model in AUTHORED for verb in ("add", "change", "publish")),
        "competencies.view_referenceterm",
        "assessments.add_questionbank",
        "assessments.change_questionbank",
        "curriculum.add_outing",
        "curriculum.change_outing",
        "curriculum.delete_outing",
    ),
    Role.COUNSELLOR: (),
    Role.COORDINATOR: (),
    Role.CERTIFIER: (),
    Role.ADMINISTRATOR: ("wagtailadmin.access_admin", "curriculum.change_programmepage"),
}

STAFF = frozenset({Role.TRAINER, Role.COUNSELLOR, Role.COORDINATOR, Role.CERTIFIER, Role.ADMINISTRATOR})
# Who may make an account of which role: nobody makes a role above their own.
MAY_CREATE: dict[Role, frozenset[Role]] = {
    Role.COORDINATOR: frozenset({Role.TRAINEE, Role.TRAINER, Role.COUNSELLOR, Role.CERTIFIER}),
    Role.ADMINISTRATOR: frozenset(Role),
}


def may_create(author: Role | None, role: Role) -> bool:
    """Whether a person of role `author` may make, pause or reset the password of, an account of `role`."""
    return author is not None and role in MAY_CREATE.get(author, frozenset())


# What a coordinator writes in the role column of a pasted list, besides the word of the screen.
_ROLE_SYNONYMS = {
    Role.TRAINEE: ("stagiaire", "apprenant", "apprenante", "jeune", "salarie", "salariee", "trainee"),
    Role.TRAINER: ("formateur", "formatrice", "encadrant", "encadrante", "trainer"),
    Role.COUNSELLOR: ("accompagnement", "accompagnateur", "accompagnatrice", "cip", "conseiller", "conseillere", "counsellor"),
    Role.COORDINATOR: ("coordination", "coordinateur", "coordinatrice", "coordonnateur", "coordonnatrice", "coordinator"),
    Role.CERTIFIER: ("certificateur", "certificatrice", "jury", "certifier"),
    Role.ADMINISTRATOR: ("administration", "administrateur", "administratrice", "admin", "administrator"),
}
_ROLE_OF_WORD = {word: role for role, words in _ROLE_SYNONYMS.items() for word in words}


def role_of_word(word: str) -> Role | None:
    """The role a French (or English) word means, whatever its accents, case and plural; none when the word is unknown."""
    key = folded(word)
    return _ROLE_OF_WORD.get(key) or _ROLE_OF_WORD.get(key.removesuffix("s"))


def folded(text: str) -> str:
    """The text as names are compared: no accent, no case, one space between words."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe").replace("Œ", "OE"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


USERNAME_SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38})[a-z0-9]")


def is_username(text: str) -> bool:
    """3 to 40 plain letters, digits, dots and dashes: typed on any keyboard from a printed card."""
    return USERNAME_SHAPE.fullmatch(text) is not None


def username_for(first_name: str, last_name: str, taken: Container[str]) -> str:
    """« ines.durand », then « ines.durand2 » for the next person of the same name. Names are cut, never refused."""
    parts = [re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:18].strip("-") for name in (first_name, last_name)]
    base = ".".join(part for part in parts if part)
    base = base if len(base) >= 3 else f"compte.{base}".strip(".")
    number = 1
    while (name := base if number == 1 else f"{base}{number}") in taken:
        number += 1
    return name


EMAIL_SHAPE = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
NAME_LENGTH = 80


def is_name(text: str) -> bool:
    """A name a person may bear: something to read aloud, on one line, no mark of a file format."""
    return 0 < len(text) <= NAME_LENGTH and text.isprintable() and any(c.isalpha() for c in text) and not set(text) & set("<>;=@\t")


# --- A pasted list ---------------------------------------------------------------------------------------------
class Fate(StrEnum):
    """What happens to one line of a pasted list."""

    CREATE = "create"
    JOIN = "join"
    ALREADY = "already"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line as typed: its number as the person counts, its cells without outer blanks."""

    number: int
    cells: tuple[str, ...]

    def cell(self, position: int) -> str:
        return self.cells[position] if position < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Known:
    """An account the list may name again. `place`: "here" in the cohort now, "left" once, "" never."""

    pk: int
    username: str
    first_name: str
    last_name: str
    role: Role | None
    email: str
    is_active: bool
    place: str

    @property
    def identity(self) -> tuple[str, str, Role | None]:
        return folded(self.first_name), folded(self.last_name), self.role


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """What will be done with one line, and why: `reason` is a code, `word` what its sentence names."""

    number: int
    first_name: str
    last_name: str
    role: Role | None
    username: str
    email: str
    fate: Fate
    reason: str
    word: str = ""
    known: int | None = None

    @property
    def identity(self) -> tuple[str, str, Role | None]:
        return folded(self.first_name), folded(self.last_name), self.role


def plan_import(lines: Sequence[PastedLine], known: Sequence[Known], author: Role | None) -> list[PlannedLine]:
    """What each line of a pasted list will do. Applied, then pasted again, the same list creates nobody.

    A line naming an account (user name, else e-mail) is that account, if name and role agree. A line without is matched
    with the people of the cohort bearing its name, one line a person; else it is someone new. A trainee who bears the
    name of someone elsewhere is new, and told apart by user name; staff are asked for: access is not given by guess.
    """
    read = [_read_line(line, author) for line in lines]
    read = _without_doubles(read)
    by_username = {person.username.casefold(): person for person in known}
    by_email = {person.email.casefold(): person for person in known if person.email}
    explicit = [_explicit(line, by_username, by_email) for line in read]
    used = {line.known for line in explicit if line.known is not None}
    here: dict[tuple[str, str, Role | None], list[Known]] = {}
    elsewhere: dict[tuple[str, str, Role | None], Known] = {}
    for person in sorted(known, key=lambda person: person.pk):
        if person.place and person.pk not in used:
            here.setdefault(person.identity, []).append(person)
        elsewhere.setdefault(person.identity, person)
    taken = {*by_username, *(line.username for line in explicit)}
    planned = []
    for line in explicit:
        settled = line if line.reason else _by_name(line, here, elsewhere)
        if settled.fate is Fate.CREATE and not settled.username:
            settled = _changed(settled, username=username_for(settled.first_name, settled.last_name, taken))
            taken.add(settled.username)
        planned.append(settled)
    return planned


def _changed(line: PlannedLine, **values: object) -> PlannedLine:
    return PlannedLine(**{name: values.get(name, getattr(line, name)) for name in PlannedLine.__slots__})  # type: ignore[arg-type]  # by name


def _read_line(line: PastedLine, author: Role | None) -> PlannedLine:
    first_name, last_name, word = line.cell(0), line.cell(1), line.cell(2)
    role = role_of_word(word)
    read = PlannedLine(line.number, first_name, last_name, role, line.cell(3).lower(), line.cell(4), Fate.REFUSED, "")
    checks = (
        (len(line.cells) < 3, "short", ""),
        (len(line.cells) > 5, "long", ""),
        (not is_name(first_name), "first_name", first_name),
        (not is_name(last_name), "last_name", last_name),
        (role is None, "role_unknown", word),
        (role is Role.CERTIFIER, "certifier", word),
        (role is not None and not may_create(author, role), "role_not_allowed", word),
        (bool(read.email) and (len(read.email) > 254 or not EMAIL_SHAPE.fullmatch(read.email)), "email_shape", read.email),
    )
    return next((_changed(read, reason=reason, word=word) for is_wrong, reason, word in checks if is_wrong), read)


def _without_doubles(lines: Iterable[PlannedLine]) -> list[PlannedLine]:
    """The second line with a user name or an e-mail already given above is refused."""
    given: set[tuple[str, str]] = set()
    kept = []
    for line in lines:
        named = (("username_twice", line.username), ("email_twice", line.email.casefold()))
        keys = {key for key in named if key[1] and not line.reason}
        double = min(keys & given, default=None)
        kept.append(_changed(line, reason=double[0], word=double[1]) if double else line)
        given |= keys
    return kept


def _explicit(line: PlannedLine, by_username: dict[str, Known], by_email: dict[str, Known]) -> PlannedLine:
    """The line settled by its user name or e-mail, or as it was."""
    if line.reason:
        return line
    owner = by_email.get(line.email.casefold()) if line.email else None
    person = by_username.get(line.username) if line.username else owner
    if owner and (person is None or owner.pk != person.pk):
        return _changed(line, reason="email_of_other", word=owner.username)
    if person is None and line.username and not is_username(line.username):
        return _changed(line, reason="username_shape", word=line.username)
    if person is None:
        return _changed(line, fate=Fate.CREATE, reason="new") if line.username else line
    if person.identity[:2] != line.identity[:2]:
        reason = "username_of_other" if line.username else "email_of_other"
        return _changed(line, reason=reason, word=f"{person.first_name} {person.last_name}")
    if person.role is not line.role:
        return _changed(line, reason="role_differs", word=person.username)
    return _settled(line, person)


def _by_name(
    line: PlannedLine, here: dict[tuple[str, str, Role | None], list[Known]], elsewhere: dict[tuple[str, str, Role | None], Known]
) -> PlannedLine:
    mates = here.get(line.identity)
    if mates:
        return _settled(line, mates.pop(0))
    homonym = elsewhere.get(line.identity)
    if homonym is None:
        return _changed(line, fate=Fate.CREATE, reason="new")
    if line.role is not Role.TRAINEE:
        return _changed(line, reason="same_name_staff", word=homonym.username)
    return _changed(line, fate=Fate.CREATE, reason="new_homonym", word=homonym.username)


def _settled(line: PlannedLine, person: Known) -> PlannedLine:
    fates = {"here": (Fate.ALREADY, "already"), "left": (Fate.REFUSED, "left"), "": (Fate.JOIN, "join")}
    fate, reason = fates[person.place]
    if fate is Fate.JOIN and not person.is_active:
        fate, reason = Fate.REFUSED, "paused"
    return _changed(line, fate=fate, reason=reason, word=person.username, username=person.username, known=person.pk)


# Small numbers point at people: who reads from outside is not told them (promises.md P15).
HIDDEN_UNDER = 5
OUTSIDE = frozenset({Role.CERTIFIER})


def guarded(counts: Sequence[int]) -> list[int | None]:
    """The parts of a known whole without those under 5 (None); a part hidden alone takes the smallest other one with it, or the
    whole would tell it."""
    shown: list[int | None] = [count if count >= HIDDEN_UNDER else None for count in counts]
    if shown.count(None) == 1 and len(shown) > 1:
        least = min(count for count in shown if count is not None)
        shown[shown.index(least)] = None
    return shown
