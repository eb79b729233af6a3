"""How many trainees are ready, block by block."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from competencies.charts import Plot, told
from competencies.selectors import CompetencyHead
from lms.home.charts.bars import stacked
from lms.people.rules import guarded


def readiness(
    trainees: Sequence[int], heads: Sequence[CompetencyHead], matrix: Mapping[int, Mapping[int, int]], acquired_at: int, *, is_outside: bool
) -> Plot:
    """Of each block: who has acquired all of it, part of it, nothing yet. `is_outside`: counts under 5 are hidden everywhere."""
    blocks: dict[str, list[int]] = {}
    for head in heads:
        blocks.setdefault(f"{head.block_code} {head.block_label}", []).append(head.pk)
    rows = {name: _counts([_state(matrix.get(trainee, {}), own, acquired_at) for trainee in trainees]) for name, own in blocks.items()}
    shown: dict[str, Sequence[int | None]] = {name: guarded(row) if is_outside else row for name, row in rows.items()}
    parts = [_("Bloc acquis"), _("Commencé"), _("Rien d'acquis")]
    best = max(shown, key=lambda name: shown[name][0] or 0, default="")
    number = shown[best][0] if best else 0
    title = _("Aucun bloc n'est encore acquis par quelqu'un") if number == 0 else _("Les blocs avancent : les petits nombres sont masqués")
    if number:
        title = _("%(number)s stagiaires sur %(total)s ont acquis tout le bloc « %(block)s »") % {
            "number": number, "total": len(trainees), "block": best,
        }  # fmt: skip
    summary = _("Un bloc est acquis quand toutes ses compétences le sont.")
    if is_outside:
        summary += " " + _("Les nombres sous 5 sont masqués, et de quoi les retrouver.")
    return Plot(
        figure_id="plot-blocs", title=title, summary=summary,
        figure=stacked([name.partition(" ")[0] for name in shown], [(part, [row[place] for row in shown.values()]) for place, part in enumerate(parts)], has_rest=True),
        columns=[_("Bloc"), *parts],
        rows=[[name, *(told(count) for count in row)] for name, row in shown.items()],
    )  # fmt: skip


def _state(levels: Mapping[int, int], own: Sequence[int], acquired_at: int) -> int:
    acquired = sum(levels.get(pk, 0) >= acquired_at for pk in own)
    return 0 if acquired == len(own) else 1 if acquired else 2


def _counts(states: Sequence[int]) -> list[int]:
    return [states.count(state) for state in range(3)]
