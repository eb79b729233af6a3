"""The doors of exports: asked, waited for, taken; and never by somebody else."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from lms import clock
from lms.exports.models import Export
from lms.exports.services import run_export
from lms.jobs.models import Job
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.people.services import leave_cohort
from tests.cast import Small, person, small

pytestmark = pytest.mark.django_db


def signed(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def ask(client: Client, world: Small, **change: object) -> Export:
    data = {"key": str(uuid4()), "cohort": str(world.cohort.uuid), "content": "transcript:xlsx", **change}
    answer = client.post("/exports/", data)
    assert answer.status_code == 302, answer.content.decode()
    return Export.objects.get(uuid=UUID(answer.headers["Location"].split("/")[2]))


def test_export_is_asked_waited_for_and_taken(client: Client) -> None:
    world = small()
    export = ask(signed(client, world.trainer), world)
    page = client.get(f"/exports/{export.uuid}/").content.decode()
    assert "en préparation" in page
    assert 'data-wait="2"' in page
    assert client.get(f"/exports/{export.uuid}/fichier/").status_code == 404
    run_export.call(str(export.uuid))
    assert Notice.objects.visible_to(world.trainer).unread().filter(path=f"/exports/{export.uuid}/").exists()
    page = client.get(f"/exports/{export.uuid}/").content.decode()
    assert "Télécharger" in page
    assert "data-wait" not in page
    assert not Notice.objects.visible_to(world.trainer).unread().filter(path=f"/exports/{export.uuid}/").exists()
    answer = client.get(f"/exports/{export.uuid}/fichier/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{export.name}"'
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert export.name in client.get("/exports/").content.decode()


def test_export_of_one_trainee_by_the_link_of_their_page(client: Client) -> None:
    world = small()
    signed(client, world.trainer)
    assert str(world.trainee) in client.get(f"/exports/?stagiaire={world.trainee.uuid}").content.decode()
    export = ask(client, world, cohort="", trainee=str(world.trainee.uuid), content="statements:jsonl")
    assert export.parameters == {"trainee": str(world.trainee.uuid)}
    assert client.get(f"/exports/?stagiaire={uuid4()}").status_code == 404
    assert client.get("/exports/?stagiaire=moi").status_code == 404


def test_export_form_says_what_to_change(client: Client) -> None:
    world = small()
    signed(client, world.trainer)
    answer = client.post("/exports/", {"key": str(uuid4()), "cohort": str(uuid4()), "content": ""})
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "Choisissez une promotion de la liste." in html
    assert "Choisissez ce que le fichier doit contenir." in html
    leave_cohort(by=world.coordinator, person=world.trainee, cohort=world.cohort)
    answer = client.post("/exports/", {"key": str(uuid4()), "cohort": str(world.cohort.uuid), "content": "transcript:xlsx"})
    assert "aucun stagiaire dont vous suivez" in answer.content.decode()


def test_export_of_somebody_else_is_not_there(client: Client) -> None:
    world = small()
    export = ask(signed(client, world.trainer), world)
    run_export.call(str(export.uuid))
    for reader in (world.coordinator, person(Role.TRAINER, cohort=world.cohort)):
        signed(client, reader)
        assert client.get(f"/exports/{export.uuid}/").status_code == 404
        assert client.get(f"/exports/{export.uuid}/fichier/").status_code == 404
        assert export.name not in client.get("/exports/").content.decode()


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.COUNSELLOR])
def test_exports_are_shut_to_other_roles(client: Client, role: Role) -> None:
    signed(client, person(role))
    assert client.get("/exports/").status_code == 403
    # A trainee takes the file of their own dossier there: of another's, nothing is said.
    assert client.get(f"/exports/{uuid4()}/fichier/").status_code == (404 if role is Role.TRAINEE else 403)


def test_download_asks_rights_again(client: Client) -> None:
    world = small()
    export = ask(signed(client, world.trainer), world)
    run_export.call(str(export.uuid))
    leave_cohort(by=world.coordinator, person=world.trainer, cohort=world.cohort)
    assert client.get(f"/exports/{export.uuid}/fichier/").status_code == 404


def test_download_after_seven_days_or_without_its_file_is_not_there(client: Client) -> None:
    world = small()
    export = ask(signed(client, world.trainer), world)
    run_export.call(str(export.uuid))
    with clock.at(clock.now() + timedelta(days=8)):
        assert client.get(f"/exports/{export.uuid}/fichier/").status_code == 404
        assert "effacé après 7 jours" in client.get(f"/exports/{export.uuid}/").content.decode()
    export.refresh_from_db()
    export.content.storage.delete(str(export.content.name))
    assert client.get(f"/exports/{export.uuid}/fichier/").status_code == 404
    assert client.get(f"/exports/{export.uuid}/").status_code == 200


def test_failed_export_says_why_and_what_to_do(client: Client) -> None:
    world = small()
    export = ask(signed(client, world.trainer), world)
    Job.objects.filter(subject=export.uuid).update(state=Job.State.FAILED, error="Le fichier n'a pas pu être fait.")
    html = client.get(f"/exports/{export.uuid}/").content.decode().replace("&#x27;", "'")
    assert "Le fichier n'a pas pu être fait." in html
    assert "Demander un autre fichier" in html


def test_checker_is_given_to_anyone_as_a_file(client: Client) -> None:
    answer = client.get("/dossiers/verifier.html")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="verify.html"'
    assert "Vérifier un dossier de certification" in answer.content.decode()
