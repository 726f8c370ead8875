"""The watch: what goes wrong is in the log within a minute, and does not flood it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.builders import NOON
from tracker.doctor.finding import Finding, Level, ill, mind, well
from tracker.doctor.vital import LOOK_EVERY_S, REMIND, Watch, vital_signs
from tracker.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    import pytest

    from tracker.db import Database


class Patient:
    """What ails it may be changed."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def __call__(self, now: datetime) -> list[Finding]:
        del now
        return self.findings


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    lines = [(record.levelname, record.getMessage()) for record in caplog.records]
    caplog.clear()
    return lines


def test_a_fault_is_said_once_reminded_of_and_said_to_be_over(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="tracker.doctor.vital")
    patient = Patient()
    watch = Watch(patient, lambda: NOON)
    patient.findings = [well("All is well."), ill("Mails wait: 3."), mind("Little room: 900 MB.")]
    watch.step(NOON)
    assert said(caplog) == [("ERROR", "Mails wait: 3."), ("WARNING", "Little room: 900 MB.")]
    patient.findings = [ill("Mails wait: 17.")]
    watch.step(NOON + timedelta(seconds=LOOK_EVERY_S))
    assert said(caplog) == [("INFO", "no longer so: Little room: … MB.")]
    watch.step(NOON + REMIND)
    assert said(caplog) == [("ERROR", "Mails wait: 17.")]
    patient.findings = []
    watch.step(NOON + REMIND + timedelta(seconds=LOOK_EVERY_S))
    assert said(caplog) == [("INFO", "no longer so: Mails wait: …")]


def test_it_looks_at_the_mails_only_where_the_database_can_be_used(database: Database) -> None:
    """The tests' tables are on record as no release's."""
    found = list(
        vital_signs(Settings(), database, NOON, lambda: NOON, lambda _session, _now: [ill("Mails wait.")])
    )
    assert found[-1].level is (Level.ILL if not database.is_sqlite else found[-1].level)
    assert ("Mails wait." in [finding.sentence for finding in found]) is database.is_sqlite
