"""The accrochage: what is missing is said person by person, nothing invalid is written, and what is written reads back the same."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lms.certification.formats.accrochage import NAMESPACE, SCHEMA, XSI, accrochage_bytes
from lms.certification.rules import accrochage as rules
from lms.certification.rules.accrochage import DigitalLevel, DigitalResult, Enrolment, Flow, Passage, check, without
from lms.certification.rules.identity import Civil
from lms.refusal import Refused
from tests.certification.civil import BODY, INES, NUMBER

TODAY = date(2026, 11, 20)
ROOT = Path(__file__).resolve().parents[2]
XSD = etree.XMLSchema(etree.parse(ROOT / SCHEMA))
PASSED = Passage(
    name="Inès Durand", technical_id="5d079a5d-0a4d-45ac-854d-256b01cacdfe", holder=INES, valid_from=date(2026, 11, 9), exam_from=date(2026, 11, 5),
    exam_to=date(2026, 11, 6), exam_mode="EN_PRESENTIEL", exam_postal_code="92160", enrolment=Enrolment(access=rules.OUR_ACCESS),
)  # fmt: skip
FLOW = Flow(
    identifier="f-1", made_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC), emitter="03ABC123", certifier="03ABC123", contract="MCFCER000001",
    certification_type="RNCP", certification_code="RNCP00000", passages=(PASSED,),
)  # fmt: skip


def told(flow: Flow) -> list[str]:
    return [str(found) for found in check(flow, TODAY).faults]


def read(content: bytes) -> Any:
    """The root, after the schema said yes."""
    root = etree.fromstring(content)
    XSD.assertValid(root)
    return root


def texts(root: Any, path: str) -> list[str]:
    return [element.text for element in root.iterfind(".//" + "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/")))]


# --- The pre-check


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"emitter": "", "certifier": ""}, "Il manque l'identifiant client du certificateur (idClient) : la Caisse des Dépôts le donne au certificateur."),
        ({"emitter": ""}, "Il manque l'identifiant client de celui qui dépose (idClient) : la Caisse des Dépôts le donne au certificateur."),
        ({"certifier": "03ABC12"}, "L'identifiant client du certificateur (idClient) a 8 signes : vérifiez-le auprès du certificateur."),
        ({"contract": ""}, "Il manque l'identifiant du contrat du certificateur (idContrat)."),
        ({"contract": "x" * 21}, "L'identifiant du contrat du certificateur (idContrat) dépasse 20 signes : raccourcissez."),
        ({"certification_type": ""}, "Il manque le type de la certification (RNCP ou RS)."),
        ({"certification_code": ""}, "Il manque le code de la certification."),
        ({"certification_code": "RNCP\n1"}, "Le code de la certification contient un signe qui ne se lit pas : écrivez à nouveau."),
        ({"identifier": ""}, "Il manque l'identifiant du fichier."),
        ({"made_at": datetime(2026, 11, 20)}, "La date du fichier n'est pas lisible."),  # noqa: DTZ001  the fault itself
        ({"depositor": "AUTRE"}, "La nature du déposant n'est pas un mot que la Caisse des Dépôts connaît : « AUTRE »."),
        ({"action": "AUTRE"}, "L'action n'est pas un mot que la Caisse des Dépôts connaît : « AUTRE »."),
        ({"passages": ()}, "Il n'y a personne à déclarer."),
    ],
)  # fmt: skip
def test_check_says_what_the_file_lacks(change: dict[str, Any], sentence: str) -> None:
    assert told(replace(FLOW, **change)) == [sentence]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"holder": replace(INES, birth_name="")}, "il manque le nom de naissance."),
        ({"holder": Civil(), "number": NUMBER}, "il manque le nom de naissance."),
        ({"holder": replace(INES, sex="")}, "il manque le sexe écrit à l'état civil."),
        ({"number": NUMBER[:14] + ("0" if NUMBER[14] != "0" else "1")}, "la clé (les deux derniers chiffres) ne va pas avec ce numéro. Relisez-le sur la carte Vitale."),
        ({"technical_id": ""}, "il manque l'identifiant du passage."),
        ({"valid_from": None}, "il manque la date d'obtention (celle de la décision du jury)."),
        ({"valid_from": date(1870, 1, 1), "exam_from": None}, "la date d'obtention n'est pas entre 1900 et 2099."),
        ({"exam_to": date(2026, 11, 4)}, "l'examen finit avant de commencer : corrigez les dates de la session."),
        ({"valid_from": date(2026, 11, 4)}, "la date d'obtention est avant l'examen : corrigez l'une des deux."),
        ({"valid_to": date(2026, 11, 8)}, "la fin de validité est avant la date d'obtention."),
        ({"exam_mode": "PAR_LETTRE"}, "la manière de passer l'examen n'est pas un mot que la Caisse des Dépôts connaît : « PAR_LETTRE »."),
        ({"exam_postal_code": "92160 Antony"}, "le code postal du centre d'examen dépasse 9 signes : raccourcissez."),
        ({"obtained": ""}, "il manque la manière d'obtenir le certificat (par admission ou par score)."),
        ({"obtained": "PAR_SCORING"}, "il manque le score."),
        ({"verbatim": "x" * 256}, "le commentaire dépasse 255 signes : raccourcissez."),
        ({"option": "a\tb"}, "l'option contient un signe qui ne se lit pas : écrivez à nouveau."),
        ({"mention": "BIEN"}, "la mention n'est pas un mot que la Caisse des Dépôts connaît : « BIEN »."),
        ({"language_level": "B3"}, "le niveau de langue n'est pas un mot que la Caisse des Dépôts connaît : « B3 »."),
        ({"digital_level": DigitalLevel(score=0)}, "le niveau numérique n'est pas lisible : un score de 1 à 1000, des niveaux de 1 à 8, des codes d'un signe."),
        ({"enrolment": Enrolment(access="VAE")}, "il manque la voie de la VAE (congé ou classique)."),
        ({"enrolment": Enrolment(access="AUTRE")}, "la manière d'accéder à la certification n'est pas un mot que la Caisse des Dépôts connaît : « AUTRE »."),
        ({"enrolment": Enrolment(asked_by="MOI")}, "l'auteur de l'inscription n'est pas un mot que la Caisse des Dépôts connaît : « MOI »."),
        ({"enrolment": Enrolment(vae_way="X")}, "la voie de la VAE n'est pas un mot que la Caisse des Dépôts connaît : « X »."),
    ],
)  # fmt: skip
def test_check_says_what_a_person_lacks_and_nothing_is_written(change: dict[str, Any], sentence: str) -> None:
    flow = replace(FLOW, passages=(replace(PASSED, **change),))
    assert told(flow) == [f"Inès Durand : {sentence}"]
    with pytest.raises(Refused) as refused:
        accrochage_bytes(flow, TODAY)
    assert refused.value.code == "accrochage_incomplete"
    assert NUMBER not in refused.value.message


def test_check_lists_every_fault_of_every_person() -> None:
    nobody = replace(PASSED, name="Karim Petit", technical_id="2", holder=Civil())
    found = check(replace(FLOW, passages=(nobody, replace(PASSED, valid_from=None))), TODAY)
    half = replace(PASSED, name="Ana Roux", technical_id="3", holder=Civil(birth_name="Roux", birth_country=""))
    assert len(check(replace(FLOW, passages=(half,)), TODAY).faults) == 4
    assert [str(one) for one in found.faults] == [
        "Karim Petit : son état civil n'est pas encore saisi.",
        "Inès Durand : il manque la date d'obtention (celle de la décision du jury).",
    ]
    assert {one.technical_id for one in found.faults} == {"2", PASSED.technical_id}


def test_number_that_waits_is_refused_and_not_said() -> None:
    waits = "7" + NUMBER[1:13]
    (sentence,) = told(replace(FLOW, passages=(replace(PASSED, number=waits + rules_key(waits)),)))
    assert "numéro d'attente" in sentence
    assert waits not in sentence


def rules_key(body: str) -> str:
    return f"{97 - int(body) % 97:02d}"


def test_same_person_twice_is_told_and_somebody_may_be_left_out() -> None:
    flow = replace(FLOW, passages=(PASSED, PASSED, replace(PASSED, technical_id="2")))
    assert told(flow) == ["Inès Durand : cette personne est deux fois dans le fichier."] * 2
    assert [one.technical_id for one in without(flow, {PASSED.technical_id})] == ["2"]


def test_delay_is_a_warning_and_the_file_is_written() -> None:
    late = replace(FLOW, passages=(replace(PASSED, exam_from=None, exam_to=None, valid_from=TODAY - timedelta(days=93)),))
    found = check(late, TODAY)
    assert found.is_sound
    assert "plus de trois mois" in str(found.warnings[0])
    read(accrochage_bytes(late, TODAY))
    assert not check(replace(late, passages=(replace(late.passages[0], valid_from=TODAY - timedelta(days=92)),)), TODAY).warnings


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"holder": replace(INES, birth_month=None, birth_day=None)}, "le mois de naissance"),
        ({"holder": replace(INES, insee_code="", birth_country="MALI")}, "sans code"), ({"valid_from": date(2026, 11, 21)}, "pas encore passée"),
    ],
)  # fmt: skip
def test_doubts_are_warnings(change: dict[str, Any], words: str) -> None:
    found = check(replace(FLOW, passages=(replace(PASSED, **change),)), TODAY)
    assert found.is_sound
    assert words in str(found.warnings[0])


# --- The file


def test_file_is_valid_and_says_the_same_each_time() -> None:
    content = accrochage_bytes(FLOW, TODAY)
    assert content == accrochage_bytes(FLOW, TODAY)
    root = read(content)
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<cpf:flux xmlns:cpf="urn:cdc:cpf:pc5:schema:1.0.0"')
    assert texts(root, "horodatage") == ["2026-11-20T09:00:00+00:00"]
    assert [texts(root, name)[0] for name in ("action", "idContrat", "type", "code", "natureDeposant")] == [
        "CREATION", "MCFCER000001", "RNCP", "RNCP00000", "CERTIFICATEUR",
    ]  # fmt: skip
    assert [texts(root, name)[0] for name in ("nomNaissance", "prenom1", "prenom2", "moisNaissance", "jourNaissance", "codeInsee")] == [
        "Durand-Lê", "Inès", "Marie", "07", "03", "92002",
    ]  # fmt: skip
    assert texts(root, "donneeCertifiee") == ["true"]
    nil = {element.tag.rpartition("}")[2] for element in root.iter() if element.get(f"{{{XSI}}}nil") == "true"}
    assert nil == {"dateFinValidite", "scoring", "mentionValidee", "nomUsage"}


def test_number_stands_for_the_civil_identity_without_its_key() -> None:
    root = read(accrochage_bytes(replace(FLOW, passages=(replace(PASSED, number=NUMBER),)), TODAY))
    assert texts(root, "identifiantNational/nir") == [BODY]
    assert texts(root, "identifiantNational/nomNaissance") == ["Durand-Lê"]
    assert texts(root, "titulaire") == []
    corsican = "297072A004184"
    key = rules_key(corsican.replace("2A", "19"))
    root = read(accrochage_bytes(replace(FLOW, passages=(replace(PASSED, number=corsican + key),)), TODAY))
    assert texts(root, "nir") == [corsican]


def test_everything_that_may_be_said_is_valid() -> None:
    whole = replace(
        PASSED, proof_url="https://exemple.org/p", option="Image", obtained="PAR_SCORING", scoring="512", mention="MENTION_BIEN", verbatim="Très net.",
        language_level="B2", digital_level=DigitalLevel(324, (DigitalResult(4, "2", "1"),)), valid_to=date(2031, 11, 9), is_certified=False,
        enrolment=Enrolment("VAE", "VAE_CLASSIQUE", "OF", date(2026, 1, 5)),
        holder=replace(INES, used_name="Petit", first_names=("a", "b", "c"), country_code="100", insee_code="", postal_code="92160"),
    )  # fmt: skip
    root = read(accrochage_bytes(replace(FLOW, action="", passages=(whole,)), TODAY))
    assert texts(root, "action") == []
    assert [texts(root, name)[0] for name in ("scoreGeneral", "niveau", "prenom3", "codePostal", "voieAccessVAE", "codePaysNaissance")] == [
        "324", "4", "c", "92160", "VAE_CLASSIQUE", "100",
    ]  # fmt: skip
    assert {field.name for field in fields(Passage)} - {"number"} == {name for name in whole.__slots__ if getattr(whole, name) != ""} - {
        "number"
    }


def test_schema_refuses_what_the_rules_refuse() -> None:
    """The schema is no empty one: each spoilt file is told."""
    content = accrochage_bytes(FLOW, TODAY).decode()
    for before, after in (
        ("<cpf:sexe>F</cpf:sexe>", "<cpf:sexe>X</cpf:sexe>"), ("03ABC123", "03ABC12"), ("2026-11-09", "9/11/2026"), (">07<", ">13<"), ("92002", "9200"),
        ("<cpf:prenom1>Inès</cpf:prenom1>", ""), ("Durand-Lê", "x" * 61), ("EN_PRESENTIEL", "ICI"), ("+00:00", "Z"),
    ):  # fmt: skip
        spoilt = content.replace(before, after)
        assert spoilt != content, before
        assert not XSD.validate(etree.fromstring(spoilt.encode())), before


NAMES = st.one_of(
    st.text(max_size=70),
    st.sampled_from(["O'Brien", "<b>&amp;]]>", "Nguyễn", "مرحبا", "😀", "d'Été", "\ud800", "a\u200bb", " a", "\ufffe"]),
)


@given(birth_name=NAMES, used_name=NAMES, first=NAMES, second=NAMES, place=NAMES, country=NAMES, option=NAMES, verbatim=NAMES, code=NAMES)
def test_whatever_people_are_called_the_file_is_valid_or_there_is_none(
    birth_name: str, used_name: str, first: str, second: str, place: str, country: str, option: str, verbatim: str, code: str
) -> None:
    holder = replace(
        INES, birth_name=birth_name, used_name=used_name, first_names=(first, second), birth_place=place, birth_country=country
    )
    flow = replace(FLOW, certification_code=code, passages=(replace(PASSED, holder=holder, option=option, verbatim=verbatim),))
    if not check(flow, TODAY).is_sound:
        with pytest.raises(Refused):
            accrochage_bytes(flow, TODAY)
        return
    root = read(accrochage_bytes(flow, TODAY))
    wanted = {
        "titulaire/nomNaissance": birth_name, "titulaire/nomUsage": used_name, "prenom1": first, "prenom2": second, "libelleCommuneNaissance": place,
        "libellePaysNaissance": country, "libelleOption": option, "verbatim": verbatim, "certification/code": code,
    }  # fmt: skip
    assert {path: (texts(root, path) or [None])[0] or "" for path in wanted} == wanted


@given(
    year=st.integers(1890, 2030), month=st.none() | st.integers(0, 13), day=st.none() | st.integers(0, 32), insee=st.from_regex(r"[0-9AB]{0,5}", fullmatch=True),
    postal=st.text(alphabet="0123456789ABé -", max_size=10), country=st.text(alphabet="0A1", max_size=4), valid=st.none() | st.dates(), to=st.none() | st.dates(),
)  # fmt: skip
def test_whatever_days_and_codes_are_typed_the_file_is_valid_or_there_is_none(
    year: int, month: int | None, day: int | None, insee: str, postal: str, country: str, valid: date | None, to: date | None
) -> None:
    holder = replace(INES, birth_year=year, birth_month=month, birth_day=day, insee_code=insee, postal_code=postal, country_code=country)
    flow = replace(FLOW, passages=(replace(PASSED, holder=holder, valid_from=valid, valid_to=to, exam_from=to, exam_to=valid),))
    if not check(flow, TODAY).is_sound:
        return
    root = read(accrochage_bytes(flow, TODAY))
    assert texts(root, "anneeNaissance") == [str(year)]
    assert texts(root, "dateDebutValidite") == [str(valid)]
