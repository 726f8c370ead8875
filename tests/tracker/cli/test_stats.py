"""`ringback stats`, with what alerts add to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.builders import add_campaign
from tracker.cli.stats import stats_command
from tracker.models import Drop
from tracker.stats import Section, Table

if TYPE_CHECKING:
    from tests.tracker.cli.conftest import Ringback
    from tracker.installation import Installation


def test_an_empty_installation_counts_nothing(ringback: Ringback) -> None:
    shown = ringback(stats_command()).stdout
    assert "Hits dropped by reason\n  none" in shown
    assert "people: with a confirmed visit)\n  none" in shown


def test_what_alerts_count_stands_beside_what_the_tracker_counts(
    installation: Installation, ringback: Ringback
) -> None:
    with installation.database.writing() as session:
        session.add(Drop(reason="no token", count=12_345))
        add_campaign(session)
    command = stats_command(lambda _session: [Section("Alerts by decision", (("call", 3),))])
    shown = ringback(command).stdout
    assert "  no token     12,345" in shown
    assert "Alerts by decision\n  call          3" in shown
    assert "spring-26" in shown
    read = json.loads(ringback(command, "--json").stdout)
    assert read["Alerts by decision"] == {"call": 3}
    assert read["Campaigns"][0] == {
        "label": "spring-26",
        "machine": 0,
        "unconfirmed": 0,
        "engaged": 0,
        "confirmed": 0,
        "people": 0,
    }


def test_shares_stand_in_a_table_and_those_that_cannot_be_given_are_left_open(ringback: Ringback) -> None:
    rows = (("pricing", 1_200, 0.9375), ("demo", 3, None))
    command = stats_command(
        lambda _session: [Table("What was right", ("name", "judged", "share"), rows, "Why.")]
    )
    assert (
        "What was right\n"
        "  name     judged  share\n"
        "  pricing   1,200    94%\n"
        "  demo          3      -\n"
        "  Why.\n"
    ) in ringback(command).stdout
    assert json.loads(ringback(command, "--json").stdout)["What was right"] == [
        {"name": "pricing", "judged": 1_200, "share": 0.9375},
        {"name": "demo", "judged": 3, "share": None},
    ]
