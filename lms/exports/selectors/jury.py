"""What juries decided of a trainee, as a dossier tells it: of closed sessions alone, so that it says the same to whoever asks."""

from datetime import UTC
from uuid import UUID

from lms.certification.models import Decision
from lms.exports.rules.jury import JuryDecision, JurySignature
from lms.exports.selectors import Follower


def decisions_of(who: Follower) -> list[JuryDecision]:
    """Every decision on blocks of this framework, the earliest first; the corrected ones say so. Two queries."""
    about = {"presented__candidate__trainee": who.trainee, "presented__candidate__session__closed_at__isnull": False}
    rows = Decision.objects.filter(**about, presented__block__framework=who.framework).select_related(
        "presented__block", "presented__candidate__session__certification", "corrected_by"
    )
    return [_told(row) for row in rows.prefetch_related("signatures__member")]


def untold_statements_of(trainee: int) -> frozenset[UUID]:
    """The statements of decisions of sessions that are not closed: nobody reads a decision in a dossier before its trainee is told. One query."""
    about = {"presented__candidate__trainee": trainee, "presented__candidate__session__closed_at": None}
    return frozenset(Decision.objects.filter(**about).values_list("statement_id", flat=True))


def _told(row: Decision) -> JuryDecision:
    session = row.presented.candidate.session
    signatures = [
        JurySignature(one.member.name, one.member.quality, one.at.astimezone(UTC), one.text, one.jws) for one in row.signatures.all()
    ]
    return JuryDecision(
        uuid=row.uuid, session=session.name, certification=session.certification.title, certifier=session.certification.certifier,
        starts_on=session.starts_on, ends_on=session.ends_on, block_code=row.presented.block.code, outcome=row.outcome,  # type: ignore[arg-type]  # one of four words
        word=row.get_outcome_display(), comment=row.comment, reason=row.reason, at=row.at.astimezone(UTC),
        is_current=not hasattr(row, "corrected_by"), text=row.text, signatures=signatures, statement=row.statement_id,
    )  # fmt: skip
