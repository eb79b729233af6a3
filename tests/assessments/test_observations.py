"""Observing on the spot: the rule, the service, correcting; each a whole or nothing, each once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as some

from assessments.models import Observation, ObservedMark, RubricCriterion, RubricVersion
from assessments.rules import KEPT_AWAY, observed_at
from assessments.selectors.observing import seen_of
from assessments.services import correct_observation, observe
from assessments.services.observations import Joined
from competencies.models import Evidence, Standing
from competencies.services import rebuild_standings
from lms import clock
from lms.people.models import Notice
from lms.people.rules import Role
from lms.records.models import Statement, Voiding
from lms.refusal import Refused
from tests.assessments.things import picture, verbs
from tests.cast import Small, person, small
from tests.faults import sweep
from tests.story import hand_in, judge, read_lesson, told

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def story() -> Small:
    return small()


def lines_of(story: Small) -> list[RubricCriterion]:
    return list(RubricCriterion.objects.filter(version__rubric=story.practical.rubric_id).order_by("position"))


def seen(story: Small, *levels: int | None, key: UUID | None = None, **given: object) -> Observation:
    """An observation with these levels on the first lines, the others left alone."""
    wanted = {
        "by": story.trainer, "trainee": story.trainee, "rubric": RubricVersion.objects.get(rubric=story.practical.rubric_id),
        "practical": story.practical, "levels": {line.pk: level for line, level in zip(lines_of(story), levels, strict=False) if level is not None},
        "key": key or uuid4(), **given,
    }  # fmt: skip
    return observe(**wanted)


@given(some.integers())
def test_observed_at_is_never_in_the_future_nor_a_week_back(seconds_ago: int) -> None:
    at = observed_at(now=NOON, seconds_ago=seconds_ago)
    assert NOON - KEPT_AWAY <= at <= NOON
    if 0 <= seconds_ago <= KEPT_AWAY.total_seconds():
        assert at == NOON - timedelta(seconds=seconds_ago)


def test_observe_moves_levels_and_tells_the_trainee_without_any_work(story: Small) -> None:
    read_lesson(story, story.trainee)
    made = seen(story, 3, 3, None, 2)
    assert Evidence.objects.filter(occasion=made.uuid, statement_id=made.statement_id, assessor=story.trainer).count() == 3
    assert dict(Standing.objects.values_list("competency__code", "level")) == {"ON1.1": 3, "ON1.2": 2}
    assert verbs()[-3:] == ["observed", "mastered", "progressed"]
    notice = Notice.objects.get(recipient=story.trainee, path=f"/observations/{made.uuid}/")
    assert "t'a vu faire : Faire" in notice.text
    assert made.run == story.trainee.runs.get()
    assert rebuild_standings() == 0


def test_observe_takes_the_lowest_line_of_a_competency(story: Small) -> None:
    codes = [line.criterion.code for line in lines_of(story)]
    first = [3 if code.startswith("ON1.1") else None for code in codes]
    first[codes.index("ON1.1.2")] = 1
    seen(story, *first)
    assert dict(Standing.objects.values_list("competency__code", "level")) == {"ON1.1": 1}


def test_observe_the_same_form_twice_is_one_observation_and_one_statement(story: Small) -> None:
    key = uuid4()
    first, count = seen(story, 3, key=key), Statement.objects.count()
    assert seen(story, 2, key=key, seconds_ago=60) == first
    assert (Observation.objects.count(), ObservedMark.objects.count(), Statement.objects.count()) == (1, 1, count)


def test_observe_under_a_key_of_someone_else_takes_another(story: Small) -> None:
    key, other = uuid4(), person(Role.TRAINER, "Claire", cohort=story.cohort)
    assert seen(story, 3, key=key).uuid == key
    assert seen(story, 2, key=key, by=other).uuid != key


def test_observe_is_dated_when_it_was_made_and_stored_when_it_came(story: Small) -> None:
    with clock.at(NOON):
        made = seen(story, 3, seconds_ago=3 * 3600)
    assert (made.observed_at, made.recorded_at) == (NOON - timedelta(hours=3), NOON)
    statement = next(one for one in told() if one["id"] == str(made.statement_id))
    assert statement["timestamp"] == "2026-03-04T09:00:00.000Z"
    assert Statement.objects.get(id=made.statement_id).stored > NOON
    assert Evidence.objects.get().at == made.observed_at
    moved = told()[-1]
    assert moved["timestamp"] == "2026-03-04T12:00:00.000Z", "the level moves when the server learns of it"


def test_observe_kept_for_a_month_is_dated_a_week_back(story: Small) -> None:
    with clock.at(NOON):
        assert seen(story, 3, seconds_ago=30 * 86400).observed_at == NOON - KEPT_AWAY


def test_observe_refuses_when_nothing_was_seen(story: Small) -> None:
    with pytest.raises(Refused) as refusal:
        seen(story)
    assert refusal.value.code == "nothing_observed"
    assert not Observation.objects.exists()


def test_observe_ignores_lines_of_another_rubric(story: Small) -> None:
    with pytest.raises(Refused):
        seen(story, levels={999_999: 3})


def test_observe_refuses_level_four_but_on_a_commission(story: Small) -> None:
    with pytest.raises(Refused) as refusal:
        seen(story, 4)
    assert refusal.value.code == "commission_needed"
    real = small(is_commission=True)
    with pytest.raises(Refused):
        seen(real, 4, practical=None)
    seen(real, 4)
    assert Standing.objects.get().level == 4


def test_observe_on_a_rubric_alone_says_so_in_its_statement(story: Small) -> None:
    made = seen(story, 2, practical=None)
    statement = next(one for one in told() if one["id"] == str(made.statement_id))
    assert f"/rubric/{story.practical.rubric.uuid}" in statement["object"]["id"]
    assert (made.run, statement["context"].get("registration")) == (None, None)


def test_observe_keeps_a_photo_and_a_voice_note(story: Small) -> None:
    voice = SimpleUploadedFile("mot.ogg", b"OggS....", "audio/ogg")
    made = seen(story, 2, joined=Joined(comment="Belle main.", photo=picture(), voice=voice))
    assert made.photo
    assert made.voice
    assert (made.photo.name, made.voice.content_type, made.comment) == ("tasse.png", "audio/ogg", "Belle main.")
    assert "Belle main." not in str(told())


@pytest.mark.parametrize(
    ("joined", "code"),
    [
        (Joined(voice=SimpleUploadedFile("mot.png", b"\x89PNG\r\n\x1a\n")), "voice_kind"),
        (Joined(photo=SimpleUploadedFile("photo.pdf", b"%PDF-1.4")), "photo_kind"),
        (Joined(voice=SimpleUploadedFile("mot.mp3", b"MZ")), "file_content"),
    ],
)
def test_observe_refuses_a_file_of_another_kind(story: Small, joined: Joined, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        seen(story, 2, joined=joined)
    assert refusal.value.code == code
    assert not Observation.objects.exists()


def test_observe_never_lowers(story: Small) -> None:
    judge(hand_in(story.practical, story.trainee), story.trainer, 3)
    seen(story, 1, 1, 1, 1, 1, 1)
    assert set(Standing.objects.values_list("level", flat=True)) == {3}


def test_observe_failing_anywhere_changes_nothing(story: Small) -> None:
    assert sweep(lambda: seen(story, 3, 3, joined=Joined(photo=picture()))) > 12
    assert verbs()[-1] in ("mastered", "progressed")


def test_correct_observation_lowers_withdraws_and_names_the_reason(story: Small) -> None:
    first = seen(story, 3, 3, 3, 3, 3, 3, joined=Joined(photo=picture()))
    other = person(Role.TRAINER, "Claire", cohort=story.cohort)
    key = uuid4()

    def correct() -> Observation:
        return correct_observation(by=other, observation=first, levels={lines_of(story)[0].pk: 1}, reason="Confondu.", key=key)

    second = correct()
    assert correct() == second
    assert (second.corrects, second.reason, second.photo) == (first, "Confondu.", first.photo)
    assert [row.level for row in Standing.objects.all()] == [1]
    assert {row.withdrawn_reason for row in Evidence.objects.filter(occasion=first.uuid)} == {"Confondu."}
    assert Voiding.objects.get().target == first.statement_id
    assert verbs()[-4:-2] == ["voided", "observed"]
    assert "Confondu." not in str(told())
    assert rebuild_standings() == 0
    assert [row.uuid for row in seen_of(story.trainee.pk)] == [second.uuid]


def test_correct_observation_wants_a_reason_and_is_done_once(story: Small) -> None:
    first = seen(story, 3)
    line = lines_of(story)[0].pk
    with pytest.raises(Refused) as refusal:
        correct_observation(by=story.trainer, observation=first, levels={line: 1}, reason=" ", key=uuid4())
    assert refusal.value.code == "reason_missing"
    correct_observation(by=story.trainer, observation=first, levels={line: 1}, reason="Erreur.", key=uuid4())
    with pytest.raises(Refused) as refusal:
        correct_observation(by=story.trainer, observation=first, levels={line: 2}, reason="Encore.", key=uuid4())
    assert refusal.value.code == "corrected_already"


def test_correct_observation_failing_anywhere_changes_nothing(story: Small) -> None:
    first, line = seen(story, 3), lines_of(story)[0].pk
    assert sweep(lambda: correct_observation(by=story.trainer, observation=first, levels={line: 1}, reason="Erreur.", key=uuid4())) > 12
