"""Statements in French, for staff: who did what when, whether it still stands, and whose they may read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms import clock
from lms.home.selectors.trainee_page import named
from lms.people.models import User
from lms.people.rules import Role
from lms.records.models import HOME, Statement, Voiding
from lms.records.rules.digests import VERB, digest
from lms.records.rules.values import instant
from lms.records.selectors.statements import Kept, definitions_of, statements_told
from lms.records.statements import exact, identity_of
from lms.records.vocabulary import EXT_REASON, VERBS, VOIDED

A_PAGE = 50
MOST_PEOPLE = 50  # that a search by name may mean
DAYS = timedelta(days=90)  # counted, where no first day is asked for
REASONS: dict[str, Promise] = {
    "corrected": gettext_lazy("évaluation corrigée"),
    "agreed": gettext_lazy("évaluation commune"),
}  # those our own services give, as a code
QUOTED = "«\u00a0%s\u00a0»"  # a line never ends on the mark
KEPT = ("id", "stored", "authority", "text")


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; `people` is None where nobody in particular is. `before` and `since` bound the moment stored."""

    people: Sequence[User] | None = None
    verb: str = ""
    registration: UUID | None = None
    since: datetime | None = None
    before: datetime | None = None

    def found(self, *, since: datetime | None = None, before: datetime | None = None) -> QuerySet[Statement]:
        """The statements, within narrower bounds if given."""
        actors = None if self.people is None else [identity_of(person.uuid) for person in self.people]
        return statements_told(
            actors=actors, verb=self.verb, registration=self.registration, since=since or self.since, before=before or self.before
        )


@dataclass(frozen=True, slots=True)
class Voided:
    """Who said that a statement no longer stands, when, why, and in which statement."""

    by: str
    at: str
    reason: str
    statement: UUID


@dataclass(frozen=True, slots=True)
class Trace:
    """A statement and what it tells. Where the reader may not read it (`is_open`), it names no one and `exact` is empty."""

    uuid: UUID
    sentence: str
    about: str
    stored: datetime
    registration: str
    exact: str
    is_open: bool
    is_voiding: bool
    target: UUID | None
    voided: Voided | None
    trainees: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many statements were stored from a day to another: by day, the latest first, and by verb, the most told first."""

    first: date
    last: date
    total: int
    days: list[tuple[date, int]]
    verbs: list[tuple[str, str, int]]


def people_read_by(reader: User) -> QuerySet[User]:
    """The people whose traces `reader` may read: those whose account they see, and of the trainees those whose record they may read."""
    trainees = User.objects.with_role(Role.TRAINEE).values("pk")
    read = User.objects.trainees_visible_to(reader).values("pk")
    people: QuerySet[User] = User.objects.visible_to(reader).filter(~Q(pk__in=trainees) | Q(pk__in=read))
    return people


def people_called(words: str, *, reader: User) -> list[User]:
    """Those whose traces `reader` may read and whose name holds every word. Two queries."""
    people = people_read_by(reader)
    return list(people.filter(pk__in=named(people, words)))


def traces_page(search: Search, *, after: datetime | None, reader: User) -> tuple[list[Trace], datetime | None]:
    """A page of what is found, the latest stored first, and where to go on from when more follows. Six queries."""
    bounds = [moment for moment in (search.before, after) if moment]
    rows = search.found(before=min(bounds, default=None)).values_list(*KEPT)[: A_PAGE + 1]
    kept = [Kept(*row) for row in rows]
    return _traces(kept[:A_PAGE], reader), kept[A_PAGE - 1].stored if len(kept) > A_PAGE else None


def trace_read_by(reader: User, uuid: UUID) -> Trace | None:
    """The statement of that id in this site's own store, if `reader` may read it."""
    rows = statements_told().filter(pk=uuid).values_list(*KEPT)
    return next((trace for trace in _traces([Kept(*row) for row in rows], reader) if trace.is_open), None)


def voider_of(uuid: UUID) -> UUID | None:
    """The statement that voids that one."""
    return Voiding.objects.filter(store=HOME, target=uuid).values_list("by", flat=True).first()


def figures(search: Search) -> Figures:
    """The counts of what is found; of its last 90 days where it has no beginning. One query."""
    until = search.before or clock.now()
    since = search.since or until - DAYS
    rows = list(
        search.found(since=since).order_by().annotate(day=TruncDate("stored")).values_list("day", "verb").annotate(number=Count("pk"))
    )
    iris = {digest(HOME, VERB, iri): iri for iri in VERBS}
    days, verbs = Counter[date](), Counter[str]()
    for day, verb, number in rows:
        days[day] += number
        verbs[iris.get(verb, "")] += number
    last = until - timedelta(microseconds=1)
    return Figures(
        first=timezone.localdate(since), last=timezone.localdate(last), total=days.total(), days=sorted(days.items(), reverse=True),
        verbs=[(iri, VERBS[iri].fr if iri else _("un autre verbe"), number) for iri, number in verbs.most_common()],
    )  # fmt: skip


def _traces(kept: Sequence[Kept], reader: User) -> list[Trace]:
    voiders = dict(Voiding.objects.filter(store=HOME, target__in=[one.id for one in kept]).values_list("target", "by"))
    told = {one.id: msgspec.json.decode(one.text) for one in kept}
    beside = {*voiders.values(), *filter(None, map(_target, told.values()))} - told.keys()
    told.update((uuid, msgspec.json.decode(text)) for uuid, text in statements_told().filter(pk__in=beside).values_list("id", "text"))
    teller = _Teller.of(told, reader)
    return [teller.trace(one, voiders.get(one.id)) for one in kept]


@dataclass(frozen=True, slots=True)
class _Teller:
    """Says statements in French: with the other statements they lead to, the people they name, and what the store knows of activities."""

    told: Mapping[UUID, Any]
    people: Mapping[UUID, User]
    read: frozenset[UUID]
    activities: Mapping[str, Any]

    @classmethod
    def of(cls, told: Mapping[UUID, Any], reader: User) -> "_Teller":
        uuids = set(_ours_in(list(told.values())))
        people = {person.uuid: person for person in User.objects.with_role_name().filter(uuid__in=uuids)}
        read = frozenset(people_read_by(reader).filter(uuid__in=uuids).values_list("uuid", flat=True))
        iris = {thing["id"] for statement in told.values() if (thing := statement["object"]).get("objectType", "Activity") == "Activity"}
        activities = {iri: msgspec.json.decode(text) for iri, text in definitions_of(HOME, iris).items()}
        return cls(told, people, read, activities)

    def trace(self, kept: Kept, voider: UUID | None) -> Trace:
        statement = self.told[kept.id]
        target = _target(statement)
        is_open = self._is_open(statement) and (target is None or self._is_open(self.told.get(target, {})))
        who = self._who(statement["actor"]) if is_open else _("Une personne")
        about = self._what(statement)
        thing = statement["object"]
        concerned = _ours_in([statement["actor"], thing if thing.get("objectType") in ("Agent", "Group") else None])
        trainees = {uuid: self.people[uuid] for uuid in concerned if uuid in self.people and self.people[uuid].role is Role.TRAINEE}
        words = {"who": who, "verb": _verb(statement["verb"]), "what": about, "when": _when(statement, kept.stored)}
        return Trace(
            uuid=kept.id, sentence=_("%(who)s %(verb)s %(what)s %(when)s") % words, about=about, stored=kept.stored,
            registration=statement.get("context", {}).get("registration", ""), exact=exact(kept) if is_open else "", is_open=is_open,
            is_voiding=statement["verb"]["id"] == VOIDED.iri, trainees=tuple(trainees.values()), target=target if target in self.told else None,
            voided=self._voided(voider, kept.stored, is_open=is_open) if voider else None,
        )  # fmt: skip

    def _is_open(self, statement: Any) -> bool:
        return all(uuid in self.read for uuid in _ours_in(statement) if uuid in self.people)

    def _voided(self, voider: UUID, otherwise: datetime, *, is_open: bool) -> Voided:
        statement = self.told[voider]
        reason = str(statement.get("context", {}).get("extensions", {}).get(EXT_REASON, ""))
        by = self._who(statement["actor"]) if is_open else _("une personne")
        return Voided(by, _when(statement, otherwise), str(REASONS.get(reason, reason)) if is_open else "", voider)

    def _who(self, agent: Any) -> str:
        """An agent's name: ours by uuid, another's as its program says."""
        account = agent.get("account", {})
        if account.get("homePage") == settings.XAPI_HOME:
            person = next((self.people[uuid] for uuid in _ours_in(agent) if uuid in self.people), None)
            return str(person) if person else _("Une personne sans compte ici")
        mailbox = agent.get("mbox", "").removeprefix("mailto:")
        return agent.get("name") or mailbox or account.get("name") or _("Une personne d'ailleurs")

    def _what(self, statement: Any) -> str:
        thing = statement["object"]
        kind = thing.get("objectType", "Activity")
        if kind == "Activity":
            names = thing.get("definition", {}).get("name") or self.activities.get(thing["id"], {}).get("name")
            return QUOTED % _said(names, thing["id"])
        if kind == "StatementRef":
            other = self.told.get(UUID(thing["id"]))
            if other is None or _target(other):
                return _("une trace")
            return _("la trace « %(verb)s » sur %(what)s") % {"verb": _verb(other["verb"]), "what": self._what(other)}
        if kind == "SubStatement":
            return _("une action à venir")
        return self._who(thing) if self._is_open(thing) else _("une personne")


def _ours_in(value: Any) -> Iterator[UUID]:
    """The uuids of our people named anywhere in a statement."""
    if isinstance(value, dict):
        if value.get("homePage") == settings.XAPI_HOME:
            yield from _uuids([value.get("name")])
        for inner in value.values():
            yield from _ours_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _ours_in(inner)


def _uuids(texts: Iterable[Any]) -> Iterator[UUID]:
    for text in texts:
        try:
            yield UUID(str(text))
        except ValueError:
            continue


def _target(statement: Any) -> UUID | None:
    """The statement that this one is about."""
    thing = statement.get("object", {})
    return UUID(thing["id"]) if thing.get("objectType") == "StatementRef" else None


def verb_words(iri: str) -> str:
    """What one of our verbs is on screen; empty for none."""
    return VERBS[iri].fr if iri in VERBS else iri


def _verb(verb: Any) -> str:
    known = VERBS.get(verb["id"])
    return known.fr if known else _said(verb.get("display"), verb["id"].rstrip("/").rpartition("/")[2])


def _said(words: Any, otherwise: str) -> str:
    """A language map in French, or in its first language."""
    if not words:
        return otherwise
    return str(next((text for tag, text in words.items() if tag.lower().partition("-")[0] == "fr"), next(iter(words.values()))))


def _when(statement: Any, otherwise: datetime) -> str:
    """The day and time it happened, here; one past the end of the calendar gives way to `otherwise`."""
    try:
        moment = timezone.localtime(instant(statement["timestamp"]) or otherwise)
    except OverflowError:
        moment = timezone.localtime(otherwise)
    day = date_format(moment, "j F" if moment.year == clock.today().year else "j F Y")
    return _("le %(day)s à %(time)s") % {"day": day, "time": date_format(moment, "H:i")}
