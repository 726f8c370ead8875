"""What came of a follow-up is reported, moves the next one, and can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import true

from alerts.followups.record import Report, record, take_back
from alerts.ground import ClosedError, NotYoursError, OutcomeError
from alerts.words import FollowUpKind, FollowUpResult
from tests.alerts.followups.test_agenda import TODAY, lose, plan
from tests.builders import NOON, add_user
from tracker.models import User

if TYPE_CHECKING:
    from alerts.models import FollowUp
    from tracker.db import Database


@pytest.fixture
def sam(database: Database) -> User:
    with database.writing() as session:
        sam = add_user(session)
        lose(session, sam, closed_on=TODAY - timedelta(days=10))
    return sam


def report(database: Database, what: FollowUp, by: User, result: FollowUpResult, **said: object) -> FollowUp:
    with database.writing() as session:
        user = session.get_one(User, by.id)
        return record(session, what.id, user, true(), Report(result, **said), NOON)  # type: ignore[arg-type]


def test_after_a_talk_about_why_they_are_left_in_peace_for_four_weeks(database: Database, sam: User) -> None:
    (talk,) = plan(database)
    assert talk.kind is FollowUpKind.POST_MORTEM
    report(database, talk, sam, FollowUpResult.SPOKE, note="SSO, and the price.")
    (check,) = plan(database)
    assert (check.kind, check.due_on) == (FollowUpKind.CHECK_IN, TODAY + timedelta(days=28))


def test_without_an_answer_it_is_tried_a_week_later_and_three_times(database: Database, sam: User) -> None:
    for _ in range(3):
        (talk,) = plan(database)
        assert talk.kind is FollowUpKind.POST_MORTEM
        report(database, talk, sam, FollowUpResult.NO_ANSWER)
    (check,) = plan(database)
    assert check.kind is FollowUpKind.CHECK_IN


def test_what_was_reported_is_taken_back_by_who_reported_it(database: Database, sam: User) -> None:
    (talk,) = plan(database)
    report(database, talk, sam, FollowUpResult.WON_BACK)
    assert plan(database) == []
    with database.writing() as session:
        eve = add_user(session, "Eve Hall")
    with database.writing() as session, pytest.raises(NotYoursError):
        take_back(session, talk.id, eve.id, NOON)
    with database.writing() as session:
        take_back(session, talk.id, sam.id, NOON)
    (again,) = plan(database)
    assert (again.id, again.due_on) == (talk.id, talk.due_on)


def test_of_two_who_report_the_second_is_told_who_was_first(database: Database, sam: User) -> None:
    (talk,) = plan(database)
    report(database, talk, sam, FollowUpResult.SPOKE)
    with pytest.raises(ClosedError, match="Sam Reed has done this already"):
        report(database, talk, sam, FollowUpResult.SKIPPED)


def test_a_call_on_a_day_they_agreed_to_comes_on_that_day(database: Database, sam: User) -> None:
    (talk,) = plan(database)
    sunday = TODAY + timedelta(days=5)
    report(database, talk, sam, FollowUpResult.CALL_BACK, call_back_on=sunday)
    (check,) = plan(database)
    assert (check.due_on, check.agreed) == (sunday, True)


@pytest.mark.parametrize(
    ("result", "days", "said"),
    [
        (FollowUpResult.SENT, None, "cannot come of this"),
        (FollowUpResult.CALL_BACK, None, "Choose the day"),
        (FollowUpResult.CALL_BACK, -1, "That day is past"),
        (FollowUpResult.CALL_BACK, 4000, "more than a year ahead"),
    ],
)
def test_what_cannot_be_is_said(
    database: Database, sam: User, result: FollowUpResult, days: int | None, said: str
) -> None:
    (talk,) = plan(database)
    on = None if days is None else TODAY + timedelta(days=days)
    with pytest.raises(OutcomeError, match=said):
        report(database, talk, sam, result, call_back_on=on)
    assert [one.id for one in plan(database)] == [talk.id]
