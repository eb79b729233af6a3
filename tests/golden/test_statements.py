"""One golden JSON per fact, made by the product's services and read back by `tincan`, an xAPI library that is not ours.

`UPDATE_GOLDEN=1 pytest tests/golden` writes the files anew; read the difference before keeping it.
"""

import json
import os
import re
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
import tincan

from assessments.models import RubricCriterion, Submission
from assessments.services import release_judgement, save_judgement, submit_work
from curriculum.models import Enrolment
from curriculum.services import answer_help, ask_help, complete_step, open_step, retake, withdraw
from lms.people.services import leave_cohort
from lms.records import vocabulary as v
from lms.records.models import Statement
from tests.cast import Small, small
from tests.story import verbs_told

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def whole_story() -> Small:
    """Every fact the product tells, once at least: learn, hand in, be judged, corrected, retake, leave."""
    story = small()
    open_step(by=story.trainee, step=story.lesson, module=story.module)
    complete_step(by=story.trainee, step=story.lesson, module=story.module)
    submission = submit_work(by=story.trainee, practical=story.practical, text="Voici.", uploads=[], key=uuid4())
    first = _judge(story, submission, level=2, asks_revision=True)
    _judge(story, submission, level=1, corrects=first)
    _judge(story, submit_work(by=story.trainee, practical=story.practical, text="Version 2.", uploads=[], key=uuid4()), level=3)
    answer_help(
        by=story.trainer, answer="J'arrive.", request=ask_help(by=story.trainee, module=story.module, step=story.lesson, message="Aide")
    )
    retake(by=story.trainee, module=story.module)
    withdraw(by=story.coordinator, enrolment=Enrolment.objects.get())
    leave_cohort(by=story.coordinator, person=story.trainee, cohort=story.cohort)
    return story


def _judge(story: Small, submission: Submission, *, level: int, asks_revision: bool = False, corrects: object = None) -> object:
    marks = {line.pk: (level, "") for line in RubricCriterion.objects.filter(version=submission.rubric)}
    draft = save_judgement(
        by=story.trainer, submission=submission, marks=marks, comment="Bien.", asks_revision=asks_revision, rev=0,
        corrects=corrects, reason="Erreur de saisie." if corrects else "",
    )  # fmt: skip
    return release_judgement(by=story.trainer, judgement=draft, others_known=1 if corrects else 0)


def normal(text: str) -> object:
    """The statement with what changes at each run set aside: ids in order of appearance, hours, numbers of revision."""
    seen: dict[str, str] = {}
    text = UUID.sub(lambda found: seen.setdefault(found.group(), f"uuid-{len(seen) + 1}"), text)
    text = re.sub(r'"timestamp":"[^"]+"', '"timestamp":"…"', text)
    text = re.sub(r'"revision":"\d+"', '"revision":"…"', text)
    text = re.sub(r"Promotion \d+", "Promotion …", text)
    return msgspec.json.decode(text)


def test_every_fact_matches_its_golden_statement() -> None:
    whole_story()
    told: dict[str, str] = {}
    for text in Statement.objects.order_by("stored").values_list("text", flat=True):
        statement = json.loads(text)
        name = statement["object"]["id"]
        kind = name.rsplit("/", 2)[-2] if "/" in name else "statement"
        told.setdefault(f"{v.VERBS[statement['verb']['id']].en.replace(' ', '-')}-{kind}", text)
    assert set(verbs_told()) == set(v.VERBS), "a verb of the vocabulary is never said"
    for name, text in told.items():
        path = FOLDER / f"{name}.json"
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(json.dumps(normal(text), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        assert normal(text) == json.loads(path.read_text(encoding="utf-8")), name
    assert {path.stem for path in FOLDER.glob("*.json")} == set(told)


def test_every_statement_is_read_by_another_xapi_library() -> None:
    whole_story()
    for text in Statement.objects.values_list("text", flat=True):
        read = tincan.Statement.from_json(text)
        assert read.actor.account.name
        assert read.actor.mbox is None
        assert json.loads(read.to_json())["verb"] == json.loads(text)["verb"]


def test_no_statement_names_a_person() -> None:
    """P01: no name, no sign-in, no e-mail, no word a person wrote."""
    story = whole_story()
    text = "\n".join(Statement.objects.values_list("text", flat=True))
    for person in (story.trainee, story.trainer, story.coordinator):
        assert person.last_name not in text
        assert person.username not in text
    for words in ("Voici.", "J'arrive.", "Erreur de saisie.", "Bien.", "mbox"):
        assert words not in text
