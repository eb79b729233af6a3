"""Fuzz each reader for `FUZZ_SECONDS` (60): `python -m tests.fuzz [NAME …]`. Ends with 1 when one of them raised what it must not, or took a second."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import atheris
import django
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

os.environ.setdefault("SECRET_KEY", "fuzz-only")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
django.setup()
with atheris.instrument_imports(include=["lms.records", "lms.files.formats", "assessments.formats", "competencies.formats"]):
    from assessments.formats import csvtemplate, gift, moodlexml, qti
    from assessments.formats.packages import Unsafe, closed, opened
    from competencies.formats.known import READERS as FRAMEWORKS
    from lms.records.formats.multipart import check_attachments, read_mixed
    from lms.records.formats.signatures import check_signatures
    from lms.records.rules import documents, values
    from lms.records.rules.forwarding import outgoing
    from lms.records.rules.statement import parse
    from lms.records.rules.texts import with_listed_activities, without
from assessments.rules.soundness import check_question
from lms.records.rules.refusals import Declined
from tests.assessments.qti_questions import SAMPLES
from tests.assessments.questions import FILES

GOLDEN = Path(__file__).parents[1] / "golden"
SAMPLE_FILES = sorted((Path(__file__).parents[1] / "assessments" / "formats" / "samples").iterdir())
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
SIGNED = {
    "actor": {"mbox": "mailto:a@b.fr"}, "verb": {"id": "https://example.org/did"}, "object": {"id": "https://example.org/1"},
}  # fmt: skip
SLOWEST = 1.0  # seconds an input may take


def statement(data: bytes) -> None:
    """What is accepted is JSON that both databases keep: no lone surrogate, no U+0000; and it stays a statement when its text is changed."""
    for version in ("1.0.3", "2.0.0"):
        with suppress(Declined):
            for one in parse(data, version):
                text = with_listed_activities(one.raw.strip())
                assert "\x00" not in json.dumps(json.loads(text), ensure_ascii=False).encode().decode()
                without(text, frozenset({"stored"}))
                parse(text, version)


def sent_on(data: bytes) -> None:
    """What may be kept may be sent on, with identities or without, and is a statement there too."""
    with suppress(Declined):
        for one in parse(data, "2.0.0"):
            text = one.raw.strip()
            if text.startswith(b"{"):
                for key in (None, b"key"):
                    going = outgoing(text.decode(), version="1.0.3", key=key)
                    assert not going.text or parse(going.text.encode(), "2.0.0")


def text(data: bytes) -> None:
    told = data.decode(errors="ignore")
    for version in ("1.0.3", "2.0.0"):
        if values.is_timestamp(told, version):
            values.instant(told)
    values.is_duration(told)
    values.is_iri(told)
    values.is_language(told)
    values.is_media_type(told)
    with suppress(Declined):
        documents.conditions(told, told)


def mixed(data: bytes) -> None:
    head, _line, body = data.partition(b"\n")
    with suppress(Declined):
        found = read_mixed(body, f"multipart/mixed; boundary={head.decode(errors='ignore')}")
        parsed = parse(found.statements, "1.0.3")
        parts = check_attachments([one for each in parsed for one in each.attachments], found.parts)
        for one in parsed:
            if one.is_signed:
                check_signatures(one, parts, "1.0.3")


def merge(data: bytes) -> None:
    kept, _line, sent = data.partition(b"\n")
    with suppress(Declined):
        json.loads(documents.merged(kept, sent))


def package(data: bytes) -> None:
    """What opens is a set of files that stay inside, and closes again."""
    with suppress(Unsafe):
        files = opened(data)
        assert not any(name.startswith("/") or ".." in name.split("/") for name in files)
        assert opened(closed(files)) == files


def qti_file(data: bytes) -> None:
    """What comes in goes out and comes back equal, or is refused in words."""
    found = qti.read(data)
    assert all(one.where and one.why for one in (*found.refused, *found.notes))
    for question in found.questions:
        going = qti.write30([question], found.files)
        assert going.refused or qti.read(going.content).questions == [question]


def framework_file(name: str) -> Callable[[bytes], None]:
    """Whatever it is: a framework, terms, or sentences about what is wrong."""

    def fuzz(data: bytes) -> None:
        package = FRAMEWORKS[name](data, "a.csv")
        assert all(one.where and one.why for one in package.refused)
        for framework in package.frameworks:
            assert all(item.code and item.label for item, _parent in framework.all_items())

    return fuzz


READERS: dict[str, Callable[[bytes], None]] = {"statement": statement, "sent_on": sent_on, "text": text, "mixed": mixed, "merge": merge}
READERS |= {"package": package, "qti": qti_file}
QUESTIONS = {"gift": gift, "moodlexml": moodlexml, "csv": csvtemplate}


def question_file(name: str) -> Callable[[bytes], None]:
    """What comes in is sound and goes out again; what is written of it comes back equal, or is refused in words."""

    def read(data: bytes) -> None:
        found = QUESTIONS[name].read(data)
        assert all(one.where and one.why for one in (*found.refused, *found.notes))
        assert len(found.questions) + len(found.refused) >= found.read
        for question in found.questions:
            check_question(question.content)
            going = QUESTIONS[name].write([question], found.files)
            assert going.refused or QUESTIONS[name].read(going.content).questions == [question]

    return read


READERS |= {name: question_file(name) for name in QUESTIONS}
READERS |= {f"framework_{name}": framework_file(name) for name in FRAMEWORKS}


def seeds(name: str, folder: Path) -> None:
    """Something of each kind to begin from."""
    told = [path.read_bytes() for path in GOLDEN.glob("*.json")]
    if name == "text":
        told = [
            b"2026-11-27T10:00:00.123Z",
            b"P1Y2M3DT4H5M6.7S",
            b"https://example.org/a",
            b"fr-FR",
            b'"abc", "def"',
            b"text/plain; charset=utf-8",
        ]
    elif name == "mixed":
        told = [b"x\n--x\r\nContent-Type: application/json\r\n\r\n" + one + b"\r\n--x--\r\n" for one in told]
        told += [with_part(b"abc", "https://example.org/usage"), with_part(signature(), SIGNATURE)]
    elif name == "merge":
        told = [b'{"a":1}\n{"b":[2]}']
    elif name in ("package", "qti"):
        packages = [write([one], FILES).content for write in (qti.write21, qti.write30) for one in SAMPLES]
        told = packages + [opened(one)["items/q0001.xml"] for one in packages]
    elif name in QUESTIONS:
        told = [QUESTIONS[name].write([one], FILES).content for one in SAMPLES]
        told += [path.read_bytes() for path in SAMPLE_FILES if path.suffix == {"moodlexml": ".xml"}.get(name, f".{name}")]
        told += [csvtemplate.template()] if name == "csv" else []
    for number, one in enumerate(told):
        (folder / str(number)).write_bytes(one)


def with_part(content: bytes, usage: str) -> bytes:
    """A statement and its attachment."""
    sha2 = hashlib.sha256(content).hexdigest()
    head = {"usageType": usage, "display": {"en": "A"}, "contentType": "application/octet-stream", "length": len(content), "sha2": sha2}
    one = json.dumps({**SIGNED, "attachments": [head]}).encode()
    told = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: " + sha2.encode()
    return b"x\n--x\r\nContent-Type: application/json\r\n\r\n" + one + b"\r\n--x\r\n" + told + b"\r\n\r\n" + content + b"\r\n--x--\r\n"


def signature() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.PyJWS().encode(json.dumps(SIGNED).encode(), key, "RS256").encode()


def one_reader(name: str, corpus: str, seconds: str) -> None:
    read = READERS[name]

    def timed(data: bytes) -> None:
        began = time.perf_counter()
        read(data)
        assert time.perf_counter() - began < SLOWEST, "too slow"

    atheris.Setup([sys.argv[0], corpus, f"-max_total_time={seconds}", "-max_len=8192", "-rss_limit_mb=2000", "-timeout=10"], timed)
    atheris.Fuzz()


def main() -> int:
    if len(sys.argv) == 4 and sys.argv[1] in READERS and Path(sys.argv[2]).is_dir():
        one_reader(*sys.argv[1:])
        return 0
    worst = 0
    for name in sys.argv[1:] or READERS:
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(folder) / "corpus"
            corpus.mkdir()
            seeds(name, corpus)
            command = [sys.executable, "-m", "tests.fuzz", name, str(corpus), os.environ.get("FUZZ_SECONDS", "60")]
            done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "TMPDIR": folder})
        lines = done.stderr.splitlines()
        runs = next((line for line in reversed(lines) if line.startswith("Done ")), "")
        print(f"{name}: {runs or 'broke'}", flush=True)
        if done.returncode:
            worst = 1
            print("\n".join(lines[-40:]), done.stdout[-2000:], flush=True)
    return worst


if __name__ == "__main__":
    sys.exit(main())
