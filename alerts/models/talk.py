"""What came out of a lost deal: the talk about why, who is invited to it, and the rep's own look back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from alerts.words import FollowUpKind
from tracker.models import Base, UtcDateTime


class PostMortem(Base):
    """What a prospect told their rep in the talk about why they said no. Of each deal one."""

    __tablename__ = "post_mortems"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"), unique=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    """With whom."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    """Who wrote it down."""
    chose: Mapped[str] = mapped_column(String(200), default="")
    reason_kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    """In words of `tracker.words.ReasonKind`."""
    reasons: Mapped[str] = mapped_column(Text, default="")
    why_not_us: Mapped[str] = mapped_column(Text, default="")
    differently: Mapped[str] = mapped_column(Text, default="")
    """What we could have done differently."""
    project: Mapped[str] = mapped_column(Text, default="")
    """How their project is going."""
    outside_look: Mapped[bool] = mapped_column(default=False)
    """They took up the standing offer of an outside look."""
    version: Mapped[int] = mapped_column(default=1)
    """Counted up with every change, so that a second editor is told of the first."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Debrief(Base):
    """A rep's own look at a lost deal, private to them and their manager."""

    __tablename__ = "debriefs"
    __table_args__ = (UniqueConstraint("deal_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    """Whose it is."""
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    """By question (`alerts.talks.questions.Question`): yes, partly or no."""
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Invitation(Base):
    """An appointment with a prospect as calendars know it: one of each kind a deal, moved and cancelled."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("deal_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"))
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), index=True)
    """With whom."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    """Who calls: the organizer."""
    kind: Mapped[FollowUpKind]
    uid: Mapped[str] = mapped_column(String(200), unique=True)
    """By which calendars know it: it stays, whatever is changed."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Counted up with every change: calendars heed the highest."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    to_prospect: Mapped[bool] = mapped_column(default=False)
    """They are invited, too, and told of every change from then on."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InvitationMail(Base):
    """Which appointment a mail of the outbox tells of, as of which change, and whom."""

    __tablename__ = "invitation_mails"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    sequence: Mapped[int]
    to_prospect: Mapped[bool] = mapped_column(default=False)
    """To the prospect; else to who calls."""
