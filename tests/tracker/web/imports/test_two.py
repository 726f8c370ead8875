"""Two people press different buttons of one import at the same moment: one of them is first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.builders import NOON
from tests.tracker.web.imports.pressing import DANA, HEAD, SEEN, presses, uploads
from tracker.audit import COMMAND
from tracker.imports.history import begin
from tracker.models import Import, ImportStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from tests.tracker.web.company import Browser, Company

PATIENCE_S = 30
A_MOMENT_S = 0.5
"""For so long the second one is let run against what the first one holds."""
GONE = "That file is gone already, and nothing of it was stored."


@pytest.fixture
def mia(marketer: Browser) -> Browser:
    uploads(marketer, HEAD + DANA)
    presses(marketer, "look")
    return marketer


def pressed_meanwhile(
    company: Company, browser: Browser, what: str, first: Callable[[Session], None]
) -> TestResponse:
    """Press this while another one's transaction has done its part, and is not over."""
    found = SEEN.search(browser.gets("/imports/1").text)
    seen = found[1] if found else ""
    answers: list[TestResponse] = []

    def press() -> None:
        answers.append(browser.sends(f"/imports/1/{what}", "/imports/1", seen=seen))

    second = threading.Thread(target=press)
    with company.database.writing() as session:
        first(session)
        second.start()
        second.join(A_MOMENT_S)
    second.join(PATIENCE_S)
    [answer] = answers
    return answer


def test_what_is_being_stored_is_not_discarded(company: Company, mia: Browser) -> None:
    def is_begun(session: Session) -> None:
        begin(session, 1, COMMAND, NOON)

    answer = pressed_meanwhile(company, mia, "drop", is_begun)
    assert "Somebody else was first: this import has begun already." in mia.gets(answer.location).text
    with company.database.reading() as session:
        assert session.get_one(Import, 1).status is ImportStatus.RUNNING


@pytest.mark.parametrize("what", ["look", "run", "drop", "undo"])
def test_what_is_discarded_is_gone_whatever_else_is_pressed(
    company: Company, mia: Browser, what: str
) -> None:
    def is_discarded(session: Session) -> None:
        session.delete(session.get_one(Import, 1, with_for_update=True))
        session.flush()

    answer = pressed_meanwhile(company, mia, what, is_discarded)
    if what == "look":  # which only reads, and had been first
        answer = mia.sends("/imports/1/look", "/imports")
    assert GONE in mia.gets(answer.location).text
    with company.database.reading() as session:
        assert session.scalars(select(Import)).all() == []
