"""What a file says is what the screen says, cell by cell (product.md law 9)."""

import io
import re
from html import unescape
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from curriculum.rules import duration
from curriculum.selectors.cohort import followers
from curriculum.services import retake
from lms.exports.kinds import KINDS, cohort_matrix, transcript
from lms.exports.selectors import followers_of
from lms.exports.services import request_export, run_export
from tests.cast import Small, small
from tests.story import classmates, hand_in, judge, read_lesson

pytestmark = pytest.mark.django_db


def story() -> Small:
    world = small()
    read_lesson(world, world.trainee)
    judge(hand_in(world.practical, world.trainee), world.trainer, 2)
    retake(by=world.trainee, module=world.module)
    judge(hand_in(world.practical, world.trainee, "Version 2"), world.trainer, 3, levels={"ON1.2.2": 1})
    return world


def workbook(world: Small, **about: object) -> openpyxl.Workbook:
    export = request_export(by=world.trainer, kind="transcript", format_="xlsx", key=uuid4(), **about)
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    with export.content.open("rb") as content:
        return openpyxl.load_workbook(io.BytesIO(content.read()))


def screen(html: str, table: str) -> list[list[str]]:
    """The body rows of one table of a page, as their words."""
    body = html.partition(f'id="{table}"')[2].partition("</table>")[0].partition("</thead>")[2].partition("<tfoot>")[0]
    rows = []
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        rows.append([" ".join(unescape(re.sub(r'<span class="sr">.*?</span>|<[^>]+>', " ", cell)).split()) for cell in cells])
    return rows


def said(value: object) -> str:
    """A cell of hours as the screen says it."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else duration(round(float(value) * 60))


def day(value: object) -> str:
    return value.strftime("%d/%m/%Y") if value else ""


def test_transcript_is_the_trainee_page_cell_by_cell(client: Client) -> None:
    world = story()
    client.force_login(world.trainer)
    html = client.get(f"/stagiaires/{world.trainee.uuid}/").content.decode()
    book = workbook(world, trainee=world.trainee.uuid)
    hours = [
        [f"{row[3] or ''} {row[4]}".strip(), *(said(cell) for cell in row[6:])]
        for row in book["Heures"].iter_rows(min_row=2, values_only=True)
    ]
    assert hours == screen(html, "hours-table")
    assert hours == [["M01 Mon module M01", "1 h", "30 min", "non renseigné", "2 h", "2 h", "2 h", "–", "–", "–"]]
    runs = [
        [f"{row[3]} {row[4]}", str(row[5]), *(day(cell) for cell in row[6:9]), str(row[9])]
        for row in book["Passages"].iter_rows(min_row=2, values_only=True)
    ]
    assert runs == screen(html, "runs-table")
    assert len(runs) == 2
    levels = [
        [
            f"{row[3]} {row[4]}", str(row[6]), row[7], row[8], day(row[9]), row[10] or "",
            f"{row[11]} version {row[12]}" if row[11] else "",
        ]
        for row in book["Niveaux"].iter_rows(min_row=2, values_only=True)
    ]  # fmt: skip
    shown = [row for row in screen(html, "levels-table") if len(row) > 1]
    assert levels == shown
    assert [row[1] for row in levels] == ["3", "2"]


def test_transcript_refers_to_the_evidence() -> None:
    world = story()
    rows = list(workbook(world, cohort=world.cohort.uuid)["Niveaux"].iter_rows(min_row=2, values_only=True))
    best, second = (row.judgements.get() for row in world.trainee.submissions.order_by("-number"))
    assert rows[0][13:17] == (str(best.uuid), str(best.statement_id), str(standing_statement(world, 0)), "best-proven/1")
    assert rows[1][13] == str(second.uuid)
    assert rows[0][10] == str(world.trainer)
    assert rows[0][9].date() == timezone.localtime(best.released_at).date()


def standing_statement(world: Small, place: int) -> object:
    return world.trainee.standings.get(competency=world.competencies[place]).statement_id


def test_transcript_identity_and_totals() -> None:
    world = story()
    header, row = workbook(world, cohort=world.cohort.uuid)["Stagiaires"].iter_rows(values_only=True)
    said_of = dict(zip(header, row, strict=True))
    assert (said_of["Nom"], said_of["Prénom"], said_of["Identifiant"]) == (world.trainee.last_name, "Inès", str(world.trainee.uuid))
    assert (said_of["Promotion"], said_of["Site"], said_of["Parcours"]) == (world.cohort.name, "Antony", "Parcours")
    assert (said_of["Théorie : heures prévues"], said_of["Théorie : heures faites"]) == (1, 0.5)
    assert said_of["Théorie : heures prouvées"] == "non renseigné"
    assert said_of["Pratique : heures prouvées"] == 2
    assert (said_of["Passages"], said_of["Compétences acquises"], said_of["Compétences en cours"]) == (2, 1, 1)


def test_matrix_has_a_line_a_trainee_and_a_column_a_competency() -> None:
    world = story()
    classmates(world, 2)
    about = followers_of(followers(seen_by=world.trainer, cohort=world.cohort))
    assert [str(column.title) for column in cohort_matrix.sheets(about)[0].columns[3:]] == ["ON1.1 Compétence 1", "ON1.2 Compétence 2"]
    assert [list(cells)[3:] for _sheet, cells in cohort_matrix.rows(about)] == [[3, 2], [2, 2], [3, 3]]


@pytest.mark.parametrize("number", [2, 12])
def test_transcript_costs_the_same_for_2_and_12(number: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world = small()
    classmates(world, number - 1)
    about = followers_of(followers(seen_by=world.trainer, cohort=world.cohort))
    with django_assert_num_queries(9):  # observations are one more
        assert sum(sheet == 0 for sheet, _cells in transcript.rows(about)) == number


def test_kinds_write_only_formats_they_know() -> None:
    assert {code: [str(format_) for format_ in kind.formats] for code, kind in KINDS.items()} == {
        "transcript": ["xlsx", "csv"], "cohort_matrix": ["xlsx", "csv"], "statements": ["jsonl"],
    }  # fmt: skip
    assert KINDS["transcript"].extension("csv") == "zip"
    assert KINDS["cohort_matrix"].extension("csv") == "csv"
