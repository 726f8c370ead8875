"""The mail of a month: to whom, when, and what it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.mail import Mail, Withdrawn
from alerts.models import Message
from alerts.policy import Policy
from alerts.review import notes
from alerts.review.letter import review_mail
from alerts.review.mailing import plan_reviews
from alerts.review.notes import Draft
from alerts.words import MessageKind, MessageState, ReviewNoteKind
from alerts.workplace import mailroom_of
from tests.alerts.desk import Desk
from tests.alerts.review.lost import OCTOBER, lose
from tests.alerts.scenes import installation
from tests.builders import add_user
from tests.smtp_sink import smtp_sink
from tracker.models import Team
from tracker.words import Role

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.models import User

FROM = "Ringback <a@b.example>"
MONDAY = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
"""The first working day of November 2026: the first is a Sunday."""


def kim(session: Session, **fields: object) -> User:
    values: dict[str, object] = {"role": Role.MANAGER, "time_zone": "Europe/London"} | fields
    return add_user(session, "Kim Berg", **values)  # type: ignore[arg-type]  # the fields of a user


def planned(session: Session, at: datetime, country: str = "GB") -> int:
    return len(plan_reviews(session, FROM, at, country))


def test_once_on_the_first_working_day_of_the_month(session: Session) -> None:
    reader = kim(session)
    add_user(session)
    add_user(session, "Ada Lind", role=Role.ADMIN)
    days = [MONDAY + timedelta(days=days) for days in (-3, -2, -1)]
    assert [planned(session, day) for day in days] == [0, 0, 0]
    assert planned(session, MONDAY - timedelta(hours=1)) == 0  # their day begins at nine
    assert planned(session, MONDAY) == 1
    assert planned(session, MONDAY) == planned(session, MONDAY + timedelta(days=1)) == 0
    row = session.scalars(select(Message)).one()
    assert (row.dedupe_key, row.day) == (f"review:{reader.id}:2026-10", date(2026, 10, 1))
    assert planned(session, datetime(2026, 12, 1, 10, tzinfo=UTC)) == 1


def test_holidays_and_the_reader_s_own_days_are_no_working_days(session: Session) -> None:
    new_year = datetime(2027, 1, 1, 10, tzinfo=UTC)  # a Friday
    kim(session)
    assert planned(session, new_year) == 0
    assert planned(session, new_year + timedelta(days=3)) == 1
    kim(session, work_days="5", time_zone="Asia/Tokyo")
    assert planned(session, MONDAY) == 1  # the first one's
    assert planned(session, datetime(2026, 11, 6, 2, tzinfo=UTC)) == 1  # Friday noon in Tokyo


def test_who_is_away_is_told_when_back_who_left_is_not(session: Session) -> None:
    kim(session, away_from=date(2026, 10, 20), away_until=date(2026, 11, 3))
    kim(session, away_from=date(2026, 10, 20))
    kim(session, left_at=MONDAY)
    assert [planned(session, MONDAY + timedelta(days=days)) for days in range(4)] == [0, 0, 1, 0]
    kim(session)
    assert planned(session, MONDAY + timedelta(days=14)) == 0  # too late for news


def written(session: Session, database: Database, at: datetime = MONDAY) -> Mail | Withdrawn:
    plan_reviews(session, FROM, MONDAY)
    row = session.scalars(select(Message)).one()
    found = review_mail(session, installation(database), row, at)
    assert isinstance(found, Mail | Withdrawn)
    return found


def test_what_it_says(session: Session, database: Database) -> None:
    reader = kim(session)
    team = Team(name="North", manager_id=reader.id)
    session.add(team)
    session.flush()
    sam = add_user(session, team_id=team.id)
    for _ in range(4):
        lose(session, sam, reason="SSO <b>missing</b>")
    lose(session, add_user(session, "Bo Fox"))
    decision = Draft(ReviewNoteKind.DECISION, "Ask for SSO", sam.id, date(2026, 10, 30))
    notes.add(session, OCTOBER.later(-1), decision, reader.id, MONDAY)
    mail = written(session, database)
    assert isinstance(mail, Mail)
    said = mail.content
    assert said.subject == "Review of October 2026: 4 lost, 0 reopened, 0 won back"
    for body in (said.text, said.html):
        assert "4 (£192k); 4 in twelve months" in body
        assert "Price: 4 of 4 companies of which it is known (100%)" in body
        assert "Ask for SSO: Sam Reed, until 30 Oct (late)" in body
        assert "https://ringback.northwind.example/review/2026-10" in body


def test_nothing_is_mailed_of_a_month_without_losses_and_visits(session: Session, database: Database) -> None:
    kim(session)
    found = written(session, database)
    assert found == Withdrawn("Nothing was lost in October 2026, and nobody came back.")


@pytest.mark.parametrize("change", [{"left_at": MONDAY}, {"role": Role.REP}])
def test_who_left_or_is_no_manager_any_more_gets_none(
    session: Session, database: Database, change: dict[str, object]
) -> None:
    reader = kim(session)
    lose(session)
    plan_reviews(session, FROM, MONDAY)
    for name, value in change.items():
        setattr(reader, name, value)
    assert isinstance(written(session, database), Withdrawn)


def test_it_goes_the_way_of_all_mails(database: Database) -> None:
    with smtp_sink() as sink:
        desk = Desk(database, sink)
        desk.clock.now = MONDAY
        desk.compose = mailroom_of(installation(database), Policy()).compose
        with database.writing() as session:
            kim(session, email="kim@northwind.example")
            lose(session)
            ids = plan_reviews(session, FROM, MONDAY)
        assert [one.result.value for one in desk.deliver(*ids)] == ["sent"]
        assert [mail["Subject"] for mail in sink.mails] == [
            "Review of October 2026: 1 lost, 0 reopened, 0 won back"
        ]
        with database.reading() as session:
            row = session.scalars(select(Message)).one()
            assert (row.kind, row.state) == (MessageKind.REVIEW, MessageState.SENT)
