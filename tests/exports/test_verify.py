"""A dossier is checked by itself: whatever was changed in it is found, and said which way (no site, no database, no network)."""

import base64
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from jwt.algorithms import OKPAlgorithm

from lms import clock
from lms.badges.formats.credentials import detached, key_set
from lms.badges.models import SigningKey
from lms.badges.selectors import keys_known
from lms.badges.services import current_key, rotate_key
from lms.exports import verify
from lms.exports.verify import NotSoundError, check, main, members_of
from lms.people.models import User
from tests.cast import small
from tests.exports.dossiers import Told, members, packed, told, written

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
Members = dict[str, bytes]


@pytest.fixture
def story() -> Told:
    return told()


def code_of(path: Path, trusted: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """What is found: a code, or "sound"."""
    try:
        with path.open("rb") as archive:
            check(archive, trusted)
    except NotSoundError as refusal:
        return refusal.code
    return "sound"


def ours() -> dict[str, dict[str, Any]]:
    """The keys that the site serves, as a reader keeps them."""
    return verify.key_set(json.dumps(key_set(keys_known())).encode())


def flipped(content: bytes, place: int, bit: int = 0) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]


def resigned(content: Members, change: Callable[[dict[str, Any]], object], key: SigningKey | None = None) -> Members:
    """The same dossier with another manifest, well signed."""
    manifest = json.loads(content["manifest.json"])
    change(manifest)
    text = json.dumps(manifest).encode()
    token = detached(text, key or current_key(), kind="tremplin-dossier")
    return {**content, "manifest.json": text, "manifest.jws": token.encode()}


# --- Sound


def test_dossier_is_sound_by_the_key_it_carries_and_by_ours(story: Told, tmp_path: Path) -> None:
    path = written(tmp_path, story.small)
    assert (code_of(path), code_of(path, ours())) == ("sound", "sound")
    assert zipfile.ZipFile(path).testzip() is None
    assert packed(tmp_path / "again.zip", members(path)).read_bytes() == path.read_bytes()


def test_verify_needs_nothing_of_the_site(story: Told, tmp_path: Path) -> None:
    """Another folder, no environment: the file alone, and as a module; Django is never loaded."""
    path, keys = written(tmp_path, story.small), tmp_path / "jwks.json"
    keys.write_text(json.dumps(key_set(keys_known())))
    alone = tmp_path / "elsewhere.py"
    alone.write_bytes((ROOT / "lms/exports/verify.py").read_bytes())
    bare = {"PATH": os.environ["PATH"]}
    for command, folder in (([str(alone)], tmp_path), (["-m", "lms.exports.verify"], ROOT)):
        ran = subprocess.run(
            [sys.executable, *command, str(path), "--keys", str(keys)], cwd=folder, env=bare, capture_output=True, text=True
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        assert ran.stdout.startswith("Dossier bon : rien n'y a été changé")
    loaded = "import sys, lms.exports.verify; sys.exit('django' in sys.modules or 'msgspec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, env=bare, check=False).returncode == 0


def test_main_says_why_and_answers_one(story: Told, tmp_path: Path) -> None:
    path, said = written(tmp_path, story.small), io.StringIO()
    spoiled = packed(tmp_path / "spoiled.zip", {**members(path), "hours.csv": b"rien"})
    assert main([str(spoiled)], say=said.write) == 1
    assert said.getvalue() == "Dossier refusé [file_altered] : Un fichier a été changé. (hours.csv)\n"
    assert main([str(tmp_path / "none.zip")], say=said.write) == 1
    assert "[unreadable]" in said.getvalue()
    assert main([str(path), "--keys", str(path)], say=said.write) == 1
    assert "[keys_unreadable]" in said.getvalue()
    assert main([str(path)], say=said.write) == 0
    assert "donnez les clés de l'organisme" in said.getvalue()


def test_dossier_is_sound_after_its_person_is_gone_and_its_key_replaced(story: Told, tmp_path: Path) -> None:
    path = written(tmp_path, story.small)
    with clock.at(clock.now() + timedelta(days=30)):
        rotate_key()
    User.objects.filter(pk=story.small.trainee.pk).update(first_name="", last_name="", username="effacé", is_active=False)
    said = io.StringIO()
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(key_set(keys_known())))
    with connection.execute_wrapper(_no_database):
        assert main([str(path), "--keys", str(keys)], say=said.write) == 0
    assert "a été remplacée depuis" in said.getvalue()


def _no_database(*_arguments: Any) -> None:
    raise AssertionError("the database was asked")


# --- Changed


def test_flipping_a_byte_of_each_member_is_told_apart(story: Told, tmp_path: Path) -> None:
    content = members(written(tmp_path, story.small))
    expected = {
        "manifest.json": {"signature"},
        "manifest.jws": {"signature", "signature_unreadable", "key_unknown"},
        "keys.json": {"keys_altered"},
    }
    draw = random.Random(6)
    for name, data in content.items():
        for place in {0, len(data) // 2, len(data) - 1, *(draw.randrange(len(data)) for _time in range(25))}:
            spoiled = packed(tmp_path / "spoiled.zip", {**content, name: flipped(data, place, draw.randrange(7))})
            assert code_of(spoiled) in expected.get(name, {"file_altered"}), (name, place)
    whole = ours()
    spoiled = packed(tmp_path / "spoiled.zip", {**content, "keys.json": flipped(content["keys.json"], 40)})
    assert code_of(spoiled, whole) == "keys_altered"


def test_every_byte_of_the_archive_counts(tmp_path: Path) -> None:
    """Of a small dossier each byte of what is not content, and some of the content, one after the other: none may change."""
    path = written(tmp_path, small())
    whole = path.read_bytes()
    with path.open("rb") as archive:
        inside = [range(member.start, member.start + member.size) for member in members_of(archive).values()]
    container = [place for place in range(len(whole)) if not any(place in part for part in inside)]
    assert len(container) > 500
    spoiled = tmp_path / "spoiled.zip"
    for place in container:
        spoiled.write_bytes(flipped(whole, place, place % 8))
        assert code_of(spoiled) in {"container", "not_a_dossier", "name", "too_big"}, place
    for part in inside:
        spoiled.write_bytes(flipped(whole, part.start + len(part) // 2, 3))
        assert code_of(spoiled) != "sound"


def test_cut_or_lengthened_archive_is_refused(story: Told, tmp_path: Path) -> None:
    whole, spoiled = written(tmp_path, story.small).read_bytes(), tmp_path / "spoiled.zip"
    for content in (
        whole[:-1],
        whole[: len(whole) // 2],
        whole + b"x",
        b"x" + whole,
        whole + whole,
        b"",
        b"PK\3\4",
        whole[:100] + whole[101:],
    ):
        spoiled.write_bytes(content)
        assert code_of(spoiled) in {"container", "not_a_dossier"}


def test_removing_each_member_is_told(story: Told, tmp_path: Path) -> None:
    content = members(written(tmp_path, story.small))
    for name in content:
        less = {other: data for other, data in content.items() if other != name}
        with pytest.raises(NotSoundError) as refused, packed(tmp_path / "less.zip", less).open("rb") as archive:
            check(archive)
        assert (refused.value.code, refused.value.about) == ("file_missing", name)


def test_adding_a_member_is_told(story: Told, tmp_path: Path) -> None:
    content = members(written(tmp_path, story.small))
    for name in ("zzz.txt", "works/01-faire-v2/99-x.png", "a"):
        assert code_of(packed(tmp_path / "more.zip", {**content, name: b"x"})) == "file_added"


def test_signing_with_another_key_is_told(story: Told, tmp_path: Path) -> None:
    content = members(written(tmp_path, story.small))
    other = Ed25519PrivateKey.generate()
    public = {**OKPAlgorithm.to_jwk(other.public_key(), as_dict=True), "kid": "autre"}
    keys = json.dumps({"keys": [public]}).encode()
    manifest = json.loads(content["manifest.json"])
    for file in manifest["files"]:
        if file["path"] == "keys.json":
            told_anew(file, keys)
    text = json.dumps(manifest).encode()

    def signed_as(kid: str) -> bytes:
        head, _payload, tail = jwt.PyJWS().encode(text, other, algorithm="EdDSA", headers={"kid": kid}).split(".")
        return f"{head}..{tail}".encode()

    forged = packed(tmp_path / "forged.zip", {**content, "manifest.json": text, "manifest.jws": signed_as("autre"), "keys.json": keys})
    assert code_of(forged) == "sound"  # whole, and by nobody we know: what the sentence about --keys says
    assert code_of(forged, ours()) == "key_unknown"
    same_name = {**content, "manifest.jws": signed_as(current_key().kid), "manifest.json": text}
    assert code_of(packed(tmp_path / "same.zip", same_name), ours()) == "signature"
    unlisted = {**content, "manifest.jws": signed_as("autre")}
    assert code_of(packed(tmp_path / "unlisted.zip", unlisted)) == "key_unknown"


def told_anew(file: dict[str, Any], content: bytes) -> None:
    """Make a line of a manifest that of another content."""
    file.update(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def test_retired_key_that_signs_again_is_expired(story: Told, tmp_path: Path) -> None:
    content, old = members(written(tmp_path, story.small)), current_key()
    with clock.at(clock.now() + timedelta(days=1)):
        rotate_key()
    old.refresh_from_db()
    later = (clock.now() + timedelta(days=2)).isoformat()
    late = packed(tmp_path / "late.zip", resigned(content, lambda manifest: manifest.update(made_at=later), old))
    assert code_of(late, ours()) == "key_expired"
    early = packed(tmp_path / "early.zip", resigned(content, lambda manifest: manifest.update(made_at="2020-01-01T00:00:00Z"), old))
    assert code_of(early, ours()) == "key_early"


def test_revoked_key_is_told(story: Told, tmp_path: Path) -> None:
    path, keys = written(tmp_path, story.small), ours()
    next(iter(keys.values()))["revoked"] = {"revoked_at": 1}
    assert code_of(path, keys) == "key_revoked"


def test_signature_has_one_writing(story: Told, tmp_path: Path) -> None:
    """The last sign of a base64url text has bits that nobody reads: they are read here."""
    content = members(written(tmp_path, story.small))
    token = content["manifest.jws"].decode()
    twins = [token[:-1] + other for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" if other != token[-1]]
    same = base64.urlsafe_b64decode(token.rpartition(".")[2] + "==")
    assert any(base64.urlsafe_b64decode(twin.rpartition(".")[2] + "==") == same for twin in twins)
    for twin in (*twins, token + "=", token + "\n", f" {token}"):
        spoiled = packed(tmp_path / "twin.zip", {**content, "manifest.jws": twin.encode()})
        assert code_of(spoiled) in {"signature", "signature_unreadable"}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, "signature_unreadable"), ({"alg": "HS256"}, "signature_unreadable"), ({"alg": "EdDSA", "crit": ["b64"]}, "signature_unreadable"),
        ({"alg": "EdDSA", "kid": 7}, "signature_unreadable"), ([], "signature_unreadable"),
    ],
)  # fmt: skip
def test_other_signatures_are_refused(header: Any, code: str, story: Told, tmp_path: Path) -> None:
    content = members(written(tmp_path, story.small))
    made = {"kid": current_key().kid, **header} if isinstance(header, dict) else header
    head = base64.urlsafe_b64encode(json.dumps(made).encode()).rstrip(b"=").decode()
    token = content["manifest.jws"].decode()
    for wrong in (f"{head}..{token.rpartition('.')[2]}", f"{head}..", token.replace("..", ".e30.")):
        assert code_of(packed(tmp_path / "wrong.zip", {**content, "manifest.jws": wrong.encode()})) == code


def test_manifest_of_another_format_is_told(story: Told, tmp_path: Path) -> None:
    content = members(written(tmp_path, story.small))

    def code(change: Callable[[dict[str, Any]], object]) -> str:
        return code_of(packed(tmp_path / "other.zip", resigned(content, change)))

    assert code(lambda manifest: manifest.update(format_version=2)) == "format_unknown"
    assert code(lambda manifest: manifest.pop("files")) == "manifest_unreadable"
    assert code(lambda manifest: manifest.update(made_at="hier")) == "manifest_unreadable"
    twice = content["manifest.json"].replace(b'"issuer"', b'"format":"tremplin-dossier","issuer"', 1)
    token = detached(twice, current_key(), kind="tremplin-dossier").encode()
    assert code_of(packed(tmp_path / "twice.zip", {**content, "manifest.json": twice, "manifest.jws": token})) == "manifest_unreadable"


# --- Refused before anything is read


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/etc/passwd",
        "a/../b",
        "C:\\x",
        "works\\x",
        "A.txt",
        "é.txt",
        "a//b",
        "a/",
        ".hidden",
        "x\x00y",
        "a b",
        "con:",
        "x" * 201,
        "",
    ],
)
def test_odd_names_are_refused(name: str, story: Told, tmp_path: Path) -> None:
    content = members(written(tmp_path, story.small))
    raw = name.encode()
    place = "x" * len(raw)
    whole = packed(tmp_path / "odd.zip", {**content, place: b"x"}).read_bytes() if raw else b""
    if raw:
        (tmp_path / "odd.zip").write_bytes(
            whole.replace(place.encode() + b"x", raw + b"x").replace(place.encode() + b"PK\5\6", raw + b"PK\5\6")
        )
    else:
        packed(tmp_path / "odd.zip", {**content, "": b"x"})
    assert code_of(tmp_path / "odd.zip") in {"name", "container"}


def test_name_given_twice_is_refused(story: Told, tmp_path: Path) -> None:
    content = members(written(tmp_path, story.small))
    order = [*verify.in_order(list(content)), "hours.csv"]
    assert code_of(packed(tmp_path / "twice.zip", content, order=order)) == "name"


def test_packed_members_are_refused_unread(story: Told, tmp_path: Path) -> None:
    """A bomb is a member that unpacks: none does here."""
    path, content = tmp_path / "bomb.zip", members(written(tmp_path, story.small))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in verify.in_order(list(content)):
            archive.writestr(name, content[name])
        archive.writestr("works/bomb.bin", b"\0" * 50_000_000)
    assert path.stat().st_size < 2_000_000
    assert code_of(path) == "container"


def test_announced_sizes_are_looked_at_first(story: Told, tmp_path: Path) -> None:
    content = members(written(tmp_path, story.small))
    assert code_of(packed(tmp_path / "big.zip", {**content, "keys.json": b" " * 100_000})) == "too_big"
    many = {f"works/{number}": b"" for number in range(10_001)}
    assert code_of(packed(tmp_path / "many.zip", {**content, **many})) == "too_big"


def test_noise_is_refused_and_never_breaks(story: Told, tmp_path: Path) -> None:
    whole, draw, spoiled = written(tmp_path, story.small).read_bytes(), random.Random(7), tmp_path / "noise.zip"
    for _time in range(300):
        content = bytearray(whole)
        for _byte in range(draw.randrange(1, 40)):
            content[draw.randrange(len(content) - 600, len(content)) if draw.random() < 0.5 else draw.randrange(len(content))] = (
                draw.randrange(256)
            )
        spoiled.write_bytes(bytes(content))
        assert bytes(content) == whole or code_of(spoiled) != "sound"
