"""What one trainee has acquired over time, said to them."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competencies.charts import RECENT_WEEKS, Plot, over_weeks
from competencies.selectors import Week


def recent_words(weeks: Sequence[Week]) -> str:
    """What the last four weeks brought; empty when nothing was ever acquired."""
    if not weeks:
        return ""
    recent = sum(week.acquired for week in weeks[-RECENT_WEEKS:])
    if not recent:
        return _("Ce que tu as acquis reste acquis.")
    return ngettext("%(number)s compétence de plus en 4 semaines.", "%(number)s compétences de plus en 4 semaines.", recent) % {
        "number": recent
    }


def growth(weeks: Sequence[Week]) -> Plot:
    """The trainee's own curve, « tu »."""
    total = weeks[-1].total if weeks else 0
    title = ngettext("Tu as acquis %(number)s compétence", "Tu as acquis %(number)s compétences", total) % {"number": total}
    if weeks:
        summary = _("La première, la semaine du %(day)s.") % {"day": date_format(weeks[0].monday, "j F Y")} + " " + recent_words(weeks)
    else:
        title, summary = _("Ton chemin commence"), _("La courbe démarre avec ta première compétence acquise.")
    return over_weeks(weeks, title=title, summary=summary)
