"""Questions to the record store: one statement, a page of those that match, what they carry.

A page costs one query: a branch for each way a statement can match, each walking an index in the order of `stored` and
stopping at the limit, so that its time does not grow with the store (docs/scale.md).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length

from lms.records.models import HOME, Activity, Attachment, Clock, Credential, Statement, Voiding
from lms.records.rules.digests import ACTIVITY, AGENT, NEAR, VERB, digest
from lms.records.rules.packing import unpacked

PAGE = 2_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UUID, _MOMENT = models.UUIDField(), models.DateTimeField()
CHAIN = (
    "records_reference r JOIN records_statement s ON s.id = r.statement AND s.store = r.store JOIN records_statement t ON t.id = r.target"
)
STANDING = "NOT EXISTS (SELECT 1 FROM records_voiding v WHERE v.target = s.id AND v.store = s.store AND v.stored <= %s)"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose statements may be seen: a store's, those of one authority (`mine`), those of one trainee's run (`agent`, `registration`)."""

    store: int
    authority: UUID | None = None
    agent: str = ""
    registration: UUID | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is asked for (1.0.3 Communication §2.1.3). `agent` is an identity, `verb` and `activity` are IRIs."""

    agent: str = ""
    verb: str = ""
    activity: str = ""
    registration: UUID | None = None
    related_agents: bool = False
    related_activities: bool = False
    since: datetime | None = None
    until: datetime | None = None
    ascending: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement as kept: `text` lacks what the store adds (`stored`, `authority`)."""

    id: UUID
    stored: datetime
    authority: UUID
    text: str


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to match. `{s}` stands for the statement that matches; `clock` is the table whose index gives the order."""

    where: str
    params: tuple[object, ...]
    join: str = ""
    clock: str = "{s}"


def last_stored() -> datetime:
    """When the last statement was stored: whatever comes later is stored later (`services.bulk.next_stored`)."""
    return Clock.objects.filter(pk=1).values_list("last", flat=True).first() or EPOCH


def statement_by_id(reader: Reader, identifier: UUID, *, voided: bool) -> Kept | None:
    """The statement of that id if it may be seen and stands; with `voided`, if it was voided."""
    where, params = _seen(reader, "s")
    standing = f"NOT {STANDING}" if voided else STANDING
    sql = f"SELECT s.id, s.stored, s.authority, s.text FROM records_statement s WHERE s.id = %s AND {where} AND {standing}"  # noqa: S608  constants
    rows = _rows(sql, [identifier, *params, datetime.max.replace(tzinfo=UTC)])
    return rows[0] if rows else None


def authorities_of(store: int, identifiers: Collection[UUID]) -> dict[UUID, UUID]:
    """Under whose authority those of the statements that are stored were."""
    return dict(Statement.objects.filter(pk__in=identifiers, store=store).values_list("pk", "authority"))


def statements_page(
    reader: Reader, filters: Filters, *, limit: int, after: datetime | None, as_of: datetime
) -> tuple[list[Kept], datetime | None]:
    """At most `limit` statements that match and follow `after` in reading order, and where to go on from when more follow.

    What was stored or voided later than `as_of` is not looked at: whoever reads page after page reads one moment's list (L13).
    """
    bounds, bound_params = _bounds(filters, after, as_of)
    order = "" if filters.ascending else " DESC"
    branches: list[str] = []
    params: list[Any] = []

    def add(source: str, way: _Way, match: str, clock: str, group: str = "") -> None:
        # What is matched may be seen too, or a list would tell of statements that it does not show (L15).
        seen = [_seen(reader, name) for name in dict.fromkeys(("s", match))]
        where = " AND ".join([condition for condition, _params in seen] + [bounds.format(clock=clock), STANDING])
        branches.append(
            f"SELECT s.id, s.stored, s.authority, s.text FROM {source}{way.join.format(s=match)}"  # noqa: S608  constants of this module
            f" WHERE {way.where.format(s=match)}{where}{group} ORDER BY {clock}.stored{order} LIMIT %s"
        )
        params.extend([*way.params, *(value for _condition, values in seen for value in values), *bound_params, as_of, limit + 1])

    ways = list(_ways(reader.store, filters))
    for way in ways:
        add("records_statement s", way, "s", way.clock.format(s="s"))
    if ways[0].where:  # statements that lead to a match (`t`) through StatementRefs match too
        # One that leads to several matches counts once in the limit. Each has its moment: SQLite then needs no sorting to group them.
        group = " GROUP BY r.stored, s.id" if connection.vendor == "postgresql" else " GROUP BY r.stored"
        for way in ways:
            add(CHAIN, way, "t", "r", group)
    found = {kept.id: kept for kept in _rows(" UNION ALL ".join(f"SELECT * FROM ({one}) AS b" for one in branches), params)}  # noqa: S608  # constants of this module
    page = sorted(found.values(), key=lambda kept: kept.stored, reverse=not filters.ascending)
    return page[:limit], page[limit - 1].stored if len(page) > limit else None


def _seen(reader: Reader, name: str) -> tuple[str, list[Any]]:
    """Whether the reader may see the statement of that name in the query."""
    where = f"{name}.store = %s"
    params: list[Any] = [reader.store]
    if reader.authority:
        where, params = f"{where} AND {name}.authority = %s", [*params, reader.authority]
    if reader.agent:
        where, params = f"{where} AND {name}.actor = %s", [*params, digest(reader.store, AGENT, reader.agent)]
    if reader.registration:
        where, params = f"{where} AND {name}.registration = %s", [*params, reader.registration]
    return where, params


def _bounds(filters: Filters, after: datetime | None, as_of: datetime) -> tuple[str, list[Any]]:
    """Where in the order of `stored` to look: after `since`, up to `until` and `as_of`, past what was read."""
    lows = [moment for moment in (filters.since, after if filters.ascending else None) if moment]
    where, params = "{clock}.stored <= %s", [min(as_of, filters.until or as_of)]
    if lows:
        where, params = f"{where} AND {{clock}}.stored > %s", [*params, max(lows)]
    if after and not filters.ascending:
        where, params = f"{where} AND {{clock}}.stored < %s", [*params, after]
    return where, params


def _ways(store: int, filters: Filters) -> Iterator[_Way]:
    """Every way to match at once the agent and the activity asked for; the verb and the registration hold in each."""
    where, params = "", []
    if filters.verb:
        where, params = "{s}.verb = %s AND ", [digest(store, VERB, filters.verb)]
    if filters.registration:
        where, params = where + "{s}.registration = %s AND ", [*params, filters.registration]
    for agent, activity in product(_agent_ways(store, filters), _activity_ways(store, filters)):
        clock = next((way.clock for way in (activity, agent) if way.join), "{s}")
        yield _Way(f"{activity.where}{agent.where}{where}", (*activity.params, *agent.params, *params), activity.join + agent.join, clock)


def _agent_ways(store: int, filters: Filters) -> Iterator[_Way]:
    if not filters.agent:
        yield _Way("", ())
        return
    own = digest(store, AGENT, filters.agent)
    yield _Way("{s}.actor = %s AND ", (own,))
    yield _mentioned("n", own)  # the object, or one of a group
    if filters.related_agents:
        yield _mentioned("n", digest(store, NEAR, filters.agent))
        yield _Way("{s}.authority = %s AND ", (own,))


def _activity_ways(store: int, filters: Filters) -> Iterator[_Way]:
    if not filters.activity:
        yield _Way("", ())
        return
    own = digest(store, ACTIVITY, filters.activity)
    yield _Way("{s}.activity = %s AND ", (own,))
    if filters.related_activities:
        yield _mentioned("m", own)


def _mentioned(name: str, ref: UUID) -> _Way:
    join = f" JOIN records_mention {name} ON {name}.statement = {{s}}.id"
    return _Way(f"{name}.ref = %s AND ", (ref,), join, name)


def _rows(sql: str, params: Sequence[Any]) -> list[Kept]:
    """What the query finds, from and to the form each database keeps (SQLite has neither UUIDs nor moments)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [Kept(id_, stored, authority, unpacked(text).decode()) for id_, stored, authority, text in cursor.fetchall()]
    told = [_told(value) for value in params]
    with connection.cursor() as cursor:
        cursor.execute(sql, told)
        return [
            Kept(UUID(id_), _heard(stored), UUID(authority), unpacked(text).decode()) for id_, stored, authority, text in cursor.fetchall()
        ]


def _told(value: Any) -> Any:
    if isinstance(value, UUID):
        return _UUID.get_db_prep_value(value, connection)
    return _MOMENT.get_db_prep_value(value, connection) if isinstance(value, datetime) else value


def _heard(stored: str | datetime) -> datetime:
    """SQLite's driver knows a moment by its column, not when it comes out of a UNION."""
    return (stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)).replace(tzinfo=UTC)


def authority_texts(authorities: Collection[UUID]) -> dict[UUID, str]:
    """The agents that statements carry as authority, as JSON, by digest."""
    return dict(Credential.objects.filter(authority__in=authorities).values_list("authority", "authority_text"))


def definitions_of(store: int, iris: Collection[str]) -> dict[str, str]:
    """What the store says of activities: IRI to definition (JSON)."""
    wanted = [digest(store, ACTIVITY, iri) for iri in iris]
    return dict(Activity.objects.filter(id__in=wanted).values_list("iri", "definition"))


def attachments_of(store: int, hashes: Collection[str]) -> list[Attachment]:
    """The bytes kept under these SHA-256."""
    return list(Attachment.objects.filter(store=store, sha2__in=hashes).order_by("sha2"))


def attachment_sizes(store: int, hashes: Collection[str]) -> dict[str, int]:
    """How many bytes each holds, by its SHA-2."""
    return dict(Attachment.objects.filter(store=store, sha2__in=hashes).values_list("sha2", Length("content")))


def statements_of_actors(store: int, actors: Collection[str]) -> Iterator[Kept]:
    """Every statement whose actor is one of these (identities), with the ones that void any of them, as they were stored.

    Read a page at a time by `stored`: no cursor stays open, so a job can report between pages on SQLite too.
    """
    about = _of_actors(store, actors)
    voidings = Voiding.objects.filter(store=store, target__in=about.values("id")).values("by")
    rows = Statement.objects.filter(Q(id__in=about.values("id")) | Q(id__in=voidings)).order_by("stored")
    after = EPOCH
    while page := [Kept(*row) for row in rows.filter(stored__gt=after).values_list("id", "stored", "authority", "text")[:PAGE]]:
        yield from page
        after = page[-1].stored


def statements_told(
    *, actors: Collection[str] | None = None, verb: str = "", registration: UUID | None = None,
    since: datetime | None = None, before: datetime | None = None,
) -> QuerySet[Statement]:  # fmt: skip
    """This site's own statements that match by themselves, voided ones too, the latest stored first: what staff look through.

    `actors` are identities, `None` meaning anyone; `verb` is an IRI; stored from `since`, and earlier than `before`.
    """
    found = Statement.objects.filter(store=HOME).order_by("-stored")
    if actors is not None:
        found = found.filter(actor__in=[digest(HOME, AGENT, actor) for actor in actors])
    if verb:
        found = found.filter(verb=digest(HOME, VERB, verb))
    if registration:
        found = found.filter(registration=registration)
    if since:
        found = found.filter(stored__gte=since)
    return found.filter(stored__lt=before) if before else found


def count_of_actors(store: int, actors: Collection[str]) -> int:
    """How many statements have one of these (identities) as their actor."""
    return _of_actors(store, actors).count()


def _of_actors(store: int, actors: Collection[str]) -> QuerySet[Statement]:
    return Statement.objects.filter(actor__in=[digest(store, AGENT, actor) for actor in actors])


def credentials() -> QuerySet[Credential]:
    """The credentials, live ones first, then the latest."""
    return Credential.objects.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")
