"""One draft on two devices (promises.md F09): both texts are shown, one tap keeps one, the other or both, and nothing is lost either way."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import Draft, DraftText
from assessments.rules import MAX_TEXT, merged_text
from assessments.services import merge_draft, save_draft, set_aside, take_back
from assessments.services.drafts import TEXTS_ASIDE
from curriculum.services import enrol
from lms.people.rules import Role
from lms.refusal import Refused, Stale
from tests.assessments.test_concurrency import together
from tests.assessments.things import picture
from tests.cast import Small, person, small

ICI, AILLEURS = "Texte écrit ici", "Texte écrit ailleurs"


@given(st.text(max_size=20), st.text(max_size=20))
def test_merged_text_keeps_every_word_of_what_is_kept(here: str, elsewhere: str) -> None:
    assert merged_text(here, elsewhere, keep="here") == here
    assert merged_text(here, elsewhere, keep="elsewhere") == elsewhere
    assert merged_text(here, elsewhere, keep="both").split() == [*here.split(), *elsewhere.split()]


@pytest.fixture
def story(db: None) -> Small:
    return small()


@pytest.fixture
def client(story: Small) -> Client:
    """Inès, whose other device has just saved."""
    save_draft(by=story.trainee, practical=story.practical, text=AILLEURS, rev=0)
    client = Client()
    client.force_login(story.trainee)
    return client


def door(name: str, story: Small, *more: object) -> str:
    return reverse(f"assessments:{name}", args=[story.practical.uuid, *more])


def aside() -> list[str]:
    return list(DraftText.objects.values_list("text", flat=True))


def test_stale_page_shows_both_texts_and_three_choices(story: Small, client: Client) -> None:
    page = client.post(door("draft-save", story), {"text": ICI, "rev": "0"})
    assert page.status_code == 409
    assert f'<div class="words">{ICI}</div>' in page.text
    assert f'<div class="words">{AILLEURS}</div>' in page.text
    for value in ("here", "elsewhere", "both"):
        assert f'name="keep" value="{value}" formaction="{door("draft-merge", story)}"' in page.text
    assert (Draft.objects.get().text, aside()) == (AILLEURS, [ICI]), "neither is lost, were the page closed now"


@pytest.mark.parametrize("name", ["draft-files", "work-submit"])
def test_other_doors_lose_nothing_either(story: Small, client: Client, name: str) -> None:
    client.post(door(name, story), {"text": ICI, "rev": "0", "key": str(uuid4()), "uploads": [picture("x.exe")]})
    assert {Draft.objects.get().text, *aside()} == {AILLEURS, ICI}


@pytest.mark.parametrize(
    ("keep", "kept", "left"),
    [("here", ICI, [AILLEURS]), ("elsewhere", AILLEURS, [ICI]), ("both", f"{ICI}\n\n{AILLEURS}", [])],
)
def test_one_tap_keeps_one_the_other_or_both(story: Small, client: Client, keep: str, kept: str, left: list[str]) -> None:
    client.post(door("draft-save", story), {"text": ICI, "rev": "0"})
    for _time in range(2):  # a double tap does it once
        answer = client.post(door("draft-merge", story), {"text": ICI, "rev": "1", "keep": keep})
        assert answer.status_code == 302
        assert (Draft.objects.get().text, aside()) == (kept, left)
    page = client.get(story.practical.door_path()).text
    assert ("1 texte mis de côté" in page) is bool(left)


def test_draft_merge_tells_a_script_the_text(story: Small, client: Client) -> None:
    answer = client.post(
        door("draft-merge", story), {"text": ICI, "rev": "1", "keep": "both"}, headers={"Accept": "application/json"}
    ).json()
    assert (answer["text"], answer["rev"], len(answer["saved_at"])) == (f"{ICI}\n\n{AILLEURS}", 2, 5)


def test_draft_merge_after_a_third_text_shows_that_one(story: Small, client: Client) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Encore ailleurs", rev=1)
    page = client.post(door("draft-merge", story), {"text": ICI, "rev": "1", "keep": "here"})
    assert page.status_code == 409
    assert '<div class="words">Encore ailleurs</div>' in page.text
    assert {Draft.objects.get().text, *aside()} == {"Encore ailleurs", ICI}


def test_draft_merge_without_a_choice_keeps_both(story: Small, client: Client) -> None:
    client.post(door("draft-merge", story), {"text": ICI, "rev": "1", "keep": "rien"})
    assert Draft.objects.get().text == f"{ICI}\n\n{AILLEURS}"


def test_merge_draft_of_two_texts_too_long_together_loses_neither(story: Small, client: Client) -> None:
    long = "x" * MAX_TEXT
    page = client.post(door("draft-merge", story), {"text": long, "rev": "1", "keep": "both"})
    assert page.status_code == 400
    assert {Draft.objects.get().text, *aside()} == {AILLEURS, long}


def test_take_back_adds_the_text_to_what_is_typed(story: Small, client: Client) -> None:
    set_aside(by=story.trainee, practical=story.practical, text=ICI)
    row = DraftText.objects.get()
    answer = client.post(door("draft-take-back", story, row.uuid), {"text": "Tapé depuis", "rev": "1"})
    assert answer.status_code == 302
    assert (Draft.objects.get().text, aside()) == (f"Tapé depuis\n\n{ICI}", [])
    assert client.post(door("draft-take-back", story, row.uuid)).status_code == 302, "a second tap changes nothing"


def test_take_back_of_another_s_text_gives_nothing(story: Small, client: Client) -> None:
    set_aside(by=story.trainee, practical=story.practical, text=ICI)
    mate = person(Role.TRAINEE, "Yanis")
    enrol(by=story.coordinator, trainee=mate, programme=story.programme, cohort=story.cohort)
    assert take_back(by=mate, practical=story.practical, aside=DraftText.objects.get().uuid).text == ""


def test_take_back_that_would_be_too_long_is_refused_and_kept(story: Small, client: Client) -> None:
    set_aside(by=story.trainee, practical=story.practical, text="x" * MAX_TEXT)
    with pytest.raises(Refused, match="trop longs"):
        take_back(by=story.trainee, practical=story.practical, aside=DraftText.objects.get().uuid)
    assert len(aside()) == 1


def test_set_aside_keeps_each_text_once_and_the_last_twenty(story: Small, client: Client) -> None:
    for text in (ICI, ICI, " ", AILLEURS):
        set_aside(by=story.trainee, practical=story.practical, text=text)
    assert aside() == [ICI]
    for number in range(TEXTS_ASIDE):
        set_aside(by=story.trainee, practical=story.practical, text=f"Autre {number:02}")
    assert len(aside()) == TEXTS_ASIDE
    assert ICI not in aside()


@pytest.mark.django_db(transaction=True)
def test_merge_draft_from_two_devices_at_once_loses_no_text() -> None:
    story = small()
    save_draft(by=story.trainee, practical=story.practical, text=AILLEURS, rev=0)

    def act(text: str) -> object:
        try:
            return merge_draft(by=story.trainee, practical=story.practical, text=text, keep="here", rev=1)
        except Stale:
            set_aside(by=story.trainee, practical=story.practical, text=text)
            raise

    outcomes = together(*[lambda text=text: act(text) for text in ("Un", "Deux")])
    assert len([one for one in outcomes if isinstance(one, Stale)]) == 1
    assert {Draft.objects.get().text, *aside()} == {AILLEURS, "Un", "Deux"}
