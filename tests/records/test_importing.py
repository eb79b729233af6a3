"""Statements from a file: each line is stored, known, or refused with its number and the reason; nothing in between."""

import gzip
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings

from lms.records.formats.lines import JSONL
from lms.records.models import HOME, Activity, Attachment, Credential, Import, Origin, Statement, Voiding
from lms.records.rules.mailboxes import AccountOf
from lms.records.rules.refusals import Declined
from lms.records.selectors.statements import Filters, Reader, statement_by_id
from lms.records.services import importing
from lms.records.services.exporting import export_statements
from lms.records.services.importing import Summary, file_batches, import_statements
from lms.records.statements import exact
from tests.records.formats import test_signatures as signatures
from tests.records.programs import ANA, attachment, program, said, voiding

pytestmark = pytest.mark.django_db
Json = dict[str, Any]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.jsonl"


def lines(*told: Json | bytes) -> bytes:
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in told)


def taken(path: Path, **options: Any) -> Summary:
    return import_statements(source=str(path), label=path.name, batches=file_batches(path), store=HOME, **options)


def counts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.read, summary.stored, summary.known, summary.refusals


def kept(identifier: object) -> Json:
    found = statement_by_id(Reader(HOME), UUID(str(identifier)), voided=False)
    assert found is not None
    return dict(json.loads(exact(found)))


def account_of(sha1: str) -> Json:
    return {"homePage": "https://site.example", "name": sha1[:8]}


def test_importing_twice_stores_nothing_new_and_a_conflict_is_listed(file: Path) -> None:
    ours = [said() for _n in range(5)]
    file.write_bytes(lines(*ours))
    assert counts(taken(file)) == (5, 5, 0, 0)
    assert counts(taken(file)) == (5, 0, 5, 0)
    other = {**ours[1], "actor": {"openid": "https://ben.example"}}
    file.write_bytes(lines(ours[0], other, said()))
    summary = taken(file)
    assert counts(summary) == (3, 1, 1, 1)
    assert summary.refused == [("2", "A statement with this id is stored already and says something else.")]
    assert kept(ours[1]["id"])["actor"] == ANA


def test_one_id_twice_in_a_file_is_known_or_a_conflict(file: Path) -> None:
    one = said()
    file.write_bytes(lines(one, one, {**one, "object": {"id": "x:other"}}, said()))
    summary = taken(file)
    assert counts(summary) == (4, 2, 1, 1)
    assert summary.refused[0][0] == "3"


def test_a_line_without_id_is_known_again_and_equal_lines_are_two(file: Path) -> None:
    plain = {name: value for name, value in said(timestamp="2026-01-01T00:00:00Z").items() if name != "id"}
    file.write_bytes(lines(plain, plain))
    assert counts(taken(file)) == (2, 2, 0, 0)
    assert counts(taken(file)) == (2, 0, 2, 0)


DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
MALFORMED: Iterable[tuple[bytes, str]] = [
    (b"[1,2]", "one statement a line"),
    (b"null", "one statement a line"),
    (lines(said(), said()).replace(b"\n", b""), "valid JSON"),
    (b"\xef\xbb\xbf{}", "one statement a line"),
    (DEEP, "nested deeper"),
    (json.dumps(said()).encode()[:-1], "valid JSON"),
    (json.dumps(said()).encode()[:-1] + b",}", "valid JSON"),
    (json.dumps(said(result={"response": "x"})).encode().replace(b'"x"', b'"\xff"'), "valid JSON"),
    (json.dumps(said(result={"response": "x"})).encode().replace(b'"x"', b'"\\ud800"'), "valid JSON"),
    (json.dumps(said(result={"response": "x"})).encode().replace(b'"x"', b'"\\u0000"'), "U+0000"),
    (json.dumps(said(result={"score": {"raw": 1}})).encode().replace(b": 1}", b": NaN}"), "valid JSON"),
    (json.dumps(said(result={"score": {"raw": 1}})).encode().replace(b": 1}", b": 1e400}"), "valid JSON"),
    (json.dumps(said(result={"score": {"raw": 1}})).encode().replace(b": 1}", b": " + b"9" * 5000 + b"}"), ""),
    (json.dumps(said()).encode()[:-1] + b',"verb":{"id":"x:y"}}', "given twice"),
    (b"{" + b",".join(b'"k%d":1' % n for n in range(100_000)) + b"}", ""),
    (json.dumps(said(actor={"name": "personne"})).encode(), "actor: an Agent must have exactly one"),
    (json.dumps(said(id="12")).encode(), "id: this is no UUID"),
    (json.dumps(said(version="2.0.0", timestamp="20260101T000000Z")).encode(), "timestamp"),
    (json.dumps(said(attachments=[attachment(b"absent")])).encode(), "neither a fileUrl nor a part"),
]


def test_every_kind_of_malformed_line_is_listed_with_its_number(file: Path) -> None:
    good = [said() for _one in MALFORMED]
    file.write_bytes(b"".join(lines(one, bad) for one, (bad, _why) in zip(good, MALFORMED, strict=True)))
    summary = taken(file)
    assert counts(summary) == (2 * len(good), len(good), 0, len(good))
    assert [where for where, _why in summary.refused] == [str(2 * number) for number in range(1, len(good) + 1)]
    for (_where, told), (bad, why) in zip(summary.refused, MALFORMED, strict=True):
        assert why in told, (bad[:80], told)
    assert Statement.objects.count() == len(good)


def test_a_line_over_the_limit_is_refused_and_the_next_is_read(file: Path, settings: LazySettings) -> None:
    settings.XAPI_MAX_BODY = 1000
    file.write_bytes(lines(said(result={"response": "x" * 1000}), said()) + b"\n  \n")
    summary = taken(file)
    assert counts(summary) == (2, 1, 0, 1)
    assert summary.refused == [("1", "The statement is over 1000 bytes.")]


def test_a_dry_run_tells_the_same_and_writes_nothing(file: Path) -> None:
    known = said()
    program().tell(known)
    before = Credential.objects.count()
    file.write_bytes(lines(known, said(), b"{", {**known, "object": {"id": "x:other"}}))
    summary = taken(file, dry_run=True)
    assert counts(summary) == (4, 1, 1, 2)
    assert sorted(where for where, _why in summary.refused) == ["3", "4"]
    assert (Statement.objects.count(), Import.objects.count(), Origin.objects.count(), Credential.objects.count()) == (1, 0, 0, before)
    assert taken(file) == summary


def test_an_import_resumes_where_its_last_batch_ended(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    file.write_bytes(lines(*(said() for _n in range(35))))

    def stop(summary: Summary) -> None:
        if summary.read == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taken(file, report=stop)
    assert Statement.objects.count() == 20
    assert counts(taken(file, resume=True)) == (15, 15, 0, 0)
    with file.open("ab") as more:
        more.write(lines(said()))
    assert counts(taken(file, resume=True)) == (1, 1, 0, 0)
    assert counts(taken(file, resume=False)) == (36, 0, 36, 0)
    file.write_bytes(lines(said()))
    with pytest.raises(Declined, match="not the one"):
        taken(file, resume=True)


def test_a_batch_that_fails_leaves_neither_statements_nor_its_place(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    file.write_bytes(lines(*(said(stored="2020-01-01T00:00:00Z") for _n in range(20))))
    origins, calls = importing._origins, iter([False, True])

    def breaks(*args: Any, **more: Any) -> Any:
        if next(calls):
            raise RuntimeError
        return origins(*args, **more)

    monkeypatch.setattr(importing, "_origins", breaks)
    with pytest.raises(RuntimeError):
        taken(file)
    assert (Statement.objects.count(), Origin.objects.count()) == (10, 10)
    assert json.loads(Import.objects.get().place)["line"] == 10


def test_what_the_origin_claims_is_kept_beside_and_the_statement_gets_ours(file: Path) -> None:
    claimed = {"objectType": "Agent", "account": {"homePage": "https://lrs.example", "name": "cle"}}
    one = said(stored="2020-01-02T03:04:05.678Z", authority=claimed, version="1.0.0")
    file.write_bytes(lines(one, said()))
    taken(file)
    stored = kept(one["id"])
    assert not stored["stored"].startswith("2020")
    assert stored["authority"]["name"] == "Import : a.jsonl"
    origin = Origin.objects.get()
    assert (str(origin), origin.stored.isoformat()) == (one["id"], "2020-01-02T03:04:05.678000+00:00")
    assert (json.loads(origin.authority), origin.text) == (claimed, "")
    credential = Credential.objects.get()
    assert credential.revoked_at is not None
    assert credential.scopes == ""
    assert (str(Import.objects.get()), Import.objects.get().authority) == (str(file), credential.authority)


@pytest.mark.parametrize("keep", [False, True])
def test_mailboxes_are_mapped_and_the_original_kept_only_where_asked(file: Path, keep: bool) -> None:
    one = said(actor={"mbox": "mailto:ana@example.org", "name": "Ana"}, authority={"mbox": "mailto:chef@example.org"})
    plain = said(actor={"openid": "https://ben.example"})
    file.write_bytes(lines(one, plain))
    mapping: AccountOf = account_of
    taken(file, account_of=mapping, keep_originals=keep)
    assert list(kept(one["id"])["actor"]) == ["account"]
    assert kept(plain["id"])["actor"] == plain["actor"]
    assert not [row.text for row in Statement.objects.all() if "@" in row.text]
    origin = Origin.objects.get()
    assert "@" not in origin.authority
    assert origin.text == (json.dumps(one) if keep else "")
    assert counts(taken(file, account_of=mapping)) == (2, 0, 2, 0)


def test_a_signed_statement_is_kept_and_its_mailbox_is_not_mapped(file: Path) -> None:
    signature = signatures.sign()
    one = {**signatures.STATEMENT, "attachments": [signatures.attachment(signature)]}
    beside = file.with_name("a.jsonl.attachments")
    beside.mkdir()
    (beside / one["attachments"][0]["sha2"]).write_bytes(signature)
    file.write_bytes(lines(one))
    summary = taken(file, account_of=account_of)
    assert counts(summary) == (1, 0, 0, 1)
    assert "signed" in summary.refused[0][1]
    assert counts(taken(file)) == (1, 1, 0, 0)


def test_attachments_beside_the_file_come_along_if_they_are_what_they_say(file: Path) -> None:
    beside = file.with_name("a.jsonl.attachments")
    beside.mkdir()
    good, bad, linked = attachment(b"the content"), attachment(b"another"), attachment(b"elsewhere", fileUrl="https://x.example/f")
    (beside / good["sha2"]).write_bytes(b"the content")
    (beside / bad["sha2"]).write_bytes(b"forged")
    file.write_bytes(lines(said(attachments=[good, linked]), said(attachments=[bad])))
    summary = taken(file)
    assert counts(summary) == (2, 1, 0, 1)
    assert "of that hash" in summary.refused[0][1]
    row = Attachment.objects.get()
    assert (row.sha2, bytes(row.content), row.content_type) == (good["sha2"], b"the content", "application/octet-stream")


def test_both_versions_voidings_and_definitions_come_in_in_their_order(file: Path) -> None:
    first = said(object={"id": "https://x.example/a", "definition": {"name": {"fr": "Une étape"}}})
    agents = {"contextAgents": [{"objectType": "contextAgent", "agent": ANA}]}
    second = said(version="2.0.0", context=agents)
    third = voiding(first["id"])
    file.write_bytes(lines(third, first, second))
    assert counts(taken(file)) == (3, 3, 0, 0)
    assert [str(row.id) for row in Statement.objects.order_by("stored")] == [third["id"], first["id"], second["id"]]
    assert [json.loads(row.text)["version"] for row in Statement.objects.order_by("stored")] == ["1.0.0", "1.0.0", "2.0.0"]
    assert str(Voiding.objects.get().target) == first["id"]
    assert json.loads(Activity.objects.get(iri="https://x.example/a").definition) == {"name": {"fr": "Une étape"}}


def test_a_name_too_long_for_a_source_is_refused() -> None:
    with pytest.raises(Declined, match="500 characters"):
        import_statements(source="x" * 501, label="x", batches=file_batches(Path("x")), store=HOME)


def test_refusals_are_counted_beyond_those_listed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_LISTED", 2)
    file.write_bytes(b"{\n" * 5)
    summary = taken(file)
    assert (summary.refusals, [where for where, _why in summary.refused]) == (5, ["1", "2"])


def test_what_goes_out_comes_in_the_same_in_an_empty_store(file: Path, tmp_path: Path, emptied: Any) -> None:
    speaker = program(version="2.0.0")
    content = b"bytes \x00\xff"
    target = said(attachments=[attachment(content, fileUrl="https://x.example/f")], result={"response": "é\u2028"})
    told = [target, voiding(target["id"]), said(object={"objectType": "StatementRef", "id": str(uuid4())}), said(context={"platform": "p"})]
    beside = tmp_path / "in.jsonl.attachments"
    beside.mkdir()
    (beside / told[0]["attachments"][0]["sha2"]).write_bytes(content)
    (tmp_path / "in.jsonl").write_bytes(lines(*told[:1]))
    taken(tmp_path / "in.jsonl")
    speaker.tell(*told[1:])
    before = export_statements(path=file, writer=JSONL, store=HOME, filters=Filters())
    emptied()
    packed = tmp_path / "b.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    shutil.copytree(tmp_path / "a.jsonl.attachments", tmp_path / "b.jsonl.gz.attachments")
    assert counts(taken(packed)) == (4, 4, 0, 0)
    again = tmp_path / "again.jsonl"
    after = export_statements(path=again, writer=JSONL, store=HOME, filters=Filters())
    assert (after.rows, after.attachments) == (before.rows, before.attachments) == (4, 1)

    def less_ours(path: Path) -> list[Json]:
        return [
            {name: value for name, value in json.loads(line).items() if name not in ("stored", "authority")}
            for line in path.read_bytes().splitlines()
        ]

    assert less_ours(again) == less_ours(file)
    assert Voiding.objects.count() == 1
