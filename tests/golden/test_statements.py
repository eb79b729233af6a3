"""One golden JSON per fact, made by the product's services and read back by `tincan`, an xAPI library that is not ours.

`UPDATE_GOLDEN=1 pytest tests/golden` writes the files anew; read the difference before keeping it.
"""

import json
import os
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import tincan

from assessments.models import PracticalPage, RubricCriterion, RubricVersion, Submission
from assessments.services import (
    ask_review,
    give_review,
    observe,
    propose_agreement,
    release_judgement,
    save_judgement,
    save_self_assessment,
    sign_agreement,
    submit_work,
)
from assessments.services.answers import judge_answer
from assessments.services.observations import Joined
from assessments.services.taking import submit_attempt
from competencies.services import (
    apply_rule,
    decide_level,
    decide_request,
    drafted_rule,
    note_opinion,
    request_review,
    take_request,
    validate_block,
    withdraw_evidence,
)
from curriculum.models import Enrolment, Outing
from curriculum.services import answer_help, ask_help, complete_step, enrol, keep_look_back, open_step, retake, withdraw
from lms.badges.selectors import achievement_of
from lms.badges.services import issue_badge, revoke_badge
from lms.certification.services import present, withdraw_candidate
from lms.people.rules import Role
from lms.people.services import leave_cohort
from lms.records import vocabulary as v
from lms.records.models import Statement
from tests.assessments import quizzes
from tests.cast import Small, person, small
from tests.certification.story import sitting
from tests.story import hand_in, judge, verbs_told

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def whole_story() -> Small:
    """Every fact the product tells, once at least: learn, hand in, be judged, corrected, retake, leave."""
    story = small()
    open_step(by=story.trainee, step=story.lesson, module=story.module)
    complete_step(by=story.trainee, step=story.lesson, module=story.module)
    submission = submit_work(by=story.trainee, practical=story.practical, text="Voici.", uploads=[], key=uuid4())
    said = {line.pk: (3, "Fière de moi.") for line in RubricCriterion.objects.filter(version=submission.rubric)}
    save_self_assessment(by=story.trainee, practical=story.practical, submission=submission, marks=said, rev=0)
    first = _judge(story, submission, level=2, asks_revision=True)
    _judge(story, submission, level=1, corrects=first)
    _judge(story, submit_work(by=story.trainee, practical=story.practical, text="Version 2.", uploads=[], key=uuid4()), level=3)
    _observe(story)
    _look(story)
    answer_help(
        by=story.trainer, answer="J'arrive.", request=ask_help(by=story.trainee, module=story.module, step=story.lesson, message="Aide")
    )
    outing = Outing.objects.create(programme=story.programme, code="A01", title="Musée", minutes=180, question_1="Quoi ?")
    outing.competencies.add(story.competencies[0])
    keep_look_back(by=story.trainee, outing=outing, words=("La salle noire.", ""), rev=0, is_given=True)
    _take_quiz(story)
    _levels(story)
    _badge(story)
    _jury(story)
    retake(by=story.trainee, module=story.module)
    withdraw(by=story.coordinator, enrolment=Enrolment.objects.get(trainee=story.trainee))
    leave_cohort(by=story.coordinator, person=story.trainee, cohort=story.cohort)
    return story


def _levels(story: Small) -> None:
    """A rule by which proofs grow old, an opinion, two requests, a block validated, a level decided."""
    first, second = story.competencies
    framework, block = story.programme.framework, first.block
    one = drafted_rule(framework=framework, kind="best", settings={"valid_days": 30}, name="Un mois")
    apply_rule(by=story.coordinator, rule=one, reason="Pour rester au point.")
    _judge(story, submit_work(by=story.trainee, practical=story.practical, text="Version 3.", uploads=[], key=uuid4()), level=3)
    note_opinion(
        by=story.trainer, trainee=story.trainee, competencies=[first, second], kind="client", level=None, said="Parfait.", key=uuid4()
    )
    for competency, kind, granted in ((first, "prior", True), (second, "contest", False)):
        asked = request_review(by=story.trainee, competency=competency, kind=kind, text="Je sais.", key=uuid4())
        decide_request(by=story.trainer, request=asked, is_granted=granted, answer="Vu.", level=3 if granted else None)
    take_request(by=story.trainer, request=request_review(by=story.trainee, competency=second, kind="observe", text="Jeudi ?", key=uuid4()))
    validate_block(by=story.trainer, trainee=story.trainee, block=block, assessment="Vu mardi.")
    decide_level(by=story.trainer, trainee=story.trainee, competency=second, level=1, reason="Fait à deux.")


def _take_quiz(story: Small) -> None:
    attempt = quizzes.begun(story, quizzes.quiz(story, *(quizzes.question(one, code=one.title) for one in (quizzes.SINGLE, quizzes.LONG))))
    quizzes.answer_all(story, attempt, quizzes.RIGHT)
    submit_attempt(by=story.trainee, attempt=attempt.uuid)
    judge_answer(by=story.trainer, item=attempt.items.get(position=2), word="yes", comment="Bien.")
    code = story.competencies[0].code
    asked = [quizzes.question(quizzes.TRUE, code=f"vrai-{place}", competencies=(code,)) for place in range(3)]
    shown = quizzes.begun(story, quizzes.quiz(story, *asked))
    quizzes.answer_all(story, shown, quizzes.RIGHT)
    submit_attempt(by=story.trainee, attempt=shown.uuid)
    withdraw_evidence(by=story.trainer, trainee=story.trainee, occasion=shown.uuid, reason="Fait à deux.")


def _badge(story: Small) -> None:
    """A competency's badge given, then revoked."""
    what = achievement_of(story.competencies[0].uuid)
    assert what
    badge = issue_badge(by=story.trainer, trainee=story.trainee, what=what)
    revoke_badge(by=story.trainer, badge=badge.uuid, reason="Donné trop vite.")


def _jury(story: Small) -> None:
    """Presented and decided, the decision corrected; a classmate presented, then not."""
    told = sitting(story, is_presented=False)
    asked = {"by": story.coordinator, "session": told.session, "blocks": [told.block], "despite": "Le jury veut voir."}
    present(trainees=[story.trainee], **asked)
    first = told.decide()
    told.decide(outcome="absent", corrects=first.uuid, reason="Une autre ligne.")
    mate = person(Role.TRAINEE, "Lou")
    enrol(by=story.coordinator, trainee=mate, programme=story.programme, cohort=story.cohort)
    present(trainees=[mate], **asked)
    withdraw_candidate(by=story.coordinator, candidate=told.candidate(mate), reason="Une autre fois.")


def _look(story: Small) -> None:
    """A classmate's work looked at, and a common judgement signed by two."""
    PracticalPage.objects.filter(pk=story.practical.pk).update(peer_review="anonymous")
    mate, claire = person(Role.TRAINEE, "Yanis"), person(Role.TRAINER, "Claire", cohort=story.cohort)
    enrol(by=story.coordinator, trainee=mate, programme=story.programme, cohort=story.cohort)
    submission = hand_in(story.practical, mate)
    PracticalPage.objects.filter(pk=story.practical.pk).update(team_size=2)
    story.practical.refresh_from_db()
    submit_work(by=mate, practical=story.practical, text="À deux.", uploads=[], key=uuid4(), mates=[story.trainee.uuid])
    submission = hand_in(story.practical, mate)
    review = ask_review(by=story.trainee, practical=story.practical)
    give_review(by=story.trainee, review=review, works="Bord net.", to_try="Essaie un fond noir.", marks={})
    marks = {line.pk: (2, "Vu à deux.") for line in RubricCriterion.objects.filter(version=submission.rubric)}
    judge(submission, story.trainer, 3)
    judge(submission, claire, 1)
    agreed = propose_agreement(
        by=claire, submission=submission, partner=story.trainer, marks=marks, comment="Commun.", asks_revision=False, rev=0
    )
    sign_agreement(by=story.trainer, agreement=agreed, rev=1)


def _judge(story: Small, submission: Submission, *, level: int, asks_revision: bool = False, corrects: object = None) -> object:
    marks = {line.pk: (level, "") for line in RubricCriterion.objects.filter(version=submission.rubric)}
    draft = save_judgement(
        by=story.trainer, submission=submission, marks=marks, comment="Bien.", asks_revision=asks_revision, rev=0,
        corrects=corrects, reason="Erreur de saisie." if corrects else "",
    )  # fmt: skip
    return release_judgement(by=story.trainer, judgement=draft, others_known=1 if corrects else 0)


def _observe(story: Small) -> None:
    rubric = RubricVersion.objects.select_related("rubric").get(rubric=story.practical.rubric_id)
    for practical in (story.practical, None):
        line = RubricCriterion.objects.filter(version=rubric).order_by("position")[0]
        observe(
            by=story.trainer, trainee=story.trainee, rubric=rubric, practical=practical, levels={line.pk: 2}, key=uuid4(),
            joined=Joined(comment="Belle main."),
        )  # fmt: skip


def normal(text: str) -> object:
    """The statement with what changes at each run set aside: ids in order of appearance, hours, numbers of revision."""
    seen: dict[str, str] = {}
    text = UUID.sub(lambda found: seen.setdefault(found.group(), f"uuid-{len(seen) + 1}"), text)
    text = re.sub(r'"timestamp":"[^"]+"', '"timestamp":"…"', text)
    text = re.sub(r'"revision":"\d+"', '"revision":"…"', text)
    text = re.sub(r"(Promotion|Grille) \d+", r"\1 …", text)
    text = re.sub(r"Questions [0-9a-f]{8}", "Questions …", text)
    text = re.sub(r'"PT[0-9.]+S"', '"PT…S"', text)
    return msgspec.json.decode(text)


def _kind(thing: dict[str, Any]) -> str:
    """step, quiz, module, question… or statement."""
    if thing.get("definition", {}).get("type") == v.TYPE_QUIZ:
        return "quiz"
    return thing["id"].partition("/activities/")[2].partition("/")[0] or "statement"


def test_every_fact_matches_its_golden_statement() -> None:
    whole_story()
    told: dict[str, str] = {}
    for text in Statement.objects.order_by("stored").values_list("text", flat=True):
        statement = json.loads(text)
        by_two = "-by-two" if "member" in statement["context"].get("instructor", {}) else ""
        together = "-together" if "team" in statement["context"] else ""
        told.setdefault(f"{v.VERBS[statement['verb']['id']].en.replace(' ', '-')}-{_kind(statement['object'])}{by_two}{together}", text)
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
    for someone in (story.trainee, story.trainer, story.coordinator):
        assert someone.last_name not in text
        assert someone.username not in text
    for words in (
        "Voici.",
        "J'arrive.",
        "Erreur de saisie.",
        "Bien.",
        "pris la plume",
        "Fière",
        "Belle main.",
        "Bord net",
        "Vu à deux",
        "Commun",
        "salle noire",
        "trop vite",
        "mbox",
    ):
        assert words not in text
