"""The file of the accrochage, written: `docs/accrochage.xsd` is its shape, `rules.accrochage` decides whether it may be."""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias
from xml.etree import ElementTree as ET

from lms.certification.rules.accrochage import DigitalLevel, Enrolment, Flow, Passage, check
from lms.certification.rules.identity import Civil
from lms.refusal import Refused

NAMESPACE = "urn:cdc:cpf:pc5:schema:1.0.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = "docs/accrochage.xsd"
CONTENT_TYPE = "application/xml"
NIL: Mapping[str, str] = {"xsi:nil": "true"}
NIR = 13  # signs of a national number that are declared: its key stays here

Value: TypeAlias = str | int | bool | date | None


def accrochage_bytes(flow: Flow, today: date) -> bytes:
    """The file, the same for the same flow. Refused while anything is missing or wrong: nothing invalid is written."""
    found = check(flow, today)
    if not found.is_sound:
        raise Refused("accrochage_incomplete", str(found.faults[0]))
    root = ET.Element("cpf:flux", {"xmlns:cpf": NAMESPACE, "xmlns:xsi": XSI})
    _say(root, "idFlux", flow.identifier)
    _say(root, "horodatage", flow.made_at.isoformat(timespec="seconds"))
    _maybe(root, "action", flow.action)
    emitter = _in(root, "emetteur")
    _say(emitter, "idClient", flow.emitter)
    certifier = _in(_in(emitter, "certificateurs"), "certificateur")
    _say(certifier, "idClient", flow.certifier)
    _say(certifier, "idContrat", flow.contract)
    certification = _in(_in(certifier, "certifications"), "certification")
    _say(certification, "type", flow.certification_type)
    _say(certification, "code", flow.certification_code)
    _maybe(certification, "natureDeposant", flow.depositor)
    passages = _in(certification, "passageCertifications")
    for one in flow.passages:
        _passage(_in(passages, "passageCertification"), one)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def _passage(at: ET.Element, one: Passage) -> None:
    _say(at, "idTechnique", one.technical_id)
    _maybe(at, "urlPreuve", one.proof_url)
    _maybe(at, "libelleOption", one.option)
    _say(at, "obtentionCertification", one.obtained)
    _say(at, "donneeCertifiee", one.is_certified)
    _maybe(at, "dateDebutExamen", one.exam_from)
    _maybe(at, "dateFinExamen", one.exam_to)
    _maybe(at, "modalitePassageExamen", one.exam_mode)
    _maybe(at, "codePostalCentreExamen", one.exam_postal_code)
    _say(at, "dateDebutValidite", one.valid_from)
    _or_nil(at, "dateFinValidite", one.valid_to)
    _say(at, "presenceNiveauLangueEuro", bool(one.language_level))
    _maybe(at, "niveauLangueEuropeen", one.language_level)
    _say(at, "presenceNiveauNumeriqueEuro", one.digital_level is not None)
    if one.digital_level is not None:
        _digital(_in(at, "niveauNumeriqueEuropeen"), one.digital_level)
    _or_nil(at, "scoring", one.scoring)
    _or_nil(at, "mentionValidee", one.mention)
    _maybe(at, "verbatim", one.verbatim)
    _enrolment(_in(at, "modalitesInscription"), one.enrolment)
    holder = _in(at, "identificationTitulaire")
    if one.number:
        national = _in(holder, "identifiantNational")
        _say(national, "nir", one.number[:NIR])
        _say(national, "nomNaissance", one.holder.birth_name)
    else:
        _holder(_in(holder, "titulaire"), one.holder)


def _digital(at: ET.Element, level: DigitalLevel) -> None:
    _maybe(at, "scoreGeneral", level.score)
    if level.results:
        results = _in(at, "resultats")
        for one in level.results:
            line = _in(results, "resultat")
            _say(line, "niveau", one.level)
            _say(line, "domaineCompetenceId", one.domain)
            _say(line, "competenceId", one.competence)


def _enrolment(at: ET.Element, enrolment: Enrolment) -> None:
    _or_nil(at, "modaliteAcces", enrolment.access)
    _maybe(at, "voieAccessVAE", enrolment.vae_way)
    _maybe(at, "initiativeInscription", enrolment.asked_by)
    _maybe(at, "dateInscription", enrolment.enrolled_on)


def _holder(at: ET.Element, holder: Civil) -> None:
    _say(at, "nomNaissance", holder.birth_name)
    _or_nil(at, "nomUsage", holder.used_name)
    for number, name in enumerate(holder.first_names, 1):
        _say(at, f"prenom{number}", name)
    _say(at, "anneeNaissance", holder.birth_year)
    _or_nil(at, "moisNaissance", holder.birth_month and f"{holder.birth_month:02d}")
    _or_nil(at, "jourNaissance", holder.birth_day and f"{holder.birth_day:02d}")
    _say(at, "sexe", holder.sex)
    commune = _in(at, "codeCommuneNaissance")
    if holder.insee_code:
        _say(_in(commune, "codeInseeNaissance"), "codeInsee", holder.insee_code)
    else:
        _or_nil(_in(commune, "codePostalNaissance"), "codePostal", holder.postal_code)
    _maybe(at, "libelleCommuneNaissance", holder.birth_place)
    _maybe(at, "codePaysNaissance", holder.country_code)
    _maybe(at, "libellePaysNaissance", holder.birth_country)


# --- Elements


def _in(at: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(at, f"cpf:{name}")


def _say(at: ET.Element, name: str, value: Value) -> None:
    _in(at, name).text = str(value).lower() if isinstance(value, bool) else str(value)


def _maybe(at: ET.Element, name: str, value: Value) -> None:
    """An element that is left out where there is nothing to say."""
    if value not in (None, ""):
        _say(at, name, value)


def _or_nil(at: ET.Element, name: str, value: Value) -> None:
    """An element that must be there, and says so where there is nothing to say."""
    if value in (None, ""):
        ET.SubElement(at, f"cpf:{name}", dict(NIL))
    else:
        _say(at, name, value)
