"""The doors of saved exports, of where they go and of the outbox, as a coordinator walks through them."""

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms import clock
from lms.exports.kinds import KINDS
from lms.exports.models import Delivery, Destination, Export, ExportProfile, FileLink
from lms.exports.services import SCRATCH, request_export, run_export
from lms.exports.services.deliveries import create_destination
from lms.files.models import private_storage
from lms.jobs.models import Job
from lms.jobs.services import cancel_job, heartbeat
from lms.people.models import Notice
from tests.cast import Small, signed_in, small
from tests.exports.profiles import ran, saved, tables

pytestmark = pytest.mark.django_db


def html(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return str(answer.content.decode().replace("&#x27;", "'"))


def form(**change: Any) -> dict[str, Any]:
    return {
        "contenu": "transcript", "name": "Suivi IFOCOP", "format": "csv", "only_active": "on", "period": "changes", "cadence": "weekly", "hour": 7,
        "weekday": 2, "monthday": 1, "columns_0": ["Stagiaires/Nom"], "columns_3": ["Niveaux/Niveau"], **change,
    }  # fmt: skip


def test_a_profile_is_made_run_changed_and_put_away() -> None:
    world = small()
    boss = signed_in(world.coordinator)
    assert "Profils" in html(boss, "/exports/")
    assert "Profils" not in html(signed_in(world.trainer), "/exports/")
    assert "Aucun profil" in html(boss, "/exports/profils/")
    page = html(boss, "/exports/profils/nouveau/?contenu=transcript")
    assert page.count('name="columns_3"') == 17
    assert len(re.findall(r'name="columns_3"[^>]*checked', page)) == 17
    answer = boss.post("/exports/profils/nouveau/", form(cohorts=[world.cohort.uuid]))
    assert answer.status_code == 302
    profile = ExportProfile.objects.get()
    assert (profile.columns, profile.day, profile.hour) == (["Stagiaires/Nom", "Niveaux/Niveau"], 2, 7)
    assert list(profile.cohorts.all()) == [world.cohort]
    page = html(boss, f"/exports/profils/{profile.uuid}/")
    assert "ce qui a changé depuis le dernier envoi" in page
    assert "mercredi" in page
    assert "2 colonnes" in page
    key = uuid4()
    for _time in range(2):
        answer = boss.post(f"/exports/profils/{profile.uuid}/lancer/", {"key": key})
    export = Export.objects.get()
    assert answer.headers["Location"] == f"/exports/{export.uuid}/"
    assert profile.name in html(boss, f"/exports/{export.uuid}/")
    changed = form(name="Suivi", cadence="", period="days", days=30, format="xlsx")
    assert boss.post(f"/exports/profils/{profile.uuid}/modifier/", changed).status_code == 302
    page = html(boss, f"/exports/profils/{profile.uuid}/modifier/")
    assert re.search(r'name="days"[^>]*value="30"', page)
    assert "ces 30 derniers jours" in html(boss, f"/exports/profils/{profile.uuid}/")
    assert "quand on le demande" in html(boss, "/exports/profils/")
    boss.post(f"/exports/profils/{profile.uuid}/ranger/")
    assert boss.get(f"/exports/profils/{profile.uuid}/").status_code == 404
    assert html(boss, f"/exports/{export.uuid}/")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"period": "since"}, "Donnez la date"), ({"period": "days"}, "Donnez un nombre de jours"), ({"columns_0": [], "columns_3": []}, "aucune colonne"),
        ({"columns_0": ["Stagiaires/Nom"], "columns_3": [], "hides_people": "on"}, "aucune colonne"), ({"name": "Pris"}, "porte déjà ce nom"),
        ({"columns_0": ["Stagiaires/Âge"]}, "Sélectionnez un choix valide"),
    ],
)  # fmt: skip
def test_a_profile_form_says_what_to_change(change: dict[str, Any], words: str) -> None:
    world = small()
    saved(world, name="Pris")
    answer = signed_in(world.coordinator).post("/exports/profils/nouveau/", form(**change))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert ExportProfile.objects.count() == 1


def test_every_content_has_its_form() -> None:
    boss = signed_in(small().coordinator)
    for kind in KINDS.values():
        assert str(kind.title) in html(boss, f"/exports/profils/nouveau/?contenu={kind.code}")
    asked = {**form(contenu="statements", format="jsonl"), "columns_0": [], "columns_3": []}
    assert boss.post("/exports/profils/nouveau/", asked).status_code == 302
    every = {f"columns_{place}": codes for place, codes in enumerate(_codes())}
    assert boss.post("/exports/profils/nouveau/", {**form(name="Tout"), **every}).status_code == 302
    assert ExportProfile.objects.get(name="Tout").columns == []  # a column made later comes along


def _codes() -> list[list[str]]:
    kind = KINDS["transcript"]
    assert kind.sheets
    return [[f"{sheet.name}/{column.title}" for column in sheet.columns] for sheet in kind.sheets([])]


def test_a_destination_is_made_its_key_confirmed_and_closed() -> None:
    world = small()
    boss = signed_in(world.coordinator)
    asked = {
        "name": "Dépôt",
        "kind": "sftp",
        "address": "sftp://depot.exemple.org",
        "port": 22,
        "user": "a",
        "password": "mot-du-depot",
        "link_days": 7,
        "link_downloads": 3,
    }
    answer = boss.post("/exports/destinations/", asked)
    assert (answer.status_code, "sans « sftp:// »" in answer.content.decode()) == (400, True)
    answer = boss.post("/exports/destinations/", {**asked, "address": "depot.exemple.org"})
    way = Destination.objects.get()
    one = f"/exports/destinations/{way.uuid}/"
    assert answer.headers["Location"] == one
    assert "La clé est demandée" in html(boss, one)
    Destination.objects.update(host_key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA", look_at=None)
    page = html(boss, one)
    assert "SHA256:" in page
    assert "mot-du-depot" not in page
    assert boss.post(f"{one}confirmer/", {"host_key": "autre"}).status_code == 400
    boss.post(f"{one}confirmer/", {"host_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"})
    assert "Confirmée par" in html(boss, one)
    boss.post(f"{one}regarder/")
    assert "La clé est demandée" in html(boss, one)
    boss.post(f"{one}fermer/")
    assert boss.get(one).status_code == 404
    assert "Aucune destination" in html(boss, "/exports/destinations/")


def test_a_page_calls_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """F23: what is asked of another server waits for the worker."""

    def called(*_args: object, **_named: object) -> None:
        raise AssertionError("a page called outside")

    monkeypatch.setattr("lms.records.formats.outside._address", called)
    world, boss = _with_mail_address()
    export = ran(saved(world))
    boss.post(f"/exports/{export.uuid}/envoyer/", {"destination": Destination.objects.get().uuid})
    asked = {
        "name": "Autre",
        "kind": "sftp",
        "address": "127.0.0.1",
        "port": 22,
        "user": "a",
        "password": "b",
        "link_days": 7,
        "link_downloads": 3,
    }
    assert boss.post("/exports/destinations/", asked).status_code == 302
    assert Delivery.objects.get().state == "waiting"


def _with_mail_address() -> tuple[Small, Client]:
    world = small()
    create_destination(by=world.coordinator, name="Partage", kind="webdav", address="https://partage.exemple.org/", user="a", secret="b")
    return world, signed_in(world.coordinator)


def test_the_outbox_shows_each_sending_and_acts_on_it() -> None:
    world, boss = _with_mail_address()
    assert "Rien n’est parti" in html(boss, "/exports/envois/")
    export = ran(saved(world))
    assert "Envois de ce fichier" in html(boss, f"/exports/{export.uuid}/")
    assert boss.post(f"/exports/{export.uuid}/envoyer/", {"destination": uuid4()}).status_code == 302
    assert not Delivery.objects.exists()
    boss.post(f"/exports/{export.uuid}/envoyer/", {"destination": Destination.objects.get().uuid})
    row = Delivery.objects.get()
    act = f"/exports/envois/{row.uuid}/"
    page = html(boss, "/exports/envois/")
    assert all(word in page for word in ("1 envoi attend", export.name, export.sha256, "Partage", str(row.uuid)))
    boss.post(f"{act}arreter/")
    assert "arrêté" in html(boss, "/exports/envois/")
    boss.post(f"{act}renvoyer/")
    Delivery.objects.update(state="given_up", last_error="Il a répondu 500.")
    page = html(boss, "/exports/envois/")
    assert "1 envoi n’est pas parti" in page
    assert "Il a répondu 500." in page
    FileLink.objects.create(delivery=row, digest="x", expires_at=clock.now() + timedelta(days=1), most=3)
    Delivery.objects.update(state="sent", sent_at=clock.now(), last_error="")
    assert "pris 0 fois sur 3" in html(boss, "/exports/envois/")
    boss.post(f"{act}fermer-lien/")
    assert "lien fermé" in html(boss, f"/exports/destinations/{Destination.objects.get().uuid}/")
    assert FileLink.objects.get().revoked_by == world.coordinator


def test_lists_cost_the_same_for_two_rows_and_for_twelve(django_assert_num_queries: Any) -> None:
    world, boss = _with_mail_address()
    way = Destination.objects.get()
    profile = saved(world, destinations=[way])
    export = ran(profile)
    pages = ["/exports/envois/", "/exports/destinations/", "/exports/profils/", f"/exports/profils/{profile.uuid}/"]
    with CaptureQueriesContext(connection) as before:
        for path in pages:
            html(boss, path)
    for number in range(3):
        saved(world, destinations=[way])
        other = create_destination(
            by=world.coordinator, name=f"P{number}", kind="webdav", address="https://p.exemple.org/", user="a", secret="b"
        )
        Delivery.objects.create(
            export=export,
            destination=other,
            name="n",
            sha256="s",
            size=1,
            asked_at=clock.now(),
            asked_by=world.coordinator,
            next_at=clock.now(),
        )
        ran(profile)
    with django_assert_num_queries(len(before.captured_queries)):
        for path in pages:
            html(boss, path)


# --- Stopped ------------------------------------------------------------------------------------------------------
def test_a_file_is_stopped_from_its_page() -> None:
    world = small()
    client = signed_in(world.trainer)
    export = request_export(by=world.trainer, kind="transcript", format_="xlsx", key=uuid4(), cohort=world.cohort.uuid)
    assert "Arrêter" in html(client, f"/exports/{export.uuid}/")
    client.post(f"/exports/{export.uuid}/arreter/")
    page = html(client, f"/exports/{export.uuid}/")
    assert "Il a été arrêté" in page
    assert "data-wait" not in page
    assert client.post(f"/exports/{export.uuid}/arreter/").status_code == 400


def test_a_file_stopped_while_it_is_made_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker learns it at its next heartbeat: no file, nothing beside it, no news."""
    world = small()
    shutil.rmtree(Path(site.PRIVATE_ROOT) / SCRATCH, ignore_errors=True)
    monkeypatch.setattr("lms.exports.services.REPORT_SECONDS", 0)
    export = request_export(by=world.trainer, kind="transcript", format_="xlsx", key=uuid4(), cohort=world.cohort.uuid)
    beats = []

    def stopped_at_the_second(*, job: Job, progress: int, total: int) -> None:
        beats.append(progress)
        if len(beats) == 2:
            cancel_job(job=job)
        heartbeat(job=job, progress=progress, total=total)

    monkeypatch.setattr("lms.exports.services.heartbeat", stopped_at_the_second)
    before = set(private_storage().listdir("exports")[1]) if private_storage().exists("exports") else set()
    run_export.call(str(export.uuid))
    export.refresh_from_db()
    assert (export.job.state, export.content.name, export.sha256) == (Job.State.CANCELLED, "", "")
    assert len(beats) == 2
    assert not list((Path(site.PRIVATE_ROOT) / SCRATCH).glob("*"))
    after = set(private_storage().listdir("exports")[1]) if private_storage().exists("exports") else set()
    assert after == before
    assert not Notice.objects.exists()
    run_export.call(str(export.uuid))  # asked again by a queue that did not know: nothing happens
    assert Job.objects.get().state == Job.State.CANCELLED


def test_another_coordinator_sees_a_run_and_may_take_it() -> None:
    world, other = small(), small()
    export = ran(saved(world))
    boss = signed_in(other.coordinator)
    assert export.name in html(boss, f"/exports/{export.uuid}/")
    assert b"".join(boss.get(f"/exports/{export.uuid}/fichier/").streaming_content).startswith(b"PK")
    assert list(tables(export)) == ["Stagiaires", "Heures", "Passages", "Niveaux"]
    assert UUID(export.parameters["profile"])
