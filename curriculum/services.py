"""Verbs of the way: enrol, open, complete, retake, ask for help, look back on an outing; and who may author it. Each is one transaction and records
its statements once, last."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Revision,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from competencies.models import Competency
from content.models import StepPage
from curriculum import statements
from curriculum.models import Enrolment, HelpRequest, LookBack, ModulePage, Outing, ProgrammePage, Run, StepVisit
from curriculum.rules import MAX_LOOK_BACK, progress_of
from curriculum.selectors.path import open_runs, open_visits
from lms import clock
from lms.people import services as people
from lms.people.models import Cohort, TrainingSite, User
from lms.people.rules import Role
from lms.people.selectors import trainers_of
from lms.prepared import prepared
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused, Stale


@transaction.atomic
def enrol(*, by: User, trainee: User, programme: ProgrammePage, cohort: Cohort, site: TrainingSite | None = None) -> Enrolment:
    """Put a trainee in a cohort and on its programme. Already there: nothing changes. Refused for someone who is not a trainee."""
    enrolment, told = enrolment_facts(by=by, trainee=trainee, programme=programme, cohort=cohort, site=site)
    records.record(*told)
    return enrolment


def enrolment_facts(
    *, by: User, trainee: User, programme: ProgrammePage, cohort: Cohort, site: TrainingSite | None
) -> tuple[Enrolment, list[Json]]:
    """Enrol in the caller's transaction and hand back what happened, for the outermost service to record."""
    if trainee.role is not Role.TRAINEE:
        raise Refused("not_a_trainee", _("%(name)s n'est pas stagiaire.") % {"name": trainee})
    told = people.membership_facts(by=by, person=trainee, cohort=cohort, site=site)
    enrolment, created = Enrolment.objects.get_or_create(
        trainee=trainee, programme=programme, withdrawn_at=None,
        defaults={"cohort": cohort, "enrolled_at": clock.now(), "enrolled_by": by},
    )  # fmt: skip
    if created:
        told.append(statements.registered(trainee=trainee, programme=programme, cohort=cohort, by=by, at=clock.now()))
    return enrolment, told


@transaction.atomic
def withdraw(*, by: User, enrolment: Enrolment) -> None:
    """End an enrolment; everything done stays."""
    records.record(*withdrawal_facts(by=by, enrolment=enrolment))


def withdrawal_facts(*, by: User, enrolment: Enrolment) -> list[Json]:
    """End the enrolment in the caller's transaction and hand back what happened. Ended already: nothing."""
    ended = Enrolment.objects.filter(pk=enrolment.pk, withdrawn_at=None).update(withdrawn_at=clock.now(), withdrawn_by=by)
    if not ended:
        return []
    return [statements.withdrew(trainee=enrolment.trainee, programme=enrolment.programme, by=by, at=clock.now())]


def open_step(*, by: User, step: StepPage, module: ModulePage) -> StepVisit:
    """The trainee enters a step: the open run of its module is found or begun, the visit is kept. Idempotent.

    A step already seen in the open run costs one read and no transaction.
    """
    return next(iter(open_visits(by.pk, step.pk)), None) or _begin_visit(by, step, module)


@transaction.atomic
def _begin_visit(by: User, step: StepPage, module: ModulePage) -> StepVisit:
    told: list[Json] = []
    run = _open_run(by, module, told)
    visit, created = StepVisit.objects.get_or_create(
        run=run, step=step, defaults={"first_seen_at": clock.now(), "last_seen_at": clock.now()}
    )
    if created:
        told.append(statements.step_opened(run=run, module=module, step=step, competencies=competencies_of(step), at=clock.now()))
    records.record(*told)
    return visit


def _open_run(trainee: User, module: ModulePage, told: list[Json]) -> Run:
    # The trainee's row is the lock: two tabs open one run, not two.
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)
    return next(iter(open_runs(trainee.pk, module.pk)), None) or _begin_run(trainee, module, told)


def _begin_run(trainee: User, module: ModulePage, told: list[Json]) -> Run:
    last = Run.objects.filter(trainee=trainee, module=module).order_by("-number").values_list("number", flat=True).first()
    run = Run.objects.create(trainee=trainee, module=module, number=(last or 0) + 1, opened_at=clock.now())
    aimed = list(Competency.objects.filter(targets__module=module))
    told.append(statements.run_opened(run=run, module=module, competencies=aimed, at=clock.now()))
    return run


@transaction.atomic
def retake(*, by: User, module: ModulePage) -> Run:
    """*Refaire*: close the open run as it stands and open the next. No limit, no delay, nothing lowered.

    An open run in which nothing was seen yet is given back as it is: a double click makes one new run.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    told: list[Json] = []
    current = Run.objects.filter(trainee=by, module=module, closed_at=None).first()
    if current and not current.visits.exists():
        return current
    if current:
        current.closed_at = clock.now()
        current.save(update_fields=["closed_at"])
        told.append(statements.run_closed(run=current, module=module, at=clock.now()))
    run = _begin_run(by, module, told)
    records.record(*told)
    return run


@transaction.atomic
def complete_step(*, by: User, step: StepPage, module: ModulePage) -> StepVisit:
    """The trainee has done a step of the open run: minutes are counted, and the run is complete with its last step. Idempotent."""
    told: list[Json] = []
    visit = completed_visit(by=by, step=step, module=module, told=told)
    records.record(*told)
    return visit


def completed_visit(*, by: User, step: StepPage, module: ModulePage, told: list[Json], is_told: bool = False) -> StepVisit:
    """Complete a step within the caller's transaction; what happened is added to `told` for the caller to record last.

    `is_told`: the caller says itself that the step is completed, with what it knows of it.
    """
    run = _open_run(by, module, told)
    visit, _created = StepVisit.objects.get_or_create(
        run=run, step=step, defaults={"first_seen_at": clock.now(), "last_seen_at": clock.now()}
    )
    if visit.completed_at:
        return visit
    visit.completed_at = visit.last_seen_at = clock.now()
    visit.minutes, visit.hours_kind = step.minutes, step.hours_kind
    visit.save(update_fields=["completed_at", "last_seen_at", "minutes", "hours_kind"])
    if not is_told:
        told.append(statements.step_completed(run=run, module=module, step=step, competencies=competencies_of(step), at=clock.now()))
    open_steps = StepPage.objects.live().child_of(module).values_list("pk", flat=True)
    completed = run.visits.exclude(completed_at=None).values_list("step_id", flat=True)
    if not run.completed_at and progress_of(list(open_steps), list(completed)).is_complete:
        run.completed_at = clock.now()
        run.save(update_fields=["completed_at"])
        told.append(statements.run_completed(run=run, module=module, at=clock.now()))
    return visit


def keep_place(*, by: User, step: StepPage, place: str) -> None:
    """Remember the block where reading stopped. A convenience, not a fact: no statement."""
    StepVisit.objects.filter(run__trainee=by, run__closed_at=None, step=step).update(place=place[:40], last_seen_at=clock.now())


@transaction.atomic
def ask_help(*, by: User, module: ModulePage, step: StepPage | None, message: str) -> HelpRequest:
    """Put the trainee on the trainers' list. A request already waiting on the same place takes the new words instead of doubling."""
    waiting = HelpRequest.objects.filter(trainee=by, module=module, step=step, answered_at=None).first()
    if waiting:
        waiting.message = message or waiting.message
        waiting.save(update_fields=["message"])
        return waiting
    request = HelpRequest.objects.create(trainee=by, module=module, step=step, message=message, asked_at=clock.now())
    people.notify(
        recipients=trainers_of(by.pk), text=_("%(name)s demande de l'aide : %(module)s") % {"name": by, "module": module.plain_title},
        path=reverse("curriculum:help-list"),
    )  # fmt: skip
    records.record(statements.help_asked(request=request, at=clock.now()))
    return request


@transaction.atomic
def answer_help(*, by: User, request: HelpRequest, answer: str) -> None:
    """A trainer answers; the trainee is told. Already answered: nothing changes."""
    answered = HelpRequest.objects.filter(pk=request.pk, answered_at=None).update(answered_at=clock.now(), answered_by=by, answer=answer)
    if not answered:
        return
    people.notify(
        recipients=[request.trainee], text=_("Réponse à ta demande d'aide : %(module)s") % {"module": request.module.plain_title},
        path=request.module.door_path(),
    )  # fmt: skip
    records.record(statements.help_answered(request=request, by=by, at=clock.now()))


@transaction.atomic
def keep_look_back(*, by: User, outing: Outing, words: tuple[str, str], rev: int, is_given: bool) -> LookBack:
    """Keep what a trainee writes about an outing, for them alone until it is given. Given again, the new words replace the old ones.

    The fact is what is given: a draft tells nothing, nor do the same words given twice. Refused: too long, nothing to give; `Stale` when
    another window kept other words since `rev`.
    """
    if any(len(one) > MAX_LOOK_BACK for one in words):
        raise Refused("look_back_too_long", _("Ta réponse est trop longue. Garde 2 000 signes au plus par question."))
    words = (words[0].strip(), words[1].strip()) if is_given else words
    if is_given and not any(words):
        raise Refused("nothing_said", _("Écris un mot à une des questions, puis envoie."))
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # two windows keep in turn
    kept = LookBack.objects.filter(trainee=by, outing=outing).first() or LookBack(trainee=by, outing=outing)
    if kept.pk is None or words != (kept.draft_1, kept.draft_2):
        if kept.rev != rev:
            elsewhere = "\n\n".join(filter(None, (kept.draft_1, kept.draft_2)))
            raise Stale(_("Tu as écrit autre chose dans une autre fenêtre."), {"rev": kept.rev, "text": elsewhere})
        kept.draft_1, kept.draft_2 = words
        kept.rev, kept.saved_at = rev + 1, clock.now()
        kept.save()
    if is_given and words != (kept.answer_1, kept.answer_2):
        kept.answer_1, kept.answer_2 = words
        kept.answered_at = clock.now()
        kept.save(update_fields=["answer_1", "answer_2", "answered_at"])
        records.record(statements.looked_back(look_back=kept, competencies=list(outing.competencies.order_by("pk")), at=clock.now()))
    return kept


def competencies_of(step: StepPage) -> list[Competency]:
    """The competencies a step teaches, practises or assesses."""
    return _competencies_of(step.pk)


@prepared
def _competencies_of(step: int) -> QuerySet[Competency]:
    """With the words that a statement has of them."""
    return Competency.objects.filter(steps__step=step).only("uuid", "code", "label").distinct()  # type: ignore[no-any-return]  # Wagtail carries no types


# What a role may do in Wagtail on a programme's tree of pages and on the pictures and documents of the site.
PAGE_RIGHTS = {
    Role.TRAINER: ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page"),
    Role.ADMINISTRATOR: ("change_page", "publish_page"),  # for the programme's budget
}
# Wagtail keeps these on its own models, whatever the models in use.
MEDIA_RIGHTS = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")


@transaction.atomic
def grant_authoring(*, programme: ProgrammePage) -> None:
    """Let trainers author this programme: its pages, the pictures and documents, and the review before publishing. Safe to run again."""
    for role, rights in PAGE_RIGHTS.items():
        group = Group.objects.get(name=role.value)
        for right in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=rights):
            GroupPagePermission.objects.get_or_create(group=group, page=programme.page_ptr, permission=right)
    trainers, root = Group.objects.get(name=Role.TRAINER.value), Collection.get_first_root_node()
    for right in Permission.objects.filter(content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=MEDIA_RIGHTS):
        GroupCollectionPermission.objects.get_or_create(group=trainers, collection=root, permission=right)
    task, created = GroupApprovalTask.objects.get_or_create(name=_("Relecture par un formateur"))
    if created:
        task.groups.set([trainers])
    workflow, _created = Workflow.objects.get_or_create(name=_("Relecture"))
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    WorkflowPage.objects.get_or_create(page=programme.page_ptr, defaults={"workflow": workflow})


def publish_due() -> None:
    """Publish what was scheduled for now. A draft that its module does not stand is taken off the schedule, its author is told,
    and the others go on: each is a transaction of its own."""
    for revision in Revision.objects.filter(approved_go_live_at__lt=timezone.now()).order_by("approved_go_live_at"):
        try:
            with transaction.atomic():
                revision.publish(log_action="wagtail.publish.scheduled")
        except Refused as refusal:
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
            if revision.user:
                people.notify(
                    recipients=[revision.user], path=reverse("wagtailadmin_home"),
                    text=_("Pas publié : %(title)s. %(reason)s") % {"title": revision.object_str, "reason": refusal.message},
                )  # fmt: skip
