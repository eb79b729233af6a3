"""From the page that explains a level: what people may do about it, and the rules behind."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from competencies.models import BlockValidation, Evidence, LevelRule, ReviewRequest, Standing
from competencies.services import request_review
from lms.people.models import Notice
from lms.refusal import Refused
from tests.cast import Small, signed_in, small
from tests.story import hand_in, judge, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    return world


def door(story: Small, name: str) -> str:
    return reverse(f"home:{name}", args=[story.trainee.uuid, story.competencies[0].uuid])


def rules(story: Small, name: str) -> str:
    return reverse(f"home:{name}", args=[story.programme.framework.uuid])


def level(story: Small) -> int | None:
    return Standing.objects.filter(trainee=story.trainee, competency=story.competencies[0]).values_list("level", flat=True).first()


def ask(story: Small, kind: str = "prior", **more: object) -> ReviewRequest:
    return request_review(
        by=story.trainee, competency=story.competencies[0], kind=kind, text="Je l'ai fait en atelier.", key=uuid4(), **more
    )


def test_a_proof_is_withdrawn_with_a_reason(story: Small) -> None:
    client, occasion = signed_in(story.trainer), Evidence.objects.values_list("occasion", flat=True)[0]
    page = client.post(door(story, "evidence-withdraw"), {"occasion": occasion, "reason": "x" * 501})
    assert page.status_code == 400
    assert "x" * 501 in page.text, "nothing typed is lost"
    assert level(story) == 3
    page = client.post(door(story, "evidence-withdraw"), {"occasion": occasion, "reason": "Fichier d'un autre."}, follow=True)
    assert "Fichier d&#x27;un autre." in page.text
    assert level(story) is None
    page = client.post(door(story, "evidence-withdraw"), {"occasion": occasion, "reason": "Encore."})
    assert page.status_code == 400
    assert "ne compte déjà plus" in page.text


def test_a_level_is_decided_and_explains_itself_to_the_trainee(story: Small) -> None:
    page = signed_in(story.trainer).post(door(story, "level-decide"), {"level": 1, "reason": "Fait à deux."}, follow=True)
    assert "de 3 à 1" in page.text
    assert "Fait à deux." in page.text
    assert level(story) == 1
    mine = signed_in(story.trainee).get(door(story, "why")).text
    assert "a décidé de ce niveau avec toi" in mine
    assert "Fait à deux." in mine


def test_an_opinion_is_kept_beside_once(story: Small) -> None:
    client, form = signed_in(story.trainer), {"key": uuid4(), "kind": "client", "said": "Mme Roy : repris tel quel.", "level": ""}
    for _time in range(2):
        assert "Mme Roy" in client.post(door(story, "opinion-note"), form, follow=True).text
    assert Evidence.objects.filter(kind="client", level=None).count() == 1
    assert level(story) == 3


def test_a_trainee_asks_and_is_answered(story: Small) -> None:
    me, form = signed_in(story.trainee), {"key": uuid4(), "kind": "contest", "text": "Je fais mieux que ça."}
    for _time in range(2):
        page = me.post(door(story, "review-ask"), form, follow=True)
    assert "Ta demande attend." in page.text
    asked = ReviewRequest.objects.get()
    assert Notice.objects.filter(recipient=story.trainer, path="/demandes/").count() == 1
    marc = signed_in(story.trainer)
    assert "Je fais mieux que ça." in marc.get(reverse("home:request-list")).text
    marc.post(reverse("home:request-take", args=[asked.uuid]))
    assert "regarde ta demande" in me.get(door(story, "why")).text
    with pytest.raises(Refused, match="regarde déjà"):
        ask(story, "contest")
    answered = marc.post(
        reverse("home:request-decide", args=[asked.uuid]), {"is_granted": "non", "answer": "Voyons-le jeudi."}, follow=True
    )
    assert "Voyons-le jeudi." in answered.text
    assert "te répond : Voyons-le jeudi." in me.get(door(story, "why")).text
    again = marc.post(reverse("home:request-decide", args=[asked.uuid]), {"is_granted": "oui", "answer": "Si."})
    assert again.status_code == 400
    assert ReviewRequest.objects.get().is_granted is False


def test_prior_learning_is_recognised_at_a_level(story: Small) -> None:
    Evidence.objects.all().update(withdrawn_at="2026-01-01T00:00Z", withdrawn_by=story.trainer, withdrawn_reason="Essai.")
    photo = SimpleUploadedFile("atelier.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    asked = ask(story, upload=photo)
    marc = signed_in(story.trainer)
    joined = marc.get(reverse("home:request-file", args=[asked.uuid]))
    assert b"".join(joined.streaming_content).startswith(b"%PDF")
    url = reverse("home:request-decide", args=[asked.uuid])
    assert "Choisissez le niveau" in marc.post(url, {"is_granted": "oui", "answer": "Vu."}).text
    marc.post(url, {"is_granted": "oui", "answer": "Ses travaux le montrent.", "level": 3})
    assert level(story) == 3
    assert Evidence.objects.get(kind="prior").note == "Ses travaux le montrent."
    assert "savais déjà le faire" in signed_in(story.trainee).get(door(story, "why")).text
    assert "atelier" not in "".join(map(str, told())), "words and names stay in the product"


def test_every_competency_leads_to_its_why(story: Small) -> None:
    """What was known before is asked from a level of 0."""
    Standing.objects.all().delete()
    page = signed_in(story.trainee).get(reverse("home:profile")).text
    assert all(reverse("home:why", args=[story.trainee.uuid, one.uuid]) in page for one in story.competencies)
    assert "Je sais déjà le faire ?" in page


def test_a_request_wants_words(story: Small) -> None:
    page = signed_in(story.trainee).post(door(story, "review-ask"), {"key": uuid4(), "kind": "observe", "text": "  "})
    assert page.status_code == 400
    assert not ReviewRequest.objects.exists()


def test_a_rule_is_tried_then_applied(story: Small) -> None:
    client: Client = signed_in(story.coordinator)
    form = {"scope": "", "kind": "n_of_last", "n": 2, "m": 3, "reason": "Deux fois."}
    page = client.post(rules(story, "rule-try"), form)
    assert "2 baisseraient" in page.text
    assert str(story.trainee) in page.text
    assert not LevelRule.objects.exists()
    assert level(story) == 3
    assert client.post(rules(story, "rule-apply"), {**form, "reason": ""}).status_code == 400
    page = client.post(rules(story, "rule-apply"), form, follow=True)
    assert "2 niveaux ont bougé" in page.text
    assert "2 fois sur les 3 dernières" in page.text
    assert level(story) == 0
    why = signed_in(story.trainer).get(door(story, "why")).text
    assert "n_of_last/1" in why
    assert "Deux fois." in why


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "n_of_last", "n": 3, "m": 2}, "n plus petit"),
        ({"scope": "c:ON1.1", "kind": "points", "points": "ON1.1.1", "threshold": 1}, "Ligne 1"),
        ({"scope": "c:ON1.1", "kind": "points", "points": "ON9.9 = 1", "threshold": 1}, "Code inconnu"),
        ({"scope": "b:ON1", "kind": "best"}, "Choisissez comment"),
    ],
)
def test_a_rule_that_makes_no_sense_says_what_to_change(story: Small, form: dict[str, object], said: str) -> None:
    page = signed_in(story.coordinator).post(rules(story, "rule-try"), form)
    assert page.status_code == 400
    assert said in page.text
    assert not LevelRule.objects.exists()


def test_a_trial_names_only_the_trainees_one_follows(story: Small) -> None:
    other = small()
    page = signed_in(other.trainer).post(rules(story, "rule-try"), {"kind": "n_of_last", "n": 2, "m": 3})
    assert "2 baisseraient" in page.text
    assert str(story.trainee) not in page.text
    assert "et 2 autres" in page.text


def test_a_block_is_validated_from_the_trainee_s_page(story: Small) -> None:
    client, block = signed_in(story.trainer), story.competencies[0].block
    page = reverse("home:trainee", args=[story.trainee.uuid])
    assert "Valider ce bloc" in client.get(page).text
    url = reverse("home:block-validate", args=[story.trainee.uuid, block.uuid])
    assert client.post(url, {"assessment": ""}).status_code == 400
    assert "Commande du musée" in client.post(url, {"assessment": "Commande du musée."}, follow=True).text
    assert BlockValidation.objects.get().by == story.trainer
