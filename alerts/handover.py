"""When a mail's reader cannot have it: somebody else gets it, or it waits for a digest. Nothing is lost."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from alerts.models import Alert, Delivery, Message
from alerts.outbox import Result
from alerts.policy import SENTENCES
from alerts.routing import stand_ins
from alerts.words import Decision, MessageKind, MessageState
from tracker.models import Team, User

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.outbox import Ending
    from alerts.policy import Hold

log = logging.getLogger(__name__)


def follow_up(session: Session, message_id: int, ending: Ending, now: datetime) -> None:
    """See to the alerts of a mail that will not reach its reader; any other ending needs nothing.

    A call goes to a stand-in at once, what a digest listed to the stand-in's next digest. Without one, what
    only waits for a better time waits for the reader's next digest, and the rest stays failed, for
    `ringback check` to tell.
    """
    if ending.result is Result.PUT_OFF and ending.hold is not None:
        _leave_to_digest(session, message_id, ending.hold)
    elif ending.result in (Result.REFUSED, Result.UNREACHABLE):
        message = session.get_one(Message, message_id, populate_existing=True)
        stand_in = _stand_in(session, message, now)
        if stand_in is not None:
            log.warning(
                "mail %d did not reach user %d (%s): handed to user %d",
                message_id,
                message.user_id,
                ending.reason,
                stand_in.id,
            )
            _hand_over(session, message, stand_in, now)
        elif ending.hold is not None:
            message.state = MessageState.WITHDRAWN
            _leave_to_digest(session, message_id, ending.hold)
        else:
            log.error(
                "mail %d did not reach user %d (%s), and nobody can stand in",
                message_id,
                message.user_id,
                ending.reason,
            )


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
    is_call = message.kind is MessageKind.ALERT
    session.execute(
        update(Alert)
        .where(Alert.message_id == message.id)
        .values(user_id=stand_in.id, message_id=message.id if is_call else None)
    )
    if is_call:
        message.user_id = stand_in.id
        message.state = MessageState.PENDING
        message.next_attempt_at = now


def _leave_to_digest(session: Session, message_id: int, hold: Hold) -> None:
    """Let go of a mail's alerts, so that the next digest lists them."""
    about = Alert.message_id == message_id
    session.execute(
        update(Alert)
        .where(about, Alert.decision == Decision.CALL)
        .values(decision=Decision.HOLD, why=hold.value, sentence=SENTENCES[hold])
    )
    session.execute(update(Alert).where(about).values(message_id=None))
