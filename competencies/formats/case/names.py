"""Names of CASE and the objects that this site makes by itself, so that what is read back equal need not be kept."""

from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings

from competencies.formats import FrameworkData, ItemData
from competencies.formats.shaping import WORDS
from lms import clock

Object = dict[str, Any]
OWN: Final = "tremplin"  # our part of `extensions` (CASE 1.1)
PLACE: Final = "isChildOf"
# CASE 1.1 §: what 1.0 does not know
ONLY_IN_11: Final[dict[str, frozenset[str]]] = {
    "CFDocument": frozenset({"frameworkType", "caseVersion", "extensions"}),
    "CFItem": frozenset({"subject", "subjectURI", "extensions"}),
    "CFAssociation": frozenset({"notes", "extensions"}),
}
TYPES_ONLY_IN_11: Final = frozenset({"isTranslationOf"})
PATHS: Final = {"1.0": "/ims/case/v1p0", "1.1": "/ims/case/v1p1"}


def address(what: str, identifier: object) -> str:
    """Where this site serves an object: always under 1.0, so that an object has one address."""
    return f"{settings.SITE_URL}{PATHS['1.0']}/{what}/{identifier}"


def moment(at: datetime | None) -> str:
    return (at or clock.now()).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def link(title: str, identifier: object, uri: str) -> Object:
    return {"title": title, "identifier": str(identifier), "uri": uri}


def uri_of(item: ItemData) -> str:
    return str(item.source.get("case", {}).get("uri") or address("CFItems", item.uuid))


def document_uri(data: FrameworkData) -> str:
    return str(data.source.get("case", {}).get("CFDocument", {}).get("uri") or address("CFDocuments", data.uuid))


def document_link(data: FrameworkData) -> Object:
    return link(data.title, data.uuid, document_uri(data))


def package_link(data: FrameworkData) -> Object:
    return link(data.title, data.uuid, address("CFPackages", data.uuid))


def links_of(data: FrameworkData) -> dict[str, Object]:
    """How the document and its items are named by associations, by identifier."""
    named = {str(item.uuid): link(item.label, item.uuid, uri_of(item)) for item, _parent in data.all_items() if item.uuid}
    return {**named, str(data.uuid): document_link(data)}


def own_document(data: FrameworkData) -> Object:
    """What a document born here says beside what the columns hold."""
    return {
        "uri": address("CFDocuments", data.uuid), "creator": settings.WAGTAIL_SITE_NAME, "CFPackageURI": package_link(data),
        "caseVersion": "1.1",
    }  # fmt: skip


def own_item(item: ItemData) -> Object:
    """What an item born here says beside what the columns hold."""
    return {"uri": address("CFItems", item.uuid), "CFItemType": WORDS[item.kind]}
