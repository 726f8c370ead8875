"""A mail that cannot reach its reader reaches somebody else, or waits for a digest. Nothing disappears."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.digest import plan_digests
from alerts.handover import see_to
from alerts.mail import PutOff, Unreachable
from alerts.models import Alert, Message, MessageKind
from alerts.outbox import Ending, Result, claim, record
from alerts.policy import DAILY_LIMIT, SENTENCES, Hold
from alerts.words import Decision, MessageState
from tests.alerts.desk import LEASE, Desk, call_somebody
from tests.alerts.scenes import add_alert, add_message, add_visit
from tests.builders import NOON, add_prospect, add_user
from tests.smtp_sink import smtp_sink
from tracker.models import Role, User

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.delivery import Compose
    from alerts.mail import Mail, NotSent
    from tracker.db import Database


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with smtp_sink() as sink:
        yield Desk(database, sink)


def put(desk: Desk, kind: MessageKind = MessageKind.ALERT, *, deputy: bool = True) -> int:
    """Put one mail about Dana to Sam into the outbox; Kim is his deputy."""
    with desk.database.writing() as session:
        kim = add_user(session, "Kim Lee", email="kim@northwind.example") if deputy else None
        sam = add_user(session, deputy_id=kim.id if kim else None, email="sam@northwind.example")
        alert = add_alert(session, add_visit(session, add_prospect(session)), sam)
        return add_message(session, sam, alert, kind=kind, next_attempt_at=desk.clock.now).id


def alert(desk: Desk) -> Alert:
    with desk.database.reading() as session:
        return session.scalars(select(Alert)).one()


def only_to(address: str, instead: NotSent) -> Compose:
    def write(session: Session, message: Message, now: datetime) -> Mail | NotSent:
        mail = call_somebody(session, message, now)
        return mail if mail.to_address == address else instead

    return write


def test_R4_smtp_550_of_one_reader_hands_the_call_to_the_deputy(  # noqa: N802
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    one = put(desk)
    desk.sink.manners.at_recipient = "550 5.1.1 no such user"
    assert desk.results(one) == ["refused"]
    assert "handed to user" in caplog.text
    desk.sink.manners.at_recipient = ""
    assert desk.results(one) == ["sent"]
    assert [mail["To"] for mail in desk.sink.mails] == ["Kim Lee <kim@northwind.example>"]
    assert [each.to_address for each in desk.attempts(one)] == [
        "sam@northwind.example",
        "kim@northwind.example",
    ]
    assert alert(desk).sent_at == desk.clock.now


def test_R4_smtp_550_of_everybody_ends(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:  # noqa: N802
    with desk.database.writing() as session:
        add_user(session, "Max Berg", role=Role.MANAGER)
    one = put(desk)
    desk.sink.manners.at_recipient = "550 5.1.1 no such user"
    assert [desk.results(one) for _ in range(4)] == [["refused"], ["refused"], ["refused"], []]
    assert desk.message(one).state is MessageState.FAILED
    assert "nobody can stand in" in caplog.text


def test_a_call_for_who_went_away_meanwhile_goes_to_the_deputy(desk: Desk) -> None:
    one = put(desk)
    desk.compose = only_to("kim@northwind.example", Unreachable("Sam Reed is away.", Hold.REP_AWAY))
    assert desk.results(one) == ["unreachable"]
    assert desk.results(one) == ["sent"]


def test_without_a_deputy_it_waits_for_the_digest_after_the_return(desk: Desk) -> None:
    one = put(desk, deputy=False)
    desk.compose = lambda _session, _message, _now: Unreachable("Sam Reed is away.", Hold.REP_AWAY)
    assert desk.results(one) == ["unreachable"]
    held = alert(desk)
    assert (held.decision, held.why, held.message_id) == (Decision.HOLD, "rep away", None)
    assert desk.message(one).state is MessageState.WITHDRAWN


def test_who_left_without_anybody_to_stand_in_is_told_of(desk: Desk) -> None:
    one = put(desk, deputy=False)
    desk.compose = lambda _session, _message, _now: Unreachable("Sam Reed has left the company.")
    assert desk.results(one) == ["unreachable"]
    assert desk.message(one).state is MessageState.FAILED
    assert desk.message(one).last_reason == "Sam Reed has left the company."


@pytest.mark.parametrize("hold", [Hold.OUTSIDE_HOURS, Hold.TOO_LATE])
def test_a_call_that_comes_too_late_is_in_the_next_digest(desk: Desk, hold: Hold) -> None:
    one = put(desk)
    desk.compose = lambda _session, _message, _now: PutOff(hold)
    assert desk.results(one) == ["put off"]
    assert not desk.sink.mails
    held = alert(desk)
    assert (held.decision, held.why, held.sentence) == (Decision.HOLD, hold.value, SENTENCES[hold])
    assert desk.results(one) == []
    with desk.database.writing() as session:
        (digest,) = plan_digests(session, "Ringback <a@b.example>", NOON)
    assert digest != one
    assert alert(desk).message_id == digest


def test_an_alert_that_was_claimed_meanwhile_stays_a_call(desk: Desk) -> None:
    one = put(desk)
    with desk.database.writing() as session:
        claimed = session.scalars(select(Alert)).one()
        claimed.claimed_by, claimed.claimed_at = claimed.user_id, NOON
    desk.compose = lambda _session, _message, _now: PutOff(Hold.TOO_LATE)
    assert desk.results(one) == ["put off"]
    assert alert(desk).decision is Decision.CALL


def test_a_stand_in_gets_no_more_calls_a_day_than_anyone_reads(desk: Desk) -> None:
    desk.compose = only_to("kim@northwind.example", Unreachable("Sam Reed has left the company."))
    mails = []
    with desk.database.writing() as session:
        kim = add_user(session, "Kim Lee", email="kim@northwind.example")
        sam = add_user(session, deputy_id=kim.id)
        for _ in range(DAILY_LIMIT + 1):
            about = add_alert(session, add_visit(session, add_prospect(session), at=desk.clock.now), sam)
            mails.append(add_message(session, sam, about, next_attempt_at=desk.clock.now).id)
    for one in mails:
        assert desk.results(one) == ["unreachable"]
    assert [result for one in mails for result in desk.results(one)] == ["sent"] * DAILY_LIMIT
    with desk.database.reading() as session:
        last = session.scalars(select(Alert).order_by(Alert.id.desc())).first()
        assert last is not None
        assert (last.user_id, last.why, last.message_id) == (kim.id, Hold.DAILY_LIMIT.value, None)


def test_what_waited_for_somebody_who_left_is_in_the_deputys_digest(desk: Desk) -> None:
    with desk.database.writing() as session:
        kim = add_user(session, "Kim Lee", email="kim@northwind.example")
        sam = add_user(session, deputy_id=kim.id, left_at=NOON)
        add_alert(session, add_visit(session, add_prospect(session)), sam, decision=Decision.DIGEST)
    desk.compose = only_to("kim@northwind.example", Unreachable("Sam Reed has left the company."))
    for result in ("unreachable", "sent"):
        with desk.database.writing() as session:
            (digest,) = plan_digests(session, "Ringback <a@b.example>", desk.clock.now)
        assert desk.results(digest) == [result]
    assert alert(desk).user_id == kim.id


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_recording_and_deciding_lock_in_the_same_order(desk: Desk) -> None:
    """Deciding holds the alert and wants its mail; a record that held the mail first would deadlock."""
    one = put(desk)
    ending = Ending(Result.PUT_OFF, MessageState.WITHDRAWN, "too late", hold=Hold.TOO_LATE)
    with desk.database.writing() as session:
        held = claim(session, [one], "mail", desk.clock.now, LEASE)
        assert held is not None

    def put_off() -> None:
        with desk.database.writing() as session:
            message = record(session, held, ending, "", desk.clock.now)
            assert message is not None
            see_to(session, message, ending, desk.clock.now)

    with ThreadPoolExecutor(1) as worker, desk.database.writing() as deciding:
        deciding.scalars(select(Alert).with_for_update(key_share=True)).all()
        recorded = worker.submit(put_off)
        time.sleep(0.3)  # it waits for the alert, and holds nothing yet
        deciding.scalars(select(Message).with_for_update(key_share=True)).all()
        deciding.commit()
        recorded.result(10)
    assert alert(desk).decision is Decision.HOLD


def test_what_a_refused_digest_listed_is_in_the_deputys_next(desk: Desk) -> None:
    one = put(desk, MessageKind.DIGEST)
    desk.sink.manners.at_recipient = "550 5.1.1 no such user"
    assert desk.results(one) == ["refused"]
    assert desk.message(one).state is MessageState.WITHDRAWN
    with desk.database.writing() as session:
        session.scalars(select(Alert)).one().decision = Decision.DIGEST
        (digest,) = plan_digests(session, "Ringback <a@b.example>", NOON)
    assert alert(desk).message_id == digest
    with desk.database.reading() as session:
        assert session.get_one(User, alert(desk).user_id or 0).name == "Kim Lee"
