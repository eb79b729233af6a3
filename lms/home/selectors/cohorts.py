"""What the cohort screens ask that joins people and programmes."""

from curriculum.models import Enrolment, ProgrammePage
from lms.people.models import Cohort


def programmes_offered() -> list[ProgrammePage]:
    """Programmes a trainee may be enrolled on, by title."""
    return list(ProgrammePage.objects.live().order_by("title"))


def usual_programme(cohort: Cohort) -> ProgrammePage | None:
    """The programme a newcomer of this cohort most likely follows: that of the last enrolment, else the only one there is."""
    last = Enrolment.objects.filter(cohort=cohort, withdrawn_at=None).order_by("-pk").select_related("programme").first()
    if last:
        found: ProgrammePage = last.programme
        return found
    offered = programmes_offered()
    return offered[0] if len(offered) == 1 else None
