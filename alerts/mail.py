"""A mail, ready to be sent on any channel that sends mails."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from alerts.policy import Hold


@dataclass(frozen=True, slots=True)
class Content:
    """What a mail says, in both its bodies."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes with a mail."""

    name: str
    content: bytes
    media_type: str
    """E.g. `text/calendar`."""


@dataclass(frozen=True, slots=True)
class Invite:
    """What a mail program shows as an invitation, and offers to answer."""

    content: bytes
    """An iCalendar object in UTF-8."""
    method: str
    """As the object says it (RFC 6047, 2.4): mail programs look here first."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one user. `mail_id` and `references` are RFC 5322 Message-IDs, angle brackets included."""

    to_name: str
    to_address: str
    content: Content
    mail_id: str
    references: tuple[str, ...] = ()
    alert_ids: tuple[int, ...] = ()
    """Of the alerts it tells of: a digest leaves out what is no longer wanted."""
    attachments: tuple[Attachment, ...] = ()
    invite: Invite | None = None
    reply_to: tuple[str, str] | None = None
    """Name and address of who is answered, where that is not the sender."""
    from_name: str = ""
    """On whose behalf it goes out; empty: under the sender's own name. The address is always the sender's."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Instead of a mail: it is no longer wanted, for a reason that a person can read later."""

    reason: str


@dataclass(frozen=True, slots=True)
class PutOff:
    """Instead of a mail: not at this time; what it would have told waits for the reader's next digest."""

    hold: Hold


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Instead of a mail: this reader cannot take it, so somebody else is to have it if there is anyone."""

    reason: str
    hold: Hold | None = None
    """What it waits for when there is nobody else."""


NotSent: TypeAlias = Withdrawn | PutOff | Unreachable
"""What there can be instead of a mail."""


def new_mail_id(mail_from: str) -> str:
    """Make an RFC 5322 Message-ID, angle brackets included, under the domain that mails come from."""
    return f"<{secrets.token_hex(16)}@{mail_domain(mail_from)}>"


def mail_domain(mail_from: str) -> str:
    """Give the domain that mails come from: by it things of ours are named outside, for good."""
    return parseaddr(mail_from)[1].rpartition("@")[2] or "localhost"
