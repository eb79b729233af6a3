"""The evidence one may read."""

from django.db.models import Q, QuerySet

from assessments.models import Attempt
from competencies.models import Evidence
from lms import clock
from lms.people.models import User
from lms.people.rules import Role


def evidence_read_by(user: User) -> QuerySet[Evidence]:
    """Evidence about the trainees one follows, or one's own: then without what came of an exam that is not closed yet. In order of arrival."""
    rows = Evidence.objects.visible_to(user).select_related("trainee", "competency", "criterion", "assessor").order_by("pk")
    if user.role is not Role.TRAINEE:
        return rows
    exams = Attempt.objects.filter(trainee=user, quiz__is_exam=True)
    return rows.exclude(occasion__in=exams.filter(Q(quiz__closes_at=None) | Q(quiz__closes_at__gt=clock.now())).values("uuid"))
