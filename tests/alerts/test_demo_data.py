"""A database full of made-up people holds together as if all of it had happened."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from alerts.cli import main
from alerts.demo_data.fill import Filled, NotEmptyError, fill
from alerts.digest import plan_digests
from alerts.models import Alert, Delivery, Message, MessageState, Outcome
from alerts.outbox import due
from alerts.policy import Hold, Trigger
from alerts.timeline import timeline
from alerts.why import explain
from alerts.words import Decision
from tests.alerts.scenes import installation
from tests.builders import NOON
from tracker.db import connect
from tracker.models import Account, Base, Browser, PageView, Prospect, Visit
from tracker.months import strays
from tracker.words import State

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from tracker.db import Database

PROSPECTS = 60


def made(database: Database, *, seed: int = 3, anyway: bool = False) -> Filled:
    return fill(installation(database), PROSPECTS, NOON, seed=seed, anyway=anyway)


def everything(session: Session) -> dict[str, list[Any]]:
    tables = Base.metadata.sorted_tables
    return {table.name: list(session.execute(select(table).order_by(*table.primary_key))) for table in tables}


def count(session: Session, of: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(of)) or 0


def rows_belong_together(database: Database) -> None:
    with database.reading() as session:
        assert count(session, Prospect) == PROSPECTS
        assert count(session, Visit) == count(session, Alert)
        pages = select(func.count()).where(PageView.visit_id == Visit.id).scalar_subquery()
        assert session.scalars(select(Visit.id).where(Visit.pages != pages)).all() == []
        assert strays(session) == 0
        if database.is_sqlite:
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        strangers = (
            select(Alert.id)
            .join(Visit, Visit.id == Alert.visit_id)
            .join(Browser, Browser.id == Visit.browser_id)
            .join(Prospect, Prospect.id == Alert.prospect_id)
            .where(
                (Visit.prospect_id != Alert.prospect_id)
                | (Browser.prospect_id != Alert.prospect_id)
                | (Prospect.account_id != Alert.account_id)
            )
        )
        assert session.scalars(strangers).all() == []
        early = select(Visit.id).join(Browser, Browser.id == Visit.browser_id)
        assert session.scalars(early.where(Visit.started_at < Browser.created_at)).all() == []


def decisions_have_the_names_that_the_policy_gives(database: Database) -> None:
    with database.reading() as session:
        alerts = session.scalars(select(Alert)).all()
        assert {alert.decision for alert in alerts} == set(Decision)
        names = {word.value for word in (*Hold, *Trigger)}
        assert {alert.why for alert in alerts} <= names
        for alert in alerts:
            assert (alert.decision is Decision.CALL) == (alert.due_at is not None)
            assert alert.sent_at is None or alert.message_id is not None
        assert count(session, Outcome) > 50


def nothing_of_it_is_ever_mailed(database: Database) -> None:
    with database.writing() as session:
        states = set(session.scalars(select(Message.state)))
        assert states <= {MessageState.SENT, MessageState.FAILED}
        assert set(session.scalars(select(Delivery.result))) <= {"sent", "retry", "refused"}
        tomorrow = NOON + timedelta(days=1)
        assert due(session, tomorrow, timedelta(minutes=1), within=timedelta(0), limit=9) == []
        ids = plan_digests(session, "ringback@northwind.example", tomorrow)
        told = session.scalars(select(Alert.id).where(Alert.message_id.in_(ids)))
        assert told.all() == [], "only follow-ups are left for tomorrow's mails"


def some_are_on_the_site_now_and_none_comes_later(database: Database) -> None:
    with database.reading() as session:
        last = session.scalars(select(Visit.last_at).order_by(Visit.last_at.desc()).limit(2)).all()
        assert all(NOON - timedelta(minutes=2) < at <= NOON for at in last)
        called = select(Alert.sent_at).where(Alert.decision == Decision.CALL, Alert.sent_at.is_not(None))
        newest = session.scalar(called.order_by(Alert.sent_at.desc()).limit(1))
        assert newest is not None
        assert NOON - timedelta(hours=1) < newest <= NOON


def everybody_can_be_read_about(database: Database) -> None:
    with database.reading() as session:
        busiest = select(Visit.prospect_id).group_by(Visit.prospect_id).order_by(func.count().desc())
        for prospect_id in session.scalars(busiest.limit(5)).all():
            told = timeline(session, prospect_id)
            assert told.sightings
            assert all(one.pages and one.verdict is not None for one in told.sightings)
            assert explain(session, installation(database), prospect_id, NOON).visits


def old_evidence_is_forgotten_as_it_would_be(database: Database) -> None:
    with database.reading() as session:
        old = select(Visit).where(Visit.last_at < NOON - timedelta(days=31))
        visits = session.scalars(old).all()
        assert visits
        assert all(visit.forgotten_at and not visit.user_agent and not visit.signs for visit in visits)
        assert State.MACHINE in {visit.state for visit in visits}


CHECKS = (
    rows_belong_together,
    decisions_have_the_names_that_the_policy_gives,
    nothing_of_it_is_ever_mailed,
    some_are_on_the_site_now_and_none_comes_later,
    everybody_can_be_read_about,
    old_evidence_is_forgotten_as_it_would_be,
)


def test_what_was_made_up_is_as_if_it_had_happened(database: Database) -> None:
    filled = made(database)
    with database.reading() as session:
        assert (count(session, Visit), count(session, PageView)) == (filled.visits, filled.pages)
    assert 10 * PROSPECTS <= filled.visits < 11 * PROSPECTS
    assert 4 < filled.pages / filled.visits < 6
    for check in CHECKS:
        check(database)


def test_the_same_seed_gives_the_same_data(sqlite_file: Path, tmp_path: Path) -> None:
    found = []
    for number, seed in enumerate((3, 3, 4)):
        path = tmp_path / f"{number}.db"
        shutil.copy(sqlite_file, path)
        database = connect(f"sqlite:///{path}")
        fill(installation(database), 30, NOON, seed=seed)
        with database.reading() as session:
            found.append(everything(session))
        database.dispose()
    first, again, other = found
    assert first == again
    assert first["visits"] != other["visits"]


def test_people_who_are_there_are_not_mixed_with_made_up_ones_unless_asked_for(database: Database) -> None:
    made(database)
    with pytest.raises(NotEmptyError, match="60 prospects already"):
        made(database)
    made(database, anyway=True)
    with database.reading() as session:
        assert count(session, Prospect) == 2 * PROSPECTS
        assert count(session, Account) == len(set(session.scalars(select(Account.name_key))))


def test_the_command_says_what_it_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_DATA_DIR", str(tmp_path))
    said = CliRunner().invoke(main, ["demo-data", "--prospects", "30", "--now", "2026-03-10T12:00:00"])
    assert said.exit_code == 0, said.output
    assert "Made up 30 prospects with" in said.output
    again = CliRunner().invoke(main, ["demo-data", "--prospects", "30"])
    assert again.exit_code == 1
    assert "say --anyway" in again.output
