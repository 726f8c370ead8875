"""`ringback stats`, with what alerts add to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.builders import add_campaign
from tracker.cli.stats import stats_command
from tracker.models import Drop
from tracker.stats import Section

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
