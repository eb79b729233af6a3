"""A dossier tells what juries decided, once the session is closed, with every signature as it was made."""

import json
import zipfile
from pathlib import Path

import jwt
import pytest

from curriculum.models import Enrolment
from lms.badges.formats.credentials import key_set
from lms.badges.models import SigningKey
from lms.certification.services.decisions import close_session
from lms.exports.selectors import followers_of
from lms.exports.selectors.dossier import dossier_of
from lms.exports.services.dossiers import export_dossier
from tests.certification.story import Sitting, sitting

pytestmark = pytest.mark.django_db


def closed() -> Sitting:
    story = sitting()
    first = story.decide(outcome="none", comment="Il manque la légende.")
    story.decide(outcome="total", corrects=first.uuid, reason="La légende était au dos.")
    close_session(by=story.president, session=story.session)
    return story


def test_decisions_are_told_once_the_session_is_closed() -> None:
    story = sitting()
    story.decide()
    who = followers_of(Enrolment.objects.filter(trainee=story.small.trainee))[0]
    assert dossier_of(who).jury == []
    close_session(by=story.president, session=story.session)
    told = dossier_of(who).jury
    assert [(one.block_code, one.outcome, one.is_current) for one in told] == [("ON1", "total", True)]


def test_no_statement_of_the_file_tells_a_decision_before_the_closing(tmp_path: Path) -> None:
    story = sitting()
    decision = story.decide(outcome="none", comment="Il manque la légende.")
    assert str(decision.statement_id) not in statements_in(story, tmp_path / "before.zip")
    close_session(by=story.president, session=story.session)
    assert str(decision.statement_id) in statements_in(story, tmp_path / "after.zip")


def statements_in(story: Sitting, path: Path) -> str:
    """What the trainee's dossier says now, statements and list of them."""
    export_dossier(trainee=story.small.trainee.uuid, path=path)
    with zipfile.ZipFile(path) as archive:
        return archive.read("statements.jsonl").decode() + archive.read("dossier.json").decode()


def test_the_file_keeps_each_decision_and_its_signatures_hold_by_themselves(tmp_path: Path) -> None:
    story = closed()
    path = tmp_path / "dossier.zip"
    export_dossier(trainee=story.small.trainee.uuid, path=path)
    with zipfile.ZipFile(path) as archive:
        said, keys = json.loads(archive.read("dossier.json")), json.loads(archive.read("keys.json"))
        statements = archive.read("statements.jsonl").decode()
    assert [(one["outcome"], one["is_current"], one["reason"]) for one in said["jury"]] == [
        ("none", False, ""), ("total", True, "La légende était au dos."),
    ]  # fmt: skip
    key = jwt.PyJWK(keys["keys"][0])
    for one in said["jury"]:
        header, _empty, signature = one["signatures"][0]["jws"].split(".")
        body = jwt.utils.base64url_encode(one["signatures"][0]["text"].encode()).decode()
        jwt.PyJWS().decode(f"{header}.{body}.{signature}", key, algorithms=["EdDSA"])
        assert one["statement"] in statements
        assert json.loads(one["text"])["decision"] == one["uuid"]
    assert keys == json.loads(json.dumps(key_set([SigningKey.objects.get()])))
