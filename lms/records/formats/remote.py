"""Another store, spoken to through tincan's RemoteLRS; how it connects, and what bytes it sends, is ours (ADR 20)."""

from base64 import b64encode
from urllib.parse import urlencode

from tincan import HTTPRequest, RemoteLRS

from lms.records.formats.outside import Answer, call


class Remote(RemoteLRS):
    """tincan knows the protocol. It has no time limit, calls any address, knows no 2.0 and rewrites statements: ours go as they are kept."""

    def __init__(self, *, endpoint: str, key: str, secret: str, version: str) -> None:
        super().__init__(endpoint=endpoint, auth=f"Basic {b64encode(f'{key}:{secret}'.encode()).decode()}")
        self._version = version

    def store(self, content: bytes, content_type: str) -> Answer:
        """POST statements, attachments beside them or not. Raises `OutsideError` where nothing answers."""
        return self._send_request(HTTPRequest(method="POST", resource="statements", headers={"Content-Type": content_type}), content)

    def _send_request(self, request: HTTPRequest, content: bytes | None = None) -> Answer:
        query = f"?{urlencode(request.query_params)}" if request.query_params else ""
        headers = {"X-Experience-API-Version": self.version, "Authorization": self.auth, **request.headers}
        return call(request.method, f"{self.endpoint}{request.resource}{query}", content=content, headers=headers)
