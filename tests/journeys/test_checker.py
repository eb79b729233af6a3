"""The page that checks a dossier, opened from a folder with the network cut: it says what `lms.exports.verify` says, case by case."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page, expect

from lms.exports.formats.checker import checker_page
from lms.exports.verify import NotSoundError, check, key_set
from tests.exports.dossiers import packed

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
FILES = {"dossier.json": b'{"a": "\xc3\xa9"}', "statements.jsonl": b"{}\n", "works/01-x-v1/01-y.png": bytes(range(256)) * 40}
Members = dict[str, bytes]


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def kid_of(key: Ed25519PrivateKey) -> str:
    """RFC 7638."""
    members = f'{{"crv":"Ed25519","kty":"OKP","x":"{b64(key.public_key().public_bytes_raw())}"}}'
    return b64(hashlib.sha256(members.encode()).digest())


def jwks(key: Ed25519PrivateKey = KEY, **more: Any) -> bytes:
    public = b64(key.public_key().public_bytes_raw())
    return json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": public, "kid": kid_of(key), "iat": 1_700_000_000, **more}]}).encode()


def made(*, key: Ed25519PrivateKey = KEY, kid: str = "", keys: bytes = b"", files: Members | None = None, **more: Any) -> Members:
    """A dossier that nobody wrote down, as its members; the manifest says `more`."""
    content = {**(files or FILES), "keys.json": keys or jwks()}
    listed = [{"path": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in content.items()]
    manifest = json.dumps(
        {
            "format": "tremplin-dossier", "format_version": 1, "made_at": "2026-11-29T10:00:00Z", "issuer": "Tremplin", "site": "https://tremplin.invalid",
            "trainee": "u", "programme": "p", "framework": "f", "statements": ["s"], "files": listed, **more,
        }
    ).encode()  # fmt: skip
    head = b64(json.dumps({"alg": "EdDSA", "kid": kid or kid_of(key)}).encode())
    token = f"{head}..{b64(key.sign(f'{head}.{b64(manifest)}'.encode()))}"
    return {**content, "manifest.json": manifest, "manifest.jws": token.encode()}


def less(name: str) -> Members:
    return {other: data for other, data in made().items() if other != name}


def changed(name: str, data: bytes) -> Members:
    return {**made(), name: data}


def cut(whole: bytes) -> bytes:
    return whole[:-3]


def renamed(whole: bytes) -> bytes:
    return whole.replace(b"works/01-x-v1/01-y.png", b"../../01-x-v1/../y.png")


CASES: dict[str, tuple[Members, bytes, Callable[[bytes], bytes] | None, str]] = {
    "sound": (made(), b"", None, "sound"),
    "sound by our keys": (made(), jwks(), None, "sound"),
    "sound by a key replaced since": (made(), jwks(exp=1_900_000_000), None, "sound"),
    "file changed": (changed("dossier.json", b"{}"), b"", None, "file_altered"),
    "manifest changed": (changed("manifest.json", made()["manifest.json"].replace(b'"p"', b'"q"')), b"", None, "signature"),
    "signature changed": (changed("manifest.jws", b"x" + made()["manifest.jws"]), b"", None, "signature_unreadable"),
    "key changed": (changed("keys.json", jwks(OTHER, kid=kid_of(KEY))), b"", None, "keys_altered"),
    "key unreadable": (changed("keys.json", b"{"), b"", None, "keys_altered"),
    "key no longer a key": (changed("keys.json", jwks().replace(b'"x": "', b'"x": "=')), b"", None, "keys_altered"),
    "keys brought unreadable": (made(), b'{"keys": [{"crv": "Ed25519", "kid": "k"}]}', None, "keys_unreadable"),
    "file missing": (less("statements.jsonl"), b"", None, "file_missing"),
    "manifest missing": (less("manifest.json"), b"", None, "file_missing"),
    "file added": (changed("zzz.txt", b"x"), b"", None, "file_added"),
    "signed by another": (made(key=OTHER, keys=jwks(OTHER)), jwks(), None, "key_unknown"),
    "signed by another in its name": (made(key=OTHER, kid=kid_of(KEY)), jwks(), None, "signature"),
    "key retired before": (made(), jwks(exp=1_710_000_000), None, "key_expired"),
    "key begun after": (made(), jwks(iat=1_900_000_000), None, "key_early"),
    "key revoked": (made(), jwks(revoked={"revoked_at": 1}), None, "key_revoked"),
    "another version": (made(format_version=2), b"", None, "format_unknown"),
    "signed nonsense": (made(files=None, made_at="hier"), b"", None, "manifest_unreadable"),
    "cut": (made(), b"", cut, "container"),
    "odd name": (made(), b"", renamed, "name"),
    "too many": (made() | {f"a/{number}": b"" for number in range(10_000)}, b"", None, "too_big"),
    "no zip": (made(), b"", lambda _whole: b"bonjour, ceci n'est pas un ZIP", "not_a_dossier"),
}


@pytest.fixture(scope="module")
def checker(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page as a file, its network cut; a request that tries all the same is a fault."""
    path = tmp_path_factory.mktemp("checker") / "verify.html"
    path.write_bytes(checker_page())
    context = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 740})
    context.set_offline(True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: asked.append(line.text))
    page.goto(path.as_uri())
    yield page
    assert [address for address in asked if address != path.as_uri()] == []
    context.close()


@pytest.mark.parametrize("name", CASES)
def test_checker_says_what_verify_says(name: str, checker: Page, tmp_path: Path) -> None:
    content, keys, spoil, code = CASES[name]
    path = packed(tmp_path / "dossier.zip", content)
    if spoil:
        path.write_bytes(spoil(path.read_bytes()))
    assert by_python(path, keys) == code
    checker.set_input_files("#keys", [{"name": "jwks.json", "mimeType": "application/json", "buffer": keys}] if keys else [])
    checker.set_input_files("#dossier", path)
    expect(checker.locator("#result")).to_have_attribute("data-code", code)
    expect(checker.locator("#result h2")).to_have_text("Dossier bon" if code == "sound" else "Dossier refusé")
    said = checker.locator("#result").inner_text()
    assert ("choisissez les clés" in said) == (code == "sound" and not keys)
    assert ("remplacée depuis" in said) == (name == "sound by a key replaced since")


def by_python(path: Path, keys: bytes) -> str:
    try:
        with path.open("rb") as archive:
            check(archive, key_set(keys) if keys else None)
    except NotSoundError as refusal:
        return refusal.code
    return "sound"


def test_checker_tells_a_browser_that_cannot(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "verify.html"
    path.write_bytes(checker_page())
    context = browser.new_context(locale="fr-FR")
    context.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('NotSupportedError'))")
    page = context.new_page()
    page.goto(path.as_uri())
    page.set_input_files("#dossier", packed(tmp_path / "dossier.zip", made()))
    expect(page.locator("#result h2")).to_have_text("Ce navigateur ne sait pas vérifier")
    context.close()
