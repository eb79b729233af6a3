"""A file of frameworks or of reference terms: first what it would do, then that, all in one transaction. One thing refused, and nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from competencies.formats import Package, TermData
from competencies.formats.known import READERS
from competencies.models import ReferenceTerm
from competencies.services.planning import Change, Plan, plan_of
from competencies.services.writing import write_plan
from lms.files.formats import Refusal
from lms.people.models import User
from lms.refusal import Refused

MAX_FILE: Final = 30 * 1024 * 1024  # bytes; ESCO's skills in French are 11 MB
MOST_ROWS: Final = 60_000
SHOWN_ROWS: Final = 300  # of a page
REPORT_EVERY: Final = 250  # rows
Tell = Callable[[int, int], None]


class Kind(StrEnum):
    FRAMEWORK = "framework"
    BLOCK = "block"
    COMPETENCY = "competency"
    CRITERION = "criterion"
    TERM = "term"


@dataclass(slots=True)
class Row:
    """Something that comes in, and what becomes of it."""

    code: str
    label: str
    kind: str
    change: Change


@dataclass(slots=True)
class Report:
    """What an import did, or would do."""

    read: int = 0
    rows: list[Row] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[Refusal] = field(default_factory=list)

    def count(self, change: Change) -> int:
        return sum(row.change is change for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """What the command prints."""
        return {
            "read": self.read, "created": self.count(Change.CREATED), "updated": self.count(Change.UPDATED),
            "unchanged": self.count(Change.SAME), "refused": [one.as_json() for one in self.refused],
            "notes": [one.as_json() for one in self.notes],
        }  # fmt: skip

    def as_table(self) -> dict[str, Any]:
        """The same with the first rows, for a page."""
        moved = sorted(self.rows, key=lambda row: row.change is Change.SAME)[:SHOWN_ROWS]
        rows = [{"code": row.code, "label": row.label, "kind": row.kind, "change": row.change.value} for row in moved]
        return {**self.as_json(), "rows": rows, "more": len(self.rows) - len(rows)}


def read_package(*, data: bytes, name: str, format_: str) -> Package:
    """The file, read without the database. Refused: a format that does not exist, a file too heavy or too long, a package."""
    if format_ not in READERS:
        raise Refused("format_unknown", _("Ce format n'existe pas. Choisissez parmi : %(known)s.") % {"known": ", ".join(READERS)})
    if len(data) > MAX_FILE:
        raise Refused("file_heavy", _("Ce fichier dépasse %(most)s Mo. Coupez-le en plusieurs.") % {"most": MAX_FILE // 1024 // 1024})
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")):
        raise Refused("file_packed", _("Ce fichier est comprimé. Ouvrez-le, puis choisissez le fichier qui est dedans."))
    if not data.strip():
        raise Refused("file_empty", _("Ce fichier est vide. Choisissez-en un autre."))
    package = READERS[format_](data, name)
    if package.read > MOST_ROWS:
        raise Refused(
            "package_long", _("Ce fichier a %(count)s lignes. Coupez-le : %(most)s au plus.") % {"count": package.read, "most": MOST_ROWS}
        )
    return package


def plan_import(*, package: Package, tell: Tell | None = None) -> Report:
    """What importing this package would do. Nothing is written."""
    return _planned(package, tell)[0]


@transaction.atomic
def import_package(*, by: User | None, package: Package, tell: Tell | None = None) -> Report:
    """Import all of it, or nothing when one thing is refused: a framework with holes would be another framework.

    Found again by identifier, else by code: the same file twice writes nothing. What a file does not say is left; nothing is deleted.
    """
    report, plans, terms = _planned(package, tell)
    if report.refused:
        return Report(report.read, refused=report.refused, notes=report.notes)
    for plan in plans:
        write_plan(by=by, plan=plan)
    _write_terms(terms)
    return report


def _planned(package: Package, tell: Tell | None) -> tuple[Report, list[Plan], list[ReferenceTerm]]:
    report = Report(package.read, refused=list(package.refused), notes=list(package.notes))
    total, done, plans = max(package.read, 1), 0, []

    def step() -> None:
        nonlocal done
        done += 1
        if tell and done % REPORT_EVERY == 0:
            tell(min(done, total), total)

    for data in package.frameworks:
        plan = plan_of(data, step)
        plans.append(plan)
        report.refused += plan.refused
        report.notes += plan.notes
        report.rows.append(Row(plan.framework.code, plan.framework.title, Kind.FRAMEWORK, plan.change))
        report.rows += [Row(one.row.code, one.row.label, one.data.kind, one.change) for one in plan.items]
    return report, plans, _planned_terms(package.terms, report, step)


TERM_FIELDS: Final = ("uri", "label", "kind", "language")


def _planned_terms(terms: list[TermData], report: Report, step: Callable[[], None]) -> list[ReferenceTerm]:
    """The terms to write: those of a code that is not there, and those that say something else than what is kept."""
    schemes = {one.scheme for one in terms}
    kept = {(row.scheme, row.code): row for row in ReferenceTerm.objects.filter(scheme__in=schemes)}
    limits = {name: getattr(ReferenceTerm._meta.get_field(name), "max_length", None) or 0 for name in ("code", *TERM_FIELDS)}
    moved, met = [], set[tuple[str, str]]()
    for one in terms:
        step()
        key = (one.scheme, one.code)
        if key in met:
            report.refused.append(Refusal(one.where, _("Le code « %(code)s » est déjà plus haut dans le fichier.") % {"code": one.code}))
            continue
        met.add(key)
        long = next((name for name, most in limits.items() if len(getattr(one, name)) > most), "")
        if long:
            sentence = _("« %(start)s… » dépasse %(most)s signes.")
            report.refused.append(Refusal(one.where, sentence % {"start": getattr(one, long)[:30], "most": limits[long]}))
            continue
        row = kept.get(key)
        said = {name: getattr(one, name) for name in TERM_FIELDS}
        change = Change.CREATED if row is None else Change.SAME
        if row is not None and any(getattr(row, name) != value for name, value in said.items()):
            change = Change.UPDATED
        if change is not Change.SAME:
            moved.append(ReferenceTerm(pk=row.pk if row else None, scheme=one.scheme, code=one.code, **said))
        report.rows.append(Row(one.code, one.label, Kind.TERM, change))
    return moved


def _write_terms(terms: list[ReferenceTerm]) -> None:
    new, changed = [row for row in terms if row.pk is None], [row for row in terms if row.pk]
    ReferenceTerm.objects.bulk_create(new, batch_size=500)
    ReferenceTerm.objects.bulk_update(changed, TERM_FIELDS, batch_size=100)
