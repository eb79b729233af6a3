"""Programs that speak to the store over HTTP, what they tell it, and many of them at once."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from lms.records.models import HOME, Credential
from lms.records.services import create_credential

Json = dict[str, Any]
Result = TypeVar("Result")

ANA: Json = {"mbox": "mailto:ana@example.org"}
BEN: Json = {"account": {"homePage": "https://example.org", "name": "ben"}}
CHLOE: Json = {"openid": "https://chloe.example.org"}
DAN: Json = {"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"}
TEAM: Json = {"objectType": "Group", "account": {"homePage": "https://example.org", "name": "team"}, "member": [CHLOE]}
DID = "https://example.org/verbs/did"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
THING = "https://example.org/things/1"
THROUGH = "X-Experience-API-Consistent-Through"
VERSION = "X-Experience-API-Version"


@dataclass(frozen=True)
class Program:
    """A program with credentials of its own. A parameter that is no text is told as JSON."""

    authorization: str
    version: str = "1.0.3"

    def ask(
        self, method: str, /, resource: str = "statements", body: Any = b"", *, content_type: str = "application/json",
        headers: Mapping[str, str] | None = None, **parameters: Any,
    ) -> HttpResponse:  # fmt: skip
        query = urlencode({name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()})
        told = {"Authorization": self.authorization, VERSION: self.version, **(headers or {})}
        path = resource if resource.startswith("/") else f"/xapi/{resource}"
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Client().generic(method, f"{path}?{query}" if query else path, sent, content_type, headers=told)

    def get(self, resource: str = "statements", **parameters: Any) -> HttpResponse:
        return self.ask("GET", resource, **parameters)

    def put(self, statement: Any, identifier: object = None, **more: Any) -> HttpResponse:
        return self.ask("PUT", body=statement, statementId=str(identifier or statement["id"]), **more)

    def post(self, statements: Any, **more: Any) -> HttpResponse:
        return self.ask("POST", body=statements, **more)

    def tell(self, *statements: Json) -> list[str]:
        """Have them stored; their ids."""
        response = self.post(list(statements))
        assert response.status_code == 200, response.content
        return list(json.loads(response.content))

    def one(self, identifier: object, **more: Any) -> Json:
        response = self.get(statementId=str(identifier), **more)
        assert response.status_code == 200, response.content
        return dict(json.loads(response.content))

    def found(self, **parameters: Any) -> list[str]:
        """The ids that a list gives, its first page."""
        response = self.get(**parameters)
        assert response.status_code == 200, response.content
        return ids(response)

    def pages(self, **parameters: Any) -> Iterator[list[str]]:
        """The ids of a list, a page at a time, to the end of `more`."""
        response = self.get(**parameters)
        while True:
            assert response.status_code == 200, response.content
            yield ids(response)
            more = json.loads(response.content)["more"]
            if not more:
                return
            response = self.get(more)


def program(*scopes: str, store: int = HOME, version: str = "1.0.3", origins: Iterable[str] = ()) -> Program:
    """A new program of that store; it may do all when no scope is given."""
    credential, secret = create_credential(
        by=None, label="essai", scopes=frozenset(scopes or ["all"]), store=store, origins=frozenset(origins)
    )
    return Program(basic(credential.key, secret), version)


def basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def credential_of(speaker: Program) -> Credential:
    return Credential.objects.get(key=base64.b64decode(speaker.authorization[6:]).decode().partition(":")[0])


def ids(response: HttpResponse) -> list[str]:
    return [one["id"] for one in json.loads(response.content)["statements"]]


def said(**changes: Any) -> Json:
    """A small statement with an id of its own."""
    return {"id": str(uuid4()), "actor": ANA, "verb": {"id": DID}, "object": {"id": THING}, **changes}


def reference(target: object) -> Json:
    return {"objectType": "StatementRef", "id": str(target)}


def voiding(target: object, **changes: Any) -> Json:
    return said(verb={"id": VOIDED}, object=reference(target), **changes)


def attachment(content: bytes, **changes: Any) -> Json:
    """What a statement says of an attachment that comes along."""
    told = {"usageType": "https://example.org/usage", "display": {"en": "A file"}, "contentType": "application/octet-stream"}
    return {**told, "length": len(content), "sha2": hashlib.sha256(content).hexdigest(), **changes}


def mixed(statements: Any, *contents: bytes) -> tuple[bytes, str]:
    """A multipart body and its content type."""
    body = b"--here\r\nContent-Type: application/json\r\n\r\n" + json.dumps(statements).encode()
    for content in contents:
        sha2 = hashlib.sha256(content).hexdigest().encode()
        body += b"\r\n--here\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n"
        body += b"X-Experience-API-Hash: %b\r\nContent-Length: %d\r\n\r\n%b" % (sha2, len(content), content)
    return body + b"\r\n--here--\r\n", 'multipart/mixed; boundary="here"'


def at_once(acts: Sequence[Callable[[], Result]]) -> list[Result]:
    """What each act gives, all of them begun together, each on a connection of its own; any error fails the test."""
    gate = threading.Barrier(len(acts))

    def go(act: Callable[[], Result]) -> Result:
        gate.wait(20)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(go, acts))
