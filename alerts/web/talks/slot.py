"""The part of the post-mortem's form that says for when the call is agreed, and who is invited."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from alerts.briefing.local_time import local_time, read_phone
from alerts.followups.agenda import plan, staff_of
from alerts.models import InvitationMail, Message
from alerts.talks.invitations import invitation_of, keep_in_step
from alerts.talks.letter import refusal
from alerts.talks.post_mortem import ChangedError
from alerts.talks.slots import COMES_TWICE, comes_twice
from tracker.by_hand.deals import DealWords
from tracker.by_hand.slot import shortcuts
from tracker.models import Prospect
from tracker.web.prospects.recorded import deal_changed
from tracker.web.prospects.slot_fields import FIELDS, blank_slot, read_slot
from tracker.web.prospects.typed import slots_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from alerts.briefing.facts import Phone
    from alerts.models import Invitation
    from alerts.talks.about import Talk
    from alerts.words import MessageState
    from tracker.installation import Installation
    from tracker.web.forms import Filled
    from tracker.web.me import Me
    from tracker.web.reader import Reader

SEEN_SLOT = "seen_slot"
CANCEL = "cancel"
"""The button that calls it off."""
NAMES = (*FIELDS, "invite", SEEN_SLOT)
NOT_LOST = (
    "This deal is not lost any more, so no call about its loss can be agreed. What you typed is still here."
)


class Told(NamedTuple):
    """A mail about the call: to whom, and how far it came."""

    to_prospect: bool
    state: MessageState
    reason: str
    sent_at: datetime | None


class SlotShown(NamedTuple):
    """What the page shows of the call."""

    at: datetime | None
    row: Invitation | None
    mails: Sequence[Told]
    phone: Phone | None
    clock: str
    """What time it is for them then, or now where nothing is agreed."""
    refusal: str
    """Why they cannot be invited; empty: they may be."""
    slots: Sequence[tuple[str, str]]

    @property
    def stands(self) -> bool:
        """The appointment is in calendars."""
        return self.row is not None and self.row.cancelled_at is None


class Wanted(NamedTuple):
    """What was typed: the moment (None: not agreed), and what the page had shown."""

    at: datetime | None
    seen: datetime | None
    invite: bool


def slot_values(at: datetime | None, reader: Reader) -> dict[str, str]:
    """Give the fields as they are for what is on record."""
    return blank_slot(at, reader) | {"invite": "", SEEN_SLOT: at.isoformat() if at else ""}


def read_wanted(form: Filled, reader: Reader, act: str) -> Wanted:
    """Read it; a problem is beside a field where that cannot be."""
    seen = _moment(form.values[SEEN_SLOT])
    invite = form.values["invite"] == "yes"
    if act == CANCEL:
        return Wanted(None, seen, invite=False)
    return Wanted(read_slot(form, reader, seen), seen, invite)


def agree(session: Session, installation: Installation, me: Me, talk: Talk, wanted: Wanted) -> str:
    """Note it, and see to calendars and follow-ups; gives what is to be told besides. The deal is locked.

    Raises:
        ChangedError: it was agreed for another moment meanwhile.

    """
    deal, mail_from, now = talk.deal, installation.settings.mail_from, me.reader.now
    if wanted.at not in (wanted.seen, deal.post_mortem_at):
        if deal.post_mortem_at != wanted.seen:
            msg = "Somebody else changed this meanwhile"
            raise ChangedError(msg)
        before = DealWords.of(deal)
        deal.post_mortem_at = wanted.at
        session.flush()
        deal_changed(session, me, deal, before)
        _plan_anew(session, talk.person, now)
    if wanted.at is not None or wanted.seen is not None:
        keep_in_step(session, mail_from, talk, now, invite=wanted.invite, user_id=me.id)
    twice = wanted.at is not None and wanted.at != wanted.seen and comes_twice(wanted.at, me.reader.zone)
    return f" {COMES_TWICE}" if twice else ""


def slot_shown(session: Session, installation: Installation, me: Me, talk: Talk) -> SlotShown:
    """Read what stands beside the fields."""
    person, at = talk.person, talk.deal.post_mortem_at
    row = invitation_of(session, talk.deal.id)
    phone = read_phone(person.phone, person.country, installation.settings.phone_region)
    when = at if at is not None and at > me.reader.now else me.reader.now
    clock = local_time(person.time_zone, phone, person.country, when)
    return SlotShown(
        at,
        row,
        _mails(session, row) if row else (),
        phone,
        clock.for_whom(talk.first_name or "them") if clock else "",
        refusal(session, installation.signer, person),
        slots_of(shortcuts(me.reader.today)),
    )


def _mails(session: Session, row: Invitation) -> Sequence[Told]:
    """Give the mails of the latest change."""
    found = session.execute(
        select(InvitationMail.to_prospect, Message.state, Message.last_reason, Message.sent_at)
        .join(Message, Message.id == InvitationMail.message_id)
        .where(InvitationMail.invitation_id == row.id, InvitationMail.sequence == row.sequence)
        .order_by(Message.id)
    )
    return [Told(*one) for one in found]


def _plan_anew(session: Session, person: Prospect, now: datetime) -> None:
    same = Prospect.account_id == person.account_id
    which = Prospect.id == person.id if person.account_id is None else same
    plan(session, which, staff_of(session, now, which))


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
