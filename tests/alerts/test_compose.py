"""The last look before a mail goes out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from alerts.compose import REFERENCES, compose
from alerts.mail import Mail, PutOff, Unreachable, Withdrawn
from alerts.models import Alert, Message, MessageKind, MessageState
from alerts.policy import Hold
from tests.alerts.scenes import MORNING, add_alert, add_message, add_visit, dana_reads_pricing, installation
from tests.builders import add_prospect, add_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from alerts.briefing import Known
    from tracker.db import Database
    from tracker.models import Prospect, User


def always(_session: Session, _alert: Alert, _known: Known, _now: datetime) -> str | None:
    return None


def never(_session: Session, _alert: Alert, _known: Known, _now: datetime) -> str | None:
    return "They asked not to be called."


def unless_about(prospect: Prospect) -> Callable[[Session, Alert, Known, datetime], str | None]:
    def look(_session: Session, alert: Alert, _known: Known, _now: datetime) -> str | None:
        return "They asked not to be called." if alert.prospect_id == prospect.id else None

    return look


def looked_in(session: Session, user: User, prospect: Prospect, intent: int) -> Alert:
    return add_alert(session, add_visit(session, prospect), user, intent=intent)


def test_an_alert_becomes_a_mail_to_its_reader(database: Database) -> None:
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        message = add_message(session, scene.sam, scene.alert, mail_id="<one@rb>")
        mail = compose(session, installation(database), message, MORNING, still_wanted=always)
    assert isinstance(mail, Mail)
    assert (mail.to_name, mail.to_address) == ("Sam Reed", "sam@northwind.example")
    assert (mail.mail_id, mail.references) == ("<one@rb>", ())
    assert mail.content.subject == "Call Dana Ortiz, Brightwell: £48k, lost to Acme"
    assert "https://ringback.northwind.example/a/" in mail.content.text


def test_the_same_moment_gives_the_same_mail(database: Database) -> None:
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        message = add_message(session, scene.sam, scene.alert)
        ringback = installation(database)
        first, second = (compose(session, ringback, message, MORNING, still_wanted=always) for _ in range(2))
    assert first == second


def test_a_reader_who_left_gets_nothing(database: Database) -> None:
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        message = add_message(session, scene.sam, scene.alert)
        scene.sam.left_at = MORNING
        outcome = compose(session, installation(database), message, MORNING, still_wanted=always)
    assert outcome == Unreachable("Sam Reed has left the company.")


def test_a_reader_without_an_address_gets_nothing(database: Database) -> None:
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        message = add_message(session, scene.sam, scene.alert)
        scene.sam.email = ""
        outcome = compose(session, installation(database), message, MORNING, still_wanted=always)
    assert outcome == Unreachable("Sam Reed has no mail address: add one to the user.")


def test_a_reader_who_is_away_by_now_gets_no_call(database: Database) -> None:
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        call = add_message(session, scene.sam, scene.alert)
        scene.sam.away_from = MORNING.date()
        outcome = compose(session, installation(database), call, MORNING, still_wanted=always)
        call.kind = MessageKind.DIGEST
        digest = compose(session, installation(database), call, MORNING, still_wanted=always)
    assert outcome == Unreachable("Sam Reed is away.", Hold.REP_AWAY)
    assert digest == PutOff(Hold.REP_AWAY)


@pytest.mark.parametrize(("hours", "hold"), [(2, None), (4, None), (5, Hold.TOO_LATE), (12, Hold.TOO_LATE)])
def test_a_call_that_was_kept_back_by_an_outage_does_not_ring_in_the_dark(
    database: Database, hours: int, hold: Hold | None
) -> None:
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        message = add_message(session, scene.sam, scene.alert)
        later = MORNING + timedelta(hours=hours)
        outcome = compose(session, installation(database), message, later, still_wanted=always)
    assert isinstance(outcome, Mail) if hold is None else outcome == PutOff(hold)


def test_a_digest_of_this_morning_may_come_in_the_afternoon_but_not_at_night(database: Database) -> None:
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        message = add_message(session, scene.sam, scene.alert, kind=MessageKind.DIGEST)
        ringback = installation(database)
        afternoon, night = (
            compose(session, ringback, message, MORNING + timedelta(hours=hours), still_wanted=always)
            for hours in (6, 12)
        )
    assert isinstance(afternoon, Mail)
    assert night == PutOff(Hold.TOO_LATE)


def test_an_alert_erased_meanwhile_is_withdrawn(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        message = add_message(session, sam, looked_in(session, sam, add_prospect(session), 50))
        session.execute(delete(Alert))
        outcome = compose(session, installation(database), message, MORNING, still_wanted=always)
    assert outcome == Withdrawn("There is nothing to tell any more.")


def test_who_asked_to_be_left_alone_meanwhile_is_not_called(database: Database) -> None:
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        message = add_message(session, scene.sam, scene.alert)
        outcome = compose(session, installation(database), message, MORNING, still_wanted=never)
    assert outcome == Withdrawn("They asked not to be called.")


def test_a_digest_leaves_out_who_asked_to_be_left_alone(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        lee, dana = add_prospect(session, name="Lee Wong"), add_prospect(session)
        alerts = [looked_in(session, sam, lee, 50), looked_in(session, sam, dana, 20)]
        message = add_message(session, sam, *alerts, kind=MessageKind.DIGEST)
        ringback = installation(database)
        both = compose(session, ringback, message, MORNING, still_wanted=always)
        one = compose(session, ringback, message, MORNING, still_wanted=unless_about(lee))
        none = compose(session, ringback, message, MORNING, still_wanted=never)
    assert isinstance(both, Mail)
    assert isinstance(one, Mail)
    assert both.content.subject == "Lee Wong and 1 more came back"
    assert one.content.subject == "Dana Ortiz came back"
    assert "Lee" not in one.content.text + one.content.html
    assert (both.alert_ids, one.alert_ids) == (tuple(alert.id for alert in alerts), (alerts[1].id,))
    assert none == Withdrawn("They asked not to be called.")


def test_a_mail_joins_the_thread_of_the_prospects_earlier_alerts(database: Database) -> None:
    with database.writing() as session:
        sam, kim, dana = add_user(session), add_user(session, "Kim Lee"), add_prospect(session)

        def sent(number: int, reader: User, about: Prospect, **fields: object) -> Message:
            values: dict[str, object] = {
                "mail_id": f"<{number}@rb>",
                "state": MessageState.SENT,
                "sent_at": MORNING - timedelta(days=30 - number),
            } | fields
            kind = MessageKind(str(values.pop("kind", MessageKind.ALERT)))
            return add_message(session, reader, looked_in(session, reader, about, 50), kind=kind, **values)

        for number in range(REFERENCES + 2):
            sent(number, sam, dana)
        sent(20, kim, dana)
        sent(21, sam, add_prospect(session, name="Lee Wong"))
        sent(22, sam, dana, state=MessageState.FAILED, sent_at=None)
        sent(23, sam, dana, kind=MessageKind.DIGEST)
        message = sent(24, sam, dana, state=MessageState.PENDING, sent_at=None)
        mail = compose(session, installation(database), message, MORNING, still_wanted=always)
    assert isinstance(mail, Mail)
    assert mail.references == tuple(f"<{number}@rb>" for number in range(2, REFERENCES + 2))
