"""Verbs about people: what they write, what they refuse."""

from datetime import date, timedelta
from unittest import mock

import msgspec
import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError

from lms import clock
from lms.people import services
from lms.people.models import ApiToken, Membership, Notice, TrainingSite, User
from lms.people.rules import ROLE_PERMISSIONS, Role
from lms.records import vocabulary as v
from lms.records.models import Statement
from lms.refusal import Refused
from tests.cast import PASSWORD, cohort, person
from tests.story import verbs_told

pytestmark = pytest.mark.django_db


def refusal_code(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.code


def make(by: User | None, **details: object) -> tuple[User, str]:
    values: dict[str, object] = {"username": "ines.d", "first_name": "Inès", "last_name": "Durand", "role": Role.TRAINEE, **details}
    return services.create_person(by=by, **values)


def test_set_up_roles_makes_the_database_equal_to_the_table() -> None:
    trainer = Group.objects.get(name=Role.TRAINER)
    trainer.permissions.add(Permission.objects.get(codename="add_group", content_type__app_label="auth"))
    services.set_up_roles()
    for role, wanted in ROLE_PERMISSIONS.items():
        held = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
        assert sorted(f"{app}.{codename}" for app, codename in held) == sorted(wanted)


def test_one_time_code_is_read_without_doubt_and_never_the_same() -> None:
    codes = {services.one_time_code() for _n in range(200)}
    assert len(codes) == 200
    assert not set("".join(codes)) & set("ilo01")


def test_create_person_gives_a_code_that_opens_and_must_be_replaced() -> None:
    coordinator = person(Role.COORDINATOR)
    user, code = make(coordinator, email="ines@exemple.fr")
    user = User.objects.get(pk=user.pk)
    assert user.check_password(code)
    assert user.must_choose_password
    assert (user.role, user.created_by, user.email, user.is_superuser, user.is_staff) == (
        Role.TRAINEE,
        coordinator,
        "ines@exemple.fr",
        False,
        False,
    )
    assert code not in user.password


def test_create_person_with_a_password_chosen_already() -> None:
    user, _secret = make(None, password=PASSWORD)
    assert not user.must_choose_password


def test_create_person_with_a_secret_made_beforehand() -> None:
    secret = services.new_secret()
    user, code = make(None, secret=secret)
    assert code == secret.code
    assert user.check_password(code)


@pytest.mark.parametrize(
    ("author", "details", "code"),
    [
        (Role.COORDINATOR, {"role": Role.ADMINISTRATOR}, "role_not_allowed"),
        (Role.COORDINATOR, {"role": Role.COORDINATOR}, "role_not_allowed"),
        (Role.TRAINER, {}, "role_not_allowed"),
        (Role.TRAINEE, {}, "role_not_allowed"),
        (Role.COORDINATOR, {"last_name": "  "}, "name_missing"),
        (Role.COORDINATOR, {"username": "TAKEN"}, "username_taken"),
        (Role.COORDINATOR, {"email": "Taken@exemple.fr"}, "email_taken"),
    ],
)
def test_create_person_refuses(author: Role, details: dict[str, object], code: str) -> None:
    make(None, username="taken", email="taken@exemple.fr")
    by = person(author)
    count = User.objects.count()
    with pytest.raises(Refused) as error:
        make(by, **details)
    assert refusal_code(error) == code
    assert User.objects.count() == count


def test_create_person_refuses_a_name_taken_at_the_same_moment() -> None:
    with mock.patch.object(User, "save", side_effect=IntegrityError), pytest.raises(Refused) as error:
        make(None)
    assert refusal_code(error) == "username_taken"


def test_update_person_corrects_and_closes_the_old_address() -> None:
    coordinator, trainee = person(Role.COORDINATOR), person(Role.TRAINEE)
    trainee.email = "old@exemple.fr"
    trainee.save()
    EmailAddress.objects.create(user=trainee, email="old@exemple.fr", verified=True, primary=True)
    services.update_person(by=coordinator, person=trainee, first_name=" Inés ", last_name="Durant", email="new@exemple.fr")
    trainee.refresh_from_db()
    assert (trainee.first_name, trainee.last_name, trainee.email) == ("Inés", "Durant", "new@exemple.fr")
    assert not EmailAddress.objects.filter(user=trainee).exists()
    services.update_person(by=coordinator, person=trainee, first_name="Inés", last_name="Durant", email="new@exemple.fr")


def test_update_person_refuses_a_role_above_and_an_email_of_someone_else() -> None:
    coordinator, administrator, trainee = person(Role.COORDINATOR), person(Role.ADMINISTRATOR), person(Role.TRAINEE)
    User.objects.filter(pk=administrator.pk).update(email="admin@exemple.fr")
    for target, email, code in ((administrator, "mine@exemple.fr", "role_not_allowed"), (trainee, "ADMIN@exemple.fr", "email_taken")):
        with pytest.raises(Refused) as error:
            services.update_person(by=coordinator, person=target, first_name="X", last_name="Y", email=email)
        assert refusal_code(error) == code
    trainee.refresh_from_db()
    assert trainee.first_name != "X"


def test_change_email_is_ones_own() -> None:
    trainee = person(Role.TRAINEE)
    services.change_email(by=trainee, email="moi@exemple.fr")
    services.change_email(by=trainee, email="")
    trainee.refresh_from_db()
    assert trainee.email == ""


def test_reset_password_replaces_it_and_asks_for_another() -> None:
    coordinator, trainee = person(Role.COORDINATOR), person(Role.TRAINEE)
    code = services.reset_password(by=coordinator, person=trainee)
    trainee.refresh_from_db()
    assert trainee.check_password(code)
    assert not trainee.check_password(PASSWORD)
    assert trainee.must_choose_password


@pytest.mark.parametrize(
    ("author", "target"),
    [
        (Role.COORDINATOR, Role.ADMINISTRATOR),
        (Role.COORDINATOR, Role.COORDINATOR),
        (Role.TRAINER, Role.TRAINEE),
        (Role.TRAINER, Role.ADMINISTRATOR),
    ],
)
def test_reset_password_refuses_a_role_above(author: Role, target: Role) -> None:
    victim = person(target)
    with pytest.raises(Refused) as error:
        services.reset_password(by=person(author), person=victim)
    assert refusal_code(error) == "role_not_allowed"
    victim.refresh_from_db()
    assert victim.check_password(PASSWORD)


def test_reset_password_refuses_an_account_without_a_role() -> None:
    with pytest.raises(Refused):
        services.reset_password(by=person(Role.ADMINISTRATOR), person=User.objects.create_user("sans-role"))


def test_choose_password_ends_the_first_one() -> None:
    user, code = make(None)
    services.choose_password(by=user, password="trois-mots-a-moi")
    user.refresh_from_db()
    assert user.check_password("trois-mots-a-moi")
    assert not user.check_password(code)
    assert not user.must_choose_password


def test_pause_person_and_resume_person() -> None:
    coordinator, trainee = person(Role.COORDINATOR), person(Role.TRAINEE)
    services.pause_person(by=coordinator, person=trainee)
    services.pause_person(by=coordinator, person=trainee)
    trainee.refresh_from_db()
    assert not trainee.is_active
    services.resume_person(by=coordinator, person=trainee)
    trainee.refresh_from_db()
    assert trainee.is_active
    assert trainee.check_password(PASSWORD)


def test_pause_person_refuses_oneself_a_role_above_and_the_last_administrator() -> None:
    administrator, other, coordinator = person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR), person(Role.COORDINATOR)
    cases = [(administrator, administrator, "own_account"), (coordinator, administrator, "role_not_allowed")]
    for by, target, code in cases:
        with pytest.raises(Refused) as error:
            services.pause_person(by=by, person=target)
        assert refusal_code(error) == code
    services.pause_person(by=other, person=administrator)
    other_view = User.objects.get(pk=other.pk)
    with pytest.raises(Refused) as error:  # `administrator` is paused: `other` is the last one
        services.pause_person(by=User.objects.get(pk=administrator.pk), person=other_view)
    assert refusal_code(error) == "last_administrator"
    with pytest.raises(Refused):
        services.resume_person(by=coordinator, person=administrator)


def test_create_site_and_create_cohort() -> None:
    coordinator = person(Role.COORDINATOR)
    site = services.create_site(by=coordinator, code="lyo", name="Lyon", seats=6, has_sound_studio=True)
    assert (site.code, site.seats) == ("LYO", 6)
    group = services.create_cohort(by=coordinator, name="Lyon 1", site=site, starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 5))
    assert group.closed_at is None
    with pytest.raises(Refused) as error:
        services.create_site(by=coordinator, code="LYO", name="Autre", seats=1, has_sound_studio=False)
    assert refusal_code(error) == "code_taken"


@pytest.mark.parametrize(
    ("role", "name", "ends_on", "code"),
    [
        (Role.COORDINATOR, "prise", date(2026, 2, 1), "name_taken"),
        (Role.COORDINATOR, "Libre", date(2025, 2, 1), "dates_reversed"),
        (Role.TRAINER, "Libre", date(2026, 2, 1), "role_not_allowed"),
        (Role.ADMINISTRATOR, "Libre", date(2026, 2, 1), "role_not_allowed"),
    ],
)
def test_create_cohort_refuses(role: Role, name: str, ends_on: date, code: str) -> None:
    cohort("Prise")
    with pytest.raises(Refused) as error:
        services.create_cohort(by=person(role), name=name, site=TrainingSite.objects.get(), starts_on=date(2026, 1, 5), ends_on=ends_on)
    assert refusal_code(error) == code


def test_create_site_refuses_who_is_not_a_coordinator() -> None:
    with pytest.raises(Refused):
        services.create_site(by=person(Role.TRAINER), code="X", name="X", seats=1, has_sound_studio=False)


def verbs() -> list[str]:
    return verbs_told()


def test_join_cohort_and_leave_cohort_tell_of_trainees_only() -> None:
    group, coordinator, trainee, trainer = cohort(), person(Role.COORDINATOR), person(Role.TRAINEE), person(Role.TRAINER)
    for _again in range(2):
        services.join_cohort(by=coordinator, person=trainee, cohort=group)
        services.join_cohort(by=coordinator, person=trainer, cohort=group)
    assert verbs() == [v.JOINED.iri]
    for _again in range(2):
        services.leave_cohort(by=coordinator, person=trainee, cohort=group)
        services.leave_cohort(by=coordinator, person=trainer, cohort=group)
    assert verbs() == [v.JOINED.iri, v.LEFT.iri]
    services.join_cohort(by=coordinator, person=trainee, cohort=group)
    assert Membership.objects.filter(user=trainee, cohort=group).count() == 2


def test_statements_of_membership_name_nobody() -> None:
    group, coordinator, trainee = cohort(), person(Role.COORDINATOR), person(Role.TRAINEE, "Inès")
    services.join_cohort(by=coordinator, person=trainee, cohort=group)
    text = Statement.objects.get().text
    told = msgspec.json.decode(text)
    assert told["actor"]["account"]["name"] == str(trainee.uuid)
    for secret in (trainee.username, trainee.first_name, trainee.last_name, coordinator.username):
        assert secret not in text


def test_close_cohort_then_nobody_joins() -> None:
    group, coordinator = cohort(), person(Role.COORDINATOR)
    services.close_cohort(by=coordinator, cohort=group)
    group.refresh_from_db()
    closed_at = group.closed_at
    services.close_cohort(by=person(Role.COORDINATOR), cohort=group)
    group.refresh_from_db()
    assert (group.closed_at, group.closed_by) == (closed_at, coordinator)
    with pytest.raises(Refused) as error:
        services.join_cohort(by=coordinator, person=person(Role.TRAINEE), cohort=group)
    assert refusal_code(error) == "cohort_closed"


def test_notify_writes_the_same_unread_notice_once() -> None:
    trainee, trainer = person(Role.TRAINEE), person(Role.TRAINER)
    for _again in range(2):
        services.notify(recipients=[trainee, trainer], text="Ton travail est relu.", path="/travaux/1/")
    assert Notice.objects.count() == 2
    services.read_notices(by=trainee, path="/ailleurs/")
    assert Notice.objects.visible_to(trainee).unread().count() == 1
    services.read_notices(by=trainee)
    assert (Notice.objects.visible_to(trainee).unread().count(), Notice.objects.visible_to(trainer).unread().count()) == (0, 1)
    services.notify(recipients=[trainee], text="Ton travail est relu.", path="/travaux/1/")
    assert Notice.objects.visible_to(trainee).count() == 2


def test_create_token_keeps_a_digest_and_revoke_token_is_for_its_owner() -> None:
    owner, other = person(Role.TRAINER), person(Role.TRAINER)
    token, secret = services.create_token(by=owner, label="tableau")
    assert token.digest == services.token_digest(secret) != secret
    services.revoke_token(by=other, token=token)
    token.refresh_from_db()
    assert token.revoked_at is None
    services.revoke_token(by=owner, token=token)
    token.refresh_from_db()
    revoked_at = token.revoked_at
    with clock.at(clock.now() + timedelta(days=1)):
        services.revoke_token(by=owner, token=token)
    assert ApiToken.objects.get().revoked_at == revoked_at is not None
