"""Hours drawn: one message, and « non renseigné » where nothing records them."""

import json

from curriculum.charts import hours
from curriculum.selectors.cohort import KindHours

ROWS = [KindHours("theory", 6120, 600, None), KindHours("practical", 24480, 3000, 2400), KindHours("culture", 2340, None, None)]


def test_hours_say_done_of_planned() -> None:
    plot = hours(ROWS)
    assert plot.title == "En moyenne, 60 h de formation faites sur 510 h prévues"
    assert plot.summary == "Théorie : 10 h sur 102 h ; pratique : 50 h sur 408 h ; culture : non renseigné sur 39 h."
    assert list(plot.rows) == [
        ["théorie", "102 h", "10 h", "non renseigné"], ["pratique", "408 h", "50 h", "40 h"], ["culture", "39 h", "non renseigné", "non renseigné"],
    ]  # fmt: skip
    bars = {bar["name"]: list(bar["x"]) for bar in plot.figure["data"]}
    assert bars == {"prévues": [39.0, 408.0, 102.0], "faites": [None, 50.0, 10.0], "prouvées": [None, 40.0, None]}
    json.dumps(plot.figure)


def test_hours_of_nothing_planned() -> None:
    assert hours([]).summary == "Aucune heure n'est encore prévue."
