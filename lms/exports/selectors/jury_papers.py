"""What the papers of a certification session say, from the rows that its page shows (product.md law 9)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from lms.certification.models import Candidate, CertificationSession, Decision, DecisionSignature, JuryMember
from lms.exports.models import Document
from lms.exports.rules import documents as said
from lms.exports.selectors.documents import told_body
from lms.people.models import User


def minutes_of(session: CertificationSession) -> said.JuryMinutes:
    """Procès-verbal of a closed session. Refused where nobody entered who trains. Five queries."""
    jury = list(JuryMember.objects.filter(session=session, removed_at=None))
    rows = Decision.objects.filter(presented__candidate__session=session, presented__candidate__withdrawn_at=None).current()
    rows = rows.select_related("presented__block", "presented__candidate__trainee", "by").prefetch_related("signatures__member")
    found: dict[User, list[said.Decided]] = {}
    order = ("presented__candidate__trainee__last_name", "presented__candidate__trainee__first_name", "presented__block__sort_order", "pk")
    for row in rows.order_by(*order):
        found.setdefault(row.presented.candidate.trainee, []).append(_decided(row, jury))
    return said.JuryMinutes(
        told_body(), _sitting(session), [said.Juror(one.name, one.quality, one.is_president, one.user_id is not None) for one in jury],
        _day(session.closed_at), str(session.closed_by), [said.CandidateDecisions(_person(who), own) for who, own in found.items()],
    )  # fmt: skip


def convocation_of(candidate: Candidate) -> said.SummonedTo:
    """Convocation of one candidate. Refused where nobody entered who trains."""
    blocks = [said.Presented(row.block.code, row.block.label) for row in candidate.presented.select_related("block")]
    return said.SummonedTo(told_body(), _person(candidate.trainee), _sitting(candidate.session), blocks)


def papers_of(session: CertificationSession, *, seen_by: User) -> QuerySet[Document]:
    """The documents of a session that `seen_by` may read, the latest first."""
    return Document.objects.visible_to(seen_by).filter(session=session).select_related("trainee", "job", "replaced_by")


def _sitting(session: CertificationSession) -> said.Sitting:
    certification = session.certification
    return said.Sitting(
        session.uuid, session.name, certification.title, certification.certifier, certification.kind, certification.code, session.starts_on,
        session.ends_on, session.time_words, session.where, session.get_mode_display(),
    )  # fmt: skip


def _decided(row: Decision, jury: Sequence[JuryMember]) -> said.Decided:
    block, signed = row.presented.block, {one.member_id for one in row.signatures.all()}
    return said.Decided(
        block.code, block.label, row.get_outcome_display(), row.comment, row.reason, row.uuid, row.by.name, _day(row.at),
        [_signed(one) for one in row.signatures.all()], [one.name for one in jury if one.user_id is not None and one.pk not in signed],
    )  # fmt: skip


def _signed(one: DecisionSignature) -> str:
    return f"{one.member.name}, {date_format(timezone.localtime(one.at), 'd/m/Y')}"


def _person(trainee: User) -> said.Person:
    return said.Person(trainee.uuid, trainee.last_name, trainee.first_name)


def _day(moment: datetime | None) -> date:
    if moment is None:
        raise ValueError("the session is closed")
    return timezone.localtime(moment).date()
