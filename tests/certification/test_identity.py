"""Civil identities: what is asked, what is sealed, who saw it; the national number is nowhere but under its seal."""

import io
import logging
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.views.debug import ExceptionReporter
from hypothesis import given
from hypothesis import strategies as st

from lms import clock
from lms.certification.models import CivilIdentity, IdentityAct
from lms.certification.rules.identity import (
    COLUMNS,
    as_kept,
    compact,
    faults_of,
    from_kept,
    is_definitive,
    key_of,
    number_doubts,
    number_fault,
    read_line,
)
from lms.certification.selectors.identity import identity_of, number_of, opened, states_of
from lms.certification.services.identity import erase_identity, note_written, paste_identities, read_identity, save_identity
from lms.exports.kinds import EVERY_KIND, KINDS
from lms.exports.models import Export
from lms.exports.selectors import followers_of
from lms.exports.services import request_cohort_dossiers, request_documents, request_dossier, request_export, request_statements, run_export
from lms.people.rules import Role
from lms.refusal import Refused
from tests.cast import person
from tests.certification.civil import BODY, INES, NUMBER, TYPED
from tests.exports.dossiers import told
from tests.exports.papers import described
from tests.exports.profiles import ran, saved
from tests.house.conftest import signed

TODAY = date(2026, 11, 2)


def code_of(call: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refused:
        call(**kwargs)
    return refused.value.code


# --- Rules


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"birth_name": ""}, "birth_name"), ({"birth_name": "x" * 61}, "birth_name"), ({"birth_name": "1234"}, "birth_name"),
        ({"used_name": "Du\x07rand"}, "used_name"), ({"used_name": "Du\nrand"}, "used_name"), ({"first_names": ()}, "first_names"),
        ({"first_names": ("a", "b", "c", "d")}, "first_names"), ({"first_names": ("a", "-")}, "first_names"), ({"birth_year": None}, "birth_year"),
        ({"birth_year": 1899}, "birth_year"), ({"birth_year": 2027}, "birth_year"), ({"birth_month": None}, "birth_month"),
        ({"birth_month": 13}, "birth_month"), ({"birth_month": 2, "birth_day": 30}, "birth_day"), ({"birth_year": 2026, "birth_month": 12}, "birth_year"),
        ({"sex": ""}, "sex"), ({"insee_code": "9200"}, "insee_code"), ({"insee_code": ""}, "insee_code"), ({"postal_code": "é"}, "postal_code"),
        ({"birth_place": ""}, "birth_place"), ({"birth_place": "x" * 61}, "birth_place"), ({"birth_country": ""}, "birth_country"),
        ({"country_code": "FR"}, "country_code"),
    ],
)  # fmt: skip
def test_faults_of_each_field_is_one_sentence(change: dict[str, Any], field: str) -> None:
    (fault,) = [fault for fault in faults_of(replace(INES, **change), TODAY) if fault.field == field]
    assert fault.sentence.endswith(".")
    assert fault.sentence[0].islower()


@pytest.mark.parametrize(
    "change",
    [
        {}, {"birth_month": None, "birth_day": None}, {"birth_day": None}, {"insee_code": "2A004"}, {"insee_code": "", "postal_code": "92160"},
        {"insee_code": "", "birth_place": "", "birth_country": "ALLEMAGNE"}, {"insee_code": "99109", "birth_country": "ALLEMAGNE", "country_code": "109"},
    ],
)  # fmt: skip
def test_faults_of_somebody_complete_is_none(change: dict[str, Any]) -> None:
    assert faults_of(replace(INES, **change), TODAY) == []


def test_kept_identity_comes_back_and_forgets_fields_that_are_gone() -> None:
    assert from_kept(as_kept(INES) | {"former": 1}) == INES


@pytest.mark.parametrize("body", ["1970792002184", "2972000000001", "197072A004184", "297072B033184", "7970799109184", "3971299109184"])
def test_number_with_its_key_holds_and_no_other_key_does(body: str) -> None:
    assert number_fault(body + key_of(body)) == ""
    for key in range(100):
        if f"{key:02d}" != key_of(body):
            assert number_fault(f"{body}{key:02d}")


def test_key_of_known_numbers() -> None:
    """A number made up for public documentation, and Corsica by its letters: 2A counts as 19, 2B as 18."""
    assert key_of("2690549588157") == "80"
    assert key_of("255082A900251") == key_of("2550819900251")
    assert key_of("255082B900251") == key_of("2550818900251")


@given(st.text(max_size=20))
def test_number_fault_never_says_what_was_typed(text: str) -> None:
    wrong = number_fault(compact(text))
    assert wrong == "" or len(text.strip()) < 4 or text.strip() not in wrong


@pytest.mark.parametrize("number", ["", "123", "5970792002184", NUMBER[:14], NUMBER + "1", "97079200218445a"])
def test_number_of_another_shape_is_told(number: str) -> None:
    assert "forme" in number_fault(number)


def test_number_that_waits_is_no_definitive_one() -> None:
    assert (is_definitive(NUMBER), is_definitive("7" + NUMBER[1:]), is_definitive("")) == (True, False, False)


def test_number_doubts_compare_and_never_say_the_number() -> None:
    assert number_doubts(NUMBER, INES) == []
    doubts = number_doubts(NUMBER, replace(INES, sex="M", birth_year=1998, birth_month=8))
    assert len(doubts) == 3
    assert BODY not in " ".join(doubts)
    assert number_doubts("29720" + NUMBER[5:], INES) == []  # 20: the registry did not know the month


@pytest.mark.parametrize(
    ("born", "read"),
    [("03/07/1997", (1997, 7, 3)), ("07/1997", (1997, 7, None)), ("1997", (1997, None, None)), ("00/00/1997", (1997, None, None)), ("hier", (None, None, None))],
)  # fmt: skip
def test_read_line_takes_births_known_in_part(born: str, read: tuple[int | None, ...]) -> None:
    username, civil = read_line(["ines", "Durand", "", "Inès", "", "", born, "féminin", "92160A", "Antony"])
    assert (username, civil.birth_year, civil.birth_month, civil.birth_day) == ("ines", *read)
    assert (civil.sex, civil.postal_code, civil.birth_country, civil.first_names) == ("F", "92160A", "FRANCE", ("Inès",))


# --- Services


@pytest.mark.django_db
def test_identity_is_sealed_said_once_and_comes_back() -> None:
    coordinator, ines = person(Role.COORDINATOR), person(Role.TRAINEE, "Inès")
    for _time in range(2):
        kept = save_identity(by=coordinator, trainee=ines, civil=INES, number=NUMBER)
    assert opened(kept) == INES
    assert number_of(kept) == NUMBER
    for word in ("Durand", "1997", "Antony", BODY):
        assert word not in kept.sealed + kept.sealed_number
    assert list(IdentityAct.objects.values_list("act", flat=True)) == ["saved"]


@pytest.mark.django_db
def test_number_stays_until_it_is_taken_away() -> None:
    coordinator, ines = person(Role.COORDINATOR), person(Role.TRAINEE, "Inès")
    save_identity(by=coordinator, trainee=ines, civil=INES, number=NUMBER)
    kept = save_identity(by=coordinator, trainee=ines, civil=replace(INES, used_name="Petit"))
    assert (number_of(kept), opened(kept).used_name) == (NUMBER, "Petit")
    assert number_of(save_identity(by=coordinator, trainee=ines, civil=INES, number="")) == ""


@pytest.mark.django_db
def test_save_identity_refuses_what_is_wrong_and_keeps_nothing(settings: Any) -> None:
    coordinator, ines = person(Role.COORDINATOR), person(Role.TRAINEE, "Inès")
    wrong = {"by": coordinator, "trainee": ines, "civil": replace(INES, birth_name="")}
    assert code_of(save_identity, **wrong) == "identity_incomplete"
    assert code_of(save_identity, **(wrong | {"civil": INES, "number": "1234"})) == "number_wrong"
    settings.FIELD_KEYS = []
    assert code_of(save_identity, **(wrong | {"civil": INES})) == "field_key_missing"
    assert not CivilIdentity.objects.exists()
    assert not IdentityAct.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_identity_is_the_coordination_s_alone(role: Role) -> None:
    coordinator, ines, other = person(Role.COORDINATOR), person(Role.TRAINEE, "Inès"), person(role)
    save_identity(by=coordinator, trainee=ines, civil=INES)
    for call, more in ((save_identity, {"civil": INES}), (read_identity, {}), (erase_identity, {})):
        assert code_of(call, by=other, trainee=ines, **more) == "role_not_allowed"
    for reader in (other, ines):
        assert not CivilIdentity.objects.visible_to(reader).exists()
        assert not IdentityAct.objects.visible_to(reader).exists()
    assert CivilIdentity.objects.visible_to(coordinator).count() == IdentityAct.objects.visible_to(coordinator).count() == 1


@pytest.mark.django_db
def test_erase_leaves_who_saw_it_and_nothing_else() -> None:
    coordinator, ines = person(Role.COORDINATOR), person(Role.TRAINEE, "Inès")
    assert read_identity(by=coordinator, trainee=ines) is None
    save_identity(by=coordinator, trainee=ines, civil=INES, number=NUMBER)
    assert read_identity(by=coordinator, trainee=ines) == INES
    note_written(by=coordinator, trainees=[ines])
    for _time in range(2):
        erase_identity(by=coordinator, trainee=ines)
    assert identity_of(ines.pk) is None
    assert list(IdentityAct.objects.values_list("act", flat=True)) == ["erased", "written", "read", "saved"]


@pytest.mark.django_db
def test_paste_keeps_all_lines_or_none() -> None:
    world = told().small
    coordinator, name = world.coordinator, world.trainee.username
    good = f"{name};Durand;;Inès;;;03/07/1997;F;92002;Antony;"
    both = " ; ".join(COLUMNS) + f"\n{good}\ninconnue;;;;;;;;;;"
    number, wrong = paste_identities(by=coordinator, cohort=world.cohort, text=both)
    assert (number, [(line.number, line.name) for line in wrong]) == (0, [(3, "inconnue")])
    assert wrong[0].sentences[:2] == ("cet identifiant n'est pas celui d'un stagiaire de la promotion.", "il manque le nom de naissance.")
    assert not CivilIdentity.objects.exists()
    assert paste_identities(by=coordinator, cohort=world.cohort, text=good) == (1, [])
    kept = identity_of(world.trainee.pk)
    assert kept
    assert opened(kept).birth_place == "Antony"
    (state,) = states_of([world.trainee], clock.today())
    assert (state.faults, state.has_number) == (0, False)
    _number, wrong = paste_identities(by=coordinator, cohort=world.cohort, text=f"{good}FRANCE;{NUMBER}")
    assert "trop de colonnes" in wrong[0].sentences[0]
    assert code_of(paste_identities, by=person(Role.TRAINER), cohort=world.cohort, text=good) == "cohort_unknown"


# --- Pages


@pytest.mark.django_db
def test_page_takes_an_identity_and_masks_the_number_for_ever() -> None:
    world = told().small
    client, address = signed(world.coordinator), f"/etat-civil/{world.trainee.uuid}/"
    assert client.get(address).status_code == 200
    answer = client.post(address, TYPED, follow=True)
    page = answer.content.decode()
    assert "Numéro gardé" in page
    assert "Durand-Lê" in page
    for secret in (NUMBER, BODY, TYPED["number"], "002 184"):
        assert secret not in page
    kept = identity_of(world.trainee.pk)
    assert kept
    assert number_of(kept) == NUMBER
    client.post(address, {**TYPED, "number": "", "forget_number": "on"})
    kept.refresh_from_db()
    assert number_of(kept) == ""
    assert client.post(f"{address}effacer/").status_code == 302
    assert not CivilIdentity.objects.exists()


@pytest.mark.django_db
def test_page_says_every_fault_and_never_gives_the_number_back() -> None:
    world = told().small
    answer = signed(world.coordinator).post(f"/etat-civil/{world.trainee.uuid}/", {**TYPED, "birth_name": "", "birth_month": "13"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "il manque le nom de naissance." in page
    assert "le mois de naissance est entre 1 et 12" in page
    assert TYPED["number"] not in page
    wrong = signed(world.coordinator).post(f"/etat-civil/{world.trainee.uuid}/", {**TYPED, "number": "2 97 07"}).content.decode()
    assert "13 signes" in wrong


@pytest.mark.django_db
def test_page_says_a_doubt_after_it_is_kept() -> None:
    world = told().small
    page = signed(world.coordinator).post(f"/etat-civil/{world.trainee.uuid}/", {**TYPED, "sex": "M"}, follow=True).content.decode()
    assert "Le numéro et le sexe saisi ne disent pas la même chose" in page


@pytest.mark.django_db
def test_list_page_says_who_is_missing_and_takes_a_paste() -> None:
    world = told().small
    client, address = signed(world.coordinator), f"/promotions/{world.cohort.uuid}/etat-civil/"
    assert "à saisir" in client.get(address).content.decode()
    wrong = client.post(address, {"text": "inconnue;Durand"})
    assert (wrong.status_code, "Ligne 1, inconnue" in wrong.content.decode()) == (400, True)
    assert client.post(address, {"text": ";;;"}).status_code == 400
    good = f"{world.trainee.username};Durand;;Inès;;;1997;F;92002;Antony;"
    assert "complet" in client.post(address, {"text": good}, follow=True).content.decode()
    with clock.at(clock.now() - timedelta(days=365 * 40)):  # the year is not there yet
        assert "1 point à corriger" in client.get(address).content.decode()


# --- The canary


def everywhere() -> str:
    """Every cell of every table of the database, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  a table of our own
            found += [
                bytes(cell).decode(errors="replace") if isinstance(cell, bytes | memoryview) else str(cell)
                for row in cursor.fetchall()
                for cell in row
            ]
    return "\n".join(found)


def unpacked(path: Path) -> str:
    content = path.read_bytes()
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


@pytest.mark.django_db
def test_number_is_in_no_table_log_statement_nor_export(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world = told().small
    client, address = signed(world.coordinator), f"/etat-civil/{world.trainee.uuid}/"
    client.get(address)
    client.post(address, TYPED)
    client.post(address, {**TYPED, "birth_name": ""})  # refused, and told
    client.get(address)
    asked = [
        request_export(by=world.trainer, kind=kind.code, format_=format_, key=uuid4(), cohort=world.cohort.uuid)
        for kind in KINDS.values()
        for format_ in kind.formats
    ]
    for export in asked:
        run_export.call(str(export.uuid))
    described(world)
    by, cohort = world.coordinator, world.cohort.uuid
    for export in (
        request_statements(by=by, format_="jsonl", key=uuid4(), filters={}),
        request_dossier(by=by, trainee=world.trainee.uuid, key=uuid4()),
        request_cohort_dossiers(by=by, cohort=cohort, key=uuid4()),
        request_documents(by=by, code="RH", cohort=cohort, key=uuid4()),
    ):
        run_export.call(str(export.uuid))
        asked.append(export)
    asked.append(ran(saved(world)))
    assert {export.kind for export in asked} == set(EVERY_KIND), "a new kind: export it here too"
    files = [unpacked(Path(Export.objects.get(pk=export.pk).content.path)) for export in asked]
    said = "\n".join([everywhere(), caplog.text, *files])
    assert "Bien vu." in said  # the canary would have been seen
    for form in (NUMBER, BODY, TYPED["number"], "97 07 92 002", "Durand-Lê"):
        assert form not in said, form
    kept = CivilIdentity.objects.get()
    assert kept.sealed_number in said
    assert number_of(kept) == NUMBER
    assert len(followers_of(world.trainee.enrolments.all())) == 1


@pytest.mark.django_db
def test_report_of_a_breakdown_does_not_say_the_number(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_text: str) -> str:
        raise RuntimeError("broken")

    monkeypatch.setattr("lms.certification.services.identity.seal", broken)
    world = told().small
    client = Client(raise_request_exception=False)
    client.force_login(world.coordinator)
    answer = client.post(f"/etat-civil/{world.trainee.uuid}/", TYPED)
    assert answer.status_code == 500
    (record,) = [record for record in caplog.records if record.exc_info and hasattr(record, "request")]
    assert record.exc_info
    reporter = ExceptionReporter(record.request, *record.exc_info)
    report = reporter.get_traceback_html() + reporter.get_traceback_text() + caplog.text + answer.content.decode()
    assert "broken" in report
    for form in (NUMBER, BODY, TYPED["number"], "Durand-Lê"):
        assert form not in report, form
