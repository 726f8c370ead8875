"""What machines that look after Ringback are told, under whatever name they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.front_door import open_front

if TYPE_CHECKING:
    from tracker.db import Database

TOKEN = "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3"
BY_ADDRESS = "http://10.0.0.7:8080"
SCALED_OUT = {"broker_url": "redis://127.0.0.1:1/0"}


def test_it_lives_under_any_host_name_and_other_pages_do_not(database: Database) -> None:
    with open_front(database) as door:
        answer = door.client.get("/healthz", base_url=BY_ADDRESS)
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert answer.headers["Cache-Control"] == "no-store"
        assert door.client.get("/", base_url=BY_ADDRESS).status_code == 400


def test_a_database_of_tables_that_lack_something_is_named(database: Database) -> None:
    """The tests' tables are made without migrations, so none is on record."""
    with open_front(database) as door:
        for _ in range(2):
            answer = door.client.get("/readyz", base_url=BY_ADDRESS)
            assert answer.status_code == 503
            assert answer.get_json() == {
                "ready": False,
                "reason": "the database's tables are not up to date",
            }


def test_scaled_out_a_dead_broker_is_said(database: Database) -> None:
    with open_front(database, **SCALED_OUT) as door:
        assert door.client.get("/readyz").get_json()["broker"] == "does not answer"


def test_without_a_token_there_are_no_figures(database: Database) -> None:
    with open_front(database) as door:
        assert door.client.get("/metrics").status_code == 404


@pytest.mark.parametrize("shown", [None, "", f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN}x", "Bearer é"])
def test_figures_are_for_who_shows_the_token(database: Database, shown: str | None) -> None:
    with open_front(database, metrics_token=TOKEN) as door:
        headers = {} if shown is None else {"Authorization": shown}
        refused = door.client.get("/metrics", base_url=BY_ADDRESS, headers=headers)
        assert (refused.status_code, refused.data) == (401, b"")


def test_figures_of_rows_and_of_this_process_are_told_together(database: Database) -> None:
    with open_front(database, metrics_token=TOKEN) as door:
        door.posts(b"no JSON")
        door.counted()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = door.client.get("/metrics", base_url=BY_ADDRESS, headers=headers)
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    told = answer.text.splitlines()
    assert "ringback_database_up 1.0" in told
    assert 'ringback_drops_total{reason="unreadable"} 1.0' in told
    assert 'ringback_alerts{decision="hold",why="cooldown"} 0.0' in told
    assert any(line.startswith("ringback_commit_group_size_count ") for line in told)
