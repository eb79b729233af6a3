"""A session's accrochage: who is declared, what is missing, who takes the file, and what is kept of it."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from lxml import etree

from competencies.models import Block, Competency
from lms import clock
from lms.certification.formats.accrochage import NAMESPACE, SCHEMA
from lms.certification.models import CertificationSession, DecisionSignature, DepositAccount, DepositFile, IdentityAct
from lms.certification.rules.accrochage import is_declared
from lms.certification.selectors.deposits import account_of, declared_of, files_given
from lms.certification.services.deposits import make_file, save_account
from lms.certification.services.identity import save_identity
from lms.people.models import RecordAccess
from lms.people.rules import Role
from lms.refusal import Refused
from tests.cast import person
from tests.certification.civil import BODY, INES, NUMBER
from tests.certification.declared import Declarable, candidate_of, decided, declarable, opened_to, session_of
from tests.house.conftest import signed

pytestmark = pytest.mark.django_db
XSD = etree.XMLSchema(etree.parse(Path(__file__).resolve().parents[2] / SCHEMA))


def code_of(call: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refused:
        call(**kwargs)
    return refused.value.code


def values(content: bytes, name: str) -> list[str]:
    root = etree.fromstring(content)
    XSD.assertValid(root)
    return [element.text for element in root.iterfind(f".//{{{NAMESPACE}}}{name}")]


def names(made: Declarable, declares: str = "whole") -> list[str]:
    DepositAccount.objects.update(declares=declares)
    return [one.passage.name for one in declared_of(made.session, account_of(made.session))]


# --- Whom


@pytest.mark.parametrize(
    ("here", "before", "whole", "block", "partial"),
    [
        ({"A": "total", "B": "total"}, [], True, True, True), ({"A": "total"}, ["B"], True, True, True), ({"A": "total"}, [], False, True, True),
        ({"A": "total", "B": "partial"}, [], False, True, True), ({"A": "partial"}, ["B"], False, False, True),
        ({"A": "none", "B": "absent"}, [], False, False, False), ({}, ["A", "B"], False, False, False),
    ],
)  # fmt: skip
def test_is_declared_follows_the_certifier_s_rule(here: dict[str, str], before: list[str], whole: bool, block: bool, partial: bool) -> None:
    assert [is_declared(rule, here, before, {"A", "B"}) for rule in ("whole", "block", "partial")] == [whole, block, partial]
    assert not is_declared("whole", here, before, set())


def test_declared_of_takes_the_decision_that_counts() -> None:
    made = declarable()
    assert names(made) == [str(made.small.trainee)]
    first = made.candidate.presented.get().decisions.get()
    decided(made.candidate, first.presented.block, "partial", corrects=first)
    assert names(made) == names(made, "block") == []
    assert names(made, "partial") == [str(made.small.trainee)]


def test_declared_of_counts_blocks_validated_at_an_earlier_session() -> None:
    made = declarable()
    framework = made.small.programme.framework
    second = Block.objects.create(framework=framework, code="ON2", label="Second bloc", sort_order=2)
    Competency.objects.create(block=second, code="ON2.1", label="Compétence", plain_label="Je fais", position=1)
    assert names(made) == []
    with clock.at(clock.now() - timedelta(days=30)):
        before = session_of(made.small, made.certifier)
        decided(candidate_of(before, made.small.trainee, made.small.coordinator), second, "total")
    assert names(made) == [str(made.small.trainee)]
    CertificationSession.objects.filter(pk=before.pk).update(closed_at=None, closed_by=None)
    assert names(made) == [], "a session that is open may still change its mind"
    CertificationSession.objects.filter(pk=before.pk).update(closed_at=clock.now(), closed_by=made.small.coordinator)
    assert names(made) == [], "the session that completes the blocks declares"


def test_passage_says_the_session_and_the_day_of_the_decision() -> None:
    made = declarable(with_identity=False)
    (one,) = declared_of(made.session, None)
    passage = one.passage
    assert (passage.exam_from, passage.exam_mode, passage.exam_postal_code) == (made.session.starts_on, "EN_PRESENTIEL", "92160")
    assert (passage.valid_from, passage.enrolment.enrolled_on, passage.number) == (clock.today(), clock.today(), "")


# --- The file


def test_file_is_handed_over_once_a_key_and_kept_nowhere() -> None:
    made, key = declarable(), uuid4()
    coordinator = made.small.coordinator
    first = make_file(by=coordinator, session=made.session, key=key)
    with clock.at(clock.now() + timedelta(minutes=5)):
        again = make_file(by=coordinator, session=made.session, key=key)
    assert first == again
    assert values(first.content, "idFlux") == [str(key)]
    assert values(first.content, "nomNaissance") == ["Durand-Lê"]
    assert values(first.content, "idTechnique") == [str(made.candidate.uuid)]
    assert values(first.content, "code") == ["RNCP00000"]
    row = DepositFile.objects.get()
    assert (row.sha256, row.declared, row.left_out) == (hashlib.sha256(first.content).hexdigest(), [str(made.candidate.uuid)], [])
    assert IdentityAct.objects.filter(act="written", by=coordinator).count() == 1
    assert first.name.startswith("accrochage-jury-dautomne-")
    root = Path(settings.PRIVATE_ROOT)
    assert not [path for path in root.rglob("*") if path.is_file() and b"Durand-L\xc3\xaa" in path.read_bytes()]


def test_number_stands_in_the_file_for_the_civil_identity() -> None:
    made = declarable()
    save_identity(by=made.small.coordinator, trainee=made.small.trainee, civil=INES, number=NUMBER)
    content = make_file(by=made.small.coordinator, session=made.session, key=uuid4()).content
    assert values(content, "nir") == [BODY]
    assert values(content, "prenom1") == []
    for reader in (made.small.coordinator, made.certifier):
        page = signed(reader).get(f"/certification/sessions/{made.session.uuid}/accrochage/").content.decode()
        assert "Rien ne manque." in page
        assert BODY not in page


def test_file_that_changed_since_is_not_given_under_the_same_key() -> None:
    made, key = declarable(), uuid4()
    make_file(by=made.small.coordinator, session=made.session, key=key)
    save_identity(by=made.small.coordinator, trainee=made.small.trainee, civil=INES, number=NUMBER)
    assert code_of(make_file, by=made.small.coordinator, session=made.session, key=key) == "file_changed"


def test_file_waits_for_the_signatures_of_a_correction() -> None:
    made = declarable()
    DecisionSignature.objects.all().delete()
    with pytest.raises(Refused, match="Claire"):
        make_file(by=made.small.coordinator, session=made.session, key=uuid4())
    assert not DepositFile.objects.exists()


def test_nothing_is_written_while_something_is_missing() -> None:
    for made in (declarable(with_account=False), declarable(with_identity=False)):
        assert code_of(make_file, by=made.small.coordinator, session=made.session, key=uuid4()) == "accrochage_incomplete"
    made = declarable(is_closed=False)
    assert code_of(make_file, by=made.small.coordinator, session=made.session, key=uuid4()) == "session_open"
    assert not DepositFile.objects.exists()


def test_somebody_left_out_is_named_beside_the_file() -> None:
    made = declarable()
    other = person(Role.TRAINEE, "Karim", cohort=made.small.cohort)
    second = candidate_of(made.session, other, made.small.coordinator)
    decided(second, made.small.competencies[0].block, "total")
    assert code_of(make_file, by=made.small.coordinator, session=made.session, key=uuid4()) == "accrochage_incomplete"
    content = make_file(by=made.small.coordinator, session=made.session, key=uuid4(), left_out=[UUID(str(second.uuid))]).content
    assert values(content, "idTechnique") == [str(made.candidate.uuid)]
    (given,) = files_given(made.session, seen_by=made.small.coordinator)
    assert (given.declared, given.left_out) == (1, (str(other),))
    everyone = [made.candidate.uuid, second.uuid]
    assert code_of(make_file, by=made.small.coordinator, session=made.session, key=uuid4(), left_out=everyone) == "accrochage_incomplete"


def test_certifier_of_the_session_takes_it_while_it_is_open_to_them_and_nobody_else() -> None:
    made = declarable()
    assert make_file(by=made.certifier, session=made.session, key=uuid4()).content
    assert DepositFile.objects.visible_to(made.certifier).count() == 1
    RecordAccess.objects.update(closes_at=clock.now() - timedelta(days=1))
    others = [
        made.certifier,
        person(Role.CERTIFIER),
        made.small.trainer,
        made.small.trainee,
        person(Role.ADMINISTRATOR),
        person(Role.COUNSELLOR),
    ]
    for other in others:
        assert code_of(make_file, by=other, session=made.session, key=uuid4()) == "role_not_allowed"
    assert not DepositFile.objects.visible_to(made.certifier).exists()


def test_account_is_the_coordination_s() -> None:
    made = declarable()
    told = {"session": made.session, "emitter": "", "certifier": "", "contract": "", "declares": "block"}
    assert code_of(save_account, by=made.certifier, **told) == "role_not_allowed"
    assert code_of(save_account, by=made.small.coordinator, **(told | {"declares": "x"})) == "declares_unknown"
    save_account(by=made.small.coordinator, **told)
    assert DepositAccount.objects.get().declares == "block"


# --- The page


def test_page_says_what_is_missing_then_gives_the_file() -> None:
    made = declarable(with_account=False, with_identity=False)
    client, address = signed(made.small.coordinator), f"/certification/sessions/{made.session.uuid}/accrochage/"
    page = client.get(address).content.decode().replace("&#x27;", "'")
    assert "1 personne à déclarer" in page
    assert "Il manque l'identifiant du contrat du certificateur" in page
    assert "son état civil n'est pas encore saisi." in page
    assert f"/etat-civil/{made.small.trainee.uuid}/" in page
    assert "Prendre le fichier" not in page
    account = {"certifier": "03abc123", "contract": "MCFCER000001", "emitter": "", "declares": "whole"}
    page = client.post(f"{address}compte/", account, follow=True).content.decode()
    assert "Prendre le fichier" in page
    refused = client.post(f"{address}fichier/", {"key": uuid4()})
    assert (refused.status_code, "pas encore saisi" in refused.content.decode()) == (400, True)
    save_identity(by=made.small.coordinator, trainee=made.small.trainee, civil=INES)
    assert "Rien ne manque." in client.get(address).content.decode()
    taken = client.post(f"{address}fichier/", {"key": uuid4()})
    assert (taken.headers["Content-Type"], taken.headers["Content-Disposition"].endswith('.xml"')) == ("application/xml", True)
    assert "no-store" in taken.headers["Cache-Control"]
    assert values(taken.content, "idClient") == ["03ABC123"] * 2
    page = client.get(address).content.decode()
    assert hashlib.sha256(taken.content).hexdigest() in page
    assert "Durand-Lê" not in page


def test_page_says_who_was_left_out() -> None:
    made = declarable(with_identity=False)
    other = person(Role.TRAINEE, "Karim", cohort=made.small.cohort)
    decided(candidate_of(made.session, other, made.small.coordinator), made.small.competencies[0].block, "total")
    save_identity(by=made.small.coordinator, trainee=other, civil=INES)
    client, address = signed(made.small.coordinator), f"/certification/sessions/{made.session.uuid}/accrochage/"
    taken = client.post(f"{address}fichier/", {"key": uuid4(), "left_out": [made.candidate.uuid]})
    assert taken.status_code == 200
    assert f"Laissées de côté\u00a0: {made.small.trainee}." in client.get(address).content.decode()
    assert client.post(f"{address}fichier/", {"key": uuid4(), "left_out": ["somebody"]}).status_code == 400


def test_certifier_reads_the_page_without_links_to_identities() -> None:
    made = declarable(with_identity=False, is_closed=False)
    opened_to(made.session, made.certifier, made.small.trainee)
    page = signed(made.certifier).get(f"/certification/sessions/{made.session.uuid}/accrochage/").content.decode()
    assert "pas close" in page
    assert "/etat-civil/" not in page
    assert "Identifiants du dépôt" not in page
    assert signed(person(Role.CERTIFIER)).get(f"/certification/sessions/{made.session.uuid}/accrochage/").status_code == 404


def test_account_form_that_makes_no_sense_is_told() -> None:
    made = declarable()
    address = f"/certification/sessions/{made.session.uuid}/accrochage/compte/"
    assert signed(made.small.coordinator).post(address, {"certifier": "x" * 9, "declares": "whole"}).status_code == 400
