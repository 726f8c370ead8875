"""Appointments keep to what was agreed: a row for each, and mails to who calls and, if wished, is called.

The row follows the deal's agreed moment, wherever it was noted: on these pages at once, elsewhere by the next
look (`keep_invitations`). Mails say what the row says when they go out (`alerts.talks.letter`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, or_, select, true
from sqlalchemy.exc import IntegrityError

from alerts.channels.mime import parse_sender
from alerts.followups.calendar import talk_uid
from alerts.mail import new_mail_id
from alerts.models import Invitation, InvitationMail, Message
from alerts.routing import route
from alerts.talks.about import find_talk
from alerts.words import FollowUpKind, MessageKind
from tracker.models import Account, Deal, DealStatus, OwnerName, Team, User

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.talks.about import Talk
    from tracker.db import Database

NONE_YET = -1
"""The count before the first mail."""
MOST = 500
"""Appointments that one look puts right; the next one takes the rest."""


def invitation_of(session: Session, deal_id: int, *, lock: bool = False) -> Invitation | None:
    """Give the appointment of a deal's post-mortem, also one that was called off."""
    wanted = select(Invitation).where(
        Invitation.deal_id == deal_id, Invitation.kind == FollowUpKind.POST_MORTEM
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def keep_in_step(
    session: Session,
    mail_from: str,
    talk: Talk,
    now: datetime,
    *,
    invite: bool = False,
    user_id: int | None = None,
) -> Invitation | None:
    """Make, move or call off the appointment, as the deal says; what is so already is left alone.

    The deal is locked by the caller. `invite`: the prospect, too, from now on. `user_id` is who calls where
    nobody else is found. Gives the appointment; None: there is none.
    """
    row = invitation_of(session, talk.deal.id, lock=True)
    at = talk.deal.post_mortem_at if talk.is_lost else None
    if at is None or at <= now:
        if row is not None and row.cancelled_at is None and row.at > now:
            _call_off(session, mail_from, row, now)
        return row
    caller = _caller(session, talk, row, now) or user_id
    if caller is None:
        return row
    if row is None:
        uid = talk_uid(talk.deal.id, parse_sender(mail_from).domain)
        row = Invitation(
            deal_id=talk.deal.id, kind=FollowUpKind.POST_MORTEM, uid=uid, sequence=NONE_YET, at=at
        )
        row.to_prospect = False
        session.add(row)
    is_new = row.sequence == NONE_YET or row.cancelled_at is not None
    if is_new or row.at != at or row.user_id != caller:
        if is_new or not row.to_prospect:
            row.prospect_id = talk.person.id
        row.user_id, row.at, row.cancelled_at = caller, at, None
        row.to_prospect = row.to_prospect or invite
        _changed(session, mail_from, row, now)
    elif invite and not row.to_prospect:
        row.to_prospect = True
        _post(session, mail_from, row, now, to_prospect=True)
    return row


def keep_invitations(database: Database, now: datetime, mail_from: str) -> int:
    """Put appointments right that were agreed, moved or called off elsewhere; give how many."""
    with database.reading() as session:
        deals = set(session.scalars(_agreed(now))) | set(session.scalars(_void(now)))
    return sum(_keep_one(database, mail_from, deal_id, now) for deal_id in sorted(deals))


def _keep_one(database: Database, mail_from: str, deal_id: int, now: datetime) -> bool:
    try:
        with database.writing() as session:
            talk = find_talk(session, deal_id, true(), lock=True)
            before = invitation_of(session, deal_id)
            was = None if before is None else (before.sequence, before.cancelled_at)
            row = keep_in_step(session, mail_from, talk, now) if talk else None
            return row is not None and (row.sequence, row.cancelled_at) != was
    except IntegrityError:
        return False  # a page made it at this very moment


def _agreed(now: datetime) -> Select[int]:
    """Find deals with an agreed call that no appointment says so of."""
    return (
        select(Deal.id)
        .outerjoin(Invitation, Invitation.deal_id == Deal.id)
        .outerjoin(User, User.id == Invitation.user_id)
        .where(
            Deal.post_mortem_at > now,
            Deal.status == DealStatus.LOST,
            or_(
                Invitation.id.is_(None),
                Invitation.cancelled_at.is_not(None),
                Invitation.at != Deal.post_mortem_at,
                User.left_at.is_not(None),
            ),
        )
        .order_by(Deal.post_mortem_at)
        .limit(MOST)
    )


def _void(now: datetime) -> Select[int]:
    """Find deals whose appointment nobody agrees to any more."""
    return (
        select(Invitation.deal_id)
        .join(Deal, Deal.id == Invitation.deal_id)
        .where(
            Invitation.cancelled_at.is_(None),
            Invitation.at > now,
            or_(Deal.post_mortem_at.is_(None), Deal.post_mortem_at <= now, Deal.status != DealStatus.LOST),
        )
        .limit(MOST)
    )


def _call_off(session: Session, mail_from: str, row: Invitation, now: datetime) -> None:
    row.cancelled_at = now
    _changed(session, mail_from, row, now)
    row.to_prospect = False  # who is asked again later is asked by name


def _changed(session: Session, mail_from: str, row: Invitation, now: datetime) -> None:
    row.sequence, row.changed_at = row.sequence + 1, now
    session.flush()
    _post(session, mail_from, row, now, to_prospect=False)
    if row.to_prospect:
        _post(session, mail_from, row, now, to_prospect=True)


def _post(session: Session, mail_from: str, row: Invitation, now: datetime, *, to_prospect: bool) -> None:
    whom = "them" if to_prospect else "us"
    message = Message(
        # With the moment: a database may give the number of an appointment that is gone to another one.
        dedupe_key=f"invitation:{row.id}:{row.sequence}:{whom}:{now:%Y%m%dT%H%M%S}",
        kind=MessageKind.INVITATION,
        user_id=row.user_id,
        mail_id=new_mail_id(mail_from),
        next_attempt_at=now,
        created_at=now,
    )
    session.add(message)
    session.flush()
    session.add(
        InvitationMail(
            message_id=message.id, invitation_id=row.id, sequence=row.sequence, to_prospect=to_prospect
        )
    )
    session.flush()


def _caller(session: Session, talk: Talk, row: Invitation | None, now: datetime) -> int | None:
    """Find who calls: who was to all along, else who has the follow-up, else the owner or who stands in."""
    users = {user.id: user for user in session.scalars(select(User))}
    if row is not None and row.cancelled_at is None and users[row.user_id].left_at is None:
        return row.user_id
    due = talk.follow_up.user_id if talk.follow_up else None
    if due is not None and users[due].left_at is None:
        return due
    names = [talk.deal.owner_name_id]
    if talk.person.account_id is not None:
        account = session.get_one(Account, talk.person.account_id)
        names.insert(0, account.owner_name_id)
    owners = [owner.user_id for one in names if one is not None and (owner := session.get(OwnerName, one))]
    managers = dict(session.execute(select(Team.id, Team.manager_id)).all())
    found = route(owners, users, managers, now).user
    return found.id if found else None
