"""The pages of numbered documents: made, waited for, taken, replaced, gone; who trains and what is done."""

import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from lms import clock
from lms.exports.models import Document, Export, TrainingAction, TrainingBody
from lms.exports.rules.documents import ATTESTATION, COMPLETION, HOURS
from lms.exports.services import request_cohort_dossiers, run_export
from lms.exports.services.documents import expire_documents, issue_for_trainee
from lms.exports.verify import check
from lms.files.models import private_storage
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import update_person
from lms.refusal import Refused
from tests.cast import Small, cohort, person, signed_in, small
from tests.exports.papers import ACTION, BODY, content_of, described, entered_body, made
from tests.story import classmates, read_lesson

pytestmark = pytest.mark.django_db
PAGE = "/documents-numerotes/"


def worked() -> Small:
    world = small()
    described(world)
    read_lesson(world, world.trainee)
    return world


def words(answer: HttpResponse) -> str:
    return answer.content.decode().replace("&#x27;", "'").replace("’", "'")


def sent(world: Small, by: User, **fields: Any) -> tuple[Client, HttpResponse]:
    client = signed_in(by)
    return client, client.post(PAGE, {"promotion": world.cohort.uuid, **fields})


def test_coordinator_makes_waits_and_takes() -> None:
    world = worked()
    client, answer = sent(world, world.coordinator, act="one", trainee=world.trainee.uuid, code=COMPLETION.code)
    document = Document.objects.get()
    assert answer.headers["Location"] == f"{PAGE}{document.uuid}/"
    page = words(client.get(answer.headers["Location"]))
    assert ("en préparation" in page, "data-wait" in page) == (True, True)
    assert client.get(f"{PAGE}{document.uuid}/fichier/").status_code == 404
    made(document)
    page = words(client.get(answer.headers["Location"]))
    for said in ("Télécharger le PDF", document.sha256, "Inès", "Certificat de réalisation CR-"):
        assert said in page, said
    taken = client.get(f"{PAGE}{document.uuid}/fichier/")
    assert b"".join(taken.streaming_content) == content_of(document)
    assert taken.headers["Content-Disposition"] == f'attachment; filename="{document.title_number}.pdf"'
    assert document.title_number in words(client.get(PAGE))


def test_trainer_makes_sheets_and_hours_only() -> None:
    world = worked()
    page = words(signed_in(world.trainer).get(PAGE))
    assert "Relevé d'heures" in page
    for hidden in ("Certificat de réalisation</option>", "Dossier de certification signé", "Organisme"):
        assert hidden not in page
    _client, answer = sent(world, world.trainer, act="one", trainee=world.trainee.uuid, code=COMPLETION.code)
    assert answer.status_code == 400
    _client, answer = sent(world, world.trainer, act="sheet", first="2026-03-02", last="2026-03-06")
    sheet = Document.objects.get()
    assert (answer.status_code, sheet.title_number[:3]) == (302, "FE-")
    assert world.cohort.name in words(signed_in(world.trainer).get(f"{PAGE}{sheet.uuid}/"))
    assert signed_in(person(Role.TRAINER)).get(f"{PAGE}{sheet.uuid}/").status_code == 404


def test_what_cannot_be_made_is_said_beside_its_form() -> None:
    world = worked()
    _client, answer = sent(world, world.trainer, act="sheet", first="2026-03-07", last="2026-03-08")
    assert (answer.status_code, "du lundi au vendredi" in words(answer)) == (400, True)
    idle = small()
    described(idle)
    client = signed_in(idle.coordinator)
    answer = client.post(PAGE, {"promotion": idle.cohort.uuid, "act": "one", "trainee": idle.trainee.uuid, "code": COMPLETION.code})
    assert "n'a encore terminé aucune étape" in words(answer)
    for fields in ({}, {"act": "other"}):
        assert client.post(PAGE, fields).status_code == 404
    for address in (f"{PAGE}?promotion={uuid4()}", f"{PAGE}?promotion=x"):
        assert client.get(address).status_code == 404
    assert not Document.objects.exists()


def test_page_without_a_cohort_or_a_body() -> None:
    assert "Pas encore de promotion" in words(signed_in(person(Role.TRAINER)).get(PAGE))
    assert signed_in(person(Role.TRAINER)).post(PAGE, {"act": "one"}).status_code == 404
    group = cohort()
    assert "La coordination doit d'abord décrire l'organisme" in words(signed_in(person(Role.TRAINER, cohort=group)).get(PAGE))
    assert "Décrivez d'abord l'organisme" in words(signed_in(person(Role.COORDINATOR)).get(PAGE))


def test_a_cohort_is_asked_once_and_leads_to_its_file() -> None:
    world, key = worked(), uuid4()
    for _twice in range(2):
        client, answer = sent(world, world.coordinator, act="all", code=HOURS.code, key=key)
    export = Export.objects.get()
    assert answer.headers["Location"] == f"/exports/{export.uuid}/"
    run_export.call(str(export.uuid))
    assert "Télécharger" in words(client.get(answer.headers["Location"]))
    assert b"".join(client.get(f"/exports/{export.uuid}/fichier/").streaming_content)[:2] == b"PK"


def test_dossiers_of_a_cohort_are_each_ones_own(tmp_path: Any) -> None:
    world = worked()
    classmates(world, 1)
    _client, answer = sent(world, world.coordinator, act="all", code="dossiers", key=uuid4())
    export = Export.objects.get(uuid=UUID(answer.headers["Location"].split("/")[2]))
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    assert (export.rows, export.job.progress, export.job.total) == (2, 2, 2)
    with export.content.open("rb") as stored, zipfile.ZipFile(stored) as archive:
        for name in archive.namelist():
            archive.extract(name, tmp_path)
            with (tmp_path / name).open("rb") as content:
                assert check(content).manifest["format"] == "tremplin-dossier"
    with pytest.raises(Refused):
        request_cohort_dossiers(by=world.trainer, cohort=world.cohort.uuid, key=uuid4())


def test_trainee_takes_their_own_and_no_sheet() -> None:
    world = worked()
    mate = classmates(world, 1)[0]
    old = made(issue_for_trainee(by=world.coordinator, code=COMPLETION.code, trainee=world.trainee.uuid))
    update_person(by=world.coordinator, person=world.trainee, first_name="Inès", last_name="Martin", email="")
    made(issue_for_trainee(by=world.coordinator, code=COMPLETION.code, trainee=world.trainee.uuid))
    waiting = issue_for_trainee(by=world.coordinator, code=ATTESTATION.code, trainee=world.trainee.uuid)
    other = made(issue_for_trainee(by=world.coordinator, code=HOURS.code, trainee=mate.uuid))
    client = signed_in(world.trainee)
    page = words(client.get("/mon-dossier/"))
    for said in ("Mes documents", "Certificat de réalisation", "Attestation de fin de formation", "en préparation", "CR-"):
        assert said in page, said
    assert f"{PAGE}{old.uuid}/" not in page  # another replaces it
    assert b"".join(client.get(f"{PAGE}{old.uuid}/fichier/").streaming_content) == content_of(old)
    for document in (waiting, other):
        assert client.get(f"{PAGE}{document.uuid}/fichier/").status_code == 404
    assert client.get(f"{PAGE}{old.uuid}/").status_code == 403
    assert "Mes documents" not in words(signed_in(mate).get("/mon-dossier/")) or HOURS.title in words(signed_in(mate).get("/mon-dossier/"))


def test_replaced_gone_and_lost_are_said_plainly() -> None:
    world = worked()
    first = made(issue_for_trainee(by=world.coordinator, code=COMPLETION.code, trainee=world.trainee.uuid))
    entered_body(world.coordinator, signatory="Paul Roy")
    second = made(issue_for_trainee(by=world.coordinator, code=COMPLETION.code, trainee=world.trainee.uuid))
    client = signed_in(world.coordinator)
    assert f"remplacé par {second.title_number}" in words(client.get(PAGE))
    assert second.title_number in words(client.get(f"{PAGE}{first.uuid}/"))
    assert first.title_number in words(client.get(f"{PAGE}{second.uuid}/"))
    private_storage().delete(str(second.content.name))
    assert "n'est plus sur le disque" in words(client.get(f"{PAGE}{second.uuid}/"))
    assert client.get(f"{PAGE}{second.uuid}/fichier/").status_code == 404
    with clock.at(clock.now() + timedelta(days=3 * 366 + 1)):
        expire_documents()
        page = words(client.get(f"{PAGE}{first.uuid}/"))
    assert ("Le temps de garde est passé" in page, first.sha256 in page) == (True, True)


def test_document_whose_pages_nobody_asked_says_so() -> None:
    """A batch that stopped between the number and the pages."""
    world = worked()
    document = issue_for_trainee(by=world.coordinator, code=COMPLETION.code, trainee=world.trainee.uuid)
    Document.objects.filter(pk=document.pk).update(job=None)
    page = words(signed_in(world.coordinator).get(f"{PAGE}{document.uuid}/"))
    assert "il garde son numéro" in page
    issue_for_trainee(by=world.coordinator, code=COMPLETION.code, trainee=world.trainee.uuid)
    document.refresh_from_db()
    assert document.job


# --- Who trains, and what


def test_body_is_typed_checked_and_kept_in_versions() -> None:
    client, key = signed_in(person(Role.COORDINATOR)), uuid4()
    today = clock.today().isoformat()
    answer = client.post("/organisme/", {**BODY, "siret": "732 829 320 00075", "key": key, "starts_on": today})
    assert (answer.status_code, "faute de frappe" in words(answer)) == (400, True)
    answer = client.post("/organisme/", {**BODY, "declaration": "12", "key": key, "starts_on": today})
    assert "11 chiffres" in words(answer)
    answer = client.post("/organisme/", {**BODY, "key": key, "starts_on": "2999-01-01"})
    assert "Choisissez un jour passé" in words(answer)
    for _twice in range(2):
        assert client.post("/organisme/", {**BODY, "key": key, "starts_on": today}).status_code == 302
    assert TrainingBody.objects.count() == 1
    client.post("/organisme/", {**BODY, "name": "Nouveau nom", "key": uuid4(), "starts_on": today})
    page = words(client.get("/organisme/"))
    assert ("Nouveau nom" in page, page.count("À partir du"), "en vigueur" in page) == (True, 3, True)


def test_action_is_typed_checked_and_kept_in_versions() -> None:
    world = small()
    client, address = signed_in(world.coordinator), f"/actions-de-formation/{world.programme.uuid}/"
    assert "pas encore décrite" in words(client.get("/actions-de-formation/"))
    assert f'value="{world.programme.title}"' in words(client.get(address))
    typed = {**ACTION, "key": uuid4(), "starts_on": clock.today().isoformat()}
    assert "3 chiffres" in words(client.post(address, {**typed, "speciality": "32"}))
    assert "Choisissez un jour passé" in words(client.post(address, {**typed, "starts_on": "2999-01-01"}))
    assert client.post(address, typed).status_code == 302
    assert TrainingAction.objects.get().employer == ACTION["employer"]
    assert "Informatique" in words(client.get("/actions-de-formation/"))
    assert client.get(f"/actions-de-formation/{uuid4()}/").status_code == 404
