"""Published frameworks as 1EdTech CASE serves them, read-only: `/ims/case/v1p0/…` and `/ims/case/v1p1/…` (CASE Service 1.0, §3; 1.1).

Open to all: a published framework names nobody, and the standard means it to be fetched by other sites.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from competencies.formats.case import document_of, package_of
from competencies.models import Framework
from competencies.selectors import framework_of_association, framework_of_item
from competencies.services.exporting import framework_data, framework_heads

VERSIONS: Final = {"v1p0": "1.0", "v1p1": "1.1"}
FILTER: Final = re.compile(r"\s*(\w+)\s*(=|!=|~|>=|<=|>|<)\s*'([^']*)'\s*")
MOST, USUAL = 500, 100
COMPARED: Final[dict[str, Callable[[str, str], bool]]] = {
    "=": lambda one, other: one == other, "!=": lambda one, other: one != other, "~": lambda one, other: other.lower() in one.lower(),
    ">": lambda one, other: one > other, "<": lambda one, other: one < other,
    ">=": lambda one, other: one >= other, "<=": lambda one, other: one <= other,
}  # fmt: skip
Object = dict[str, Any]


class Problem(Exception):  # noqa: N818  an answer of the protocol
    """What the protocol says no with: an HTTP status, a word of its list, a sentence."""

    def __init__(self, status: int, word: str, said: str) -> None:
        super().__init__(said)
        self.status, self.word, self.said = status, word, said


def door(answer: Callable[[HttpRequest, str, str], tuple[Any, dict[str, str]]]) -> Callable[..., HttpResponseBase]:
    """A door that answers JSON with an ETag, and says no as the protocol does."""

    @require_safe
    def view(request: HttpRequest, family: str, identifier: str = "") -> HttpResponseBase:
        try:
            body, headers = answer(request, VERSIONS[family], identifier)
        except Problem as problem:
            return _told(problem)
        content = msgspec.json.encode(body)
        etag = f'"{sha256(content).hexdigest()[:32]}"'
        response = HttpResponse(content, content_type="application/json", headers={**headers, "ETag": etag})
        return get_conditional_response(request, etag=etag, response=response) or response

    return view


def _told(problem: Problem) -> HttpResponse:
    body = {
        "imsx_codeMajor": "failure", "imsx_severity": "error", "imsx_description": problem.said,
        "imsx_codeMinor": {"imsx_codeMinorField": [{"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": problem.word}]},
    }  # fmt: skip
    return HttpResponse(msgspec.json.encode(body), content_type="application/json", status=problem.status)


def _unknown() -> Problem:
    return Problem(404, "unknownobject", _("Aucun référentiel publié n'a cet identifiant."))


def _uuid(identifier: str) -> UUID:
    try:
        return UUID(identifier)
    except ValueError:
        raise Problem(400, "invaliduuid", _("Cet identifiant n'est pas un UUID.")) from None


def _published(**asked: Any) -> Framework:
    found = Framework.objects.filter(live=True, **asked).select_related("scale").first()
    if found is None:
        raise _unknown()
    return found  # type: ignore[no-any-return]  # Wagtail carries no types


def _package(framework: Framework, version: str) -> Object:
    return package_of(framework_data(framework), version)[0]


def _number(request: HttpRequest, name: str, usual: int, least: int) -> int:
    said = request.GET.get(name, str(usual))
    if not said.isdecimal() or len(said) > 6 or int(said) < least:
        raise Problem(400, "invalid_selection_field", _("« %(name)s » est un nombre.") % {"name": name})
    return int(said)


def _documents(request: HttpRequest, version: str, _identifier: str) -> tuple[Any, dict[str, str]]:
    rows = [document_of(data, version) for data in framework_heads()]
    known = {name for row in rows for name in row} | {"title", "identifier", "lastChangeDateTime"}
    rows = [row for row in rows if _is_asked(row, request.GET.get("filter", ""), known)]
    order = request.GET.get("sort", "identifier")
    if order not in known:
        raise Problem(400, "invalid_sort_field", _("« %(name)s » n'est pas un champ de CFDocument.") % {"name": order[:40]})
    rows.sort(key=lambda row: str(row.get(order, "")), reverse=request.GET.get("orderBy") == "desc")
    limit, offset = min(_number(request, "limit", USUAL, 1), MOST), _number(request, "offset", 0, 0)
    headers = {"X-Total-Count": str(len(rows))}
    if offset + limit < len(rows):
        query = request.GET.copy()
        query.update({"limit": str(limit)})
        query["offset"] = str(offset + limit)
        headers["Link"] = f'<{request.build_absolute_uri(request.path)}?{query.urlencode()}>; rel="next"'
    return {"CFDocuments": [_chosen(row, request, known) for row in rows[offset : offset + limit]]}, headers


def _is_asked(row: Object, text: str, known: set[str]) -> bool:
    """`title='Opérateur' AND language='fr'`: predicates joined by AND or by OR."""
    if not text:
        return True
    joined = " OR " if " OR " in text else " AND "
    found = [FILTER.fullmatch(part) for part in text[:2000].split(joined)]
    answers = []
    for one in found:
        if one is None or one[1] not in known:
            raise Problem(400, "invalid_filter_field", _("Ce filtre ne se lit pas. Exemple : title~'numérique'."))
        answers.append(COMPARED[one[2]](str(row.get(one[1], "")), one[3]))
    return any(answers) if joined == " OR " else all(answers)


def _chosen(row: Object, request: HttpRequest, known: set[str]) -> Object:
    names = {name.strip() for name in request.GET.get("fields", "").split(",") if name.strip()}
    if names - known:
        raise Problem(400, "invalid_selection_field", _("« fields » nomme un champ inconnu."))
    return {name: value for name, value in row.items() if not names or name in names}


def _document(_request: HttpRequest, version: str, identifier: str) -> tuple[Any, dict[str, str]]:
    framework = _published(uuid=_uuid(identifier))
    return document_of(next(iter(framework_heads(pk=framework.pk))), version), {}


def _packages(_request: HttpRequest, version: str, identifier: str) -> tuple[Any, dict[str, str]]:
    return _package(_published(uuid=_uuid(identifier)), version), {}


def _found(objects: list[Object], uuid: UUID) -> Object:
    found = next((one for one in objects if one["identifier"].lower() == str(uuid)), None)
    if found is None:
        raise _unknown()
    return found


def _item(_request: HttpRequest, version: str, identifier: str) -> tuple[Any, dict[str, str]]:
    uuid = _uuid(identifier)
    return _found(_package(_published(pk=framework_of_item(uuid)), version)["CFItems"], uuid), {}


def _item_associations(_request: HttpRequest, version: str, identifier: str) -> tuple[Any, dict[str, str]]:
    uuid = _uuid(identifier)
    package = _package(_published(pk=framework_of_item(uuid)), version)
    ends = ("originNodeURI", "destinationNodeURI")
    touching = [one for one in package["CFAssociations"] if str(uuid) in {one[end]["identifier"] for end in ends}]
    return {"CFItem": _found(package["CFItems"], uuid), "CFAssociations": touching}, {}


def _association(_request: HttpRequest, version: str, identifier: str) -> tuple[Any, dict[str, str]]:
    uuid = _uuid(identifier)
    return _found(_package(_published(pk=framework_of_association(uuid)), version)["CFAssociations"], uuid), {}


RESOURCES: Final = {
    "CFDocuments": door(_document), "CFPackages": door(_packages), "CFItems": door(_item),
    "CFItemAssociations": door(_item_associations), "CFAssociations": door(_association),
}  # fmt: skip
DOCUMENTS: Final = door(_documents)
