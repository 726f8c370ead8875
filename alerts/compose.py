"""The last look before a mail goes out: is it still wanted, and what does it say as of now?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from alerts.briefing import Known, brief, digest_briefing
from alerts.correction_briefing import corrections_briefing, objection, threads
from alerts.correction_message import correction_content
from alerts.digest_message import digest_content
from alerts.doors import Door, alert_links
from alerts.followups.morning import calendar_of_day, tasks_of
from alerts.followups.morning import told as tasks_told
from alerts.mail import Content, Mail, NotSent, PutOff, Unreachable, Withdrawn, mail_domain
from alerts.message import alert_content
from alerts.models import Alert, Message
from alerts.plain import plain
from alerts.policy import Hold, put_off
from alerts.review.letter import review_mail
from alerts.rules.in_force import policy_in_force
from alerts.talks.letter import invitation_mail
from alerts.words import MessageKind, MessageState
from tracker.models import User, Visit
from tracker.people.hours import WorkingHours, is_away

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from alerts.today.follow_ups import Due
    from tracker.installation import Installation

REFERENCES = 10
"""Message-IDs that a mail refers to, the latest; enough for any mail program to make one thread."""
NAME_LENGTH = 80
StillWanted: TypeAlias = "Callable[[Session, Alert, Known, datetime], str | None]"
"""Looks at an alert again at the moment of sending, with what is on record of its person: the reason not to
send it any more, or None.
"""
_EARLIER = (
    select(Message.mail_id)
    .join(Alert, Alert.message_id == Message.id)
    .where(
        Alert.prospect_id == bindparam("prospect"),
        Message.user_id == bindparam("reader"),
        Message.kind == MessageKind.ALERT,
        Message.state == MessageState.SENT,
        Message.id != bindparam("mail"),
    )
    .order_by(Message.sent_at.desc(), Message.id.desc())
    .limit(REFERENCES)
)


class Told(NamedTuple):
    """What a mail is to tell of."""

    alerts: Sequence[Alert]
    known: Known
    """What is on record of their people."""
    tasks: Sequence[Due]
    more_tasks: int


def compose(
    session: Session,
    installation: Installation,
    message: Message,
    now: datetime,
    *,
    still_wanted: StillWanted,
) -> Mail | NotSent:
    """Write the mail for one row of the outbox as of `now`, or say why it is not to be sent.

    Of a digest or a correction, alerts that are not wanted any more are left out.
    """
    if message.kind is MessageKind.INVITATION:
        return invitation_mail(session, installation, message, now)
    if message.kind is MessageKind.REVIEW:
        return review_mail(session, installation, message, now)
    user = session.get_one(User, message.user_id)
    corrects = message.kind is MessageKind.CORRECTION
    about = Alert.correction_id if corrects else Alert.message_id
    known = Known.load(session, about == message.id)
    alerts = known.alerts
    tasks, more = _tasks(session, installation, message, now)
    if not alerts and not tasks:
        return Withdrawn("There is nothing to tell any more.")
    reasons = [
        (alert, objection(session, alert) if corrects else still_wanted(session, alert, known, now))
        for alert in alerts
    ]
    wanted = [alert for alert, reason in reasons if reason is None]
    if not wanted and not tasks:
        return Withdrawn(next(reason for _, reason in reasons if reason is not None))
    obstacle = _obstacle(session, installation, message, wanted[0] if wanted else None, now)
    if obstacle is not None:
        return obstacle
    told = Told(wanted, known, tasks, more)
    content, references = _written(session, installation, message, told, now)
    return Mail(
        to_name=plain(user.name, NAME_LENGTH),
        to_address=user.email,
        content=content,
        mail_id=message.mail_id,
        references=references,
        alert_ids=tuple(alert.id for alert in wanted),
        attachments=calendar_of_day(
            tasks, mail_domain(installation.settings.mail_from), _day(user, now), now
        ),
    )


def _tasks(
    session: Session, installation: Installation, message: Message, now: datetime
) -> tuple[tuple[Due, ...], int]:
    """Give what the reader is to do today, where this is the mail that says so."""
    if message.kind is not MessageKind.DIGEST:
        return (), 0
    return tasks_of(session, installation, session.get_one(User, message.user_id), now)


def _obstacle(
    session: Session, installation: Installation, message: Message, alert: Alert | None, now: datetime
) -> NotSent | None:
    """Say what keeps the mail from its reader; a correction saves a call, so it goes at any hour or never."""
    unreachable = _unreachable(session.get_one(User, message.user_id), message, now)
    if message.kind is MessageKind.CORRECTION:
        return Withdrawn(unreachable.reason) if unreachable else None
    return unreachable or _put_off(session, installation, message, alert, now)


def _unreachable(user: User, message: Message, now: datetime) -> Unreachable | None:
    """Say why this reader cannot have the mail; a digest waits for who is away, a call does not."""
    if user.left_at is not None:
        return Unreachable(f"{user.name} has left the company.")
    if not user.email:
        return Unreachable(f"{user.name} has no mail address: add one to the user.")
    if message.kind is not MessageKind.DIGEST and is_away(user, now):
        return Unreachable(f"{user.name} is away.", Hold.REP_AWAY)
    return None


def _put_off(
    session: Session, installation: Installation, message: Message, alert: Alert | None, now: datetime
) -> PutOff | None:
    """Say what makes the mail wait for the (next) digest: the time of day has changed since it was wanted."""
    user = session.get_one(User, message.user_id)
    if message.kind is MessageKind.DIGEST and is_away(user, now):
        return PutOff(Hold.REP_AWAY)
    is_call = alert is not None and message.kind is MessageKind.ALERT
    waited = now - session.get_one(Visit, alert.visit_id).last_at if is_call and alert else timedelta(0)
    is_open, stale = WorkingHours.of(user).is_open(now), policy_in_force(installation, session).stale_call
    hold = put_off(is_open=is_open, waited=waited, stale=stale)
    return None if hold is None else PutOff(hold)


def _written(
    session: Session,
    installation: Installation,
    message: Message,
    told: Told,
    now: datetime,
) -> tuple[Content, tuple[str, ...]]:
    """Give what the mail says, and the mails that it follows."""
    user, wanted, known = session.get_one(User, message.user_id), told.alerts, told.known
    match message.kind:
        case MessageKind.ALERT:
            content = _alert(session, installation, wanted[0], known, user, now)
            return content, _references(session, message, wanted[0])
        case MessageKind.DIGEST:
            ids = [alert.id for alert in wanted]
            visits = digest_briefing(session, installation, user.id, ids, now, known)
            base_url = installation.settings.base_url
            tasks = tasks_told(told.tasks, base_url, _day(user, now))
            return digest_content(replace(visits, tasks=tasks, more_tasks=told.more_tasks)), ()
        case _:  # a correction: the other kinds are written by their own
            taken_back = corrections_briefing(session, installation, user, wanted, now)
            return correction_content(taken_back), threads(session, wanted, REFERENCES)


def _day(user: User, now: datetime) -> date:
    return now.astimezone(ZoneInfo(user.time_zone)).date()


def _alert(
    session: Session, installation: Installation, alert: Alert, known: Known, user: User, now: datetime
) -> Content:
    briefing = brief(session, installation, alert.id, now, reader_id=user.id, known=known)
    door = Door(alert.id, user.id)
    return alert_content(
        briefing, alert_links(installation.signer, installation.settings.base_url, door, now)
    )


def _references(session: Session, message: Message, alert: Alert) -> tuple[str, ...]:
    """Give the reader's earlier alerts about this prospect, oldest first."""
    about = {"prospect": alert.prospect_id, "reader": message.user_id, "mail": message.id}
    earlier = session.scalars(_EARLIER, about).all()
    return tuple(reversed(earlier))
