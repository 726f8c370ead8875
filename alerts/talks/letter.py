"""The mail of an appointment, written when it goes out: what it says by then, or why it does not go."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from alerts.briefing.local_time import local_time, read_phone
from alerts.briefing.moments import day_in_words, zone_named
from alerts.channels.mime import AddressError, wire_address
from alerts.followups.calendar import FILE, Appointment, Method, Party, invitation
from alerts.mail import Attachment, Invite, Mail, Withdrawn
from alerts.models import Invitation, InvitationMail, Message
from alerts.plain import plain
from alerts.talks.letter_words import Call, Change, to_caller, to_prospect
from alerts.talks.slots import slot_in_words
from alerts.words import MessageState
from tracker.left_alone import kinds_of
from tracker.models import Account, Deal, DealStatus, Prospect, User
from tracker.suppression import suppressed_kinds
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.installation import Installation
    from tracker.signing import Signer

NAME_LENGTH = 80
REFERENCES = 10
ICS = "application/ics"
"""Of the file: as `text/calendar` some programs show the invitation twice."""


class About(NamedTuple):
    """An appointment with all that its mails and files tell."""

    row: Invitation
    deal: Deal
    person: Prospect
    caller: User
    theirs: str
    """Their company."""


class _Earlier(NamedTuple):
    """Mails about the same to the same reader."""

    sent: tuple[str, ...]
    """Their Message-IDs, oldest first."""
    perhaps: bool
    """One of them was sent, or may have been."""


def about(session: Session, invitation_id: int) -> About | None:
    """Read an appointment."""
    found = session.execute(
        select(Invitation, Deal, Prospect, User, Account.name)
        .join(Deal, Deal.id == Invitation.deal_id)
        .join(Prospect, Prospect.id == Invitation.prospect_id)
        .join(User, User.id == Invitation.user_id)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(Invitation.id == invitation_id)
    ).one_or_none()
    return About(*found[:4], plain(found[4] or "", NAME_LENGTH)) if found else None


def refusal(session: Session, signer: Signer, person: Prospect) -> str:
    """Say why a prospect is not invited by mail; empty: they may be.

    An agreed call is no marketing. But who wants no mail, or no calls, is sent none by us about one.
    """
    if not person.email:
        return "no mail address of theirs is on record"
    stand = suppressed_kinds(session, signer, [person.email]).get(person.email, set())
    wishes = stand | kinds_of(session, person.id)
    if SuppressionKind.DO_NOT_CALL in wishes:
        return "they asked not to be called"
    if SuppressionKind.UNSUBSCRIBED in wishes:
        return "they asked for no more mail"
    return "" if _usable(person.email) else "their mail address cannot be one"


def invitation_mail(
    session: Session, installation: Installation, message: Message, now: datetime
) -> Mail | Withdrawn:
    """Write the mail as of `now`, or say why it is not to be sent."""
    mail = session.get(InvitationMail, message.id)
    it = about(session, mail.invitation_id) if mail else None
    if mail is None or it is None:
        return Withdrawn("The appointment is no longer there.")
    earlier = _earlier(session, mail)
    obstacle = _obstacle(it, mail, earlier, now)
    if not obstacle and mail.to_prospect:
        obstacle = refusal(session, installation.signer, it.person)
    if obstacle:
        return Withdrawn(f"{obstacle[:1].upper()}{obstacle[1:]}.")
    change = Change.MOVED if earlier.perhaps else Change.AGREED
    if it.row.cancelled_at is not None:
        change = Change.CALLED_OFF
    method = Method.CANCEL if change is Change.CALLED_OFF else Method.REQUEST
    file = invitation(appointment(it, installation, for_prospect=mail.to_prospect), method)
    call = _call(it, installation, change, for_prospect=mail.to_prospect, now=now)
    reader = it.person if mail.to_prospect else it.caller
    return Mail(
        to_name=plain(reader.name, NAME_LENGTH),
        to_address=reader.email or "",
        content=to_prospect(call) if mail.to_prospect else to_caller(call),
        mail_id=message.mail_id,
        references=earlier.sent[-REFERENCES:],
        attachments=(Attachment(FILE, file, ICS),),
        invite=Invite(file, method),
        reply_to=(it.caller.name, it.caller.email) if mail.to_prospect else None,
        from_name=it.caller.name if mail.to_prospect else "",
    )


def appointment(it: About, installation: Installation, *, for_prospect: bool) -> Appointment:
    """Give it as calendars get it; for who calls, with the way to the questions."""
    caller = Party(plain(it.caller.name, NAME_LENGTH), wire_address(it.caller.email))
    guests = [caller]
    if it.person.email and _usable(it.person.email) and (for_prospect or it.row.to_prospect):
        guests.append(Party(plain(it.person.name, NAME_LENGTH), wire_address(it.person.email)))
    who = plain(it.person.name or it.person.email or "", NAME_LENGTH)
    company = installation.settings.company
    return Appointment(
        uid=it.row.uid,
        sequence=it.row.sequence,
        at=it.row.at,
        stamped_at=it.row.changed_at,
        organizer=caller,
        guests=tuple(guests),
        summary=f"Call: {' and '.join(filter(None, (who, caller.name)))}{f' ({company})' if company else ''}",
        description="" if for_prospect else page_of(it, installation),
        place=_phone(it, installation),
    )


def page_of(it: About, installation: Installation) -> str:
    """Give the address of the questions."""
    return f"{installation.settings.base_url.rstrip('/')}/deals/{it.deal.id}/post-mortem"


def _obstacle(it: About, mail: InvitationMail, earlier: _Earlier, now: datetime) -> str:
    if mail.sequence != it.row.sequence:
        return "it was changed again, and the mail of that change goes out instead"
    if it.row.cancelled_at is None:
        return _impediment(it, now)
    if not earlier.perhaps:
        return "it was called off before anybody was told of it"
    if it.caller.left_at is not None and not mail.to_prospect:
        return f"{it.caller.name} has left the company"
    return _no_address(it)


def _impediment(it: About, now: datetime) -> str:
    """Say what has become of a call that was agreed; empty: it stands."""
    if it.caller.left_at is not None:
        return f"{it.caller.name} has left the company: it is made anew with who takes over"
    if no_address := _no_address(it):
        return no_address
    if it.row.at <= now:
        return "the time of the call is past"
    if it.deal.status is not DealStatus.LOST or it.deal.post_mortem_at != it.row.at:
        return "the call is not agreed for then any more"
    return ""


def _no_address(it: About) -> str:
    """Say that nobody could answer to who calls; empty: one can."""
    return "" if _usable(it.caller.email) else f"{it.caller.name} has no mail address that works"


def _earlier(session: Session, mail: InvitationMail) -> _Earlier:
    rows = session.execute(
        select(Message.mail_id, Message.state, Message.attempts)
        .join(InvitationMail, InvitationMail.message_id == Message.id)
        .where(
            InvitationMail.invitation_id == mail.invitation_id,
            InvitationMail.to_prospect == mail.to_prospect,
            Message.id < mail.message_id,
        )
        .order_by(Message.id)
    ).all()
    sent = tuple(mail_id for mail_id, state, _ in rows if state is MessageState.SENT)
    # A worker may have died after the server took it.
    open_still = any(state is MessageState.PENDING and attempts for _, state, attempts in rows)
    return _Earlier(sent, bool(sent) or open_still)


def _call(
    it: About, installation: Installation, change: Change, *, for_prospect: bool, now: datetime
) -> Call:
    zone = ZoneInfo(it.caller.time_zone)
    here = (zone_named(it.person.time_zone) or zone) if for_prospect else zone
    first_name = plain(it.person.first_name, NAME_LENGTH)
    phone = read_phone(it.person.phone, it.person.country, installation.settings.phone_region)
    clock = local_time(it.person.time_zone, phone, it.person.country, it.row.at)
    return Call(
        change,
        caller=plain(it.caller.name, NAME_LENGTH),
        company=installation.settings.company,
        name=plain(it.person.name or it.person.email or "somebody", NAME_LENGTH),
        first_name=first_name,
        theirs=it.theirs,
        when=slot_in_words(it.row.at, it.person.time_zone if for_prospect else "", zone),
        day=day_in_words(it.row.at.astimezone(here).date(), now.astimezone(here).date()),
        clock=clock.for_whom(first_name or "them") if clock and not for_prospect else "",
        phone=phone.shown if phone else "",
        invited=it.row.to_prospect,
        page="" if for_prospect else page_of(it, installation),
    )


def _phone(it: About, installation: Installation) -> str:
    phone = read_phone(it.person.phone, it.person.country, installation.settings.phone_region)
    return phone.shown if phone else ""


def _usable(address: str) -> bool:
    try:
        wire_address(address)
    except AddressError:
        return False
    return True
