"""Deliver: one attempt for each mail that is due, written down before it is made, and what came of it.

The steps of an attempt, none with a transaction open while the mail server is talked to: claim it and write
the attempt; write the mail as of now, if it is still wanted; send it; record, and claim the next with it.
Mails of a batch are claimed one by one, each when its attempt begins: who dies over one takes no other along.

A worker that dies after the server's 250 and before the record leaves a mail that was sent and looks
unsent. When the lease ends it goes out again with the same Message-ID, by which mail programs and
people know it for the same.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from alerts import breaker, correction, handover
from alerts.channels.base import ChannelError, Misconfigured, PermanentFailure, UnusableAddress
from alerts.mail import Mail, NotSent, PutOff, Unreachable, Withdrawn
from alerts.models import Message
from alerts.outbox import Claim, Ending, Result, bring_forward, claim, record
from alerts.policy import SENTENCES
from alerts.words import MessageState
from tracker.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alerts.channels.base import Channel, Line
    from tracker.db import Database
    from tracker.settings import Settings

log = logging.getLogger(__name__)

Compose: TypeAlias = Callable[[Session, Message, datetime], Mail | NotSent]
"""Writes the mail for a row of the outbox as of now, or says why it is not to be sent."""
DecideAgain: TypeAlias = Callable[[Session, Collection[int], datetime], object]
"""Decides about those who were held for the sake of alerts, by their ids, that keep nobody quiet any more."""

LEASE_SLACK = timedelta(seconds=15)
"""What claiming, writing and recording may take beside the channel's own deadline."""
BACKOFF = (timedelta(seconds=30), timedelta(minutes=30))
"""The shortest and the longest wait after a temporary failure."""
MAX_AGE = timedelta(days=3)
"""So old, a mail that keeps failing is given up. Long enough for a server that is down over a weekend; the
mail itself says when the visit was.
"""
MAX_UNFINISHED = 5
"""Attempts that may end without any result before a mail is set aside, so that it kills no more workers."""
BATCH_TIME = timedelta(seconds=10)
"""After this no further attempt of a batch begins, so that a worker told to stop is out in time: this
and one attempt's deadline are below 45 s.
"""
RECORD_PAUSES_S = (0.2, 1.0, 3.0)
"""Before each new try to record a result: what a server accepted should not be sent again only because the
database was restarted just then.
"""

_MAIL = select(Message, User).join(User, User.id == Message.user_id).where(Message.id == bindparam("mail"))


@dataclass(frozen=True, slots=True)
class Mailroom:
    """What a delivery works with."""

    database: Database
    channel: Channel
    compose: Compose
    clock: Callable[[], datetime]
    lease: timedelta
    """How long a claim holds: longer than any attempt takes, or two workers would send the same mail."""
    decide_again: DecideAgain | None = None
    """None: nobody is held for the sake of another."""

    @staticmethod
    def lease_for(settings: Settings) -> timedelta:
        """Give the lease that goes with the settings' deadline of one attempt."""
        return timedelta(seconds=settings.smtp_deadline_s) + LEASE_SLACK


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of one mail's attempt."""

    message_id: int
    result: Result
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What came of recording an attempt."""

    freed: list[int] = field(default_factory=list)
    """The alerts that keep nobody quiet any more."""
    following: Claim | None = None
    """The next mail, if one was claimed with the record."""


def deliver(mailroom: Mailroom, message_ids: Iterable[int]) -> list[Delivered]:
    """Make one attempt for each of these mails that is due and free; the others are passed over.

    Safe to run twice, and in several places at once.
    """
    begun = mailroom.clock()
    waiting = set(message_ids)
    results: list[Delivered] = []
    held = _claim(mailroom, waiting)
    if held is None:
        return results
    with mailroom.channel.session() as line:
        while held is not None:
            waiting.discard(held.message_id)
            to_address, ending = _attempt(mailroom, line, held)
            in_time = mailroom.clock() - begun < BATCH_TIME
            recorded = _record(mailroom, held, ending, to_address, waiting if in_time else ())
            results.append(Delivered(held.message_id, ending.result, ending.reason))
            if recorded.freed:
                _decide_again(mailroom, recorded.freed)
            held = recorded.following
            if held is None and in_time:
                held = _claim(mailroom, waiting)
    return results


def _claim(mailroom: Mailroom, message_ids: Collection[int]) -> Claim | None:
    """Take the first of these mails that is due, if the breaker lets it be tried."""
    if not message_ids:
        return None
    channel = mailroom.channel.name
    with mailroom.database.writing() as session:
        now = mailroom.clock()  # when it is our turn: the lease begins with it
        held = claim(session, message_ids, channel, now, mailroom.lease)
        if held is None or breaker.admits(session, channel, now):
            return held
        session.rollback()
    return None


def _attempt(mailroom: Mailroom, line: Line, held: Claim) -> tuple[str, Ending]:
    """Write and send the mail; gives its address, as far as it came to that, and the ending."""
    to_address = ""
    if held.unfinished >= MAX_UNFINISHED:
        reason = f"Set aside after {MAX_UNFINISHED} attempts that ended without a result."
        return to_address, Ending(Result.SET_ASIDE, MessageState.FAILED, reason)
    try:
        mail = _write(mailroom, held)
        if not isinstance(mail, Mail):
            return to_address, _unsent(mail)
        to_address = mail.to_address
        line.send(mail, mailroom.clock())
    except ChannelError as failure:
        return to_address, _after(failure, held, mailroom.clock())
    except Exception as error:
        log.exception("mail %d could not be written or sent", held.message_id)
        reason = f"An error of Ringback's own, see its log: {type(error).__name__}."
        return to_address, _later(Result.BROKEN, reason, held, mailroom.clock())
    return to_address, Ending(Result.SENT, MessageState.SENT, told=mail.alert_ids)


def _write(mailroom: Mailroom, held: Claim) -> Mail | NotSent:
    with mailroom.database.reading() as session:
        # The reader is in the session as long as their row is held here.
        message, _reader = session.execute(_MAIL, {"mail": held.message_id}).one()
        return mailroom.compose(session, message, mailroom.clock())


def _unsent(instead: NotSent) -> Ending:
    """Decide what becomes of a mail that was not even tried."""
    match instead:
        case Withdrawn():
            return Ending(Result.WITHDRAWN, MessageState.WITHDRAWN, instead.reason)
        case PutOff():
            reason = SENTENCES[instead.hold]
            return Ending(Result.PUT_OFF, MessageState.WITHDRAWN, reason, hold=instead.hold)
        case Unreachable():
            return Ending(Result.UNREACHABLE, MessageState.FAILED, instead.reason, hold=instead.hold)


def _after(failure: ChannelError, held: Claim, now: datetime) -> Ending:
    """Decide what becomes of a mail that the channel did not take."""
    match failure:
        case UnusableAddress():
            return Ending(Result.UNREACHABLE, MessageState.FAILED, failure.reason)
        case PermanentFailure():
            return Ending(Result.REFUSED, MessageState.FAILED, failure.reason)
        case Misconfigured():
            again_at = now + breaker.PROBE_EVERY
            return Ending(Result.MISCONFIGURED, MessageState.PENDING, failure.reason, again_at)
        case _:
            return _later(Result.RETRY, failure.reason, held, now)


def _later(result: Result, reason: str, held: Claim, now: datetime) -> Ending:
    if now - held.created_at >= MAX_AGE:
        return Ending(result, MessageState.FAILED, f"Given up after {MAX_AGE.days} days. {reason}")
    jitter = random.uniform(0.5, 1)  # noqa: S311  (spreads load, hides nothing)
    return Ending(result, MessageState.PENDING, reason, now + backoff(held.attempt, jitter))


def backoff(attempt: int, jitter: float) -> timedelta:
    """Give the wait after the `attempt`th: doubling, `jitter` (0.5 to 1) of at most half an hour."""
    shortest, longest = BACKOFF
    wait = min(shortest * (1 << min(attempt, 10)), longest)
    return max(shortest, wait * jitter)


def _record(
    mailroom: Mailroom, held: Claim, ending: Ending, to_address: str, waiting: Collection[int]
) -> _Recorded:
    """Write down the ending and tell the breaker; a database that is away for a moment is waited for.

    After a mail that went out and leaves nothing else to do, the next of those that wait is claimed with it:
    one commit less a mail, and still no mail is claimed before its attempt begins.
    """
    for pause_s in (*RECORD_PAUSES_S, None):
        try:
            with mailroom.database.writing() as session:
                return _recorded(session, mailroom, held, ending, to_address, waiting)
        except (DBAPIError, PoolTimeoutError):
            if pause_s is None:
                raise
            log.warning("mail %d: cannot record %r yet", held.message_id, ending.result.value)
            time.sleep(pause_s)
    raise AssertionError  # the last try returns or raises


def _recorded(
    session: Session,
    mailroom: Mailroom,
    held: Claim,
    ending: Ending,
    to_address: str,
    waiting: Collection[int],
) -> _Recorded:
    now = mailroom.clock()
    freed: list[int] = []
    message = record(session, held, ending, to_address, now)
    if message is not None:
        freed = correction.after_attempt(session, held.message_id, ending, now)
        handover.see_to(session, message, ending, now)
    _tell_breaker(session, mailroom.channel.name, ending, now)
    if ending.result is not Result.SENT or freed or not waiting:
        return _Recorded(freed)
    # The breaker is closed: a mail just went out. Rows are held here, so another's is not waited for.
    following = claim(session, waiting, mailroom.channel.name, now, mailroom.lease, wait=False)
    return _Recorded(following=following)


def _decide_again(mailroom: Mailroom, freed: Collection[int]) -> None:
    """See to those who were held for the sake of these alerts.

    Apart from the record, which must not wait for visitors' rows, nor fail with this.
    """
    if mailroom.decide_again is None:
        return
    try:
        with mailroom.database.writing() as session:
            mailroom.decide_again(session, freed, mailroom.clock())
    except Exception:
        log.exception("who was held for the sake of alerts %s could not be decided about", sorted(freed))


def _tell_breaker(session: Session, channel: str, ending: Ending, now: datetime) -> None:
    match ending.result:
        case Result.SENT | Result.REFUSED:
            if breaker.worked(session, channel):
                bring_forward(session, now)
        case Result.RETRY | Result.MISCONFIGURED:
            alarm = ending.result is Result.MISCONFIGURED
            breaker.failed(session, channel, ending.reason, now, alarm=alarm)
        case _:
            # Withdrawn or broken before the channel was asked: says nothing about it.
            pass
