"""A trainee reads their dossier before it leaves, says a word on it, and says yes or no; the certifier waits for the yes."""

import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from lms import clock
from lms.exports.models import DossierComment, Export, SharingConsent
from lms.exports.rules.sharing import CONSENT_TEXTS, CURRENT_CONSENT, MAX_COMMENT, has_room
from lms.exports.selectors.sharing import comment_of, consent_of, consents_of
from lms.exports.services import request_dossier, run_export
from lms.exports.services.dossiers import comment_dossier, give_consent, withdraw_consent
from lms.exports.verify import check
from lms.jobs.models import Job
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.people.services import leave_cohort
from lms.refusal import Refused
from tests.cast import Small, person, small
from tests.exports.dossiers import Told, told
from tests.house.conftest import read, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Told:
    return told()


def agreed(world: Small) -> SharingConsent:
    return give_consent(by=world.trainee, text_version=CURRENT_CONSENT)


def made(by: User, world: Small) -> Export:
    export = request_dossier(by=by, trainee=world.trainee.uuid, key=uuid4())
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    return export


def code_of(act: object, **said: object) -> str:
    with pytest.raises(Refused) as refused:
        act(**said)  # type: ignore[operator]
    return refused.value.code


# --- Saying yes, saying something


def test_consent_is_kept_with_its_words_and_once() -> None:
    world = small()
    first = agreed(world)
    assert agreed(world).pk == first.pk
    withdraw_consent(by=world.trainee)
    assert consent_of(world.trainee.pk) is None
    again = agreed(world)
    rows = consents_of(world.trainee.pk)
    assert [row.pk for row in rows] == [again.pk, first.pk]
    assert {row.text_version for row in rows} == {CURRENT_CONSENT}
    assert (rows[0].withdrawn_at, rows[1].withdrawn_at is None) == (None, False)


def test_consent_to_former_words_is_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    world = small()
    agreed(world)
    monkeypatch.setattr("lms.exports.selectors.sharing.CURRENT_CONSENT", "2")
    monkeypatch.setattr("lms.exports.services.dossiers.CURRENT_CONSENT", "2")
    assert consent_of(world.trainee.pk) is None
    assert code_of(give_consent, by=world.trainee, text_version="1") == "consent_text_changed"


@pytest.mark.parametrize("role", [Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER, Role.ADMINISTRATOR])
def test_nobody_says_yes_nor_a_word_for_somebody(role: Role) -> None:
    other = person(role)
    assert code_of(give_consent, by=other, text_version=CURRENT_CONSENT) == "role_not_allowed"
    assert code_of(withdraw_consent, by=other) == "role_not_allowed"
    assert code_of(comment_dossier, by=other, text="x") == "role_not_allowed"


def test_comment_replaces_the_former_and_an_empty_one_takes_it_away() -> None:
    world = small()
    for text, kept in (("Un mot.", 1), (" Un mot. ", 1), ("Un autre.", 2), ("", 3)):
        comment_dossier(by=world.trainee, text=text)
        assert DossierComment.objects.count() == kept
        now = comment_of(world.trainee.pk)
        assert (now.text if now else "") == text.strip()
    assert code_of(comment_dossier, by=world.trainee, text="x" * (MAX_COMMENT + 1)) == "comment_too_long"
    assert has_room("x" * MAX_COMMENT)


def test_consent_constraints_hold() -> None:
    world = small()
    row = agreed(world)
    wrong = (
        {"text_version": CURRENT_CONSENT}, {"text_version": "0", "withdrawn_at": clock.now()},
        {"text_version": CURRENT_CONSENT, "withdrawn_at": row.given_at - timedelta(days=1)},
    )  # fmt: skip
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            SharingConsent.objects.create(trainee=world.trainee, given_at=row.given_at, **fields)


def test_visible_to_follows_the_trainee() -> None:
    world = small()
    agreed(world)
    comment_dossier(by=world.trainee, text="Un mot.")
    for model in (SharingConsent, DossierComment):
        assert model.objects.visible_to(world.trainer).count() == model.objects.visible_to(world.trainee).count() == 1
        assert not model.objects.visible_to(person(Role.TRAINER)).exists()
        assert not model.objects.visible_to(person(Role.TRAINEE)).exists()


# --- The file


def test_dossier_carries_the_word_and_the_yes(story: Told) -> None:
    world = story.small
    agreed(world)
    comment_dossier(by=world.trainee, text="J'ai aussi monté un film.")
    export = made(world.trainee, world)
    assert (export.name.endswith(".zip"), export.rows > 5) == (True, True)
    with export.content.open("rb") as content:
        sound = check(content)
    assert sound.manifest["trainee"] == str(world.trainee.uuid)
    with export.content.open("rb") as content, zipfile.ZipFile(io.BytesIO(content.read())) as archive:
        document = json.loads(archive.read("dossier.json"))
    assert document["comment"]["words"] == "J'ai aussi monté un film."
    assert document["consent"]["text"] == CONSENT_TEXTS[CURRENT_CONSENT]
    notice = Notice.objects.visible_to(world.trainee).get(path="/mon-dossier/")
    assert notice.text == "Ton dossier est prêt."


def test_certifier_waits_for_the_yes_at_each_door(story: Told) -> None:
    world = story.small
    certifier = person(Role.CERTIFIER, cohort=world.cohort)
    assert code_of(request_dossier, by=certifier, trainee=world.trainee.uuid, key=uuid4()) == "consent_missing"
    agreed(world)
    waiting = request_dossier(by=certifier, trainee=world.trainee.uuid, key=uuid4())
    withdraw_consent(by=world.trainee)
    run_export.call(str(waiting.uuid))
    waiting.refresh_from_db()
    assert waiting.job
    assert (waiting.job.state, waiting.content.name) == (Job.State.FAILED, "")
    agreed(world)
    export = made(certifier, world)
    address = reverse("exports:export-download", args=[export.uuid])
    assert read(signed(certifier).get(address)).startswith(b"PK")
    withdraw_consent(by=world.trainee)
    assert signed(certifier).get(address).status_code == 404


def test_trainer_and_coordination_take_it_without_asking(story: Told) -> None:
    for reader in (story.small.trainer, story.small.coordinator):
        assert made(reader, story.small).sha256


def test_dossier_of_another_is_refused(story: Told) -> None:
    world = story.small
    for stranger in (person(Role.TRAINEE), person(Role.TRAINER), person(Role.COUNSELLOR, cohort=world.cohort), person(Role.ADMINISTRATOR)):
        assert code_of(request_dossier, by=stranger, trainee=world.trainee.uuid, key=uuid4()) == "nobody_to_export"
    export = made(world.trainer, world)
    leave_cohort(by=world.coordinator, person=world.trainer, cohort=world.cohort)
    assert signed(world.trainer).get(reverse("exports:export-download", args=[export.uuid])).status_code == 404


# --- The pages


def test_trainee_reads_says_asks_and_takes(story: Told) -> None:
    world, client = story.small, signed(story.small.trainee)
    page = client.get("/mon-dossier/").content.decode()
    for words in (
        "Je fais 1",
        "Je sais faire",
        "bloc validé par Marc",
        "Faire, version 2",
        "Mme Lila : très propre.",
        CONSENT_TEXTS[CURRENT_CONSENT][:30],
    ):
        assert words in page.replace("&#x27;", "'"), words
    assert page.count("btn-main") == 1
    client.post("/mon-dossier/mot/", {"text": "mot-sur-le-dossier"})
    client.post("/mon-dossier/accord/", {"answer": "yes", "text_version": CURRENT_CONSENT})
    page = client.get("/mon-dossier/").content.decode()
    assert "mot-sur-le-dossier" in page
    assert "Tu as dit oui le" in page
    assert client.post("/mon-dossier/", {"key": uuid4()}).status_code == 302
    export = Export.objects.get(owner=world.trainee)
    assert 'data-wait="2"' in client.get("/mon-dossier/").content.decode()
    run_export.call(str(export.uuid))
    address = reverse("exports:export-download", args=[export.uuid])
    assert address in client.get("/mon-dossier/").content.decode()
    taken = client.get(address)
    assert (taken.headers["Content-Type"], read(taken)[:2]) == ("application/zip", b"PK")
    client.post("/mon-dossier/accord/", {"answer": "no", "text_version": CURRENT_CONSENT})
    assert consent_of(world.trainee.pk) is None


def test_staff_page_says_what_the_dossier_says(story: Told) -> None:
    world = story.small
    comment_dossier(by=world.trainee, text="mot-sur-le-dossier")
    page = signed(world.trainer).get(f"/dossiers/{world.trainee.uuid}/").content.decode()
    assert "mot-sur-le-dossier" in page
    assert "n’a pas donné son accord" in page
    assert f"/dossiers/{world.trainee.uuid}/" in signed(world.trainer).get(f"/stagiaires/{world.trainee.uuid}/").content.decode()
    asked = signed(world.trainer).post(f"/dossiers/{world.trainee.uuid}/", {"key": uuid4()})
    assert "Dossier" in signed(world.trainer).get(asked.headers["Location"]).content.decode()


def test_certifier_page_offers_the_file_after_the_yes_only(story: Told) -> None:
    world = story.small
    client = signed(person(Role.CERTIFIER, cohort=world.cohort))
    address = f"/dossiers/{world.trainee.uuid}/"
    assert "Préparer le dossier" not in client.get(address).content.decode()
    assert client.post(address, {"key": uuid4()}).status_code == 400
    agreed(world)
    assert "Préparer le dossier" in client.get(address).content.decode()
    assert client.post(address, {"key": uuid4()}).status_code == 302


def test_page_of_somebody_without_a_programme() -> None:
    newcomer = person(Role.TRAINEE)
    assert "Ton dossier s’écrira avec ton parcours." in signed(newcomer).get("/mon-dossier/").content.decode()
    page = signed(person(Role.COORDINATOR)).get(f"/dossiers/{newcomer.uuid}/").content.decode()
    assert "inscrite à aucun parcours" in page


def test_forms_that_make_no_sense_change_nothing() -> None:
    client: Client = signed(small().trainee)
    assert client.post("/mon-dossier/accord/", {"answer": "peut-être"}).status_code == 404
    assert client.post("/mon-dossier/accord/", {"answer": "yes", "text_version": "0"}).status_code == 400
    assert client.post("/mon-dossier/mot/", {"text": "x" * (MAX_COMMENT + 1)}).status_code == 400
    assert not SharingConsent.objects.exists()
    assert not DossierComment.objects.exists()
