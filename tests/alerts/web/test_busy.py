"""While another process holds the database, a tap stores nothing, and nothing typed is lost."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select, text

from alerts.models import Outcome
from tests.alerts.web.front import Front, bare_app, open_front
from tracker import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database

TRY_AGAIN = "Ringback is busy just now: nothing was stored. Try again."
NOTE = "Rollout is slow.\nRenewal in <March>."


@pytest.fixture
def front(database_url: str, database: Database) -> Iterator[Front]:
    """Sam has the alert's mail open, and nobody waits long for anybody."""
    front = open_front(database)
    hasty = db.connect(database_url, busy_timeout_ms=50)
    if not hasty.is_sqlite:
        event.listen(
            hasty.write_engine, "begin", lambda one: one.exec_driver_sql("SET LOCAL lock_timeout = 50")
        )
    front.app = bare_app(replace(front.installation, database=hasty), lambda: front.now)
    yield front
    hasty.dispose()


@contextmanager
def held(front: Front) -> Iterator[None]:
    """Let another process hold what a report is written to; it can be read meanwhile."""
    database = front.installation.database
    with database.writing() as session:
        session.execute(text("SELECT 1" if database.is_sqlite else "LOCK TABLE outcomes IN EXCLUSIVE MODE"))
        yield


@contextmanager
def away(front: Front) -> Iterator[None]:
    """Let nobody read either."""
    database = front.installation.database
    if not database.is_sqlite:
        with database.writing() as session:
            session.execute(text("LOCK TABLE users"))
            yield
        return
    with database.writing() as session:
        session.execute(text("ALTER TABLE users RENAME TO away"))
    yield
    with database.writing() as session:
        session.execute(text("ALTER TABLE away RENAME TO users"))


def recorded(front: Front) -> list[str]:
    with front.installation.database.reading() as session:
        return list(session.scalars(select(Outcome.note)))


def test_a_tap_gives_the_form_back_with_the_note_in_it(
    front: Front, caplog: pytest.LogCaptureFixture
) -> None:
    with held(front):
        answer = front.tap(kind="call_back", call_back_on="2026-02-20", note=NOTE.replace("\n", "\r\n"))
    assert answer.status_code == 503
    assert f'role="alert">{TRY_AGAIN}<' in answer.text
    assert "Rollout is slow.\nRenewal in &lt;March&gt;.</textarea>" in answer.text
    assert 'value="2026-02-20"' in answer.text
    assert "aria-invalid" not in answer.text
    assert NOTE not in recorded(front)
    [line] = caplog.records
    assert line.exc_info is None
    assert NOTE[:7] not in line.getMessage()
    assert front.tap(kind="spoke", note=NOTE).status_code == 303
    assert NOTE in recorded(front)


def test_what_they_asked_us_to_stop_stays_ticked(front: Front) -> None:
    with held(front):
        page = front.tap(kind="stop", stops=["do_not_call"]).text
    assert TRY_AGAIN in page
    assert "<details open>" in page
    assert "stop-problem" not in page


def test_undo_can_be_tapped_again(front: Front) -> None:
    saved = front.tap(kind="spoke").headers["Location"].partition("saved=")[2]
    with held(front):
        answer = front.tap(f"/undo/{saved}")
    assert answer.status_code == 503
    assert TRY_AGAIN in answer.text
    found = re.search(r'data-nonce="([^"]+)"', answer.text)
    assert found is not None
    proof = {"nonce": found[1], "gesture": "click 900"}
    assert front.app.test_client().post(f"{front.home()}/undo/{saved}", data=proof).status_code == 303


def test_where_nothing_can_be_read_either_the_note_comes_back_all_the_same(front: Front) -> None:
    page = front.get().text
    found = re.search(r'data-nonce="([^"]+)"', page)
    assert found is not None
    sent = {"nonce": found[1], "gesture": "click 900", "kind": "spoke", "note": NOTE}
    with away(front):
        answer = front.app.test_client().post(f"{front.home()}/outcome", data=sent)
        shown = front.get()
    assert answer.status_code == 503
    assert TRY_AGAIN in answer.text
    assert "Renewal in &lt;March&gt;.</textarea>" in answer.text
    assert shown.status_code == 503
    assert "Ringback is busy just now" in shown.text
