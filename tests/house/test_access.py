"""Every door of ours × method × person, against the written table (S01); the second cohort knocks at the first's records (S02)."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from tests.house.access import DELETED_BY, PEOPLE, TABLE, VENDOR_PREFIXES, Row
from tests.house.access_forms import sent
from tests.house.access_story import SECRETS
from tests.house.conftest import Answer, Knocker

pytestmark = pytest.mark.django_db

STRANGERS = ("anonymous", "other_trainee", "other_trainer", "administrator")  # none of them may read the first trainee's record
LOUDEST = ("anonymous", "trainee", "trainer", "coordinator", "administrator")
PERSONAL = {
    "token",
    "trainee",
    "help",
    "draft_file",
    "submission",
    "waiting",
    "file",
    "export",
    "credential",
    "aside",
    "compared",
    "delivered",
    "upload",
    "phrase",
    "agreement",
    "observation",
    "review",
    "opinion",
    "paper",
    "pictured",
    "request",
    "asked_opinion",
    "badge",
    "prior",
    "group",
    "candidate",
    "session",
    "document",
    "profile",
    "profile_export",
    "destination",
    "delivery",
}
NAMED_BY_LINK = {"home:opinion-give": SECRETS[:1]}  # a link names its trainee to whoever holds it, by the first name alone
OWN_DRAFT = {"assessments:draft-file-remove", "assessments:draft-take-back"}  # act on one's own draft, whatever they name


def doors(resolver: URLResolver, namespace: str = "", prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every URL of the site: its name with namespaces, and its route."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from doors(pattern, inner, f"{prefix}{pattern.pattern}")
        else:
            yield f"{namespace}{pattern.name}", f"{prefix}{pattern.pattern}"


def letters(row: Row, method: str) -> list[tuple[str, str]]:
    """Who is told what."""
    return list(zip(PEOPLE, (row.get if method == "GET" else row.post).split(), strict=True))


def test_table_names_every_door_of_ours_and_no_other() -> None:
    ours = {name for name, route in doors(get_resolver()) if not route.startswith(VENDOR_PREFIXES)}
    assert not ours - TABLE.keys(), f"missing from tests/house/access.py: {sorted(ours - TABLE.keys())}"
    assert not TABLE.keys() - ours, f"no longer a door of the site: {sorted(TABLE.keys() - ours)}"


def headers_missing(answer: Answer, *, signed_in: bool) -> list[str]:
    """What S26 asks of every answer and this one lacks."""
    told = answer.response.headers
    policy = told.get("Content-Security-Policy", "")
    script = policy.partition("script-src ")[2].partition(";")[0]
    wanted = {
        "script-src": "'unsafe-inline'" not in script and "'unsafe-eval'" not in script,
        "default-src": "default-src" in policy,
        "closed": "sandbox" in policy or all(part in policy for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'")),
        "nosniff": told.get("X-Content-Type-Options") == "nosniff",
        "referrer": told.get("Referrer-Policy") in ("same-origin", "no-referrer"),
        "frame": told.get("X-Frame-Options") == "SAMEORIGIN",
        "opener": told.get("Cross-Origin-Opener-Policy") == "same-origin",
        "permissions": "camera=()" in told.get("Permissions-Policy", ""),
        "no-store": not signed_in or "no-store" in told.get("Cache-Control", ""),
    }
    return [name for name, is_there in wanted.items() if not is_there]


def reading_faults(knocker: Knocker, answer: Answer, name: str, who: str) -> list[str]:
    """What a GET did that it must not: wrote, told a stranger, came without its headers."""
    faults = []
    if extra := answer.written - TABLE[name].writes:
        faults.append(f"writes {sorted(extra)}")
    if who in STRANGERS:
        secrets = set(knocker.told.secrets(knows_accounts=who == "administrator")) - set(NAMED_BY_LINK.get(name, ()))
        faults += [f"tells {word}" for word in sorted(secrets) if word in answer.text]
    missing = headers_missing(answer, signed_in=who != "anonymous" and name != "media-file")  # the authored pictures are kept a year
    return [*faults, *(f"without {header}" for header in missing)]


def test_get_answers_as_written(knocker: Knocker) -> None:
    wrong = []
    for name, row in TABLE.items():
        address = knocker.told.address(name)
        for who, letter in letters(row, "GET"):
            answer = knocker.knock(who, "GET", address)
            if answer.letter != letter:
                wrong.append(f"GET {name} by {who}: {answer.letter}, written {letter}")
            wrong += [f"GET {name} by {who}: {fault}" for fault in reading_faults(knocker, answer, name, who)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("plain_refusals")
def test_post_answers_as_written(knocker: Knocker) -> None:
    """With what the form sends when it is filled in well; a refusal writes nothing at all."""
    wrong = []
    forms = sent(knocker.told)
    for name, row in TABLE.items():
        address = knocker.told.address(name)
        for who, letter in letters(row, "POST"):
            answer = knocker.knock(who, "POST", address, forms.get(name))
            if answer.letter != letter:
                wrong.append(f"POST {name} by {who}: {answer.letter}, written {letter}")
            if answer.letter in "LAFNM" and answer.written:
                wrong.append(f"POST {name} by {who}: refused, yet writes {sorted(answer.written)}")
            missing = headers_missing(answer, signed_in=who != "anonymous" and answer.letter != "M")
            wrong += [f"POST {name} by {who}: without {header}" for header in missing]
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("plain_refusals")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_other_methods_open_nothing(knocker: Knocker, method: str) -> None:
    """HEAD is GET without a body, OPTIONS of the API describes what GET gives and OPTIONS of the store its methods; the others are for nobody."""
    wrong = []
    for name, row in TABLE.items():
        address = knocker.told.address(name)
        for who, letter in letters(row, "GET"):
            if who not in (STRANGERS if method in ("HEAD", "OPTIONS") else LOUDEST):
                continue
            answer = knocker.knock(who, method, address)
            # The shape of an answer, of nobody's; a browser asks the store before it sends credentials.
            is_described = method == "OPTIONS" and (name.startswith("xapi-") or (name.startswith(("api", "upload")) and who != "anonymous"))
            is_own_piece = name == "upload" and method in ("PATCH", "DELETE") and who == "trainee"  # refused for want of its headers
            is_deleted = method == "DELETE" and who in DELETED_BY.get(name, ())
            if is_deleted and answer.letter != "O":
                wrong.append(f"DELETE {name} by {who}: {answer.letter}")
            allowed = {
                *"LAFNM",
                letter if method in ("HEAD", "OPTIONS") else "M",
                "O" if is_described or is_own_piece or is_deleted else "M",
            }
            if answer.letter not in allowed:
                wrong.append(f"{method} {name} by {who}: {answer.letter}")
    assert not wrong, "\n".join(wrong)


def test_post_without_token_is_refused(knocker: Knocker) -> None:
    """S20: who may POST, may not from another site's form."""
    wrong = []
    forms = sent(knocker.told)
    for name, row in TABLE.items():
        who = next((who for who, letter in letters(row, "POST") if letter == "O"), None)
        if who:
            answer = knocker.knock(who, "POST", knocker.told.address(name), forms.get(name), enforce_csrf_checks=True)
            if answer.letter != "F" or answer.written:
                wrong.append(f"{name} by {who}: {answer.letter} {sorted(answer.written)}")
    assert not wrong, "\n".join(wrong)


def test_classmate_opens_nothing_of_the_trainee(knocker: Knocker) -> None:
    """Same cohort, same programme: what is common opens, what is somebody's answers 404 and tells nothing."""
    wrong = []
    forms = sent(knocker.told)
    for name, row in TABLE.items():
        for method in ("GET", "POST"):
            answer = knocker.knock("mate", method, knocker.told.address(name), forms.get(name) if method == "POST" else None)
            told = [word for word in SECRETS if word in answer.text and word not in NAMED_BY_LINK.get(name, ())]
            if told or (answer.letter == "O" and PERSONAL & set(row.to) and name not in OWN_DRAFT):
                wrong.append(f"{method} {name}: {answer.letter} {told}")
    assert not wrong, "\n".join(wrong)


def test_filters_tell_strangers_nothing(knocker: Knocker) -> None:
    """S02 on lists: the ids of the first cohort in filters, searches and forms give a stranger an empty list, or 404."""
    to, wrong = knocker.told.to, []
    asked = [
        ("api:progress-list", f"trainee={to['trainee']}"), ("api:progress-list", f"module={to['module']}"),
        ("api:standing-list", f"trainee={to['trainee']}&competency={to['competency']}"), ("home:trainees", f"q=Quentrec&promotion={to['cohort']}"),
        ("assessments:queue", f"cohort={to['cohort']}&module={to['module']}"), ("exports:export-list", f"promotion={to['cohort']}"),
        ("exports:export-list", f"stagiaire={to['trainee']}"), ("badges:staff-list", f"promotion={to['cohort']}"),
        ("api:badge-list", f"trainee={to['trainee']}&competency={to['competency']}"),
        ("api:evidence-list", f"trainee={to['trainee']}&competency={to['competency']}&kind=judgement"), ("api:group-list", f"cohort={to['cohort']}"),
        ("curriculum:help-list", f"trainee={to['trainee']}"),
    ]  # fmt: skip
    for who in STRANGERS:
        for name, query in asked:
            answer = knocker.knock(who, "GET", f"{knocker.told.address(name)}?{query}")
            shown = answer.text.replace(query.partition("q=")[2].partition("&")[0] or "-", "")  # what was searched is shown again
            words = knocker.told.secrets(knows_accounts=False)
            wrong += [f"{name}?{query} by {who} tells {word}" for word in words if word in shown and word not in query]
    for field, value in (("cohort", to["cohort"]), ("trainee", to["trainee"])):
        form = {"key": uuid4(), "content": "transcript:xlsx", "cohort": to["other_cohort"], field: value}
        answer = knocker.knock("other_trainer", "POST", knocker.told.address("exports:export-list"), form)
        if answer.response.status_code not in (400, 404) or answer.written:
            wrong.append(f"exports of another's {field}: {answer.response.status_code} {sorted(answer.written)}")
    assert not wrong, "\n".join(wrong)
