"""Verbs of a session's papers: summon its candidates, number its procès-verbal."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.certification.models import Candidate, CertificationSession
from lms.certification.services import convoke, locked
from lms.certification.services.decisions import check_signed
from lms.exports.models import Document
from lms.exports.rules.documents import CONVOCATION, MINUTES
from lms.exports.selectors.jury_papers import convocation_of, minutes_of
from lms.exports.services.documents import issue_document, made_by
from lms.people.models import User
from lms.refusal import Refused


@transaction.atomic
def summon(*, by: User, session: CertificationSession) -> int:
    """Tell every candidate when and where to come, each with a numbered convocation. How many candidates were told for the first time.

    Where the day or the place has changed, the convocations that say otherwise are replaced. Refused: another role, a closed session,
    nobody presented, nobody entered who trains.
    """
    made_by(by, CONVOCATION.code)
    told = convoke(by=by, session=session)
    candidates = list(Candidate.objects.filter(session=session, withdrawn_at=None).select_related("trainee", "session__certification"))
    if not candidates:
        raise Refused("nobody_presented", _("Personne n'est encore présenté à cette session."))
    for candidate in candidates:
        issue_document(
            by=by, kind=CONVOCATION, facts=convocation_of(candidate), subject=f"{session.uuid}:{candidate.trainee.uuid}",
            trainee=candidate.trainee_id, session=session.pk,
        )  # fmt: skip
    return told


@transaction.atomic
def issue_minutes(*, by: User, session: CertificationSession) -> Document:
    """Number the procès-verbal of a closed session. Asked again it is the same; after a correction another one replaces it.

    Refused: another role, a session that `by` may not read, one that is not closed, a correction that a member may still sign and has not,
    nobody entered who trains.
    """
    made_by(by, MINUTES.code)
    row = CertificationSession.objects.visible_to(by).select_related("certification", "closed_by").filter(pk=session.pk).first()
    if row is None or row.closed_at is None:
        raise Refused("session_open", _("Le procès-verbal se fait une fois la session close : toutes les décisions prises et signées."))
    locked(row, may_be_closed=True)  # no decision comes between what is read here and its number
    check_signed(row)
    return issue_document(by=by, kind=MINUTES, facts=minutes_of(row), subject=str(row.uuid), session=row.pk)
