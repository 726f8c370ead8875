"""`ringback user` and `ringback team`, as an admin uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import add_deal
from tracker.cli.people import team_command, user_command
from tracker.models import OwnerName

if TYPE_CHECKING:
    from tests.tracker.cli.conftest import Ringback
    from tracker.installation import Installation


def test_a_team_comes_to_work(ringback: Ringback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_TIME_ZONE", "Europe/London")
    assert "ringback user add" in ringback(user_command, "list").stdout
    added = ringback(user_command, "add", "Priya Nair", "priya@a.example", "--role", "manager")
    assert "Priya Nair <priya@a.example>  Mon-Fri 09:00-18:00 Europe/London" in added.stdout
    assert "without a manager" in ringback(team_command, "add", "North").stdout
    ringback(team_command, "add", "North", "--manager", "priya@a.example")
    ringback(
        user_command, "add", "Sam Reed", "sam@a.example", "--team", "North", "--hours", "always",
        "--time-zone", "America/New_York", "--deputy", "priya@a.example",
    )  # fmt: skip
    listed = ringback(user_command, "list").stdout.splitlines()
    assert listed[1] == (
        "Sam Reed <sam@a.example>  always America/New_York  rep  team North  deputy Priya Nair"
    )


def test_an_owner_in_the_crm_becomes_a_user_goes_away_and_leaves(
    installation: Installation, ringback: Ringback
) -> None:
    with installation.database.writing() as session:
        owner = OwnerName(name="Sam Reed", name_key="sam reed")
        session.add(owner)
        session.flush()
        add_deal(session, owner=owner)
    added = ringback(user_command, "add", "Sam Reed", "sam@a.example")
    assert "found to be theirs: 1" in added.stdout
    away = ringback(user_command, "away", "sam@a.example", "2026-08-03", "2126-08-14")
    assert "name a deputy" in away.stdout
    assert "2126-08-14" in ringback(user_command, "list").stdout
    assert "is back" in ringback(user_command, "back", "sam@a.example").stdout
    assert "Mon-Thu" in ringback(user_command, "change", "sam@a.example", "--days", "1-4").stdout
    left = ringback(user_command, "left", "SAM@a.example").stdout
    assert "still carry their name: 1" in left
    assert "left on" in ringback(user_command, "list").stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "advice"),
    [
        (["add", "Sam", "nonsense"], 1, "write e.g. 'Sam Reed'"),
        (["add", "Sam", "sam@a.example", "--hours", "all day"], 1, "write 09:00-18:00"),
        (["add", "Sam", "sam@a.example", "--role", "boss"], 2, "'rep', 'marketer'"),
        (["away", "sam@a.example", "3 August", "2026-08-14"], 2, "%Y-%m-%d"),
        (["left", "sam@a.example"], 1, "no user sam@a.example"),
    ],
)
def test_mistakes_are_answered_with_what_to_write(
    ringback: Ringback, arguments: list[str], exit_code: int, advice: str
) -> None:
    assert advice in ringback(user_command, *arguments, exit_code=exit_code).stderr
