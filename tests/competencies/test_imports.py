"""A framework brought by page: looked at, then imported by a worker with its progress told; one's own only."""

from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from competencies.models import Framework, FrameworkImport
from competencies.services import imports
from competencies.services.imports import expire_imports, look_at_file, run_framework_import, start_import
from curriculum.formats import DATA_DIR
from lms.jobs.models import Job
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.people.services import set_up_roles
from lms.refusal import Refused
from tests.cast import person

pytestmark = pytest.mark.django_db
FIRST = (DATA_DIR / "operateur_numerique.yaml").read_bytes()


def trainer() -> User:
    set_up_roles()
    return person(Role.TRAINER)


def looked_at(by: User, data: bytes = FIRST, name: str = "cadre.yaml") -> FrameworkImport:
    return look_at_file(by=by, name=name, data=data, format_="", key=uuid4())


def test_file_is_looked_at_then_imported(client: Client) -> None:
    by = trainer()
    client.force_login(by)
    sent = {"file": SimpleUploadedFile("cadre.yaml", FIRST), "format": "", "key": UUID(int=4)}
    answer = client.post(reverse("framework-import"), sent)
    row = FrameworkImport.objects.get()
    assert answer.headers["Location"] == reverse("framework-import-detail", args=[row.uuid])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Lignes lues : 143. Nouvelles : 143." in page
    assert not Framework.objects.exists()
    client.post(answer.headers["Location"])
    client.post(answer.headers["Location"])  # twice: once
    assert "Regarder à nouveau" in client.get(answer.headers["Location"]).content.decode()
    run_framework_import.call(str(row.uuid))
    row.refresh_from_db()
    assert row.done["created"] == 143
    assert Job.objects.get().state == Job.State.DONE
    assert Notice.objects.get(recipient=by).text == "« cadre.yaml » est importé."
    assert "C'est fait." in client.get(answer.headers["Location"]).content.decode()


def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    beat = imports.heartbeat

    def kept(**options: object) -> None:
        told.append((options["progress"], options["total"]))  # type: ignore[arg-type]
        beat(**options)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "heartbeat", kept)
    lines = "".join(f"http://e.org/{n},mot {n}\n" for n in range(600))
    by = trainer()
    row = start_import(by=by, brought=looked_at(by, f"conceptUri,preferredLabel\n{lines}".encode(), "skills_fr.csv"))
    run_framework_import.call(str(row.uuid))
    assert told == [(250, 600), (500, 600), (600, 600)]


def test_what_is_refused_is_not_started(client: Client) -> None:
    by = trainer()
    row = looked_at(by, b"conceptUri,preferredLabel\nrien,deux\n", "skills_fr.csv")
    with pytest.raises(Refused, match="Corrigez d'abord"):
        start_import(by=by, brought=row)
    client.force_login(by)
    page = client.get(reverse("framework-import-detail", args=[row.uuid])).content.decode()
    assert "ligne 2" in page
    assert ">Importer</button>" not in page
    assert client.post(reverse("framework-import-detail", args=[row.uuid])).status_code == 400


def test_site_that_changed_in_between_is_told() -> None:
    by = trainer()
    row = start_import(by=by, brought=looked_at(by))
    User.objects.filter(pk=by.pk).update(is_active=False)
    run_framework_import.call(str(row.uuid))
    job = Job.objects.get()
    assert (job.state, job.error) == (Job.State.FAILED, "Seuls les formateurs importent des référentiels.")
    assert not Framework.objects.exists()


def test_imports_are_one_s_own_and_of_trainers(client: Client) -> None:
    row = looked_at(trainer())
    client.force_login(person(Role.TRAINER))
    assert client.get(reverse("framework-import-detail", args=[row.uuid])).status_code == 404
    client.force_login(person(Role.COORDINATOR))
    assert client.get(reverse("framework-import")).status_code == 403


def test_unknown_file_is_said_in_the_form(client: Client) -> None:
    client.force_login(trainer())
    answer = client.post(reverse("framework-import"), {"file": SimpleUploadedFile("a.doc", b"x"), "format": "", "key": uuid4()})
    assert answer.status_code == 400
    assert "format connu" in answer.content.decode()


def test_export_says_what_is_lost_and_gives_the_file(client: Client) -> None:
    by = trainer()
    row = start_import(by=by, brought=looked_at(by))
    run_framework_import.call(str(row.uuid))
    client.force_login(by)
    found = Framework.objects.get()
    page = client.get(reverse("framework-export"), {"framework": found.uuid, "format": "case10"}).content.decode()
    assert "CASE 1.0 n&#x27;a pas de place pour l&#x27;échelle" in page
    file = client.get(reverse("framework-export-file", args=[found.uuid, "yaml"]))
    assert file.headers["Content-Disposition"] == 'attachment; filename="operateur-numerique.yaml"'
    assert client.get(reverse("framework-export-file", args=[found.uuid, "rien"])).status_code == 404


def test_files_are_kept_a_week() -> None:
    row = looked_at(trainer())
    assert expire_imports() == 0
    FrameworkImport.objects.update(created_at=row.created_at - imports.KEPT * 2)
    assert expire_imports() == 1
    row.refresh_from_db()
    assert not row.content
