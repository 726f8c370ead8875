"""The mail server asks to come later, refuses a reader for good, or refuses our password."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.breaker import FAILURES
from alerts.models import Breaker, Delivery, Message
from alerts.words import MessageState
from bench.faults.house import House, Wish
from bench.faults.processes import wait_for
from bench.faults.stage import PATIENCE_S
from bench.faults.verdict import Check, Outcome, none_of, so
from bench.signal.verdict import at_least, at_most
from tests.smtp_sink import Manners

if TYPE_CHECKING:
    from bench.faults.stage import Stage

CALLERS = 8
PROBE_S = 30
RECOVERY_S = 60
ALARM_WITHIN_S = 60
FULL_S = 900
NO = "550 5.1.1 No such mailbox"


def later_at_greeting(house: House) -> Outcome:
    """Answer 421 to whoever would send."""
    return _later(house, Manners(at_sender="421 4.3.2 Too busy"))


def later_at_recipient(house: House) -> Outcome:
    """Answer 451 to every reader."""
    return _later(house, Manners(at_recipient="451 4.7.1 Try later"))


def _later(house: House, manners: Manners) -> Outcome:
    refusing_s = house.lengths.refusing_s
    with house.stage(Wish(people=CALLERS, manners=manners)) as stage:
        stage.start("serve")
        stage.start("worker")
        for guest in stage.guests:
            stage.ledger.post(stage.base_url, guest, guest.call())
        opened = wait_for(lambda: _is_open(stage), PATIENCE_S + PROBE_S * FAILURES)
        before = stage.sink.connections
        time.sleep(refusing_s)
        calls = stage.sink.connections - before
        kept = _states(stage).count(MessageState.PENDING)
        stage.sink.manners.at_sender = stage.sink.manners.at_recipient = ""
        ended = time.monotonic()
        lost = stage.lost(PATIENCE_S + RECOVERY_S)
        return Outcome(
            lost,
            stage.post.duplicates(),
            recovered_s=stage.post.first_after(ended),
            recovered_bar_s=RECOVERY_S,
            checks=(
                so("the breaker opened", true=opened is not None),
                Check("connections while it was open", calls, at_most(refusing_s // PROBE_S + 1, "")),
                Check("rows kept", kept, at_least(CALLERS, "")),
            ),
            note=house.lengths.said("refusing", refusing_s, FULL_S),
        )


def reader_refused(house: House) -> Outcome:
    """Answer 550 to a reader: one attempt, and the reason can be read."""
    with house.stage(Wish(people=1, manners=Manners(at_recipient=NO))) as stage:
        stage.start("serve")
        stage.start("worker")
        (guest,) = stage.guests
        stage.ledger.post(stage.base_url, guest, guest.call())
        stage.ledger.callers.clear()
        wait_for(lambda: MessageState.FAILED in _states(stage), PATIENCE_S)
        time.sleep(6)  # longer than the sweep's period
        with stage.installation.database.reading() as session:
            attempts = session.scalars(select(Delivery)).all()
            reasons = session.scalars(select(Message.last_reason)).all()
        return Outcome(
            stage.lost(),
            checks=(
                Check("attempts", len(attempts), at_most(1, "")),
                so("failed for good", true=_states(stage) == [MessageState.FAILED]),
                so("the reason is with the mail", true=any(NO in reason for reason in reasons)),
            ),
        )


def password_refused(house: House) -> Outcome:
    """Want another password: rows are kept, an alarm is raised; it is mended, and all mails go out."""
    wanted = Manners(login=("ringback", "the right one"))
    settings = {"RINGBACK_SMTP_USER": "ringback", "RINGBACK_SMTP_PASSWORD": "a wrong one"}
    with house.stage(Wish(people=CALLERS, manners=wanted, settings=settings)) as stage:
        stage.start("serve")
        stage.start("worker")
        for guest in stage.guests:
            stage.ledger.post(stage.base_url, guest, guest.call())
        alarmed_s = wait_for(lambda: _is_open(stage, alarm=True), PATIENCE_S)
        kept = _states(stage).count(MessageState.PENDING)
        stage.sink.manners.login = ("ringback", "a wrong one")
        ended = time.monotonic()
        lost = stage.lost(PATIENCE_S + RECOVERY_S)
        return Outcome(
            lost,
            stage.post.duplicates(),
            recovered_s=stage.post.first_after(ended),
            recovered_bar_s=RECOVERY_S,
            checks=(
                Check(
                    "alarm within",
                    2.0 * PATIENCE_S if alarmed_s is None else alarmed_s,
                    at_most(ALARM_WITHIN_S, "s"),
                ),
                Check("rows kept", kept, at_least(CALLERS, "")),
                none_of("mails failed for good", _states(stage).count(MessageState.FAILED)),
            ),
        )


def _states(stage: Stage) -> list[MessageState]:
    with stage.installation.database.reading() as session:
        return list(session.scalars(select(Message.state)))


def _is_open(stage: Stage, *, alarm: bool = False) -> bool:
    with stage.installation.database.reading() as session:
        row = session.scalars(select(Breaker)).first()
        return row is not None and row.open_until is not None and (row.alarm or not alarm)
