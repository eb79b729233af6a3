"""Who may make whom, how a person is named, what a pasted list does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.rules import (
    HIDDEN_UNDER,
    MAY_CREATE,
    ROLE_PERMISSIONS,
    ROLE_WORDS,
    Fate,
    Known,
    PastedLine,
    PlannedLine,
    Role,
    folded,
    guarded,
    is_name,
    is_username,
    may_create,
    plan_import,
    role_of_word,
    username_for,
)


def line(number: int, *cells: str) -> PastedLine:
    return PastedLine(number, cells)


def known(pk: int, first_name: str, last_name: str, role: Role = Role.TRAINEE, **details: object) -> Known:
    values: dict[str, object] = {"username": f"compte{pk}", "email": "", "is_active": True, "place": "", **details}
    return Known(pk=pk, first_name=first_name, last_name=last_name, role=role, **values)


def told(plan: list[PlannedLine]) -> list[tuple[Fate, str]]:
    return [(planned.fate, planned.reason) for planned in plan]


def test_role_permissions_hold_no_right_over_people_groups_nor_settings() -> None:
    forbidden = ("auth.", "people.", "wagtailusers.", "sessions.", "account.", "records.")
    assert set(ROLE_PERMISSIONS) == set(Role)
    for labels in ROLE_PERMISSIONS.values():
        assert not [label for label in labels if label.startswith(forbidden) or label.endswith(("_user", "_group", "_permission"))]


def test_only_trainer_and_administrator_enter_the_authoring_side() -> None:
    enters = {role for role, labels in ROLE_PERMISSIONS.items() if "wagtailadmin.access_admin" in labels}
    assert enters == {Role.TRAINER, Role.ADMINISTRATOR}


@pytest.mark.parametrize("author", [role for role in Role if role not in MAY_CREATE])
def test_may_create_is_for_coordination_and_administration_only(author: Role) -> None:
    assert not any(may_create(author, role) for role in Role)


def test_may_create_gives_a_coordinator_no_coordinator_nor_administrator() -> None:
    assert {role for role in Role if not may_create(Role.COORDINATOR, role)} == {Role.COORDINATOR, Role.ADMINISTRATOR}
    assert all(may_create(Role.ADMINISTRATOR, role) for role in Role)
    assert not may_create(None, Role.TRAINEE)


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("stagiaire", Role.TRAINEE),
        ("Stagiaires", Role.TRAINEE),
        (" FORMATRICE ", Role.TRAINER),
        ("cip", Role.COUNSELLOR),
        ("Conseillère", Role.COUNSELLOR),
        ("certificateur", Role.CERTIFIER),
        ("coordinatrice", Role.COORDINATOR),
        ("admin", Role.ADMINISTRATOR),
        ("trainer", Role.TRAINER),
        ("chef", None),
        ("", None),
    ],
)
def test_role_of_word(word: str, role: Role | None) -> None:
    assert role_of_word(word) is role


def test_role_of_word_knows_every_word_of_the_screen() -> None:
    assert all(role_of_word(word) is role for role, word in ROLE_WORDS.items())


def test_folded_forgets_accents_case_and_spaces() -> None:
    assert folded("  INÈS\u00a0 d’Œuvre ") == "ines d'oeuvre"


@pytest.mark.parametrize(
    ("first_name", "last_name", "taken", "expected"),
    [
        ("Inès", "Durand", set(), "ines.durand"),
        ("Inès", "Durand", {"ines.durand"}, "ines.durand2"),
        ("Inès", "Durand", {"ines.durand", "ines.durand2"}, "ines.durand3"),
        ("Jean-Marc", "O’Neil de la Tour", set(), "jean-marc.o-neil-de-la-tour"),
        ("李", "王", set(), "compte"),
        ("X", "", set(), "compte.x"),
    ],
)
def test_username_for(first_name: str, last_name: str, taken: set[str], expected: str) -> None:
    assert username_for(first_name, last_name, taken) == expected


@given(st.text(max_size=120), st.text(max_size=120), st.integers(0, 30))
def test_username_for_any_name_is_a_username_and_free(first_name: str, last_name: str, homonyms: int) -> None:
    taken: set[str] = set()
    for _again in range(homonyms + 1):
        username = username_for(first_name, last_name, taken)
        assert is_username(username)
        assert username not in taken
        taken.add(username)


@pytest.mark.parametrize("name", ["Inès", "d'Ornano", "Jean-Marc", "N’Golo", "李"])
def test_is_name_of_people(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "123", "<b>x</b>", "=1+1a", "a\tb", "a\x00b", "a@b", "x" * 81, "a\u202eb"])
def test_is_name_of_something_else(name: str) -> None:
    assert not is_name(name)


def test_plan_import_of_new_people() -> None:
    plan = plan_import(
        [line(1, "Inès", "Durand", "stagiaire"), line(2, "Marc", "Petit", "formateur", "m.petit", "marc@exemple.fr")], [], Role.COORDINATOR
    )
    assert told(plan) == [(Fate.CREATE, "new"), (Fate.CREATE, "new")]
    assert [planned.username for planned in plan] == ["ines.durand", "m.petit"]
    assert plan[1].email == "marc@exemple.fr"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (("Inès",), "short"),
        (("Inès", "Durand"), "short"),
        (("Inès", "Durand", "stagiaire", "ines.d", "i@x.fr", "06"), "long"),
        (("<i>", "Durand", "stagiaire"), "first_name"),
        (("Inès", "=A1", "stagiaire"), "last_name"),
        (("Inès", "Durand", "reine"), "role_unknown"),
        (("Inès", "Durand", "administrateur"), "role_not_allowed"),
        (("Inès", "Durand", "coordination"), "role_not_allowed"),
        (("Inès", "Durand", "stagiaire", "é!"), "username_shape"),
        (("Inès", "Durand", "stagiaire", "", "pas une adresse"), "email_shape"),
    ],
)
def test_plan_import_refuses_a_line_with_its_reason(cells: tuple[str, ...], reason: str) -> None:
    good = line(2, "Marc", "Petit", "formateur")
    assert told(plan_import([line(1, *cells), good], [], Role.COORDINATOR)) == [(Fate.REFUSED, reason), (Fate.CREATE, "new")]


def test_plan_import_lets_an_administrator_make_one() -> None:
    assert told(plan_import([line(1, "Camille", "Roy", "administrateur")], [], Role.ADMINISTRATOR)) == [(Fate.CREATE, "new")]


def test_plan_import_tells_homonyms_of_one_list_apart() -> None:
    plan = plan_import([line(1, "Inès", "Durand", "stagiaire"), line(2, "INES", "durand", "stagiaire")], [], Role.COORDINATOR)
    assert [planned.username for planned in plan] == ["ines.durand", "ines.durand2"]


def test_plan_import_keeps_a_written_username_for_its_own_line() -> None:
    lines = [line(1, "Inès", "Durand", "stagiaire"), line(2, "Inès", "Durand", "stagiaire", "ines.durand")]
    assert [planned.username for planned in plan_import(lines, [], Role.COORDINATOR)] == ["ines.durand2", "ines.durand"]


def test_plan_import_warns_of_a_trainee_of_the_same_name_elsewhere() -> None:
    plan = plan_import([line(1, "Inès", "Durand", "stagiaire")], [known(7, "Ines", "DURAND", username="ines.durand")], Role.COORDINATOR)
    assert told(plan) == [(Fate.CREATE, "new_homonym")]
    assert (plan[0].username, plan[0].word) == ("ines.durand2", "ines.durand")


def test_plan_import_asks_which_trainer_of_the_same_name() -> None:
    people = [known(7, "Marc", "Petit", Role.TRAINER, username="marc.petit")]
    assert told(plan_import([line(1, "Marc", "Petit", "formateur")], people, Role.COORDINATOR)) == [(Fate.REFUSED, "same_name_staff")]
    named = plan_import([line(1, "Marc", "Petit", "formateur", "marc.petit")], people, Role.COORDINATOR)
    assert told(named) == [(Fate.JOIN, "join")]
    assert named[0].known == 7


@pytest.mark.parametrize(
    ("person", "cells", "expected"),
    [
        (known(7, "Inès", "Durand", username="ines.d"), ("Inès", "Durand", "stagiaire", "INES.D"), (Fate.JOIN, "join")),
        (known(7, "Inès", "Durand", email="I@x.fr"), ("Inès", "Durand", "stagiaire", "", "i@X.fr"), (Fate.JOIN, "join")),
        (known(7, "Inès", "Durand", username="ines.d", place="here"), ("Inès", "Durand", "stagiaire", "ines.d"), (Fate.ALREADY, "already")),
        (known(7, "Inès", "Durand", place="here"), ("Inès", "Durand", "stagiaire"), (Fate.ALREADY, "already")),
        (known(7, "Inès", "Durand", place="left"), ("Inès", "Durand", "stagiaire"), (Fate.REFUSED, "left")),
        (
            known(7, "Inès", "Durand", username="ines.d", is_active=False),
            ("Inès", "Durand", "stagiaire", "ines.d"),
            (Fate.REFUSED, "paused"),
        ),
        (known(7, "Zoé", "Martin", username="ines.d"), ("Inès", "Durand", "stagiaire", "ines.d"), (Fate.REFUSED, "username_of_other")),
        (known(7, "Zoé", "Martin", email="i@x.fr"), ("Inès", "Durand", "stagiaire", "", "i@x.fr"), (Fate.REFUSED, "email_of_other")),
        (known(7, "Inès", "Durand", email="i@x.fr"), ("Inès", "Durand", "stagiaire", "autre", "i@x.fr"), (Fate.REFUSED, "email_of_other")),
        (
            known(7, "Inès", "Durand", Role.TRAINER, username="ines.d"),
            ("Inès", "Durand", "stagiaire", "ines.d"),
            (Fate.REFUSED, "role_differs"),
        ),
    ],
)
def test_plan_import_of_someone_known(person: Known, cells: tuple[str, ...], expected: tuple[Fate, str]) -> None:
    assert told(plan_import([line(1, *cells)], [person], Role.COORDINATOR)) == [expected]


def test_plan_import_refuses_the_second_line_of_one_account() -> None:
    lines = [
        line(1, "Inès", "Durand", "stagiaire", "ines.d", "i@x.fr"),
        line(2, "Zoé", "Martin", "stagiaire", "ines.d"),
        line(3, "Zoé", "Martin", "stagiaire", "", "I@X.fr"),
    ]
    assert told(plan_import(lines, [], Role.COORDINATOR)) == [
        (Fate.CREATE, "new"), (Fate.REFUSED, "username_twice"), (Fate.REFUSED, "email_twice"),
    ]  # fmt: skip


NAMES = st.sampled_from(["Inès", "Ines", "Zoé", "Marc"])
LINES = st.lists(
    st.tuples(NAMES, NAMES, st.sampled_from(["stagiaire", "formateur", "reine"]), st.sampled_from(["", "", "un.nom", "deux.noms"])),
    max_size=12,
)


@given(LINES)
def test_plan_import_done_then_pasted_again_makes_nobody(typed: list[tuple[str, str, str, str]]) -> None:
    lines = [line(number, *cells) for number, cells in enumerate(typed, 1)]
    first = plan_import(lines, [], Role.COORDINATOR)
    made = [planned for planned in first if planned.fate is Fate.CREATE]
    assert len({planned.username for planned in made}) == len(made)
    people = [
        Known(pk, planned.username, planned.first_name, planned.last_name, planned.role, planned.email, is_active=True, place="here")
        for pk, planned in enumerate(made, 1)
    ]
    again = plan_import(lines, people, Role.COORDINATOR)
    assert not [planned for planned in again if planned.fate in (Fate.CREATE, Fate.JOIN)]
    assert [planned.fate is Fate.REFUSED for planned in again] == [planned.fate is Fate.REFUSED for planned in first]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_guarded_shows_no_small_count_nor_the_way_to_it(counts: list[int]) -> None:
    shown = guarded(counts)
    assert all(seen is None or (seen == count and count >= HIDDEN_UNDER) for seen, count in zip(shown, counts, strict=True))
    assert shown.count(None) != 1 or len(counts) == 1
    assert None in shown or shown == counts
