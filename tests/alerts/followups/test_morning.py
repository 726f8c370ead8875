"""The morning mail brings the day's follow-ups, with a file for the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from alerts.compose import compose
from alerts.digest import plan_digests
from alerts.followups.agenda import QUARTER, plan_agendas, plan_lately
from alerts.mail import Mail, Withdrawn
from alerts.models import FollowUp, Message
from alerts.words import FollowUpKind, OutcomeKind
from tests.alerts.followups.test_agenda import SIGNER, TODAY, done, lose, plan
from tests.alerts.scenes import add_alert, add_outcome, add_visit, installation
from tests.builders import NOON, add_user
from tracker.left_alone import leave_alone
from tracker.listing import relist
from tracker.models import Deal, Prospect, SuppressionKind, User
from tracker.suppression import suppress

if TYPE_CHECKING:
    from tracker.db import Database

MAIL_FROM = "Ringback <ringback@northwind.example>"
NINE = datetime.combine(TODAY, NOON.timetz()).replace(hour=9)


@pytest.fixture
def sam(database: Database) -> User:
    with database.writing() as session:
        return add_user(session)


def mailed(database: Database, at: datetime) -> list[Mail | object]:
    with database.writing() as session:
        ids = plan_digests(session, MAIL_FROM, at)
        return [
            compose(
                session,
                installation(database),
                session.get_one(Message, one),
                at,
                still_wanted=lambda *_: None,
            )
            for one in ids
        ]


def test_what_is_due_comes_once_with_number_deal_and_calendar(database: Database, sam: User) -> None:
    with database.writing() as session:
        dana, _ = lose(session, sam, closed_on=TODAY - timedelta(days=100), reason="Too expensive")
        dana.phone = "+442079460018"
    (check,) = plan(database)
    assert mailed(database, NINE - timedelta(minutes=1)) == [], "her day has not begun"
    (mail,) = mailed(database, NINE)
    assert isinstance(mail, Mail)
    assert mail.content.subject == "Check-in: Dana Ortiz, Dana Ortiz's"
    assert mail.content.text.startswith("One follow-up for today.\n\n-   Check-in: Dana Ortiz, Dana Ortiz's")
    assert "+44 20 7946 0018" in mail.content.text
    assert "CRM says: Too expensive" in mail.content.text
    assert f"/follow-ups/{check.id}" in mail.content.text
    assert 'href="tel:+442079460018"' in mail.content.html
    (file,) = mail.attachments
    (event,) = Calendar.from_ical(file.content.decode()).walk("VEVENT")
    assert (event.decoded("dtstart"), str(event["summary"])) == (TODAY, "Check-in: Dana Ortiz, Dana Ortiz's")
    assert mailed(database, NINE + timedelta(hours=1)) == [], "one mail a day"


def test_what_has_waited_stands_in_the_calendar_of_the_day_on_which_it_is_told(
    database: Database, sam: User
) -> None:
    with database.writing() as session:
        lose(session, sam)
    plan(database)
    (mail,) = mailed(database, NINE + timedelta(days=2))
    assert isinstance(mail, Mail)
    (event,) = Calendar.from_ical(mail.attachments[0].content.decode()).walk("VEVENT")
    assert event.decoded("dtstart") == TODAY + timedelta(days=2)


def test_warm_visits_and_follow_ups_share_one_mail(database: Database, sam: User) -> None:
    with database.writing() as session:
        lose(session, sam, closed_on=TODAY - timedelta(days=100))
        ola, deal = lose(session, sam, "Ola Nord", closed_on=TODAY - timedelta(days=9))
        visit = add_visit(session, ola, at=NOON - timedelta(hours=20))
        add_alert(
            session,
            visit,
            session.merge(sam),
            decision="digest",
            deal_id=deal.id,
            decided_at=NOON - timedelta(hours=20),
        )
    plan(database)
    (mail,) = mailed(database, NINE)
    assert isinstance(mail, Mail)
    assert mail.content.subject.endswith("came back")
    assert mail.content.text.index("Ola Nord") < mail.content.text.index("Check-in: Dana Ortiz")


def test_what_was_done_meanwhile_makes_no_mail(database: Database, sam: User) -> None:
    with database.writing() as session:
        lose(session, sam, closed_on=TODAY - timedelta(days=100))
    (check,) = plan(database)
    with database.writing() as session:
        (number,) = plan_digests(session, MAIL_FROM, NINE)
    done(database, check, NINE)
    with database.writing() as session:
        message = session.get_one(Message, number)
        outcome = compose(session, installation(database), message, NINE, still_wanted=lambda *_: None)
    assert outcome == Withdrawn("There is nothing to tell any more.")


@pytest.mark.parametrize("fields", [{"left_at": NOON}, {"away_from": TODAY, "away_until": TODAY}])
def test_who_is_not_there_gets_none(database: Database, sam: User, fields: dict[str, object]) -> None:
    with database.writing() as session:
        lose(session, sam, closed_on=TODAY - timedelta(days=100))
    plan(database)
    with database.writing() as session:
        session.execute(update(User).values(**fields))
    assert mailed(database, NINE) == []


def test_what_was_agreed_is_in_calendars_by_its_own_invitation(database: Database, sam: User) -> None:
    with database.writing() as session:
        _, deal = lose(session, sam, closed_on=TODAY - timedelta(days=10))
        session.get_one(Deal, deal.id).post_mortem_at = NOON
    (talk,) = plan(database)
    assert (talk.kind, talk.agreed) == (FollowUpKind.POST_MORTEM, True)
    (mail,) = mailed(database, NINE)
    assert isinstance(mail, Mail)
    assert "Agreed for today." in mail.content.text
    assert mail.attachments == ()


def test_a_call_that_was_agreed_and_missed_is_not_said_to_be_agreed_for_today(
    database: Database, sam: User
) -> None:
    with database.writing() as session:
        _, deal = lose(session, sam, closed_on=TODAY - timedelta(days=10))
        session.get_one(Deal, deal.id).post_mortem_at = NOON
    plan(database)
    (mail,) = mailed(database, NINE + timedelta(days=2))
    assert isinstance(mail, Mail)
    assert "Agreed for 10 Mar." in mail.content.text


def test_who_asked_for_no_calls_is_not_to_be_called_without_an_address_either(
    database: Database, sam: User
) -> None:
    with database.writing() as session:
        dana, _ = lose(session, sam, closed_on=TODAY - timedelta(days=100))
        dana.phone, dana.email, dana.email_key = "+442079460018", None, None
        leave_alone(session, dana.id, [SuppressionKind.DO_NOT_CALL], "told a rep", NOON)
    plan(database)
    (mail,) = mailed(database, NINE)
    assert isinstance(mail, Mail)
    assert "They asked not to be called: write to them." in mail.content.text
    assert "7946" not in mail.content.text + mail.content.html


def test_a_slot_has_the_day_of_the_reps_own_calendar(database: Database) -> None:
    with database.writing() as session:
        kim = add_user(session, "Kim Berg", time_zone="Asia/Tokyo")
        _, deal = lose(session, kim, closed_on=TODAY - timedelta(days=10))
        session.get_one(Deal, deal.id).post_mortem_at = datetime(2026, 3, 12, 23, 0, tzinfo=UTC)
    (talk,) = plan(database)
    assert talk.due_on == date(2026, 3, 13)


def test_what_happens_moves_the_next_one_within_a_minute(database: Database, sam: User) -> None:
    with database.writing() as session:
        dana, _ = lose(
            session, sam, closed_on=TODAY - timedelta(days=100), imported_at=NOON - timedelta(days=9)
        )
    (check,) = plan(database)
    with database.writing() as session:
        visit = add_visit(session, dana, at=NOON)
        report = add_outcome(session, add_alert(session, visit, session.merge(sam)), sam, OutcomeKind.SPOKE)
        report.at = NOON
    plan_lately(database, NOON + timedelta(seconds=30))
    with database.reading() as session:
        assert session.get_one(FollowUp, check.id).not_before == TODAY + timedelta(days=28)


def test_within_an_hour_everybody_has_had_their_turn(database: Database, sam: User) -> None:
    with database.writing() as session:
        for number in range(70):
            lose(
                session,
                sam,
                f"Dana {number}",
                closed_on=TODAY - timedelta(days=100),
                imported_at=NOON - timedelta(days=9),
            )
    for minute in range(60):
        plan_lately(database, NOON + timedelta(minutes=minute))
    assert plan_agendas(database, NOON + timedelta(hours=1)) == 0


def test_who_unsubscribes_is_left_alone_within_a_minute(database: Database, sam: User) -> None:
    with database.writing() as session:
        dana, _ = lose(
            session, sam, closed_on=TODAY - timedelta(days=100), imported_at=NOON - timedelta(days=9)
        )
    (check,) = plan(database)
    with database.writing() as session:
        suppress(session, SIGNER, [str(dana.email)], SuppressionKind.UNSUBSCRIBED, "one click", NOON)
    plan_lately(database, NOON + timedelta(seconds=30))
    with database.reading() as session:
        assert session.get(FollowUp, check.id) is None


def test_an_import_in_the_minute_before_the_mail_is_no_flood(database: Database, sam: User) -> None:
    turn = NINE + timedelta(minutes=sam.id % QUARTER + 1)
    """Somebody else's."""
    with database.writing() as session:
        for number in range(12):
            lose(session, sam, f"Dana {number}", closed_on=TODAY - timedelta(days=100), imported_at=turn)
        relist(session, session.scalars(select(Prospect.id)).all(), signer=SIGNER)
    plan_lately(database, turn)
    (mail,) = mailed(database, turn)
    assert isinstance(mail, Mail)
    assert mail.content.text.startswith("3 follow-ups for today.")
