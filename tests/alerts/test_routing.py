"""Whose call is it: owner, deputy, manager, or nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime

from alerts.routing import Route, route, stand_ins
from tests.builders import NOON
from tracker.models import Role, User

TEAM = 7


def user(number: int, **fields: object) -> User:
    return User(**({"id": number, "name": f"User {number}", "time_zone": "UTC", "role": Role.REP} | fields))


def away(number: int, **fields: object) -> User:
    return user(number, away_from=NOON.date(), away_until=NOON.date(), **fields)


def gone(number: int, **fields: object) -> User:
    return user(number, left_at=NOON, **fields)


def routed(*owner_ids: int | None, staff: list[User], manager: int | None = None) -> Route:
    return route(owner_ids, {one.id: one for one in staff}, {TEAM: manager}, NOON)


def test_the_accounts_present_owner_comes_before_the_deals() -> None:
    sam, priya = user(1), user(2)
    assert routed(1, 2, staff=[sam, priya]) == Route(sam)
    assert routed(None, 2, staff=[sam, priya]) == Route(priya)


def test_who_left_is_passed_over() -> None:
    sam, priya = gone(1), user(2)
    assert routed(1, 2, staff=[sam, priya]) == Route(priya)


def test_who_is_away_is_stood_in_for_by_the_deputy_then_the_manager() -> None:
    sam, priya, max_ = away(1, deputy_id=2, team_id=TEAM), user(2), user(3, role=Role.MANAGER)
    assert routed(1, staff=[sam, priya, max_], manager=3) == Route(priya)
    assert routed(1, staff=[sam, away(2), max_], manager=3) == Route(max_)
    assert routed(1, staff=[sam, gone(2), max_], manager=3) == Route(max_)


def test_without_anybody_to_stand_in_it_waits_for_the_rep() -> None:
    sam = away(1, deputy_id=2, team_id=TEAM)
    assert routed(1, staff=[sam]) == Route(sam, away=True)
    assert routed(1, staff=[sam, away(2)], manager=2) == Route(sam, away=True)


def test_a_manager_who_is_away_does_not_stand_in_for_themselves() -> None:
    boss = away(3, role=Role.MANAGER, team_id=TEAM, deputy_id=3)
    assert routed(3, staff=[boss], manager=3) == Route(boss, away=True)


def test_what_a_leaver_owned_goes_to_their_teams_manager() -> None:
    old, mine, other = gone(1, team_id=TEAM), user(9, role=Role.MANAGER), user(3, role=Role.MANAGER)
    assert routed(1, staff=[old, mine, other], manager=9) == Route(mine)


def test_what_nobody_owns_goes_to_the_longest_serving_manager_who_is_there() -> None:
    staff = [user(1), away(3, role=Role.MANAGER), user(5, role=Role.MANAGER), user(4, role=Role.MANAGER)]
    assert routed(None, None, staff=staff) == Route(staff[3])
    assert routed(99, staff=staff) == Route(staff[3])


def test_what_nobody_owns_waits_for_a_manager_who_is_away() -> None:
    boss = away(3, role=Role.MANAGER)
    assert routed(None, staff=[user(1), gone(2, role=Role.MANAGER), boss]) == Route(boss, away=True)


def test_without_owner_and_manager_there_is_nobody() -> None:
    assert routed(None, staff=[]) == Route(None)
    assert routed(1, staff=[gone(1), gone(2, role=Role.MANAGER)]) == Route(None)


def test_a_day_away_is_one_of_the_reps_own_calendar() -> None:
    evening = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)
    kiri = user(1, time_zone="Pacific/Auckland", away_from=date(2026, 3, 11), away_until=date(2026, 3, 11))
    assert route([1], {1: kiri}, {}, evening).away
    assert not route([1], {1: kiri}, {}, NOON.replace(hour=10)).away


def test_who_cannot_be_reached_is_stood_in_for_by_whoever_is_there() -> None:
    sam = user(1, deputy_id=2, team_id=TEAM)
    staff = [sam, user(2), user(3), user(4, role=Role.MANAGER), user(5, role=Role.MANAGER)]
    assert [one.id for one in stand_ins(sam, {one.id: one for one in staff}, {TEAM: 3}, NOON)] == [2, 3, 4, 5]
    staff = [sam, away(2), gone(3), user(4, role=Role.MANAGER)]
    assert [one.id for one in stand_ins(sam, {one.id: one for one in staff}, {TEAM: 3}, NOON)] == [4]
    boss = user(4, role=Role.MANAGER)
    assert stand_ins(boss, {4: boss}, {}, NOON) == []
