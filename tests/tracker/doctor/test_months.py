"""What `ringback check` says of page views and their months."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.alerts.scenes import add_page, add_visit
from tests.builders import NOON, add_prospect
from tracker.doctor.months import check_months
from tracker.months import AHEAD, month_of

if TYPE_CHECKING:
    from tracker.db import Database


def said(database: Database, now: datetime) -> list[str]:
    with database.reading() as session:
        return [finding.sentence.partition(".")[0] for finding in check_months(session, now)]


def test_it_is_silent_while_the_months_are_there(database: Database) -> None:
    assert said(database, NOON) == []
    assert said(database, month_of(NOON, AHEAD) - timedelta(seconds=1)) == []


def test_it_says_that_nobody_makes_months_and_what_came_meanwhile(database: Database) -> None:
    late = month_of(NOON, AHEAD)
    expected = [] if database.is_sqlite else ["Page views of 2026-07 have no partition yet"]
    assert said(database, late) == expected
    with database.writing() as session:
        at = month_of(NOON, AHEAD + 1)
        add_page(session, add_visit(session, add_prospect(session), at=at), at=at)
    expected = [] if database.is_sqlite else [*expected, "Page views that are in no month's partition: 1"]
    assert said(database, late) == expected
