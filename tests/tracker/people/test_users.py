"""Users: who gets the calls, when, and who stands in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.builders import NOON, add_account, add_deal, add_owner_name
from tracker.models import OwnerName, Role, Team
from tracker.people.hours import ALL_DAYS, WorkingHours
from tracker.people.users import (
    PeopleError,
    UserWishes,
    add_team,
    add_user,
    all_users,
    change_user,
    set_away,
    set_back,
    set_left,
    user_with,
)
from tracker.people.written_hours import HoursError, read_days, read_hours, written

if TYPE_CHECKING:
    from tracker.db import Database

SAM = ("Sam Reed", "sam@northwind.example")
NO_WISHES = UserWishes()


def test_a_new_user_is_a_rep_in_office_hours(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session, " Sam  Reed ", SAM[1], NO_WISHES).user
        assert (sam.name, sam.role) == ("Sam Reed", Role.REP)
        assert WorkingHours.of(sam) == WorkingHours("UTC", 540, 1080, "12345")
        assert user_with(session, "SAM@northwind.example") is sam


def test_a_user_s_wishes_are_kept(database: Database) -> None:
    wishes = UserWishes(
        Role.MANAGER, "North", "Europe/London", "08:30-17:00", "1-4", "priya@northwind.example"
    )
    with database.writing() as session:
        priya = add_user(session, "Priya Nair", "priya@northwind.example", NO_WISHES).user
        team = add_team(session, "North", priya.email)
        sam = add_user(session, *SAM, wishes).user
        assert (sam.role, sam.team_id, sam.deputy_id) == (Role.MANAGER, team.id, priya.id)
        assert WorkingHours.of(sam) == WorkingHours("Europe/London", 510, 1020, "1234")
        change_user(session, sam.email, UserWishes(hours="always"))
        assert WorkingHours.of(sam).around_the_clock
        assert sam.role is Role.MANAGER


def test_a_crm_s_name_that_equals_a_new_user_s_is_theirs(database: Database) -> None:
    with database.writing() as session:
        session.add_all(
            [
                OwnerName(name="SAM  reed", name_key="sam reed"),
                OwnerName(name="Sam Reeder", name_key="sam reeder"),
            ]
        )
        added = add_user(session, *SAM, NO_WISHES)
        assert added.names_mapped == 1
        mapped = session.scalars(select(OwnerName).where(OwnerName.user_id == added.user.id)).all()
        assert [owner.name for owner in mapped] == ["SAM  reed"]


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("", "sam@a.example"),
        ("Sam", "sam"),
        ("Sam", "sam@"),
        ("Sam", "Sam <sam@a.example>"),
        ("Sam", "sam@a.example, priya@a.example"),
        ("Sam", "s" * 250 + "@a.example"),
        ("sam@a.example", "Sam"),
    ],
)
def test_what_is_no_name_and_address_is_refused(database: Database, name: str, email: str) -> None:
    with database.writing() as session, pytest.raises(PeopleError, match="write e"):
        add_user(session, name, email, NO_WISHES)


@pytest.mark.parametrize(
    ("wishes", "advice"),
    [
        (UserWishes(team="South"), "ringback team add 'South'"),
        (UserWishes(deputy="nobody@a.example"), "ringback user list"),
        (UserWishes(deputy=SAM[1]), "cannot stand in for themselves"),
        (UserWishes(time_zone="London"), "Europe/London"),
    ],
)
def test_what_does_not_exist_is_refused_with_advice(
    database: Database, wishes: UserWishes, advice: str
) -> None:
    with database.writing() as session:
        add_user(session, *SAM, NO_WISHES)
        with pytest.raises(PeopleError) as refused:
            change_user(session, SAM[1], wishes)
        assert advice in str(refused.value)
        with pytest.raises(PeopleError, match="already"):
            add_user(session, "Sam", "Sam@Northwind.example", NO_WISHES)


def test_somebody_goes_away_comes_back_and_leaves(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session, *SAM, NO_WISHES).user
        owner = add_owner_name(session, sam)
        add_deal(session, owner=owner, account=add_account(session, owner=owner))
        set_away(session, sam.email, date(2026, 8, 3), date(2026, 8, 14))
        assert sam.away_until == date(2026, 8, 14)
        set_back(session, sam.email)
        assert sam.away_from is None
        assert set_left(session, sam.email, NOON) == (sam, 2)
        add_user(session, "Zoe Park", "zoe@northwind.example", NO_WISHES)
        assert [user.name for user in all_users(session)] == ["Zoe Park", "Sam Reed"]
        set_back(session, sam.email)
        assert sam.left_at is None
        with pytest.raises(PeopleError, match="is before"):
            set_away(session, sam.email, date(2026, 8, 14), date(2026, 8, 3))


def test_a_team_is_added_once_and_changes_its_manager(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session, *SAM, NO_WISHES).user
        assert add_team(session, "North", None).manager_id is None
        assert add_team(session, " North ", sam.email).manager_id == sam.id
        assert add_team(session, "North", None).manager_id == sam.id
        assert len(session.scalars(select(Team)).all()) == 1
        with pytest.raises(PeopleError, match="needs a name"):
            add_team(session, " ", None)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("09:00-18:00", (540, 1080)),
        ("9:00 – 17:30", (540, 1050)),  # noqa: RUF001  (people type the dash)
        ("always", (0, 1440)),
        ("0:00-24:00", (0, 1440)),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, hours: tuple[int, int]) -> None:
    assert read_hours(text) == hours


@pytest.mark.parametrize("text", ["", "9-18", "18:00-09:00", "09:00-09:00", "09:60-18:00", "09:00-24:01"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(HoursError, match="write 09:00-18:00"):
        read_hours(text)


@pytest.mark.parametrize(
    ("text", "days"), [("1-5", "12345"), ("1,3, 5", "135"), ("6-7,1", "167"), ("4", "4")]
)
def test_days_are_read_as_people_write_them(text: str, days: str) -> None:
    assert read_days(text) == days


@pytest.mark.parametrize("text", ["", "0-5", "5-1", "1-8", "Mon", "1,,2"])
def test_what_are_no_days_is_refused(text: str) -> None:
    with pytest.raises(HoursError, match="write 1-5"):
        read_days(text)


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (WorkingHours("UTC", 540, 1080, "12345"), "Mon-Fri 09:00-18:00"),
        (WorkingHours("UTC", 540, 1080, "135"), "Mon Wed Fri 09:00-18:00"),
        (WorkingHours("UTC", 540, 1440, "7"), "Sun 09:00-24:00"),
        (WorkingHours("UTC", 0, 1440, ALL_DAYS), "always"),
        (WorkingHours("UTC", 0, 1440, "12345"), "Mon-Fri 00:00-24:00"),
    ],
)
def test_hours_are_written_for_people(hours: WorkingHours, text: str) -> None:
    assert written(hours) == text
