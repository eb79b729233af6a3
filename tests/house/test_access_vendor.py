"""Vendors' doors by rule: who enters Wagtail's admin, what stays shut there even so, and that nobody becomes administrator (S01, S07)."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import RoutePattern, URLPattern, URLResolver
from wagtail.blocks import Block, RawHTMLBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from content.blocks import LessonBody
from curriculum.services import MEDIA_RIGHTS, PAGE_RIGHTS
from lms.people.models import User
from lms.people.rules import ROLE_PERMISSIONS, Role
from lms.people.services import set_up_roles
from tests.house import access
from tests.house.access_story import SECRETS
from tests.house.conftest import Answer, Knocker

# Wagtail's preview of a picture leaves its temporary file to the collector.
pytestmark = [
    pytest.mark.django_db, pytest.mark.usefixtures("plain_refusals"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]  # fmt: skip

ATTACK = {
    "is_superuser": "on", "is_staff": "on", "is_active": "on", "role": "administrator", "password": "x", "password1": "x", "password2": "x",
    "username": "maitre", "first_name": "Autre", "last_name": "Autre", "name_email-first_name": "Autre", "name_email-last_name": "Autre",
    "name": "administrator", "user_permissions": "1", "permissions": "1", "action-confirm": "1", "avatar-avatar": "", "next": "/",
}  # fmt: skip
UNNAMED = 2  # Wagtail's own test page and its « not found »: no name, nothing behind


def vendor_doors(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, list[str]]]:
    """Every named URL under a prefix, with the names of what its address asks."""

    def walk(patterns: list[URLPattern | URLResolver], namespace: str, asked: list[str]) -> Iterator[tuple[str, list[str]]]:
        for pattern in patterns:
            kind = pattern.pattern
            own = list(kind.converters) if isinstance(kind, RoutePattern) else [*kind.regex.groupindex] or ["_"] * kind.regex.groups
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner, asked + own)
            elif pattern.name:
                yield f"{namespace}{pattern.name}", asked + own
            else:
                yield "", []

    roots = [one for one in resolver.url_patterns if isinstance(one, URLResolver) and str(one.pattern) == prefix]
    assert roots, prefix
    return walk(roots[0].url_patterns, "", [])


def cms_addresses(knocker: Knocker) -> dict[str, str]:
    """Name → address of every door of Wagtail's admin, filled with what exists: a page, a rubric, a person, a picture."""
    world, to = knocker.told.small, knocker.told.to
    fill: dict[str, Any] = {
        "page_id": world.module.pk, "parent_page_id": world.programme.pk, "page_to_move_id": world.module.pk, "page_pk": world.module.pk,
        "destination_id": world.programme.pk, "revision_id": world.module.latest_revision_id, "revision_id_a": "earliest", "revision_id_b": "latest",
        "content_type_app_name": "curriculum", "content_type_model_name": "modulepage", "app_label": "curriculum", "model_name": "modulepage",
        "app_name": "content", "action_name": "approve", "action": "delete", "model": "modulepage", "parent_id": world.programme.pk,
        "document_id": to["handout"].pk, "doc_id": to["handout"].pk, "image_id": to["picture"].pk, "filter_spec": "max-80x80",
        "object_id": world.module.pk, "uuid": uuid4(), "code": "gift", "uidb64": "MQ", "token": "abc-def", "pk": world.module.pk,
    }  # fmt: skip
    of = {
        "rubric": world.practical.rubric_id, "framework": world.programme.framework_id, "scale": world.programme.framework.scale_id,
        "competency": world.competencies[0].pk, "wagtailusers_users": knocker.told.people["trainer"].pk, "images": to["picture"].pk,
        "wagtailusers_groups": Group.objects.get(name=Role.TRAINER.value).pk, "documents": to["handout"].pk, "docs": to["handout"].pk,
    }  # fmt: skip
    found, lost = {}, 0
    for name, asked in vendor_doors(get_resolver(), "cms/"):
        if not name:
            lost += 1
            continue
        own = next((value for word, value in of.items() if word in name.partition(":")[0] or f":{word}:" in name), world.module.pk)
        values = {word: own if word == "pk" else fill.get(word, 1) for word in asked}
        try:
            found[name] = reverse(name, kwargs=values)
        except NoReverseMatch as error:
            raise AssertionError(f"{name} {values}") from error
    assert lost == UNNAMED
    assert len(found) > 200
    return found


def account_addresses() -> dict[str, str]:
    """Name → address of every door of the sign-in library."""
    fill = {"key": "abc-def", "uidb36": "1"}
    found = {name: reverse(name, kwargs={word: fill[word] for word in asked}) for name, asked in vendor_doors(get_resolver(), "compte/")}
    assert len(found) > 15
    return found


@pytest.mark.parametrize("who", ["anonymous", "trainee", "trainer", "administrator"])
def test_account_doors_give_nobody_more(knocker: Knocker, who: str) -> None:
    """compte/: strangers open what leads in and nothing else, no account is made nor changed, no address is confirmed, nothing breaks."""
    wrong = []
    for name, address in account_addresses().items():
        for method in ("GET", "POST"):
            answer = knocker.knock(who, method, address, ATTACK if method == "POST" else None)
            is_open = answer.letter == "O" and answer.response.headers.get("Location", "/compte/").startswith("/compte/")
            if answer.response.status_code >= 500 or {"people_user", "account_emailaddress", "people_user_groups"} & answer.written:
                wrong.append(f"{method} {name}: {answer.response.status_code} {sorted(answer.written)}")
            if who == "anonymous" and is_open and name not in access.ACCOUNT_OPEN:
                wrong.append(
                    f"{method} {name} is open to strangers: {answer.response.status_code} {answer.response.headers.get('Location')}"
                )
            if name in access.ACCOUNT_SHUT and answer.letter != "N":
                wrong.append(f"{method} {name} is not shut: {answer.response.status_code}")
    assert not wrong, "\n".join(wrong)


def is_sent_away(answer: Answer) -> bool:
    """To sign-in, to the dashboard, or refused."""
    if answer.response.status_code == 302:
        return answer.response.headers["Location"].partition("?")[0] in ("/compte/login/", "/cms/", "/", "/profil/")
    return answer.response.status_code in (403, 404, 405)


OUTSIDERS = ("trainee", "counsellor", "certifier", "coordinator")


def entries(knocker: Knocker, who: str, method: str, addresses: dict[str, str]) -> list[str]:
    """The doors of the admin that did not send this person away, or that wrote something."""
    found = []
    for name, address in addresses.items():
        answer = knocker.knock(who, method, address)
        if name not in access.CMS_OPEN_TO_ALL and (not is_sent_away(answer) or answer.written):
            found.append(f"{method} {name} by {who}: {answer.response.status_code} {sorted(answer.written)}")
    return found


@pytest.mark.parametrize("who", ["anonymous", *OUTSIDERS])
def test_only_authors_enter_the_admin(knocker: Knocker, who: str) -> None:
    wrong = entries(knocker, who, "GET", cms_addresses(knocker))
    assert not wrong, "\n".join(wrong)


def test_only_authors_post_to_the_admin(knocker: Knocker) -> None:
    """Every door is posted to by a stranger and by one of the others in turn."""
    addresses = cms_addresses(knocker)
    wrong = entries(knocker, "anonymous", "POST", addresses)
    for place, (name, address) in enumerate(addresses.items()):
        wrong += entries(knocker, OUTSIDERS[place % len(OUTSIDERS)], "POST", {name: address})
    assert not wrong, "\n".join(wrong)


def is_shut(name: str) -> bool:
    return name.partition(":")[0] in access.CMS_SHUT_NAMESPACES or name in access.CMS_SHUT_NAMES


def test_nothing_of_the_admin_breaks_nor_tells_of_trainees(knocker: Knocker) -> None:
    wrong = []
    for name, address in cms_addresses(knocker).items():
        answer = knocker.knock("trainer", "GET", address)
        if answer.response.status_code >= 500:
            wrong.append(f"{name}: {answer.response.status_code}")
        wrong += [f"{name} tells {word}" for word in SECRETS if word in answer.text]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", access.CMS_PEOPLE)
def test_what_makes_an_administrator_is_shut(knocker: Knocker, who: str) -> None:
    """Users, groups, sites, collections and their permissions, Wagtail's own account and passwords: to authors too (S07)."""
    shut = {name: address for name, address in cms_addresses(knocker).items() if is_shut(name)}
    assert {name.partition(":")[0] for name in shut if ":" in name} == access.CMS_SHUT_NAMESPACES
    wrong = [fault for method in ("GET", "POST") for fault in entries(knocker, who, method, shut)]
    assert not wrong, "\n".join(wrong)


def test_no_post_in_the_admin_changes_who_is_who(knocker: Knocker) -> None:
    """S07: whatever is sent to whichever door, nobody's account, role, group or right moves."""
    group = Group.objects.get(name=Role.ADMINISTRATOR.value).pk
    rights = re.compile(r"^(people_user|auth_group|auth_permission|wagtailcore_grouppage|wagtailcore_groupcollection)")
    wrong = []
    for name, address in cms_addresses(knocker).items():
        attack = {**ATTACK, "groups": [group], "id": [knocker.told.people["trainer"].pk]}
        answer = knocker.knock("trainer", "POST", address, attack)
        if answer.response.status_code >= 500 and name not in access.CMS_BREAKS_ON_EMPTY_POST:
            wrong.append(f"{name}: {answer.response.status_code}")
        wrong += [f"{name} writes {table}" for table in answer.written if rights.match(table)]
    assert not wrong, "\n".join(wrong)


def test_bulk_actions_never_touch_people(knocker: Knocker) -> None:
    wrong = []
    for app, model in (("people", "user"), ("auth", "group")):
        for action in ("assign_role", "delete", "set_active_state", "add_tags"):
            answer = knocker.knock("trainer", "POST", reverse("wagtail_bulk_action", args=[app, model, action]), {"id": [1]})
            if not is_sent_away(answer) or answer.written:
                wrong.append(f"{app}.{model} {action}: {answer.response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_groups_hold_what_the_table_says_and_nothing_more(knocker: Knocker) -> None:
    """Read in the database after the roles are set up and a programme is granted to its authors."""
    set_up_roles()
    for role in Role:
        held = {
            f"{right.content_type.app_label}.{right.codename}"
            for right in Group.objects.get(name=role.value).permissions.select_related("content_type")
        }
        assert held == set(ROLE_PERMISSIONS[role]), role
        pages = {
            right.permission.codename for right in GroupPagePermission.objects.filter(group__name=role.value).select_related("permission")
        }
        assert pages == set(PAGE_RIGHTS.get(role, ())), role
        media = {
            right.permission.codename
            for right in GroupCollectionPermission.objects.filter(group__name=role.value).select_related("permission")
        }
        assert media == (set(MEDIA_RIGHTS) if role is Role.TRAINER else set()), role
    assert set(Group.objects.values_list("name", flat=True)) == {role.value for role in Role}
    assert not User.user_permissions.through.objects.exists()
    assert not User.objects.filter(is_superuser=True).exists()
    assert not User.objects.filter(is_staff=True).exists()


def test_no_role_holds_a_right_over_people_or_the_site() -> None:
    words = (
        "user",
        "group",
        "permission",
        "site",
        "token",
        "credential",
        "collection",
        "session",
        "authenticator",
        "logentry",
        "workflow",
        "task",
    )
    held = [label for labels in ROLE_PERMISSIONS.values() for label in labels]
    assert not [label for label in held if any(re.search(rf"_{word}\b", label) for word in words)]
    assert Permission.objects.filter(codename="change_user").exists()  # the words above are those of real rights


def test_documents_ask_for_sign_in(knocker: Knocker) -> None:
    handout = knocker.told.to["handout"]
    address = reverse("wagtaildocs_serve", args=[handout.pk, handout.filename])
    assert knocker.knock("anonymous", "GET", address).letter == knocker.knock("anonymous", "POST", address).letter == "L"
    for method in ("GET", "POST"):  # no collection has a password
        assert knocker.knock("anonymous", method, reverse("wagtaildocs_authenticate_with_password", args=[1])).letter == "N"
    answer = knocker.knock("trainee", "GET", address)
    assert answer.response.status_code == 200
    assert answer.response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.response.headers["Content-Security-Policy"]
    assert knocker.knock("trainee", "GET", reverse("wagtaildocs_serve", args=[handout.pk, "autre.pdf"])).letter == "N"


def test_no_block_takes_raw_html() -> None:
    """S07 (d): what an author writes is cleaned; no block carries HTML, a table of it, or another site's page as it comes."""

    def kinds(block: Block) -> Iterator[type[Block]]:
        yield type(block)
        for inner in (*getattr(block, "child_blocks", {}).values(), *filter(None, [getattr(block, "child_block", None)])):
            yield from kinds(inner)

    found = set(kinds(LessonBody()))
    assert len(found) > 8
    assert not [kind for kind in found if issubclass(kind, RawHTMLBlock | EmbedBlock) or "table" in kind.__name__.lower()]
