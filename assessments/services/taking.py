"""Taking a quiz: begin, answer, have an answer looked at, hand in. One transaction each, taken in turn by take; statements last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assessments import statements
from assessments.models import AnswerFile, AnswerKept, Attempt, AttemptItem, ExtraTime, FeedbackMode, QuestionVersion, QuizPage
from assessments.models.quiz import drawn_from
from assessments.rules.asking import Fields, lay_out, read_answer
from assessments.rules.questions import FileAnswer, LongAnswer
from assessments.rules.scoring import Answer, Marked, is_answered, mark
from assessments.rules.taking import Window, can_retry, check_startable, drawn, is_over, percent_of, seconds_allowed, total_of
from assessments.selectors import module_of
from assessments.services.showing import record_shown
from curriculum.models import ModulePage
from curriculum.services import competencies_of, completed_visit, open_step
from lms import clock
from lms.files.services import keep_file
from lms.people.models import User
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused, Stale

_chance = SystemRandom()
SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an answer. `elsewhere`: another device had answered meanwhile, this one stands; `late`: kept, it does not count."""

    rev: int
    at: datetime
    elsewhere: bool = False
    late: bool = False


@transaction.atomic
def start_attempt(
    *, by: User, quiz: QuizPage, module: ModulePage, key: UUID, code: str = "", builds_on: Attempt | None = None,
    redo: frozenset[int] | None = None,
) -> Attempt:  # fmt: skip
    """Begin a take, or give back the one that is open. `builds_on` keeps that take's answers, but for the positions of `redo`.

    The same form sent twice (`key`) begins one take. Refused: an exam outside its window, taken already, or without its code.
    """
    visit = open_step(by=by, step=quiz, module=module)
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    there = Attempt.objects.filter(trainee=by, quiz=quiz).order_by("number")
    known = [one for one in there if one.submitted_at is None or one.key == key]
    if known:
        return known[-1]
    now, window = clock.now(), _window(quiz)
    if quiz.is_exam:
        check_startable(window, now=now, taken=len(there), code_asked=quiz.access_code, code=code)
        builds_on = None
    start, extra = clock.start(), ExtraTime.objects.filter(quiz=quiz, trainee=by).values_list("minutes", flat=True).first()
    attempt = Attempt.objects.create(
        trainee=by, quiz=quiz, run=visit.run, number=max((one.number for one in there), default=0) + 1, key=key, builds_on=builds_on,
        mode=FeedbackMode.AT_END if quiz.is_exam else quiz.mode, is_exam=quiz.is_exam, started_at=start.at, boot=start.boot, ticks=start.ticks,
        seconds_allowed=seconds_allowed(window, now=now, extra_minutes=extra or 0) if quiz.is_exam else None,
    )  # fmt: skip
    items = _items_again(builds_on, redo or frozenset()) if builds_on else _items_of(quiz)
    for position, item in enumerate(items, start=1):
        item.attempt, item.position = attempt, position
    AttemptItem.objects.bulk_create(items)
    records.record(statements.attempted(attempt=attempt, quiz=quiz, module=module, run=visit.run, trainee=by, at=now))
    return attempt


def _window(quiz: QuizPage) -> Window:
    return Window(quiz.opens_at, quiz.closes_at, None if quiz.minutes_allowed is None else 60 * quiz.minutes_allowed)


def _items_of(quiz: QuizPage) -> list[AttemptItem]:
    """What the plan asks today: its questions and draws in their parts, each in the version that is live."""
    parts: list[tuple[str, str, list[int]]] = [("", "", [])]
    taken: list[int] = []
    for block in quiz.plan.raw_data:  # as stored: the questions themselves are not needed, and five hundred may begin at once
        kind, value = block["type"], block["value"]
        if kind == "section":
            parts.append((value["title"], value["text"], []))
            continue
        if kind == "question":
            found = [value] if value not in taken else []
        else:
            found = drawn(list(drawn_from(value).values_list("pk", flat=True)), int(value["count"]), taken, _chance)
        parts[-1][2].extend(found)
        taken += found
    latest = _latest(taken)
    items: list[AttemptItem] = []
    for title, text, questions in parts:
        if quiz.shuffle:
            _chance.shuffle(questions)
        for place, question in enumerate(question for question in questions if question in latest):
            items.append(_item(latest[question], title, text if not place else ""))
    return items


def _latest(questions: Sequence[int]) -> dict[int, int]:
    """The last version of each, by primary keys."""
    return dict(QuestionVersion.objects.filter(question__in=questions).order_by("number").values_list("question", "pk"))


def _item(version: int, section: str, text: str) -> AttemptItem:
    return AttemptItem(version_id=version, section=section, section_text=text, seed=_chance.randrange(SEEDS))


def _items_again(before: Attempt, redo: frozenset[int]) -> list[AttemptItem]:
    """The questions of a take that was handed in: those to do again in their version of today, the others with their answer."""
    old = list(before.items.select_related("version").order_by("position"))
    latest = _latest([item.version.question_id for item in old])
    items = []
    for item in old:
        if item.position in redo or not is_answered(item.answer):
            items.append(_item(latest[item.version.question_id], item.section, item.section_text))
        else:
            items.append(_carried(item, before.submitted_at))
    return items


def _carried(item: AttemptItem, settled_at: datetime | None) -> AttemptItem:
    return AttemptItem(
        version=item.version, section=item.section, section_text=item.section_text, seed=item.seed, carried_from_id=item.carried_from_id or item.pk,
        answer=item.answer, answered_at=item.answered_at, score=item.score, tries=item.tries, checked_at=item.checked_at or settled_at,
    )  # fmt: skip


def keep_answer(*, by: User, attempt: UUID, position: int, fields: Fields, rev: int, uploads: Sequence[UploadedFile[Any]] = ()) -> Kept:
    """Keep an answer; the one sent last stands, in the order the server takes them, and every earlier one is kept.

    An answer kept already changes nothing. One that comes after the end of the take is kept too, without counting. `Stale` when two
    texts of several lines meet: both are kept, the person chooses. Refused: an answer that was looked at already, a file.
    """
    kept, other = _keep(by, attempt, position, fields, rev, uploads)
    if other is not None:
        raise Stale(_("Ce texte a changé sur un autre appareil. Les deux textes sont gardés."), {"text": other.answer, "rev": other.rev})
    return kept


@transaction.atomic
def _keep(
    by: User, attempt: UUID, position: int, fields: Fields, rev: int, uploads: Sequence[UploadedFile[Any]]
) -> tuple[Kept, AttemptItem | None]:
    item, now = _locked_item(by, attempt, position), clock.now()
    content = item.version.read()
    answer = (
        _files_kept(item, content, by, uploads)
        if isinstance(content, FileAnswer)
        else read_answer(content, lay_out(content, item.seed), fields)
    )
    if answer == item.answer:
        return Kept(item.rev, item.answered_at or now), None
    late = item.attempt.submitted_at is not None or _is_over(item.attempt)
    meets = isinstance(content, LongAnswer) and item.rev != rev and is_answered(item.answer)
    if item.checked_at and not late:
        raise Refused("answer_checked", _("Tu as déjà le retour de cette question. Refais-la quand tu auras fini."))
    AnswerKept.objects.create(item=item, rev=item.rev if late or meets else item.rev + 1, answer=answer, at=now, late=late)
    if late:
        return Kept(item.rev, now, late=True), None
    if meets:
        return Kept(item.rev, now), item
    AttemptItem.objects.filter(pk=item.pk).update(answer=answer, rev=item.rev + 1, answered_at=now)
    return Kept(item.rev + 1, now, elsewhere=item.rev != rev), None


def _locked_item(by: User, attempt: UUID, position: int) -> AttemptItem:
    """The item, its take locked: what happens to one take is taken in turn.

    Read once the lock is held: in one query, PostgreSQL would give the item as it was before the wait.
    """
    locked = Attempt.objects.select_for_update(no_key=True).filter(uuid=attempt, trainee=by).first()
    item = AttemptItem.objects.select_related("version").get(attempt=locked, position=position)
    item.attempt = locked  # type: ignore[assignment]  # without a take there is no item
    return item


def _files_kept(item: AttemptItem, content: FileAnswer, by: User, uploads: Sequence[UploadedFile[Any]]) -> Answer:
    """The uuids of the files of an answer, with those sent now; nothing sent leaves them as they are."""
    there = [row.file for row in item.files.select_related("file")]
    known = {(file.name, file.sha256) for file in there}
    for upload in uploads:
        file = keep_file(owner=by.uuid, upload=upload)
        if (file.name, file.sha256) in known:
            file.delete()  # its bytes go with the next sweep of files that no row names
            continue
        AnswerFile.objects.create(item=item, file=file)
        there.append(file)
    if len(there) > content.max_files:
        raise Refused(
            "too_many_files", _("%(max)s fichiers au plus pour cette question. Retire un fichier d'abord.") % {"max": content.max_files}
        )
    return [str(file.uuid) for file in there] or None


@transaction.atomic
def remove_answer_file(*, by: User, attempt: UUID, position: int, file: UUID) -> None:
    """Take a file out of an answer that is not handed in. One that is not there changes nothing."""
    item = _locked_item(by, attempt, position)
    if item.attempt.submitted_at or not item.files.filter(file__uuid=file).exists():
        return
    item.files.filter(file__uuid=file).delete()
    left = [str(row.file.uuid) for row in item.files.select_related("file")] or None
    AnswerKept.objects.create(item=item, rev=item.rev + 1, answer=left, at=clock.now())
    AttemptItem.objects.filter(pk=item.pk).update(answer=left, rev=item.rev + 1, answered_at=clock.now())


@transaction.atomic
def check_answer(*, by: User, attempt: UUID, position: int) -> Marked:
    """Look at the answer kept, where the quiz tells as one goes. Right, or where one try is given, it is then settled for this take.

    Refused: a quiz that tells at the end, and no answer yet.
    """
    item = _locked_item(by, attempt, position)
    content = item.version.read()
    found = mark(content, item.answer)
    if not item.attempt.asks_each or item.attempt.submitted_at:
        raise Refused("feedback_at_end", _("Le retour vient à la fin. Continue, tes réponses sont gardées."))
    if not is_answered(item.answer):
        raise Refused("nothing_answered", _("Donne une réponse d'abord, puis vérifie."))
    if item.checked_at or found.score is None:
        return found
    settled = not can_retry(item.attempt.mode, is_right=found.score >= 1)
    AttemptItem.objects.filter(pk=item.pk).update(tries=item.tries + 1, score=found.score, checked_at=clock.now() if settled else None)
    return found


@transaction.atomic
def submit_attempt(*, by: User, attempt: UUID) -> Attempt:
    """Hand in a take: every answer is marked, the step is done, what it shows is kept beside the levels, the statements tell it.

    Handed in already: given back as it is.
    """
    found = Attempt.objects.select_for_update(no_key=True).select_related("quiz", "run").get(uuid=attempt, trainee=by)
    if found.submitted_at:
        return found
    now, told = clock.now(), list[Json]()
    items = list(found.items.select_related("version__question").order_by("position"))
    for item in items:
        if not item.carried_from_id:
            item.score = mark(item.version.read(), item.answer).score
    AttemptItem.objects.bulk_update(items, ["score"])
    total = total_of([(item.version.read().points, item.score) for item in items])
    found.submitted_at, found.score, found.points = now, total.score, total.points
    module, competencies = module_of(found.quiz), competencies_of(found.quiz)
    completed_visit(by=by, step=found.quiz, module=module, told=told, is_told=True)
    facts: dict[str, Any] = {"attempt": found, "quiz": found.quiz, "run": found.run, "trainee": by}
    told += [
        statements.answered(item=item, at=item.answered_at or now, **facts)
        for item in items
        if is_answered(item.answer) and not item.carried_from_id
    ]
    told.append(
        statements.quiz_completed(module=module, competencies=competencies, seconds=clock.elapsed(_start_of(found)), at=now, **facts)
    )
    found.statement_id = UUID(str(told[-1]["id"]))
    percent = percent_of(total.score, total.points)
    if percent is not None and percent >= found.quiz.passes_at:
        told.append(statements.quiz_passed(module=module, competencies=competencies, at=now, **facts))
    found.save(update_fields=["submitted_at", "score", "points", "statement_id"])
    told += record_shown(by=by, attempt=found, items=items, statement_id=found.statement_id)
    records.record(*told)
    return found


def seconds_left(attempt: Attempt) -> float | None:
    """Seconds until the end of an exam, none without a limit; below zero once it is over."""
    return None if attempt.seconds_allowed is None else attempt.seconds_allowed - clock.elapsed(_start_of(attempt))


def _is_over(attempt: Attempt) -> bool:
    return is_over(allowed=attempt.seconds_allowed, elapsed=clock.elapsed(_start_of(attempt)))


def _start_of(attempt: Attempt) -> clock.Start:
    return clock.Start(attempt.started_at, attempt.boot, attempt.ticks)


def close_overdue() -> int:
    """Hand in the exams whose time is over, with the answers kept; run by the worker. Returns how many."""
    open_exams = Attempt.objects.filter(submitted_at=None).exclude(seconds_allowed=None).select_related("trainee")
    over = [attempt for attempt in open_exams if _is_over(attempt)]
    for attempt in over:
        submit_attempt(by=attempt.trainee, attempt=attempt.uuid)
    return len(over)


@transaction.atomic
def grant_time(*, by: User, quiz: QuizPage, trainee: User, minutes: int) -> None:
    """Give one person more time in an exam, under way or to come. 0 takes it back. Refused: out of bounds."""
    if not 0 <= minutes <= 600:
        raise Refused("minutes_out_of_range", _("Donnez de 0 à 600 minutes en plus."))
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)  # as a start does
    before = ExtraTime.objects.filter(quiz=quiz, trainee=trainee).values_list("minutes", flat=True).first() or 0
    if minutes:
        ExtraTime.objects.update_or_create(
            quiz=quiz, trainee=trainee, defaults={"minutes": minutes, "granted_by": by, "granted_at": clock.now()}
        )
    else:
        ExtraTime.objects.filter(quiz=quiz, trainee=trainee).delete()
    under_way = Attempt.objects.select_for_update(no_key=True).filter(quiz=quiz, trainee=trainee, submitted_at=None).first()
    if under_way and under_way.seconds_allowed is not None:
        under_way.seconds_allowed = max(0, under_way.seconds_allowed + 60 * (minutes - before))
        under_way.save(update_fields=["seconds_allowed"])
