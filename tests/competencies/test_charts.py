"""A figure says its message in words, carries the same numbers as a table, and never more points than a page can bear."""

import json
import subprocess
import sys
from datetime import date
from uuid import uuid4

from competencies.charts import MAX_POINTS, heatmap, history
from competencies.selectors import CompetencyHead, ScaleWords, Week

SCALE = ScaleWords(3, {0: "Pas encore vu", 1: "Découverte", 2: "Avec aide", 3: "Seul", 4: "Commande"}, {})


def heads(number: int) -> list[CompetencyHead]:
    return [CompetencyHead(n, uuid4(), f"ON1.{n}", f"Compétence {n}", f"Je fais {n}", "ON1", "Bloc") for n in range(1, number + 1)]


def test_heatmap_of_a_small_cohort_draws_each_trainee() -> None:
    plot = heatmap(heads(2), {7: "Inès", 8: "Tom"}, {7: {1: 3, 2: 1}, 8: {1: 4}}, {1: [0, 0, 0, 1, 1], 2: [1, 1, 0, 0, 0]}, SCALE)
    assert plot.figure["data"][0]["z"] == [[3, 1], [4, 0]]
    assert plot.figure["data"][0]["y"] == ["Inès", "Tom"]
    assert plot.title == "2 stagiaires sur 2 ont acquis « Compétence 1 », la compétence la plus avancée"
    assert plot.summary == "2 niveaux acquis sur 4."
    assert list(plot.rows) == [["ON1.1 Compétence 1", 0, 0, 2], ["ON1.2 Compétence 2", 1, 1, 0]]
    assert "template" not in plot.figure["layout"]
    json.dumps(plot.figure)


def test_heatmap_of_a_thousand_draws_levels() -> None:
    thirty = heads(34)
    names = {n: f"Nom {n}" for n in range(1000)}
    counts = {head.pk: [400, 300, 200, 100, 0] for head in thirty}
    plot = heatmap(thirty, names, {n: {} for n in names}, counts, SCALE)
    points = sum(len(row) for row in plot.figure["data"][0]["z"])
    assert points == 5 * 34 <= MAX_POINTS
    assert plot.title.startswith("100 stagiaires sur 1000 ont acquis")


def test_heatmap_before_the_first_judgement_says_so() -> None:
    plot = heatmap(heads(1), {7: "Inès"}, {7: {}}, {1: [1, 0, 0, 0, 0]}, SCALE)
    assert plot.title.startswith("Aucune compétence n'est encore acquise")
    assert plot.summary == "0 niveaux acquis sur 1. 1 compétence sur 1 n'a encore été évaluée pour personne."


def test_heatmap_without_competencies_is_empty_not_broken() -> None:
    plot = heatmap([], {7: "Inès"}, {7: {}}, {}, SCALE)
    assert list(plot.rows) == []


def test_history_adds_up_weeks() -> None:
    weeks = [Week(date(2026, 3, 2), 2, 2), Week(date(2026, 3, 9), 5, 7)]
    plot = history(weeks)
    assert plot.title == "7 compétences acquises en 4 semaines, 7 en tout"
    assert plot.summary == "La semaine la plus riche commence le 9 mars 2026 : 5 de plus."
    assert list(plot.figure["data"][0]["y"]) == [2, 7]
    assert plot.with_csv("/x.csv").csv_url == "/x.csv"


def test_history_of_nothing_waits() -> None:
    assert history([]).title == "Aucune compétence acquise pour l'instant"


def test_importing_the_charts_does_not_load_plotly() -> None:
    """A process that draws nothing keeps its memory: the figures' classes are loaded by the first figure."""
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "import django; django.setup()\n"
        "from django.urls import get_resolver; get_resolver().url_patterns\n"
        "import competencies.charts\n"
        "loaded = [name for name in sys.modules if name.startswith('plotly.') and name != 'plotly.graph_objects']\n"
        "assert not loaded, loaded\n"
        "competencies.charts.history([])\n"
        "assert 'plotly.graph_objs._scatter' in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
