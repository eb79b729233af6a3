"""Publishing a version of a framework: what it says is frozen, and levels come along with their evidence (ADR 36)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.unpublish import UnpublishAction

from competencies import statements
from competencies.models import Competency, Evidence, Framework, FrameworkVersion, LevelMove, Succession
from competencies.selectors.policies import rules_in_force
from competencies.selectors.versions import Carried, Mapped, carried_levels, drafts_of, going_on
from competencies.services.evidence import bring_standings
from competencies.services.exporting import export_framework
from lms import clock
from lms.people.models import User
from lms.people.services import notify
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused


@dataclass(frozen=True, slots=True)
class Published:
    """A version that went out, how many levels came along and how many moved besides."""

    version: FrameworkVersion
    carried: int
    moved: int


@transaction.atomic
def publish_version(
    *, by: User, framework: Framework, version: str, reason: str, mapped: Mapped, follows: Framework | None = None
) -> Published:
    """Send out the drafts of a framework as its next version, and freeze it. Old evidence stays where it was.

    `mapped`: each competency that ends -> those that replace it, by primary keys. They are of this framework, and are then archived; or of
    the framework it `follows`, which stays as it is, and all of them are named. Trainees bring the lowest level of what a new competency
    replaces (one that was there already keeps its own), as evidence of kind « carried » with the reason, and are told.

    Refused: no reason, no number or one already out, a competency that is of neither framework or that is not published.
    """
    # As when a rule is applied: nobody's level moves meanwhile.
    framework = Framework.objects.select_for_update(no_key=True).get(pk=framework.pk)
    list(User.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    number, said = _said(framework, version, reason)
    source = follows or framework
    _check(framework, source, mapped)
    going = set() if follows else going_on(framework, mapped)
    out = _send_drafts(by, framework, [pk for news in mapped.values() for pk in news])
    if source == framework:
        _archive(by, mapped)
    framework.version, framework.frozen_at = number, clock.now()
    framework.follows = follows or framework.follows
    framework.save(update_fields=["version", "frozen_at", "follows"])
    content = export_framework(framework=framework, format_="yaml").content
    made = FrameworkVersion.objects.create(
        framework=framework, version=number, content=content.decode(), reason=said, at=framework.frozen_at, by=by
    )
    ended: list[tuple[int, int | None]] = [(old, new) for old, news in mapped.items() for new in news]
    ended += [(old, None) for old, news in mapped.items() if not news]
    Succession.objects.bulk_create(Succession(version=made, old_id=old, new_id=new) for old, new in ended)
    carried, facts, moved = _carry(made, mapped, going=going, touched=out)
    records.record(*facts)
    return Published(made, carried, moved)


@transaction.atomic
def carry_again(*, by: User, version: FrameworkVersion, reason: str) -> Published:
    """Bring along what was proven in a former framework since this version went out. Nothing is brought twice. Refused without a reason."""
    list(User.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    mapped: dict[int, list[int]] = {}
    for old, new in version.successions.values_list("old", "new"):
        mapped.setdefault(old, []).extend([] if new is None else [new])
    if not reason.strip():
        raise Refused("reason_missing", _("Écrivez la raison : elle reste avec la version, et les stagiaires concernés la lisent."))
    version.by, version.reason, version.at = by, reason.strip()[:500], clock.now()  # what is written of this time; the row stays
    carried, facts, moved = _carry(version, mapped, going=(), touched=())
    records.record(*facts)
    return Published(version, carried, moved)


def _said(framework: Framework, version: str, reason: str) -> tuple[str, str]:
    if not reason.strip():
        raise Refused("reason_missing", _("Écrivez la raison : elle reste avec la version, et les stagiaires concernés la lisent."))
    number = version.strip()
    if not number or len(number) > 60:
        raise Refused("version_missing", _("Donnez un numéro à cette version, de 60 signes au plus. Exemple : 1.1.0."))
    taken = FrameworkVersion.objects.filter(framework=framework, version=number).exists()
    if taken or Framework.objects.filter(code=framework.code, version=number).exclude(pk=framework.pk).exists():
        raise Refused("version_taken", _("La version %(version)s est déjà sortie. Donnez un autre numéro.") % {"version": number})
    return number, reason.strip()[:500]


def _check(framework: Framework, source: Framework, mapped: Mapped) -> None:
    live = set(Competency.objects.filter(block__framework=source, live=True).values_list("pk", flat=True))
    own = Competency.objects.filter(block__framework=framework)
    fit = set(own.filter(live=True).values_list("pk", flat=True)) | {one.pk for one in drafts_of(framework)}
    replaced = {new for news in mapped.values() for new in news}
    if not mapped.keys() <= live or not replaced <= fit or replaced & mapped.keys():
        raise Refused(
            "mapping_unsound", _("Une compétence ne peut être remplacée que par une autre, publiée ou en brouillon, de cette version.")
        )
    if source != framework and live - mapped.keys():
        codes = Competency.objects.filter(pk__in=live - mapped.keys()).order_by("code").values_list("code", flat=True)
        raise Refused(
            "mapping_short", _("Dites ce que devient chaque compétence. Il manque : %(codes)s.") % {"codes": ", ".join(codes[:8])}
        )
    if source == framework and not (live - mapped.keys()) | (fit - live):
        raise Refused("version_empty", _("Il ne resterait aucune compétence."))


def _send_drafts(by: User, framework: Framework, named: Collection[int]) -> list[int]:
    """Publish what waits; returns the competencies that are new or whose criteria may have changed."""
    waiting = drafts_of(framework)
    for competency in waiting:
        competency.goes_with_version = True
        competency.publish(competency.latest_revision or competency.save_revision(user=by), user=by, skip_permission_checks=True)
    return sorted({one.pk for one in waiting} | set(named))


def _archive(by: User, mapped: Mapped) -> None:
    for competency in Competency.objects.filter(pk__in=mapped):
        UnpublishAction(competency, user=by).execute(skip_permission_checks=True)


def _carry(version: FrameworkVersion, mapped: Mapped, *, going: Collection[int], touched: Collection[int]) -> tuple[int, list[Json], int]:
    """Append what trainees bring, move the levels it moves; returns how many pieces, the statements, how many levels moved."""
    competencies = Competency.objects.in_bulk({*mapped, *(new for news in mapped.values() for new in news)})
    brought = _not_yet(carried_levels(mapped, going), competencies)
    carriers = {one.trainee for one in brought}
    evidenced = Evidence.objects.filter(competency__in=touched, withdrawn_at=None).values_list("trainee", flat=True)
    people = User.objects.in_bulk(carriers | set(evidenced))
    rows, facts = [], []
    for one in brought:
        sources = [competencies[pk] for pk in one.sources]
        fact = statements.level_carried(
            trainee=people[one.trainee], competency=competencies[one.competency], sources=sources, level=one.level,
            occasion=_occasion(one, competencies), by=version.by, at=version.at,
        )  # fmt: skip
        facts.append(fact)
        rows.append(
            Evidence(
                trainee_id=one.trainee, competency_id=one.competency, kind="carried", level=one.level, note=_note(sources, version.reason),
                occasion=_occasion(one, competencies), statement_id=UUID(str(fact["id"])), assessor=version.by, at=one.since,
            )
        )  # fmt: skip
    Evidence.objects.bulk_create(rows, batch_size=500)
    moved = {one.competency for one in brought} | set(touched)
    before = LevelMove.objects.count()
    facts += bring_standings(rules_in_force(moved), people, by=version.by, at=version.at, reason=version.reason)
    notify(
        recipients=[people[pk] for pk in sorted(carriers)], path="/ce-que-je-sais-faire/",
        text=_("Ce qu'on te demande a changé de version. Tes niveaux viennent avec toi : tu peux lire d'où."),
    )  # fmt: skip
    return len(rows), facts, LevelMove.objects.count() - before


def _not_yet(brought: Sequence[Carried], competencies: dict[int, Competency]) -> list[Carried]:
    """Those that say more than what was brought before; what was brought and withdrawn stays so."""
    known: dict[tuple[int, int], int] = {}
    met = set[UUID]()
    kept = Evidence.objects.filter(kind="carried", competency__in=competencies)
    for trainee, competency, level, occasion in kept.values_list("trainee_id", "competency_id", "level", "occasion"):
        known[trainee, competency] = max(level or 0, known.get((trainee, competency), 0))
        met.add(occasion)
    return [one for one in brought if one.level > known.get((one.trainee, one.competency), 0) and _occasion(one, competencies) not in met]


def _occasion(one: Carried, competencies: dict[int, Competency]) -> UUID:
    """Always the same for these facts: they cannot be brought twice."""
    return uuid5(competencies[one.competency].uuid, f"carried {one.trainee} {one.level}")


def _note(sources: Sequence[Competency], reason: str) -> str:
    said = _("Repris de %(codes)s : %(reason)s") % {"codes": ", ".join(one.code for one in sources), "reason": reason}
    return said[:500]
