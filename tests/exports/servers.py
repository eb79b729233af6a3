"""Real servers on loopback that files are sent to: SFTP by paramiko, WebDAV in a few lines. Each can hang, refuse, or cut."""

import base64
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import paramiko

USER, PASSWORD = "depot", "mot-secret"


class _Door(paramiko.ServerInterface):
    def __init__(self, host: "SftpHost") -> None:
        self.host = host

    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        is_known = self.host.known_key is not None and key.asbytes() == self.host.known_key.asbytes()
        return paramiko.AUTH_SUCCESSFUL if username == USER and is_known else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Folder(paramiko.SFTPServerInterface):
    def __init__(self, _server: Any, *args: Any, host: "SftpHost", transport: Any = None, **kwargs: Any) -> None:
        self.host = host

    def _real(self, path: str) -> Path:
        return self.host.root / path.lstrip("/")

    def open(self, path: str, flags: int, attr: Any) -> Any:
        try:
            file = os.fdopen(os.open(self._real(path), flags, 0o600), "w+b")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle = _Handle(flags)
        handle.host, handle.writefile, handle.readfile, handle.name = self.host, file, file, path
        return handle

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def remove(self, path: str) -> int:
        self._real(path).unlink(missing_ok=True)
        return paramiko.SFTP_OK

    def posix_rename(self, old: str, new: str) -> int:
        self._real(old).replace(self._real(new))
        return paramiko.SFTP_OK


class _Handle(paramiko.SFTPHandle):
    host: "SftpHost"
    name: str

    def stat(self) -> Any:
        self.writefile.flush()
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.writefile.fileno()))

    def write(self, offset: int, data: bytes) -> int:
        self.host.seen.append(sorted(path.name for path in self.host.root.iterdir()))
        if self.host.cuts:
            for one in self.host.transports:
                one.close()
            return paramiko.SFTP_FAILURE
        if self.host.is_full:
            return paramiko.SFTP_FAILURE
        return super().write(offset, data)


@dataclass
class SftpHost:
    """One SFTP server. `cuts` breaks the connection at the first byte, `is_full` takes none, `hangs` says nothing at all."""

    root: Path
    port: int = 0
    key: paramiko.PKey = field(default_factory=lambda: paramiko.ECDSAKey.generate())
    known_key: paramiko.PKey | None = None
    cuts: bool = False
    is_full: bool = False
    hangs: bool = False
    seen: list[list[str]] = field(default_factory=list)
    transports: list[paramiko.Transport] = field(default_factory=list)

    @property
    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.root.iterdir() if path.is_file()}


@contextmanager
def sftp_server(root: Path) -> Iterator[SftpHost]:
    host = SftpHost(root)
    listener = socket.create_server(("127.0.0.1", 0))
    host.port = listener.getsockname()[1]
    kept: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                conversation, _address = listener.accept()
            except OSError:
                return
            if host.hangs:
                kept.append(conversation)
                continue
            transport = paramiko.Transport(conversation)
            transport.add_server_key(host.key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Folder, host=host)
            host.transports.append(transport)
            transport.start_server(event=Event(), server=_Door(host))  # in a thread of its own, whatever becomes of it

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        listener.close()
        for transport in host.transports:
            transport.close()
        for one in kept:
            one.close()
        thread.join(timeout=2)


@dataclass
class DavHost:
    """One WebDAV folder, /depot/. `answers` says what a verb is answered instead; `hangs` keeps it waiting, `cuts` hangs up."""

    port: int
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    hangs: float = 0
    cuts: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/depot"


class _Dav(BaseHTTPRequestHandler):
    host: DavHost

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _begin(self) -> str | None:
        host, name = self.host, unquote(self.path.rpartition("/")[2])
        host.asked.append((self.command, name, {word.lower(): value for word, value in self.headers.items()}))
        time.sleep(host.hangs)
        told = f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"
        status = host.answers.get(self.command) or (401 if self.headers["Authorization"] != told else 0)
        if status:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer(status)
        return None if status else name

    def do_PUT(self) -> None:
        if self.host.cuts:
            self.rfile.read(1)
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        name = self._begin()
        if name:
            self.host.files[name] = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(201)

    def do_MOVE(self) -> None:
        name = self._begin()
        if name:
            self.host.files[unquote(urlsplit(self.headers["Destination"]).path.rpartition("/")[2])] = self.host.files.pop(name)
            self._answer(201)

    def do_DELETE(self) -> None:
        name = self._begin()
        if name:
            self.host.files.pop(name, None)
            self._answer(204)

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def dav_server() -> Iterator[DavHost]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Dav", (_Dav,), {}))
    host = DavHost(server.server_address[1])
    server.RequestHandlerClass.host = host
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
