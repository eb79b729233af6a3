"""A large site for measuring: rows inserted in bulk (a demo or a test would go through the services)."""

import itertools
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import msgspec
from django.contrib.auth.models import Group
from django.db import connection, models, transaction
from django.utils import timezone

from assessments.models import Judgement, Mark, PracticalPage, RubricCriterion, RubricVersion, Submission
from competencies.models import Evidence, LevelMove, Standing
from competencies.rules import RULE_VERSION, Observation, level_reached
from content.models import StepPage
from curriculum.models import Enrolment, ModulePage, ProgrammePage, Run, StepVisit
from curriculum.selectors.path import steps_by_module
from lms.people.models import Cohort, Membership, TrainingSite, User
from lms.people.rules import Role
from lms.people.services import create_cohort, create_person
from lms.people.statements import agent_of
from lms.records import vocabulary as v
from lms.records.models import HOME, Statement
from lms.records.rules.digests import ACTIVITY, AGENT, VERB, digest
from lms.records.statements import activity, authority_digest, build, identity_of, iri, site_authority

TRAINEES, SMALL, STATEMENTS, CROWD = 1_000, 12, 200_000, 5_000


@dataclass
class Rows:
    """Rows of each table, written in the order of their dependencies."""

    runs: list[Run] = field(default_factory=list)
    visits: list[StepVisit] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    moves: list[LevelMove] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)


def fill(programme: ProgrammePage) -> None:
    """1,000 trainees in one cohort, the first 12 in another as well, with months of history each."""
    if Statement.objects.count() < STATEMENTS:
        _fill(programme)
    if User.objects.filter(username__startswith="foule").count() < CROWD:
        _crowd(programme)


def _crowd(programme: ProgrammePage) -> None:
    """5,000 more in a cohort of their own, with eight modules each and no statements: pages that read standings, runs and evidence."""
    chance, now = random.Random(2), timezone.now()
    coordinator, trainer = User.objects.get(username="coordination"), User.objects.get(username="formateur")
    site, start = TrainingSite.objects.get(code="ANT"), (now - timedelta(days=180)).date()
    cohort = create_cohort(by=coordinator, name="Cinq mille", site=site, starts_on=start, ends_on=start + timedelta(days=300))
    trainees = _people(programme, coordinator, trainer, [cohort], now, name="foule", number=CROWD)
    for first in range(0, CROWD, 500):
        story = _Story(programme, trainer, chance, now, is_told=False)
        for trainee in trainees[first : first + 500]:
            story.tell(trainee)
        story.write()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _fill(programme: ProgrammePage) -> None:
    chance, now = random.Random(1), timezone.now()
    coordinator, _ = create_person(
        by=None, username="coordination", first_name="Hélène", last_name="M", role=Role.COORDINATOR, password="bench-bench"
    )
    trainer, _ = create_person(by=None, username="formateur", first_name="Marc", last_name="O", role=Role.TRAINER, password="bench-bench")
    site = TrainingSite.objects.get(code="ANT")
    start = (now - timedelta(days=180)).date()
    cohorts = [
        create_cohort(by=coordinator, name=name, site=site, starts_on=start, ends_on=start + timedelta(days=300))
        for name in ("Réseau", "Douze")
    ]
    trainees = _people(programme, coordinator, trainer, cohorts, now)
    story = _Story(programme, trainer, chance, now)
    for trainee in trainees:
        story.tell(trainee)
    story.write()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@transaction.atomic
def _people(
    programme: ProgrammePage, coordinator: User, trainer: User, cohorts: list[Cohort], now: datetime, *, name: str = "stagiaire",
    number: int = TRAINEES,
) -> list[User]:  # fmt: skip
    trainees = User.objects.bulk_create(
        User(username=f"{name}{n}", first_name=f"Prénom{n}", last_name=f"Nom{n}", password="!") for n in range(number)
    )
    group = Group.objects.get(name="trainee")
    User.groups.through.objects.bulk_create(User.groups.through(user=user, group=group) for user in trainees)
    members = (
        [(cohorts[0], user) for user in trainees]
        + [(other, user) for other in cohorts[1:] for user in trainees[:SMALL]]
        + [(c, trainer) for c in cohorts]
    )
    Membership.objects.bulk_create(Membership(cohort=cohort, user=user, joined_at=now) for cohort, user in members)
    Enrolment.objects.bulk_create(
        Enrolment(trainee=user, programme=programme, cohort=cohorts[0], enrolled_at=now, enrolled_by=coordinator) for user in trainees
    )
    return trainees


class _Story:
    """What each trainee did, as rows."""

    def __init__(self, programme: ProgrammePage, trainer: User, chance: random.Random, now: datetime, *, is_told: bool = True) -> None:
        self.rows, self.trainer, self.chance, self.now, self.is_told = Rows(), trainer, chance, now, is_told
        self.modules = list(ModulePage.objects.live().child_of(programme).order_by("path"))
        self.steps = steps_by_module(self.modules)
        self.practicals = {page.pk: page for page in PracticalPage.objects.all()}
        self.versions = {version.rubric_id: version for version in RubricVersion.objects.all()}
        self.lines: dict[int, list[RubricCriterion]] = {}
        for line in RubricCriterion.objects.select_related("criterion"):
            self.lines.setdefault(line.version_id, []).append(line)
        self.tick = itertools.count()
        self.agents = {trainer.pk: agent_of(trainer)}
        self.authority = authority_digest(site_authority())

    def tell(self, trainee: User) -> None:
        moment = self.now - timedelta(days=170)
        seen: dict[int, list[tuple[Observation, uuid.UUID]]] = {}
        for module in self.modules[: self.chance.randrange(18, 30) if self.is_told else 8]:
            moment += timedelta(days=5, minutes=self.chance.randrange(600))
            run = Run(trainee=trainee, module=module, number=1, opened_at=moment)
            self.rows.runs.append(run)
            self._say(trainee, v.INITIALIZED, "module", module, run, moment)
            for step in self.steps[module.pk]:
                self._step(trainee, run, step, moment, seen)
        for competency_id, items in seen.items():
            reached = level_reached(item[0] for item in items)
            move = LevelMove(
                trainee=trainee, competency_id=competency_id, before=0, after=reached.level, occasion=reached.occasion, at=reached.since,
                rule=RULE_VERSION, by=self.trainer, statement_id=uuid.uuid4(),
            )  # fmt: skip
            if reached.level:
                self.rows.moves.append(move)
            self.rows.standings.append(
                Standing(
                    trainee=trainee, competency_id=competency_id, level=reached.level, occasion=reached.occasion, since=reached.since,
                    recent=reached.recent, rule=RULE_VERSION, statement_id=move.statement_id if reached.level else None,
                )
            )  # fmt: skip

    def _step(
        self, trainee: User, run: Run, step: StepPage, moment: datetime, seen: dict[int, list[tuple[Observation, uuid.UUID]]]
    ) -> None:
        self.rows.visits.append(
            StepVisit(
                run=run,
                step=step,
                first_seen_at=moment,
                last_seen_at=moment,
                completed_at=moment,
                minutes=step.minutes,
                hours_kind=step.hours_kind,
            )
        )
        self._say(trainee, v.EXPERIENCED, "step", step, run, moment)
        self._say(trainee, v.COMPLETED, "step", step, run, moment)
        if step.kind != "practical":
            return
        version = self.versions[self.practicals[step.pk].rubric_id]
        submission = Submission(
            trainee=trainee, practical=self.practicals[step.pk], run=run, rubric=version, number=1, text="Voici mon travail. " * 10,
            key=uuid.uuid4(), submitted_at=moment, statement_id=self._say(trainee, v.SUBMITTED, "step", step, run, moment),
        )  # fmt: skip
        self.rows.submissions.append(submission)
        if self.chance.random() < 0.03:
            return  # waits in the queue
        scored = self._say(trainee, v.SCORED, "step", step, run, moment)
        judgement = Judgement(
            submission=submission, assessor=self.trainer, comment="C'est propre.", saved_at=moment, released_at=moment, statement_id=scored
        )
        self.rows.judgements.append(judgement)
        for line in self.lines[version.pk]:
            level = self.chance.choice((1, 2, 3, 3, 3))
            self.rows.marks.append(Mark(judgement=judgement, line=line, level=level))
            self.rows.evidence.append(
                Evidence(
                    trainee=trainee, competency_id=line.criterion.competency_id, criterion=line.criterion, level=level,
                    occasion=judgement.uuid, statement_id=scored, assessor=self.trainer, at=moment,
                )
            )  # fmt: skip
            observation = Observation(judgement.uuid, line.criterion_id, level, moment)
            seen.setdefault(line.criterion.competency_id, []).append((observation, scored))

    def _say(self, trainee: User, verb: v.Verb, kind: str, page: Any, run: Run, moment: datetime) -> uuid.UUID:
        if not self.is_told:
            return uuid.uuid4()
        actor = self.agents.setdefault(trainee.pk, agent_of(trainee))
        told = build(
            actor=actor, verb=verb, object_=activity(kind, page.uuid, v.TYPE_LESSON, page.title), at=moment, registration=run.uuid,
            instructor=self.agents[self.trainer.pk],
        )  # fmt: skip
        statement_id = uuid.UUID(str(told["id"]))
        self.rows.statements.append(
            Statement(
                id=statement_id, stored=self.now - timedelta(days=1) + next(self.tick) * timedelta(microseconds=1), text=msgspec.json.encode(told).decode(),
                store=HOME, authority=self.authority, actor=digest(HOME, AGENT, identity_of(trainee.uuid)), verb=digest(HOME, VERB, verb.iri),
                activity=digest(HOME, ACTIVITY, iri(kind, page.uuid)), registration=run.uuid,
            )
        )  # fmt: skip
        return statement_id

    @transaction.atomic
    def write(self) -> None:
        while self.is_told and len(self.rows.statements) < STATEMENTS:
            run = self.rows.runs[len(self.rows.statements) % len(self.rows.runs)]
            self._say(run.trainee, v.EXPERIENCED, "module", run.module, run, self.now)
        for rows in (
            self.rows.runs, self.rows.visits, self.rows.submissions, self.rows.judgements, self.rows.marks, self.rows.evidence,
            self.rows.standings, self.rows.moves, self.rows.statements,
        ):  # fmt: skip
            for chunk in _chunks(rows, 5_000):
                type(chunk[0])._default_manager.bulk_create(chunk)


def _chunks(rows: list[Any], size: int) -> Iterator[list[models.Model]]:
    source = iter(rows)
    while chunk := list(islice(source, size)):
        yield chunk
