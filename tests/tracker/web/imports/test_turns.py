"""Beside an import colleagues get their turns, and what becomes of it is on record."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.builders import NOON
from tests.tracker.web.imports.pressing import HEAD, presses, uploads
from tracker.audit import COMMAND
from tracker.imports import undo as undoing
from tracker.imports.ahead import SHORT_CHUNK
from tracker.imports.undo import begin_undo, undo
from tracker.models import ImportBatch

if TYPE_CHECKING:
    from datetime import datetime

    from tests.tracker.web.company import Browser, Company

MANY = SHORT_CHUNK * 2 + 1


def test_it_is_stored_and_taken_back_in_short_portions(company: Company, marketer: Browser) -> None:
    uploads(marketer, HEAD + "".join(f"{n},Brightwell,Pro,lost,,,Sam Reed,,\n" for n in range(MANY)))
    presses(marketer, "look")
    presses(marketer, "run")
    with company.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportBatch)) == 3 + 1  # and one for the end
    with company.database.writing() as session:
        begin_undo(session, 1, COMMAND, NOON)
    beats: list[datetime] = []

    def clock() -> datetime:
        beats.append(NOON + timedelta(seconds=len(beats)))
        return beats[-1]

    assert undo(company.database, 1, COMMAND, clock).deals_deleted == MANY
    assert undoing.PORTION <= SHORT_CHUNK
    assert len(beats) >= MANY / undoing.PORTION


@pytest.mark.parametrize("before", ["99999999999999999999", "-99999999999999999999", "0", "x"])
def test_any_number_may_be_asked_for(marketer: Browser, before: str) -> None:
    assert marketer.gets(f"/imports?before={before}").status_code == 200
