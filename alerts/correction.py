"""What was told and does not hold: the rep hears of it before they call for nothing.

An alert that went out and whose visit turns out to be a program's, nobody's or our own is taken back, in one
short mail for all that a reader is to hear of. Until that mail is out, the correction can itself be undone;
after it there is no third mail: the alert's pages tell how things stand.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from alerts.found import found
from alerts.mail import new_mail_id
from alerts.models import Alert, Message
from alerts.words import MessageKind, MessageState
from tracker.among import among
from tracker.ingest.history import PEOPLE
from tracker.models import User, Visit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from alerts.outbox import Ending
    from tracker.ingest.rows import VisitRow

CORRECTION_WAIT = timedelta(minutes=15)
"""How long a correction waits to be mailed: what turns out to be a person's again meanwhile needs no mail."""
A_PERSON_AFTER_ALL = "It turned out to be a person's visit after all."


class Corrections:
    """What was told, looked at in the light of what is known by now."""

    def __init__(self, session: Session, mail_from: str, now: datetime, held: Iterable[Message] = ()) -> None:
        """Take the mails of the alerts and those that wait; their rows are `held` until the commit."""
        self._session = session
        self._mail_from = mail_from
        self._now = now
        self._mails = {mail.id: mail for mail in held if mail.kind is MessageKind.CORRECTION}

    def look_at(self, visit: Visit | VisitRow, alert: Alert) -> None:
        """Take back an alert that was sent, or its correction, if its visit says so now."""
        if visit.state in PEOPLE:
            self._undo(alert)
        elif alert.corrected_at is not None:
            if self._is_open(alert):
                alert.correction = found(visit.state, visit.state_reasons)
        elif is_due(alert, visit):
            alert.corrected_at = self._now
            alert.correction = found(visit.state, visit.state_reasons)
            alert.correction_id = self._mail_to(alert).id

    def _is_open(self, alert: Alert) -> bool:
        """Tell whether nobody was told of the correction, nor is being told at this moment."""
        mail = self._mails.get(alert.correction_id or 0)
        return mail is None or (mail.state is not MessageState.SENT and mail.lease_until is None)

    def _undo(self, alert: Alert) -> None:
        if alert.corrected_at is None or not self._is_open(alert):
            return
        mail = self._mails.get(alert.correction_id or 0)
        forget(alert)
        self._session.flush()
        if mail is None or mail.state is not MessageState.PENDING:
            return
        if self._session.scalar(select(Alert.id).where(Alert.correction_id == mail.id).limit(1)) is None:
            mail.state = MessageState.WITHDRAWN
            mail.last_reason = A_PERSON_AFTER_ALL

    def _mail_to(self, alert: Alert) -> Message:
        """Give the reader's mail that waits and is not being sent, else a new one."""
        for mail in self._mails.values():
            waits = mail.state is MessageState.PENDING and mail.lease_until is None
            if waits and mail.user_id == alert.user_id:
                return mail
        mail = Message(
            dedupe_key=f"correction:{alert.id}:{self._now.isoformat()}",
            kind=MessageKind.CORRECTION,
            user_id=alert.user_id,
            mail_id=new_mail_id(self._mail_from),
            next_attempt_at=self._now + CORRECTION_WAIT,
            created_at=self._now,
        )
        self._session.add(mail)
        self._session.flush()
        self._mails[mail.id] = mail
        return mail


def is_due(alert: Alert, visit: Visit | VisitRow) -> bool:
    """Tell whether what was told of a visit has to be taken back: not what its reader has answered."""
    unanswered = alert.sent_at is not None and alert.closed_at is None
    return unanswered and alert.corrected_at is None and visit.state not in PEOPLE


def forget(alert: Alert) -> None:
    """Let an alert stand as if it had never been corrected."""
    alert.corrected_at = None
    alert.correction = ""
    alert.correction_id = None


def hold_readers(session: Session, readers: Iterable[int | None]) -> None:
    """Hold those who are to hear of a correction until the commit, after their alerts and before mails.

    Else two who correct at once would not see each other's mail, and each write one.
    """
    wanted = {reader for reader in readers if reader is not None}
    if wanted:
        query = select(User.id).where(among(User.id, wanted)).order_by(User.id)
        session.execute(query.with_for_update(key_share=True))


def waiting_for(readers: Iterable[int | None]) -> ColumnElement[bool]:
    """Say of mails that they are corrections for these readers and not out yet."""
    return and_(
        Message.kind == MessageKind.CORRECTION,
        Message.state == MessageState.PENDING,
        among(Message.user_id, set(readers)),
    )


def after_attempt(session: Session, message_id: int, ending: Ending, now: datetime) -> list[int]:
    """See to what a mail's attempt, in the same transaction, leaves to be corrected.

    An alert whose visit was found out while its mail was on the way is taken back now. A correction that
    was left out of its mail, since a person was there after all, is undone. Gives the alerts that keep
    nobody quiet any more: those taken back, and those of a mail that does not go out.
    """
    if ending.state is MessageState.PENDING:
        return []
    message = session.get_one(Message, message_id)
    if message.kind is MessageKind.CORRECTION:
        _undo_left_out(session, message_id, ending.told)
        return []
    if ending.state is MessageState.SENT:
        return _correct_overtaken(session, message, ending.told, now)
    return list(session.scalars(select(Alert.id).where(Alert.message_id == message_id)))


def _undo_left_out(session: Session, message_id: int, told: Collection[int]) -> None:
    left_out = session.scalars(
        select(Alert)
        .join(Visit, Visit.id == Alert.visit_id)
        .where(Alert.correction_id == message_id, ~among(Alert.id, told), Visit.state.in_(PEOPLE))
    )
    for alert in left_out:
        forget(alert)


def _correct_overtaken(session: Session, message: Message, told: Collection[int], now: datetime) -> list[int]:
    overtaken = session.execute(
        select(Visit, Alert)
        .join(Alert, Alert.visit_id == Visit.id)
        .where(among(Alert.id, told), Visit.state.not_in(PEOPLE))
        .order_by(Alert.id),
        execution_options={"populate_existing": True},
    ).all()
    readers = {alert.user_id for visit, alert in overtaken if is_due(alert, visit)}
    if not readers:
        return []
    hold_readers(session, readers)
    waiting = select(Message).where(waiting_for(readers)).order_by(Message.id)
    held = session.scalars(
        waiting.with_for_update(key_share=True), execution_options={"populate_existing": True}
    )
    corrections = Corrections(session, message.mail_id, now, held)
    for visit, alert in overtaken:
        corrections.look_at(visit, alert)
    return [alert.id for _, alert in overtaken if alert.corrected_at is not None]
