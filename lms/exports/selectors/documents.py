"""What numbered documents say, from the rows that the screens and the progress exports show (product.md law 9); and the versions of who
trains and of what is done.

A caller names a `Follower` that came through `visible_to`. What is not described yet is refused, in words that say where to describe it.
"""

from datetime import date, datetime

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from competencies.models import Framework
from competencies.selectors.policies import blocks_of
from curriculum.models import Enrolment
from curriculum.rules import COUNTED_KINDS
from curriculum.selectors.cohort import counted_visits
from lms import clock
from lms.exports.models import Document, TrainingAction, TrainingBody
from lms.exports.rules import documents as said
from lms.exports.rules.training import REMOTE_KINDS
from lms.exports.selectors import Follower, Record, records_of
from lms.exports.selectors.dossier import told_hours
from lms.people.models import Cohort, User
from lms.refusal import Refused

STATE_WORDS = {"not_seen": "pas encore vu", "in_progress": "en cours", "acquired": "acquis"}


def body_on(day: date) -> TrainingBody | None:
    """Who trains on a day. One query."""
    return TrainingBody.objects.filter(starts_on__lte=day).first()


def action_on(programme: int, day: date) -> TrainingAction | None:
    """What a programme is on a day. One query."""
    return TrainingAction.objects.filter(programme=programme, starts_on__lte=day).first()


def told_body() -> said.Body:
    """Who trains today. Refused where nobody entered it."""
    row = body_on(clock.today())
    if row is None:
        raise Refused("body_missing", _("Un document porte le nom de l'organisme de formation. Décrivez-le d'abord, page « Organisme »."))
    return said.Body(row.uuid, row.name, row.siret, row.declaration, row.address, row.signatory, row.quality, row.place)


def told_action(who: Follower) -> said.Action:
    """What the programme of a trainee is today. Refused where nobody described it."""
    row = action_on(who.programme, clock.today())
    if row is None:
        raise Refused(
            "action_missing",
            _("Ce document dit ce qu'est l'action « %(title)s ». Décrivez-la d'abord, page « Actions ».") % {"title": who.programme_title},
        )
    return said.Action(row.uuid, row.title, row.nature, row.objectives, row.employer, row.remote)


def told_person(who: Follower) -> said.Person:
    return said.Person(who.uuid, who.last_name, who.first_name)


def told_period(who: Follower) -> said.Period:
    """From the enrolment to the day it ended or the cohort did; while neither came, to the last step completed, or the first day."""
    row = Enrolment.objects.filter(trainee=who.trainee, programme=who.programme).select_related("cohort").latest("pk")
    first = _day(who.enrolled_at)
    ends_on = _day(row.withdrawn_at) if row.withdrawn_at else row.cohort.ends_on
    if ends_on <= clock.today():
        return said.Period(first, max(first, ends_on), is_over=True)
    last = counted_visits([who.trainee]).aggregate(last=Max("completed_at"))["last"]
    return said.Period(first, max(first, _day(last)) if last else first, is_over=False)


def completion_of(who: Follower) -> said.Completion:
    """Certificat de réalisation. Refused where no hour is done: there is nothing to certify."""
    body, action, record = told_body(), told_action(who), _record(who)
    done = _done(record)
    if not done:
        raise Refused(
            "nothing_done", _("%(name)s n'a encore terminé aucune étape : il n'y a pas d'heure à certifier.") % {"name": _name(who)}
        )
    return said.Completion(body, told_person(who), action, told_period(who), done, remote_minutes(record, action.remote))


def attestation_of(who: Follower) -> said.Attestation:
    """Attestation de fin de formation."""
    record = _record(who)
    planned = sum(record.total(kind).planned for kind in COUNTED_KINDS)
    framework = Framework.objects.get(pk=who.framework)
    return said.Attestation(
        told_body(), told_person(who), told_action(who), told_period(who), f"{framework.title}, version {framework.version}", planned,
        _done(record), _results(who, record),
    )  # fmt: skip


def hours_statement_of(who: Follower) -> said.HoursStatement:
    """Relevé d'heures."""
    hours = told_hours(_record(who))
    return said.HoursStatement(
        told_body(), told_person(who), who.programme_title, who.cohort, told_period(who), hours.total,
        [said.BlockHours(block.code, block.label, block.kinds) for block in hours.blocks],
        [said.ModuleHours(module.code, module.title, module.block_code, module.kinds) for module in hours.modules],
    )  # fmt: skip


def sign_in_of(cohort: Cohort, about: list[Follower], days: list[date]) -> said.SignIn:
    """Feuille d'émargement of those present in a cohort."""
    people = list(dict.fromkeys(map(told_person, about)))
    return said.SignIn(told_body(), cohort.name, cohort.site.name, list(dict.fromkeys(who.programme_title for who in about)), days, people)


def remote_minutes(record: Record, remote: str) -> int:
    """Of the minutes done, those at a distance: each activity done for the time that its author planned."""
    return sum(record.total(kind).done or 0 for kind in REMOTE_KINDS[remote])


def own_documents(trainee: User) -> QuerySet[Document]:
    """What a trainee may take of the documents about them, the latest first; the ones that others replaced are left out."""
    return Document.objects.visible_to(trainee).filter(replaced_by=None).select_related("job")


def subject_of(who: Follower) -> str:
    """What documents about one trainee's programme follow one another by."""
    return f"{who.uuid}:{who.programme}"


def _record(who: Follower) -> Record:
    return next(iter(records_of([who])))


def _done(record: Record) -> int:
    return sum(record.total(kind).done or 0 for kind in COUNTED_KINDS)


def _results(who: Follower, record: Record) -> list[said.BlockResult]:
    own: dict[str, list[said.Result]] = {}
    for row in record.levels:
        head = row.profile.competency
        own.setdefault(head.block_code, []).append(
            said.Result(head.code, head.label, row.profile.level, row.profile.word, STATE_WORDS[row.profile.state])
        )
    found = []
    for state in blocks_of(who.trainee, who.framework):
        signed = state.validation
        found.append(
            said.BlockResult(
                state.block.code, state.block.label, str(signed.by) if signed else "", _day(signed.at) if signed else None,
                own.get(state.block.code, []),
            )
        )  # fmt: skip
    return found


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _name(who: Follower) -> str:
    return f"{who.first_name} {who.last_name}".strip()
