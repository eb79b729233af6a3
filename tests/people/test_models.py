"""Who sees whom, and what the tables refuse."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from lms import clock
from lms.people import services
from lms.people.models import ApiToken, Cohort, Membership, Notice, TrainingSite, User
from lms.people.rules import Role
from tests.cast import cohort, person

pytestmark = pytest.mark.django_db


def test_trainees_visible_to_each_role() -> None:
    group, elsewhere = cohort(), cohort()
    mine, other = person(Role.TRAINEE, cohort=group), person(Role.TRAINEE, cohort=elsewhere)
    seen = {
        role: set(User.objects.trainees_visible_to(person(role, cohort=group)).values_list("pk", flat=True))
        for role in Role
        if role is not Role.TRAINEE
    }
    assert seen[Role.TRAINER] == seen[Role.COUNSELLOR] == seen[Role.CERTIFIER] == {mine.pk}
    assert seen[Role.COORDINATOR] == {mine.pk, other.pk}
    assert seen[Role.ADMINISTRATOR] == set()
    assert list(User.objects.trainees_visible_to(mine)) == [mine]
    assert not User.objects.trainees_visible_to(User.objects.create_user("sans-role"))


def test_trainees_visible_to_a_trainer_ends_with_either_membership() -> None:
    group, coordinator = cohort(), person(Role.COORDINATOR)
    trainer, trainee = person(Role.TRAINER, cohort=group), person(Role.TRAINEE, cohort=group)
    services.leave_cohort(by=coordinator, person=trainee, cohort=group)
    assert not User.objects.trainees_visible_to(trainer)
    services.join_cohort(by=coordinator, person=trainee, cohort=group)
    assert list(User.objects.trainees_visible_to(trainer)) == [trainee]
    services.leave_cohort(by=coordinator, person=trainer, cohort=group)
    assert not User.objects.trainees_visible_to(trainer)


def test_visible_to_gives_a_trainee_nobody_else() -> None:
    group = cohort()
    trainee = person(Role.TRAINEE, cohort=group)
    person(Role.TRAINEE, cohort=group)
    person(Role.TRAINER, cohort=group)
    assert list(User.objects.visible_to(trainee)) == [trainee]


def test_cohorts_visible_to_each_role() -> None:
    mine, _other = cohort(), cohort()
    assert Cohort.objects.visible_to(person(Role.COORDINATOR)).count() == 2
    assert list(Cohort.objects.visible_to(person(Role.TRAINER, cohort=mine))) == [mine]
    for role in (Role.ADMINISTRATOR, Role.TRAINEE):
        assert not Cohort.objects.visible_to(person(role, cohort=mine) if role is Role.TRAINEE else person(role))


def test_notices_and_tokens_are_their_owners() -> None:
    owner, other = person(Role.TRAINER), person(Role.COORDINATOR)
    services.notify(recipients=[owner], text="Bonjour", path="/")
    services.create_token(by=owner, label="x")
    for model in (Notice, ApiToken):
        assert model.objects.visible_to(owner).count() == 1
        assert model.objects.visible_to(other).count() == 0


def test_cohort_ends_after_it_starts() -> None:
    site = TrainingSite.objects.create(code="X", name="X", seats=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cohort.objects.create(name="À l'envers", site=site, starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1))


def test_cohort_is_closed_by_someone() -> None:
    group = cohort()
    with pytest.raises(IntegrityError), transaction.atomic():
        Cohort.objects.filter(pk=group.pk).update(closed_at=clock.now())


def test_membership_once_at_a_time() -> None:
    group = cohort()
    trainee = person(Role.TRAINEE, cohort=group)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(cohort=group, user=trainee, joined_at=clock.now())


def test_names_people_read() -> None:
    group = cohort("Promo A")
    trainee = person(Role.TRAINEE, "Inès", cohort=group)
    services.notify(recipients=[trainee], text="Bonjour", path="/")
    token, _secret = services.create_token(by=trainee, label="tableau")
    assert str(trainee).startswith("Inès Durand")
    assert str(User(username="seul")) == "seul"
    assert [str(group), str(group.site), str(Notice.objects.get()), str(token)] == ["Promo A", "Antony", "Bonjour", "tableau"]
    assert str(trainee.memberships.get()) == f"{trainee} · Promo A"
