"""What trainees ask about their levels, and what is answered."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from competencies import statements
from competencies.models import Competency, ReviewRequest
from competencies.rules import HIGHEST
from competencies.services.evidence import record_whole
from lms import clock
from lms.files.services import keep_file
from lms.people.models import User
from lms.people.selectors import trainers_of
from lms.people.services import notify
from lms.records import services as records
from lms.refusal import Refused


@transaction.atomic
def request_review(
    *, by: User, competency: Competency, kind: str, text: str, key: UUID, upload: UploadedFile[Any] | None = None
) -> ReviewRequest:
    """Put the trainee's question on the list of their trainers. Asked again while it waits, it takes the new words instead of doubling.

    Refused without a word of what is asked, and while an assessor is already looking.
    """
    if not text.strip():
        raise Refused("request_empty", _("Écris en quelques mots ce que tu demandes."))
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    known = ReviewRequest.objects.filter(uuid=key, trainee=by).first()
    if known:
        return known
    waiting = ReviewRequest.objects.filter(trainee=by, competency=competency, kind=kind, decided_at=None).first()
    if waiting and waiting.taken_at:
        raise Refused("request_in_review", _("Un formateur regarde déjà ta demande. Tu auras sa réponse ici."))
    request = waiting or ReviewRequest(uuid=key, trainee=by, competency=competency, kind=kind, asked_at=clock.now())
    request.text = text.strip()[:2000]
    request.file = keep_file(owner=by.uuid, upload=upload) if upload else request.file
    request.save()
    if not waiting:
        label = (competency.plain_label or competency.label)[:90]
        notify(recipients=trainers_of(by.pk), path="/demandes/", text=_("%(name)s demande : %(what)s") % {"name": by, "what": label})
        records.record(statements.review_asked(trainee=by, competency=competency, kind=kind, at=request.asked_at))
    return request


@transaction.atomic
def take_request(*, by: User, request: ReviewRequest) -> None:
    """Say that one looks at it; taken by someone already, nothing changes. To be seen doing it, once taken, is planned."""
    now = clock.now()
    taken = ReviewRequest.objects.filter(pk=request.pk, taken_at=None, decided_at=None).update(taken_at=now, taken_by=by)
    if taken and request.kind == "observe":
        records.record(statements.observation_planned(request=request, by=by, at=now))


@transaction.atomic
def decide_request(*, by: User, request: ReviewRequest, is_granted: bool, answer: str, level: int | None = None) -> None:
    """Answer for good; the trainee is told. Prior learning recognised is evidence at `level` (1-4) at once.

    Refused without an answer, where prior learning is recognised without a level, and where somebody decided meanwhile.
    """
    if not answer.strip():
        raise Refused("answer_missing", _("Écrivez votre réponse : le stagiaire la lira."))
    is_prior = is_granted and request.kind == "prior"
    if is_prior and not 1 <= (level or 0) <= HIGHEST:
        raise Refused("level_missing", _("Choisissez le niveau que ces preuves montrent, de 1 à 4."))
    now = clock.now()
    decided = ReviewRequest.objects.filter(pk=request.pk, decided_at=None).update(
        decided_at=now, decided_by=by, is_granted=is_granted, answer=answer.strip()[:2000],
        taken_at=request.taken_at or now, taken_by=request.taken_by or by,
    )  # fmt: skip
    if not decided:
        raise Refused("request_decided", _("Cette demande vient de recevoir une réponse."))
    told = []
    fact = statements.review_answered(request=request, by=by, is_granted=is_granted, level=level if is_prior else None, at=now)
    if is_prior:
        told = record_whole(
            by=by, trainee=request.trainee, levels={request.competency: level}, kind="prior", occasion=request.uuid,
            statement_id=UUID(str(fact["id"])), at=now, note=answer,
        )  # fmt: skip
    label = (request.competency.plain_label or request.competency.label)[:90]
    path = f"/pourquoi/{request.trainee.uuid}/{request.competency.uuid}/"
    notify(recipients=[request.trainee], path=path, text=_("%(name)s t'a répondu : %(what)s") % {"name": by, "what": label})
    records.record(fact, *told)
