"""What people type about people, parsed and checked."""

import pytest

from lms.people import services
from lms.people.forms import NameForm, PasswordChoiceForm, PersonFilter, PersonForm, ProfileForm, TokenForm
from lms.people.rules import Role
from tests.cast import PASSWORD, cohort, person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("court1", "court1", "password"),
        ("12345678", "12345678", "password"),
        ("trois-mots-a-moi", "trois-mots-a-toi", "again"),
        ("", "x", "password"),
    ],
)
def test_password_choice_form_refuses(password: str, again: str, field: str) -> None:
    form = PasswordChoiceForm({"password": password, "again": again}, person=person(Role.TRAINEE))
    assert not form.is_valid()
    assert field in form.errors


def test_password_choice_form_refuses_the_code_of_the_card() -> None:
    user, code = services.create_person(by=None, username="ines.d", first_name="Inès", last_name="D", role=Role.TRAINEE)
    form = PasswordChoiceForm({"password": code, "again": code}, person=user)
    assert not form.is_valid()
    assert "carte" in str(form.errors["password"])


def test_password_choice_form_keeps_spaces() -> None:
    form = PasswordChoiceForm({"password": " trois mots à moi ", "again": " trois mots à moi "}, person=person(Role.TRAINEE))
    assert form.is_valid()
    assert form.cleaned_data["password"] == " trois mots à moi "


def test_profile_form_asks_for_the_password_of_the_account() -> None:
    user = person(Role.TRAINEE)
    assert ProfileForm({"email": "", "password": PASSWORD}, person=user).is_valid()
    assert not ProfileForm({"email": "moi@exemple.fr", "password": "autre"}, person=user).is_valid()
    assert not ProfileForm({"email": "pas une adresse", "password": PASSWORD}, person=user).is_valid()


def test_token_form_asks_what_it_is_for() -> None:
    assert not TokenForm({"label": " "}).is_valid()


def test_person_filter_gives_what_it_understood_and_forgets_the_rest() -> None:
    group, coordinator = cohort(), person(Role.COORDINATOR)
    good = PersonFilter({"role": "trainer", "cohort": str(group.uuid), "search": " marc ", "state": "paused"}, person=coordinator)
    assert good.values() == {"role": "trainer", "cohort": group, "search": "marc", "state": "paused"}
    bad = PersonFilter({"role": "roi", "cohort": "x", "search": "y" * 200, "state": "?"}, person=coordinator)
    assert not any(bad.values().values())


def test_person_filter_of_an_administrator_has_no_cohort() -> None:
    assert "cohort" not in PersonFilter({}, person=person(Role.ADMINISTRATOR)).fields


@pytest.mark.parametrize(("first_name", "valid"), [("  Inès   Lou ", True), ("<b>", False), ("=1+A", False), ("", False)])
def test_name_form_takes_names(first_name: str, valid: bool) -> None:
    form = NameForm({"first_name": first_name, "last_name": "Durand"})
    assert form.is_valid() is valid
    if valid:
        assert form.cleaned_data["first_name"] == "Inès Lou"


@pytest.mark.parametrize(("author", "roles"), [(Role.COORDINATOR, 4), (Role.ADMINISTRATOR, 6), (Role.TRAINER, 0)])
def test_person_form_offers_the_roles_its_author_may_make(author: Role, roles: int) -> None:
    assert len(PersonForm(author=person(author)).fields["role"].choices) == roles


@pytest.mark.parametrize(("username", "kept"), [("Ines.D", "ines.d"), ("", ""), ("é", None), ("a b", None)])
def test_person_form_takes_plain_usernames(username: str, kept: str | None) -> None:
    form = PersonForm({"first_name": "Inès", "last_name": "D", "role": "trainee", "username": username}, author=person(Role.COORDINATOR))
    assert form.is_valid() is (kept is not None)
    assert form.cleaned_data.get("username") == kept


def test_forms_name_their_fields_and_no_other() -> None:
    """A field sent besides (S03) goes nowhere: none of these is a model form."""
    assert set(PersonForm(author=person(Role.ADMINISTRATOR)).fields) == {"first_name", "last_name", "role", "username", "email"}
    assert set(NameForm().fields) == {"first_name", "last_name", "email"}
