"""Preparing and handing in: each a whole or nothing, each once, nothing lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from assessments.models import Draft, DraftFile, PracticalPage, Submission, SubmittedFile
from assessments.services import add_draft_files, keep_in_draft, remove_draft_file, reuse_version, save_draft, submit_work
from curriculum.models import Run
from curriculum.services import retake
from lms.files.models import PrivateFile
from lms.files.services import remove_orphans
from lms.people.models import Notice
from lms.records.models import Statement
from lms.refusal import Refused, Stale
from tests.assessments.things import content_of, on_disk, picture, verbs
from tests.cast import Small, small
from tests.faults import sweep
from tests.story import hand_in, judge

pytestmark = pytest.mark.django_db
ONE_HOUR = timedelta(hours=1)


@pytest.fixture
def story() -> Small:
    return small()


# --- Drafts --------------------------------------------------------------------------------------------------------


def test_save_draft_grows_the_revision(story: Small) -> None:
    draft = save_draft(by=story.trainee, practical=story.practical, text="Un", rev=0)
    assert (draft.text, draft.rev) == ("Un", 1)
    assert save_draft(by=story.trainee, practical=story.practical, text="Deux", rev=1).rev == 2


def test_save_draft_from_an_older_tab_is_stale_and_keeps_both(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Base", rev=0)
    save_draft(by=story.trainee, practical=story.practical, text="Onglet A", rev=1)
    with pytest.raises(Stale) as refusal:
        save_draft(by=story.trainee, practical=story.practical, text="Onglet B", rev=1)
    assert refusal.value.current == {"text": "Onglet A", "rev": 2}
    assert Draft.objects.get().text == "Onglet A"


def test_save_draft_sent_twice_is_one_save(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Un", rev=0)
    assert save_draft(by=story.trainee, practical=story.practical, text="Un", rev=0).rev == 1


def test_save_draft_too_long_is_refused_and_not_cut(story: Small) -> None:
    with pytest.raises(Refused) as refusal:
        save_draft(by=story.trainee, practical=story.practical, text="a" * 50_001, rev=0)
    assert refusal.value.code == "text_too_long"
    assert not Draft.objects.exists()


def test_add_draft_files_keeps_all_or_none(story: Small) -> None:
    with pytest.raises(Refused) as refusal:
        add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture(), SimpleUploadedFile("virus.exe", b"MZ")])
    assert refusal.value.code == "file_kind"
    assert not DraftFile.objects.exists()
    assert not PrivateFile.objects.exists()


def test_add_draft_files_sent_twice_keeps_one(story: Small) -> None:
    for _time in range(2):
        add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture(), picture("autre.png", 9)])
    assert sorted(row.file.name for row in DraftFile.objects.all()) == ["autre.png", "tasse.png"]


def test_add_draft_files_of_one_name_and_two_contents_keeps_both(story: Small) -> None:
    """Phones name every photo the same."""
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture("image.png", 1), picture("image.png", 2)])
    assert DraftFile.objects.count() == 2


def test_add_draft_files_refuses_an_eleventh(story: Small) -> None:
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture(colour=n) for n in range(10)])
    with pytest.raises(Refused) as refusal:
        add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture(colour=99)])
    assert refusal.value.code == "too_many_files"
    assert DraftFile.objects.count() == 10


def test_keep_in_draft_keeps_what_it_can_and_says_the_rest(story: Small) -> None:
    refusals = keep_in_draft(
        by=story.trainee, practical=story.practical, text="Voici", rev=0, uploads=[picture(), SimpleUploadedFile("virus.exe", b"MZ")]
    )
    assert [refusal.code for refusal in refusals] == ["file_kind"]
    draft = Draft.objects.get()
    assert draft.text == "Voici"
    assert [row.file.name for row in draft.files.all()] == ["tasse.png"]


def test_keep_in_draft_after_a_refusal_reads_a_moved_file_again(story: Small) -> None:
    """A big upload is a temporary file that the first, refused try has moved away."""
    content = picture().read()
    big = TemporaryUploadedFile("tasse.png", "image/png", len(content), None)
    big.write(content)
    big.seek(0)
    bad = SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(Refused):
        submit_work(by=story.trainee, practical=story.practical, text="", uploads=[big, bad], key=uuid4())
    refusals = keep_in_draft(by=story.trainee, practical=story.practical, text="", rev=0, uploads=[big, bad])
    assert [refusal.code for refusal in refusals] == ["picture_unreadable"]
    kept = DraftFile.objects.get().file
    assert content_of(kept) == content
    big.close()


def test_remove_draft_file_deletes_it_for_good(story: Small, django_capture_on_commit_callbacks: object) -> None:
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture()])
    file = PrivateFile.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        remove_draft_file(by=story.trainee, practical=story.practical, file=file.uuid)
    assert not PrivateFile.objects.exists()
    assert file.content.name not in on_disk()


def test_remove_draft_file_leaves_what_was_handed_in(story: Small) -> None:
    submission = submit_work(by=story.trainee, practical=story.practical, text="", uploads=[picture()], key=uuid4())
    reuse_version(by=story.trainee, submission=submission)
    remove_draft_file(by=story.trainee, practical=story.practical, file=PrivateFile.objects.get().uuid)
    assert not DraftFile.objects.exists()
    assert content_of(submission.files.get().file)


def test_remove_draft_file_of_someone_else_changes_nothing(story: Small) -> None:
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture()])
    remove_draft_file(by=story.trainer, practical=story.practical, file=PrivateFile.objects.get().uuid)
    assert DraftFile.objects.exists()


def test_reuse_version_brings_text_and_files_back(story: Small) -> None:
    submission = submit_work(by=story.trainee, practical=story.practical, text="V1", uploads=[picture()], key=uuid4())
    draft = reuse_version(by=story.trainee, submission=submission)
    assert draft.text == "V1"
    again = submit_work(by=story.trainee, practical=story.practical, text="V2", uploads=[], key=uuid4())
    assert again.files.get().file == submission.files.get().file


def test_reuse_version_never_replaces_a_draft(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee, "V1")
    save_draft(by=story.trainee, practical=story.practical, text="En cours", rev=Draft.objects.filter().count())
    with pytest.raises(Refused) as refusal:
        reuse_version(by=story.trainee, submission=submission)
    assert refusal.value.code == "draft_not_empty"
    assert Draft.objects.get().text == "En cours"


# --- Handing in ----------------------------------------------------------------------------------------------------


def test_submit_work_makes_a_version_with_its_files_and_empties_the_draft(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Un", rev=0)
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture("a.png", 1)])
    submission = submit_work(
        by=story.trainee, practical=story.practical, text="Un, fini", uploads=[picture("b.png", 2)], key=uuid4(), rev=1
    )
    assert (submission.number, submission.text) == (1, "Un, fini")
    assert [row.file.name for row in submission.files.all()] == ["a.png", "b.png"]
    draft = Draft.objects.get()
    assert (draft.text, draft.files.count(), draft.rev) == ("", 0, 2)
    assert verbs()[-2:] == ["completed", "submit"]
    assert str(submission.statement_id) in Statement.objects.order_by("-stored").first().text
    assert Notice.objects.filter(recipient=story.trainer).count() == 1


def test_submit_work_any_number_of_times_keeps_every_version(story: Small) -> None:
    for number in range(1, 4):
        assert hand_in(story.practical, story.trainee, f"V{number}").number == number
    assert list(Submission.objects.order_by("number").values_list("text", flat=True)) == ["V1", "V2", "V3"]


def test_submit_work_in_a_new_run_goes_on_numbering(story: Small) -> None:
    first = hand_in(story.practical, story.trainee)
    retake(by=story.trainee, module=story.module)
    second = hand_in(story.practical, story.trainee)
    assert (second.number, second.run.number) == (first.number + 1, 2)


def test_submit_work_of_the_same_form_is_one_version(story: Small) -> None:
    key = uuid4()
    made = {
        submit_work(by=story.trainee, practical=story.practical, text="Une fois", uploads=[picture()], key=key).pk for _time in range(3)
    }
    assert len(made) == Submission.objects.count() == SubmittedFile.objects.count() == 1
    assert verbs().count("submit") == 1
    assert Notice.objects.filter(recipient=story.trainer).count() == 1


def test_submit_work_leaves_in_the_draft_what_another_tab_wrote(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Onglet A", rev=0)
    save_draft(by=story.trainee, practical=story.practical, text="Onglet B, bien plus long", rev=1)
    submit_work(by=story.trainee, practical=story.practical, text="Onglet A", uploads=[], key=uuid4(), rev=1)
    assert Draft.objects.get().text == "Onglet B, bien plus long"


def test_submit_work_while_an_autosave_is_under_way_empties_the_draft(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Le début", rev=0)
    submit_work(by=story.trainee, practical=story.practical, text="Le début et la fin", uploads=[], key=uuid4(), rev=0)
    assert Draft.objects.get().text == ""


def test_submit_work_refuses_nothing(story: Small) -> None:
    with pytest.raises(Refused) as refusal:
        submit_work(by=story.trainee, practical=story.practical, text="  ", uploads=[], key=uuid4())
    assert refusal.value.code == "nothing_to_submit"
    assert not Run.objects.exists()


def test_submit_work_keeps_the_rubric_of_that_day(story: Small) -> None:
    first = hand_in(story.practical, story.trainee)
    rubric = story.practical.rubric
    line = rubric.lines.first()
    line.level_3 = "Je fais autrement."
    rubric.lines.add(line)
    rubric.save_revision().publish()
    second = hand_in(PracticalPage.objects.get(pk=story.practical.pk), story.trainee)
    assert (first.rubric.number, second.rubric.number) == (1, 2)
    judgement = judge(first, story.trainer, 3)
    words = {mark.line.descriptors["3"] for mark in judgement.marks.select_related("line")}
    assert "Je fais autrement." not in words


def test_submit_work_failing_anywhere_changes_nothing(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Un", rev=0)
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture("a.png", 1)])
    before, key = on_disk(), uuid4()

    def act() -> None:
        submit_work(by=story.trainee, practical=story.practical, text="Un", uploads=[picture("b.png", 2)], key=key, rev=1)

    assert sweep(act) > 20
    assert Submission.objects.get().files.count() == 2
    assert verbs()[-1] == "submit"
    removed = remove_orphans(older_than=-ONE_HOUR)  # what the failed tries left on the disk
    assert removed > 0
    assert len(on_disk() - before) == 1
