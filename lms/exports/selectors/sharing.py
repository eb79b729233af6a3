"""What a trainee said of their dossier, and whether it may be given to the certifying body."""

from collections.abc import Collection
from datetime import UTC, datetime

from django.db.models import Max, QuerySet

from curriculum.models import Enrolment
from lms.exports.models import DossierComment, SharingConsent
from lms.exports.rules import dossier as said
from lms.exports.rules.sharing import CONSENT_TEXTS, CURRENT_CONSENT
from lms.people.models import User


def consent_of(trainee: int) -> SharingConsent | None:
    """The yes that stands, to the words of today. One query."""
    return SharingConsent.objects.filter(trainee=trainee, withdrawn_at=None, text_version=CURRENT_CONSENT).first()


def consents_by_trainee(trainees: Collection[int]) -> dict[int, datetime]:
    """When each of these said the yes that stands. One query."""
    rows = SharingConsent.objects.filter(trainee__in=trainees, withdrawn_at=None, text_version=CURRENT_CONSENT)
    return dict(rows.values_list("trainee", "given_at"))


def dossier_enrolments(*, seen_by: User) -> QuerySet[Enrolment]:
    """The latest enrolment of each trainee whom `seen_by` may read, in the order of names."""
    rows = Enrolment.objects.visible_to(seen_by)
    latest = rows.order_by().values("trainee").annotate(last=Max("pk")).values("last")
    return rows.filter(pk__in=latest).order_by("trainee__last_name", "trainee__first_name", "trainee")


def consents_of(trainee: int) -> list[SharingConsent]:
    """Every yes ever given, the latest first. One query."""
    return list(SharingConsent.objects.filter(trainee=trainee))


def comment_of(trainee: int) -> DossierComment | None:
    """What they say now; None where they say nothing. One query."""
    latest = DossierComment.objects.filter(trainee=trainee).first()
    return latest if latest and latest.text else None


def told_consent(trainee: int) -> said.Consent | None:
    row = consent_of(trainee)
    return said.Consent(row.uuid, row.text_version, CONSENT_TEXTS[row.text_version], row.given_at.astimezone(UTC)) if row else None


def told_comment(trainee: int) -> said.Comment | None:
    row = comment_of(trainee)
    return said.Comment(row.text, row.written_at.astimezone(UTC)) if row else None
