"""Ready-made comments: one's own or the team's, one tap on the sheet, counted when signed, never a fact about a trainee."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import Judgement, Phrase, RubricCriterion
from assessments.rules import with_phrases
from assessments.selectors.phrases import phrases_for
from assessments.services import change_phrase, keep_phrase, release_judgement, remove_phrase
from competencies.models import Criterion
from lms.people.rules import Role
from lms.records.models import Statement
from lms.refusal import Refused
from tests.assessments.things import marks_of, saved
from tests.cast import Small, cohort, person, signed_in, small
from tests.story import hand_in

words = st.text(alphabet="abc \n", max_size=12)


@given(words, st.lists(st.text(alphabet="abc", min_size=1, max_size=6)), st.integers(0, 60))
def test_with_phrases_adds_each_once_and_loses_nothing(text: str, phrases: list[str], most: int) -> None:
    found = with_phrases(text, phrases, most=most)
    assert found == text or found.startswith(text.rstrip())
    assert len(found) <= max(most, len(text))
    assert with_phrases(found, phrases, most=most) == found, "saving again adds nothing"
    if most > len(text) + sum(len(phrase) + 1 for phrase in phrases):
        assert all(phrase in found for phrase in phrases)


@pytest.fixture
def story(db: None) -> Small:
    return small()


def criterion(story: Small) -> Criterion:
    return Criterion.objects.get(code="ON1.1.1", competency__in=story.competencies)


def test_keep_phrase_sent_twice_is_one_and_tells_nothing(story: Small) -> None:
    count = Statement.objects.count()
    first = keep_phrase(by=story.trainer, text="  Ton contour \n est net. ", criterion=None, is_shared=False)
    again = keep_phrase(by=story.trainer, text="Ton contour est net.", criterion=None, is_shared=True)
    assert (again.pk, again.text, again.is_shared) == (first.pk, "Ton contour est net.", True)
    assert keep_phrase(by=story.trainer, text="Ton contour est net.", criterion=criterion(story), is_shared=False).pk != first.pk
    assert Statement.objects.count() == count


@pytest.mark.parametrize(("text", "code"), [(" ", "phrase_empty"), ("a" * 301, "phrase_too_long")])
def test_keep_phrase_refuses_nothing_and_too_much(story: Small, text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        keep_phrase(by=story.trainer, text=text, criterion=None, is_shared=False)
    assert refusal.value.code == code


def test_phrase_rows_are_once_an_author_and_never_empty(story: Small) -> None:
    keep_phrase(by=story.trainer, text="Net.", criterion=None, is_shared=False)
    keep_phrase(by=story.trainer, text="Net.", criterion=criterion(story), is_shared=False)
    for given_ in ({"text": "Net."}, {"text": "Net.", "criterion": criterion(story)}, {"text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Phrase.objects.create(author=story.trainer, made_at=timezone.now(), **given_)


def test_phrase_is_seen_by_its_author_and_once_shared_by_trainers_only(story: Small) -> None:
    far = person(Role.TRAINER, "Ailleurs", cohort=cohort())
    phrase = keep_phrase(by=story.trainer, text="Net.", criterion=None, is_shared=False)
    assert list(Phrase.objects.visible_to(story.trainer)) == [phrase]
    assert not Phrase.objects.visible_to(far).exists()
    change_phrase(by=story.trainer, phrase=phrase, text="Net !", is_shared=True)
    assert [one.text for one in Phrase.objects.visible_to(far)] == ["Net !"]
    for other in (story.trainee, story.coordinator):
        assert not Phrase.objects.visible_to(other).exists()
    change_phrase(by=far, phrase=phrase, text="À moi", is_shared=True)
    remove_phrase(by=far, phrase=phrase)
    assert [one.text for one in Phrase.objects.visible_to(far)] == ["Net !"], "only its author changes it"
    remove_phrase(by=story.trainer, phrase=phrase)
    assert not Phrase.objects.visible_to(far).exists()


def test_change_phrase_into_another_is_refused(story: Small) -> None:
    keep_phrase(by=story.trainer, text="Net.", criterion=None, is_shared=False)
    other = keep_phrase(by=story.trainer, text="Flou.", criterion=None, is_shared=False)
    with pytest.raises(Refused) as refusal:
        change_phrase(by=story.trainer, phrase=other, text="Net.", is_shared=False)
    assert refusal.value.code == "phrase_twice"
    page = signed_in(story.trainer).post(reverse("assessments:phrase-detail", args=[other.uuid]), {"text": "Net."})
    assert page.status_code == 400
    assert "Vous avez déjà cette phrase." in page.text


def test_release_judgement_counts_the_phrases_it_was_signed_with(story: Small) -> None:
    on_line = keep_phrase(by=story.trainer, text="Ton contour est net.", criterion=criterion(story), is_shared=False)
    message = keep_phrase(by=story.trainer, text="Bravo.", criterion=None, is_shared=False)
    unused = keep_phrase(by=story.trainer, text="Encore un effort.", criterion=None, is_shared=False)
    submission = hand_in(story.practical, story.trainee)
    line = RubricCriterion.objects.get(version=submission.rubric, criterion=criterion(story))
    marks = {**marks_of(submission), line.pk: (3, "Oui. Ton contour est net.")}
    draft = saved(story, submission, marks=marks, comment="Bravo.\nContinue.")
    assert set(Phrase.objects.values_list("uses", flat=True)) == {0}, "a draft uses nothing yet"
    for _time in range(2):
        release_judgement(by=story.trainer, judgement=draft, others_known=0)
    assert dict(Phrase.objects.values_list("pk", "uses")) == {on_line.pk: 1, message.pk: 1, unused.pk: 0}
    rows = phrases_for(story.trainer, RubricCriterion.objects.filter(version=submission.rubric))
    assert [row.text for row in rows[None]] == ["Bravo.", "Encore un effort."], "most used first"


def test_sheet_offers_phrases_and_a_tick_adds_them_on_saving(story: Small) -> None:
    phrase = keep_phrase(by=story.trainer, text="Ton contour est net.", criterion=criterion(story), is_shared=False)
    general = keep_phrase(by=story.trainer, text="Bravo.", criterion=None, is_shared=False)
    submission, client = hand_in(story.practical, story.trainee), signed_in(story.trainer)
    line = RubricCriterion.objects.get(version=submission.rubric, criterion=criterion(story))
    sheet = reverse("assessments:sheet", args=[submission.uuid])
    page = client.get(sheet).text
    assert f'<input type="checkbox" name="phrases_{line.pk}" value="{phrase.uuid}"><span>Ton contour est net.</span>' in page
    assert f'name="phrases" value="{general.uuid}"' in page
    form = {
        "rev": "0", "others_known": "0", "key": str(uuid4()), f"level_{line.pk}": "3", f"comment_{line.pk}": "Oui.",
        f"phrases_{line.pk}": [str(phrase.uuid), str(uuid4())], "phrases": str(general.uuid),
    }  # fmt: skip
    assert client.post(reverse("assessments:judgement-save", args=[submission.uuid]), form).status_code == 302
    draft = Judgement.objects.get()
    assert (draft.marks.get().comment, draft.comment) == ("Oui.\nTon contour est net.", "Bravo.")
    again = client.post(reverse("assessments:judgement-save", args=[submission.uuid]), {**form, "rev": "1"})
    assert again.status_code == 302
    draft.refresh_from_db()
    assert draft.rev == 1, "the same boxes ticked again add nothing"
    page = client.get(sheet).text
    assert "Oui.\nTon contour est net." in page
    assert f'name="phrases_{line.pk}"' not in page


def test_phrases_of_another_are_not_added_by_their_name(story: Small) -> None:
    far = person(Role.TRAINER, "Ailleurs", cohort=cohort())
    private = keep_phrase(by=far, text="Entre nous.", criterion=None, is_shared=False)
    submission = hand_in(story.practical, story.trainee)
    form = {"rev": "0", "others_known": "0", "comment": "Bien.", "phrases": str(private.uuid)}
    signed_in(story.trainer).post(reverse("assessments:judgement-save", args=[submission.uuid]), form)
    assert Judgement.objects.get().comment == "Bien."


def test_phrase_pages_keep_change_and_remove(story: Small) -> None:
    client, url = signed_in(story.trainer), reverse("assessments:phrase-list")
    assert "Pas encore de phrase" in client.get(url).text
    assert client.post(url, {"text": ""}).status_code == 400
    hand_in(story.practical, story.trainee)
    assert client.post(url, {"text": "Net.", "criterion": criterion(story).pk, "is_shared": "on"}).status_code == 302
    phrase = Phrase.objects.get()
    assert "ON1.1.1 Critère 1.1" in client.get(url).text
    other = signed_in(person(Role.TRAINER, "Claire", cohort=story.cohort))
    assert f"à {story.trainer}, partagée" in other.get(url).text
    detail = reverse("assessments:phrase-detail", args=[phrase.uuid])
    assert other.get(detail).status_code == 404
    assert other.post(reverse("assessments:phrase-remove", args=[phrase.uuid])).status_code == 404
    assert "Net." in client.get(detail).text
    assert client.post(detail, {"text": "Très net."}).status_code == 302
    phrase.refresh_from_db()
    assert (phrase.text, phrase.is_shared) == ("Très net.", False)
    assert client.post(reverse("assessments:phrase-remove", args=[phrase.uuid])).status_code == 302
    assert "Pas encore de phrase" in client.get(url).text


def test_phrase_list_costs_the_same_for_2_and_12(story: Small) -> None:
    client = signed_in(story.trainer)

    def cost(number: int) -> int:
        for place in range(number):
            author = person(Role.TRAINER, cohort=story.cohort)
            keep_phrase(by=author, text=f"Phrase {place}", criterion=criterion(story), is_shared=True)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("assessments:phrase-list")).status_code == 200
        return len(queries)

    assert cost(2) == cost(10)
