"""`ringback rescreen --since DAY`, as an admin types it after a rule has changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from alerts.cli_rescreen import PORTION, rescreen_command
from alerts.models import Alert, Message
from alerts.words import MessageState
from tests.tracker.ingest.stories import Setting, add_dana, hit_id, set_up
from tests.tracker.ingest.walk import Walk
from tracker.ingest.signs import HOSTING, OFFICE
from tracker.installation import open_installation
from tracker.models import PageView, State, Visit
from tracker.schema import migrate
from tracker.senders import add_rule, read_rule
from tracker.settings import load_settings
from tracker.words import SenderKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)
"""The command itself reads the clock."""


@pytest.fixture
def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    monkeypatch.setenv("RINGBACK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RINGBACK_TIME_ZONE", "Asia/Tokyo")
    opened = open_installation(load_settings())
    migrate(opened.database)
    yield set_up(opened.database, opened.settings, opened.signer)
    opened.database.dispose()


@pytest.fixture
def walk(setting: Setting) -> Walk:
    """Dana read the prices, and what her address was found to be was not known then."""
    walk = Walk(setting, now=AN_HOUR_AGO)
    walk.reads("/pricing", token=add_dana(setting).token)
    with setting.installation.database.writing() as session:
        session.execute(update(Visit).values(signs=[HOSTING]))
    return walk


def rescreen(*arguments: str, exit_code: int = 0) -> str:
    result = CliRunner().invoke(rescreen_command, arguments)
    assert result.exit_code == exit_code, result.output
    return result.output


def test_visits_are_judged_by_the_rules_of_now(walk: Walk) -> None:
    said = rescreen("--since", f"{AN_HOUR_AGO - timedelta(days=1):%Y-%m-%d}")
    assert said.splitlines() == [
        "Visits judged anew: 1",
        "Judged otherwise than before: 1",
        "  confirmed -> unconfirmed: 1",
    ]
    assert walk.one(Visit).state is State.UNCONFIRMED
    assert walk.one(Message).state is MessageState.WITHDRAWN


def test_the_table_of_senders_is_applied_to_visits_of_before(walk: Walk) -> None:
    with walk.setting.installation.database.writing() as session:
        add_rule(session, read_rule(SenderKind.OFFICE, "203.0.113.0/24"))
    assert "confirmed -> internal: 1" in rescreen("--since", f"{AN_HOUR_AGO - timedelta(days=1):%Y-%m-%d}")
    assert walk.one(Visit).signs == [HOSTING, OFFICE]


def test_a_rule_that_reaches_no_earlier_visit_is_named(walk: Walk) -> None:
    with walk.setting.installation.database.writing() as session:
        add_rule(session, read_rule(SenderKind.OFFICE, "203.0.0.0/12"))
    said = rescreen("--since", f"{AN_HOUR_AGO - timedelta(days=1):%Y-%m-%d}")
    assert "203.0.0.0/12" in said
    assert walk.one(Visit).signs == [HOSTING]


def test_a_dry_run_says_the_same_and_changes_nothing(walk: Walk) -> None:
    said = rescreen("--since", f"{AN_HOUR_AGO - timedelta(days=1):%Y-%m-%d}", "--dry-run")
    assert "Would be judged otherwise than before: 1" in said
    assert "Alerts that would be taken back" not in said  # nobody was told yet
    with walk.setting.installation.database.writing() as session:
        session.execute(update(Alert).values(sent_at=AN_HOUR_AGO))
    said = rescreen("--since", f"{AN_HOUR_AGO - timedelta(days=1):%Y-%m-%d}", "--dry-run")
    assert "Alerts that would be taken back: 1" in said
    assert (walk.one(Visit).state, walk.one(Message).state) == (State.CONFIRMED, MessageState.PENDING)


def test_only_visits_since_then_are_looked_at(walk: Walk) -> None:
    here = datetime.now(ZoneInfo("Asia/Tokyo")) - timedelta(minutes=5)
    said = rescreen("--since", f"{here:%Y-%m-%dT%H:%M}")
    assert "Visits judged anew: 0" in said
    assert walk.one(Visit).state is State.CONFIRMED


def test_what_is_forgotten_and_what_has_not_come_are_said(walk: Walk) -> None:
    assert "what it followed from is forgotten" in rescreen("--since", "2020-01-01")
    assert walk.one(Visit).state is State.UNCONFIRMED
    assert "has not come yet" in rescreen("--since", "2999-01-01", exit_code=2)
    for text in ("01.11.2026", "yesterday", "", "0001-01-01"):
        assert "is no day: write one like 20" in rescreen("--since", text, exit_code=2)


def test_many_visits_are_judged_in_portions(walk: Walk) -> None:
    one = walk.one(Visit)
    with walk.setting.installation.database.writing() as session:
        for number in range(PORTION + 10):
            began = AN_HOUR_AGO - timedelta(hours=number)
            visit = Visit(
                prospect_id=one.prospect_id,
                browser_id=one.browser_id,
                site_id=one.site_id,
                started_at=began,
                last_at=began,
                user_agent=one.user_agent,
                state=State.MACHINE,
            )
            session.add(visit)
            session.flush()
            session.add(PageView(hit_id=hit_id(), visit_id=visit.id, at=began, url="https://x.example/"))
    said = rescreen("--since", f"{AN_HOUR_AGO - timedelta(days=20):%Y-%m-%d}")
    assert f"machine -> unconfirmed: {PORTION + 10}" in said
