"""When a mail's reader cannot have it: somebody else gets it, or it waits for a digest. Nothing is lost."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from alerts.models import Alert, Delivery, Message
from alerts.outbox import Result
from alerts.policy import SENTENCES, Hold, Policy
from alerts.recent import A_DAY_SOMEWHERE, RecentCalls
from alerts.routing import stand_ins
from alerts.rules.numbers import policy_with
from alerts.words import Decision, MessageKind, MessageState
from tracker.models import Team, User
from tracker.rules.stored import load_rules
from tracker.rules.words import RuleName

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.outbox import Ending

log = logging.getLogger(__name__)


def see_to(session: Session, message: Message, ending: Ending, now: datetime) -> None:
    """See to the alerts of a mail that will not reach its reader; any other ending needs nothing.

    A call goes to a stand-in at once, within their own daily limit; what a digest listed goes to the
    stand-in's next digest. Without one, what only waits for a better time waits for the reader's next
    digest, and the rest stays failed, for `ringback check` to tell. A correction is nobody else's: only its
    reader was told what it takes back. So is an invitation, which is made anew when its caller leaves; and a
    review has a page, which is there for every manager.
    """
    if message.kind in (MessageKind.CORRECTION, MessageKind.INVITATION, MessageKind.REVIEW):
        return
    if ending.result is Result.PUT_OFF and ending.hold is not None:
        _leave_to_digest(session, message.id, ending.hold)
    elif ending.result in (Result.REFUSED, Result.UNREACHABLE):
        stand_in = _stand_in(session, message, now)
        # Not the server's reason, which may quote the address: the attempt's row has it.
        who = (message.id, message.user_id)
        if stand_in is not None:
            log.warning("mail %d did not reach user %d: handed to user %d", *who, stand_in.id)
            _hand_over(session, message, stand_in, now)
        elif ending.hold is not None:
            message.state = MessageState.WITHDRAWN
            _leave_to_digest(session, message.id, ending.hold)
        else:
            log.error("mail %d did not reach user %d, and nobody can stand in", *who)


def _stand_in(session: Session, message: Message, now: datetime) -> User | None:
    """Find who takes a mail instead: the reader's deputy or a manager, whose address was not tried yet."""
    tried = set(
        session.scalars(
            select(Delivery.to_address).where(
                Delivery.message_id == message.id,
                Delivery.result.in_((Result.REFUSED, Result.UNREACHABLE)),
            )
        )
    )
    users = {user.id: user for user in session.scalars(select(User))}
    managers = {team.id: team.manager_id for team in session.scalars(select(Team))}
    found = stand_ins(users[message.user_id], users, managers, now)
    return next((user for user in found if user.email and user.email not in tried), None)


def _hand_over(session: Session, message: Message, stand_in: User, now: datetime) -> None:
    session.execute(update(Alert).where(Alert.message_id == message.id).values(user_id=stand_in.id))
    if message.kind is MessageKind.ALERT and not _has_enough(session, message, stand_in, now):
        message.user_id = stand_in.id
        message.state = MessageState.PENDING
        message.next_attempt_at = now
    else:
        message.state = MessageState.WITHDRAWN
        _leave_to_digest(session, message.id, Hold.DAILY_LIMIT)


def _has_enough(session: Session, message: Message, stand_in: User, now: datetime) -> bool:
    """Whether the stand-in had as many calls today as anyone reads."""
    visit_id = session.scalar(select(Alert.visit_id).where(Alert.message_id == message.id))
    calls = RecentCalls.load(session, now - A_DAY_SOMEWHERE, accounts=(), prospects=(), users={stand_in.id})
    zone = ZoneInfo(stand_in.time_zone)
    limit = policy_with(Policy(), load_rules(session).of(RuleName.POLICY)).daily_limit
    return calls.to_user(stand_in.id, zone, now, but=visit_id or 0) >= limit


def _leave_to_digest(session: Session, message_id: int, hold: Hold) -> None:
    """Let go of a mail's alerts, so that the next digest lists them; what was answered stays as it is."""
    about = Alert.message_id == message_id
    session.execute(
        update(Alert)
        .where(about, Alert.decision == Decision.CALL, Alert.claimed_at.is_(None), Alert.closed_at.is_(None))
        .values(decision=Decision.HOLD, why=hold.value, sentence=SENTENCES[hold])
    )
    session.execute(update(Alert).where(about).values(message_id=None))
