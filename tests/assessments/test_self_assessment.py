"""What trainees say of their own work: theirs, beside, folded, never evidence, never a condition."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import RubricCriterion, SelfAssessment, SelfMark, Submission
from assessments.rules import check_said
from assessments.selectors.thread import thread_of
from assessments.services import add_draft_files, save_draft, save_self_assessment, submit_work
from competencies.models import Evidence, Standing
from competencies.services import rebuild_standings
from curriculum.services import enrol
from lms.people.rules import Role
from lms.records.models import Statement
from lms.refusal import Refused, Stale
from tests.assessments.things import marks_of, picture, verbs
from tests.cast import Small, cohort, person, signed_in, small
from tests.faults import sweep
from tests.story import hand_in, judge, told


@given(st.lists(st.none() | st.integers(-1, 5)), st.booleans())
def test_check_said_refuses_only_levels_that_cannot_be_given(levels: list[int | None], is_commission: bool) -> None:
    allowed = {None, 0, 1, 2, 3, *([4] if is_commission else [])}
    if allowed >= set(levels):
        check_said(levels, is_commission=is_commission)
    else:
        with pytest.raises(Refused):
            check_said(levels, is_commission=is_commission)


@pytest.fixture
def story(db: None) -> Small:
    return small()


def say(story: Small, submission: Submission | None, level: int | None = 2, words: str = "", rev: int = 0) -> SelfAssessment:
    version = submission.rubric if submission else story.practical.rubric.versions.get()
    marks = {line.pk: (level, words) for line in RubricCriterion.objects.filter(version=version)}
    return save_self_assessment(by=story.trainee, practical=story.practical, submission=submission, marks=marks, rev=rev)


# --- Saying --------------------------------------------------------------------------------------------------------


def test_save_self_assessment_moves_no_level_and_tells_levels_without_words(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    say(story, submission, 3, "Je suis fière de mon contour.")
    assert not Evidence.objects.exists()
    assert not Standing.objects.exists()
    assert verbs()[-1] == "self-assessed"
    assert "fière" not in "".join(Statement.objects.values_list("text", flat=True))
    assert "result" not in told()[-1]


def test_save_self_assessment_is_never_averaged_with_a_judgement(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    say(story, submission, 0)
    judge(submission, story.trainer, 3)
    say(story, submission, 1, rev=1)
    assert set(Standing.objects.values_list("level", flat=True)) == {3}
    assert rebuild_standings() == 0


def test_save_self_assessment_that_changes_nothing_tells_nothing(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    first = say(story, submission)
    count = Statement.objects.count()
    assert (say(story, submission).pk, Statement.objects.count()) == (first.pk, count)
    assert say(story, submission, 3, rev=1).rev == 2
    assert Statement.objects.count() == count + 1


def test_save_self_assessment_from_an_older_window_is_stale(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    say(story, submission)
    with pytest.raises(Stale) as refusal:
        say(story, submission, 3)
    assert refusal.value.current == {"rev": 1}
    assert set(SelfMark.objects.values_list("level", flat=True)) == {2}


def test_save_self_assessment_of_words_alone_is_kept_and_tells_nothing(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    count = Statement.objects.count()
    assert say(story, submission, None, "Je ne sais pas trop.").marks.count() == 6
    assert Statement.objects.count() == count


def test_save_self_assessment_without_a_draft_is_refused_and_level_four_too(story: Small) -> None:
    with pytest.raises(Refused) as refusal:
        say(story, None)
    assert refusal.value.code == "nothing_begun"
    with pytest.raises(Refused) as refusal:
        say(story, hand_in(story.practical, story.trainee), 4)
    assert refusal.value.code == "level_out_of_scale"


def test_submit_work_takes_along_what_was_said_of_the_draft(story: Small) -> None:
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture()])
    count = Statement.objects.count()
    say(story, None, 2, "Le bord bave un peu.")
    assert Statement.objects.count() == count, "a draft is nobody's business"
    first = hand_in(story.practical, story.trainee)
    assert first.self_assessment.marks.count() == 6
    assert verbs()[-1] == "self-assessed"
    second = hand_in(story.practical, story.trainee)
    assert not SelfAssessment.objects.filter(submission=second).exists(), "each version has its own"


def test_submit_work_without_a_word_is_never_held_back(story: Small) -> None:
    assert hand_in(story.practical, story.trainee).pk
    assert "self-assessed" not in verbs()


def test_submit_work_under_a_rubric_published_anew_keeps_what_was_said(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Suite", rev=0)
    say(story, None, 2, "Presque.")
    rubric = story.practical.rubric
    lines = list(rubric.lines.all())
    lines[0].level_3 = "Le contour est net."
    rubric.lines = lines[:5]
    rubric.save_revision().publish()
    submission = hand_in(story.practical, story.trainee)
    found = SelfMark.objects.filter(assessment__submission=submission)
    assert submission.rubric.number == 2
    assert found.filter(line__version=submission.rubric).count() == 5
    assert found.filter(comment="Presque.").count() == 6


def test_submit_work_with_words_failing_anywhere_changes_nothing(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Suite", rev=0)
    say(story, None, 2)
    sweep(lambda: submit_work(by=story.trainee, practical=story.practical, text="Suite", uploads=[], key=uuid4()))
    assert verbs()[-2:] == ["submit", "self-assessed"]
    assert SelfAssessment.objects.get().submission == Submission.objects.get()


def test_self_assessment_rows_are_one_a_draft_one_a_version_one_a_line(story: Small) -> None:
    said = say(story, hand_in(story.practical, story.trainee))
    mark = said.marks.first()
    assert mark
    made = {"trainee": story.trainee, "practical": story.practical, "saved_at": timezone.now()}
    SelfAssessment.objects.create(**made)
    for act in (
        lambda: SelfAssessment.objects.create(**made),
        lambda: SelfAssessment.objects.create(**made, submission=said.submission),
        lambda: SelfMark.objects.create(assessment=said, line=mark.line),
        lambda: SelfMark.objects.filter(pk=mark.pk).update(level=5),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_self_assessment_of_a_draft_is_seen_by_its_author_alone(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Suite", rev=0)
    say(story, None)
    assert SelfAssessment.objects.visible_to(story.trainee).exists()
    assert not SelfAssessment.objects.visible_to(story.trainer).exists()
    hand_in(story.practical, story.trainee)
    assert SelfAssessment.objects.visible_to(story.trainer).exists()
    assert not SelfAssessment.objects.visible_to(person(Role.TRAINER, cohort=cohort())).exists()
    assert not SelfAssessment.objects.visible_to(person(Role.TRAINEE)).exists()


# --- Pages ---------------------------------------------------------------------------------------------------------


def version_door(story: Small, submission: Submission) -> str:
    return reverse("assessments:self-version", args=[story.practical.uuid, submission.uuid])


def test_page_of_a_version_speaks_in_je_words_and_keeps_them(story: Small) -> None:
    submission, client = hand_in(story.practical, story.trainee), signed_in(story.trainee)
    url = version_door(story, submission)
    page = client.get(url)
    assert "Je fais avec un rappel" in page.text
    assert "Je sais faire sur une vraie commande" not in page.text
    assert page.text.count('type="radio"') == 6 * 5
    line = RubricCriterion.objects.filter(version=submission.rubric).first()
    assert line
    form = {"rev": "0", f"level_{line.pk}": "2", f"comment_{line.pk}": "L'anse bave."}
    assert client.post(url, form)["Location"] == f"{story.practical.door_path()}#v-1"
    again = client.get(url)
    assert f'name="level_{line.pk}" value="2" checked' in again.text
    assert "L&#x27;anse bave." in again.text
    assert "Changer ce que j'en dis" in client.get(story.practical.door_path()).text


def test_page_from_an_older_window_is_409_with_both(story: Small) -> None:
    submission, client = hand_in(story.practical, story.trainee), signed_in(story.trainee)
    say(story, submission, 1, "Au bureau")
    line = RubricCriterion.objects.filter(version=submission.rubric).first()
    assert line
    form = {"rev": "0", f"level_{line.pk}": "3", f"comment_{line.pk}": "À l'atelier"}
    page = client.post(version_door(story, submission), form)
    assert page.status_code == 409
    for words in ("Au bureau", "À l&#x27;atelier", 'name="rev" value="1"'):
        assert words in page.text
    assert client.post(version_door(story, submission), {**form, "rev": "1"}).status_code == 302


def test_page_with_an_odd_level_is_refused(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    form = {f"level_{line}": "4" for line in marks_of(submission)}
    assert signed_in(story.trainee).post(version_door(story, submission), form).status_code == 400
    assert not SelfAssessment.objects.exists()


def test_page_of_a_draft_opens_once_something_is_begun(story: Small) -> None:
    client, url = signed_in(story.trainee), reverse("assessments:self-draft", args=[story.practical.uuid])
    assert client.get(url)["Location"] == f"{story.practical.door_path()}#mon-travail"
    save_draft(by=story.trainee, practical=story.practical, text="Suite", rev=0)
    assert "Ton brouillon, vu par toi." in client.get(url).text
    lines = RubricCriterion.objects.all()
    assert client.post(url, {"rev": "0", **{f"level_{line.pk}": "none" for line in lines}}).status_code == 302
    assert client.get(url).text.count('value="none" checked') == 6
    assert client.post(url, {"rev": "1", **{f"level_{line.pk}": "1" for line in lines}}).status_code == 302
    assert "Dire ce que j'en pense, avant d'envoyer" in client.get(story.practical.door_path()).text


def test_page_of_another_s_version_is_not_found(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    mate = person(Role.TRAINEE, "Voisin")
    enrol(by=story.coordinator, trainee=mate, programme=story.programme, cohort=story.cohort)
    assert signed_in(mate).get(version_door(story, submission)).status_code == 404
    assert signed_in(mate).post(version_door(story, submission), {"rev": "0"}).status_code == 404


def test_sheet_folds_it_under_its_author_s_name_for_those_who_follow(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    say(story, submission, 3, "Je le referais pareil.")
    url = reverse("assessments:sheet", args=[submission.uuid])
    page = signed_in(story.trainer).get(url).text
    before, _mark, after = page.partition("Ce qu'en dit Inès")
    assert before.rstrip().endswith("</svg>")
    assert before.rpartition("<details")[2].startswith(' class="drawer">'), "folded"
    assert "Je le referais pareil." in after
    assert "Je le referais pareil." not in signed_in(person(Role.CERTIFIER, cohort=story.cohort)).get(url).text


def test_sheet_says_when_it_came_after_an_evaluation(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    url = reverse("assessments:sheet", args=[submission.uuid])
    say(story, submission, 3)
    judge(submission, story.trainer)
    assert "après une évaluation" not in signed_in(story.trainer).get(url).text
    say(story, submission, 2, rev=1)
    assert "après une évaluation" in signed_in(story.trainer).get(url).text


def test_thread_shows_both_side_by_side(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    say(story, submission, 1, "Je cherche encore.")
    judge(submission, story.trainer, 3)
    (turn,) = thread_of(trainee=story.trainee.pk, practical=story.practical.pk)
    mark = turn.feedback[0].marks[0]
    assert (mark.level, mark.own and mark.own.level, mark.own and mark.own.word) == (3, 1, "Je découvre")
    page = signed_in(story.trainee).get(story.practical.door_path()).text
    assert page.count("<dt>Toi</dt>") == 6
    assert page.count(f"<dt>{story.trainer}</dt>") == 6
    assert "Je cherche encore." in page
