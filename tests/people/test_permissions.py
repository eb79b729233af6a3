"""What `for_roles` lets through, and the vendor doors that stay shut (promises.md S07)."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import get_resolver

from lms.people.models import User
from lms.people.permissions import for_roles
from lms.people.rules import Role
from tests.cast import PASSWORD, person, signed_in

pytestmark = pytest.mark.django_db

SHUT = [
    "/cms/users/", "/cms/users/new/", "/cms/users/edit/{pk}/", "/cms/users/delete/{pk}/", "/cms/users/history/{pk}/", "/cms/users/copy/{pk}/",
    "/cms/users/results/", "/cms/users/usage/{pk}/", "/cms/groups/", "/cms/groups/new/", "/cms/groups/edit/{group}/", "/cms/groups/delete/{group}/",
    "/cms/bulk/people/user/delete/?id={pk}", "/cms/bulk/people/user/assign_role/?id={pk}", "/cms/bulk/people/user/set_active_state/?id={pk}",
    "/cms/bulk/auth/group/delete/?id={group}", "/cms/password_reset/", "/compte/email/", "/compte/password/set/",
]  # fmt: skip


@pytest.mark.parametrize("role", [*Role, None])
def test_vendor_user_administration_is_shut_for_every_role_and_for_a_superuser(role: Role | None) -> None:
    user = person(role) if role else User.objects.create_superuser("super", password=PASSWORD)
    victim, client = person(Role.ADMINISTRATOR), signed_in(user)
    trainer_group = Group.objects.get(name=Role.TRAINER)
    for path in SHUT:
        address = path.format(pk=user.pk, group=trainer_group.pk)
        for response in (
            client.get(address),
            client.post(address, {"groups": [Group.objects.get(name=Role.ADMINISTRATOR).pk], "is_superuser": "on"}),
        ):
            assert response.status_code == 404, address
    assert client.post(f"/cms/users/edit/{victim.pk}/", {"password1": "x", "password2": "x"}).status_code == 404
    victim.refresh_from_db()
    assert victim.check_password(PASSWORD)


def test_vendor_user_administration_has_no_door_left_out() -> None:
    """A new door of Wagtail's under these prefixes is shut too, by its namespace."""
    shut = {"wagtailusers_users", "wagtailusers_groups"}
    found = {
        str(entry.namespace)
        for entry in next(url for url in get_resolver().url_patterns if str(url.pattern) == "cms/").url_patterns
        if getattr(entry, "namespace", None) and str(entry.pattern).startswith(("users/", "groups/", "api-tokens/"))
    }
    assert found == shut


@pytest.mark.parametrize("role", Role)
def test_no_role_holds_a_right_over_people_nor_groups(role: Role) -> None:
    user = User.objects.get(pk=person(role).pk)
    held = user.get_all_permissions()
    assert not [
        label for label in held if label.split(".")[0] in ("people", "auth", "account", "mfa", "sessions", "wagtailusers", "records")
    ]
    assert not user.is_staff
    assert not user.is_superuser


def test_only_our_groups_exist_with_rights_over_people() -> None:
    rights = Permission.objects.filter(content_type__app_label__in=["people", "auth"])
    assert not Group.objects.filter(permissions__in=rights).exists()


def test_wagtail_sign_in_leads_to_the_one_gate() -> None:
    assert Client().get("/cms/login/").headers["Location"] == "/compte/login/"
    assert Client().get("/cms/").headers["Location"].startswith("/compte/login/")


def test_for_roles_keeps_its_roles_for_the_access_table() -> None:
    assert for_roles(Role.TRAINER)(lambda request: None).roles == {Role.TRAINER}
    assert for_roles()(lambda request: None).roles == set(Role)


def test_for_roles_sends_the_signed_out_to_sign_in_and_back() -> None:
    assert Client().get("/personnes/?role=trainee").headers["Location"] == "/compte/login/?next=/personnes/%3Frole%3Dtrainee"


def test_for_roles_refuses_another_role_and_an_account_without_one() -> None:
    assert signed_in(person(Role.TRAINER)).get("/personnes/").status_code == 403
    assert signed_in(User.objects.create_user("sans-role")).get("/nouvelles/").status_code == 403


def test_for_roles_keeps_nothing_in_caches() -> None:
    assert signed_in(person(Role.TRAINEE)).get("/nouvelles/").headers["Cache-Control"] == "no-store, private"
