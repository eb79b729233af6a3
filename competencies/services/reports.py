"""What a package or another system tells the store of our competencies, as evidence: shown as reported, never enough alone."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from competencies.models import Competency, Evidence, ReportCursor
from competencies.services.evidence import record_whole
from lms import clock
from lms.people.models import User
from lms.people.rules import Role
from lms.records import services as records
from lms.records import vocabulary as v
from lms.records.selectors.reports import Told, told_by_others
from lms.records.selectors.statements import last_stored
from lms.records.statements import authority_digest, iri, site_authority

COUNTED: Final = {verb.iri for verb in (v.PASSED, v.MASTERED, v.COMPLETED)}
MOST: Final = 500  # a round


@transaction.atomic
def take_reports() -> int:
    """Keep beside the levels what others told since the last time: one of our trainees passed, mastered or completed something whose
    object or context is one of our competencies. Run by the worker; returns how many were kept.

    The trainee stands as assessor, as for a quiz: nobody of ours saw anything. A statement read again is not kept again. Where nothing was
    stored since, it costs two queries.
    """
    upto = last_stored()
    if ReportCursor.objects.filter(last__gte=upto).exists():
        return 0
    cursor, _new = ReportCursor.objects.select_for_update(no_key=True).get_or_create(pk=1)
    if cursor.last and cursor.last >= upto:  # another worker was there first
        return 0
    known = {iri("competency", one.uuid): one for one in Competency.objects.filter(live=True)}
    told = list(told_by_others(known, own=authority_digest(site_authority()), after=cursor.last, upto=upto, most=MOST))
    people = {
        str(one.uuid): one
        for one in User.objects.filter(groups__name=Role.TRAINEE, uuid__in=[_person(one) for one in told if _person(one)])
    }
    already = set(Evidence.objects.filter(occasion__in=[one.id for one in told]).values_list("occasion", flat=True))
    kept, moved = 0, []
    for one in told:
        trainee, named = people.get(str(_person(one))), [known[name] for name in _named(one.statement) if name in known]
        if trainee and named and one.id not in already and _counts(one.statement):
            moved += record_whole(
                by=trainee, trainee=trainee, levels=dict.fromkeys(named), kind="external", occasion=one.id, statement_id=one.id,
                at=clock.now(), note=_words(one),
            )  # fmt: skip
            kept += 1
    cursor.last = told[-1].stored if len(told) == MOST else upto
    cursor.save(update_fields=["last"])
    records.record(*moved)
    return kept


def _person(told: Told) -> UUID | None:
    """Whom it is about, where that is an account of this site."""
    account = told.statement.get("actor", {}).get("account", {})
    try:
        return UUID(str(account.get("name"))) if account.get("homePage") == settings.XAPI_HOME else None
    except ValueError:
        return None


def _named(statement: dict[str, Any]) -> list[str]:
    """The activities it names: its object, and those of its context."""
    around = statement.get("context", {}).get("contextActivities", {})
    lists = [found if isinstance(found, list) else [found] for found in around.values()]
    return list(dict.fromkeys(str(one.get("id", "")) for one in (statement["object"], *(one for found in lists for one in found))))


def _counts(statement: dict[str, Any]) -> bool:
    return statement["verb"]["id"] in COUNTED and statement.get("result", {}).get("success") is not False


def _words(told: Told) -> str:
    scaled = told.statement.get("result", {}).get("score", {}).get("scaled")
    said = _("Rapporté par %(who)s : %(what)s") % {
        "who": told.by or _("un autre système"),
        "what": v.VERBS[told.statement["verb"]["id"]].fr,
    }
    return f"{said} ({round(100 * scaled)} %)" if isinstance(scaled, int | float) else said
