"""A mail as the bytes that go over the wire (RFC 5322, MIME) and its envelope. PURE.

Nothing that a name or a subject holds can become a header or turn the text around it: control and
bidirectional characters are gone before the standard library, which would refuse them, sees it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from email import policy
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.mail import Mail

NAME_BYTES = 45
"""Of a name as UTF-8 that are kept: they fit one encoded word (RFC 2047: 75 characters); where it takes
several, the library puts spaces between them.
"""
SUBJECT_LENGTH = 200
"""Characters of a subject that are kept; phones show 40."""
ADDRESS_LENGTH = 254
"""RFC 5321, 4.5.3.1.3: a path is at most 256 octets, angle brackets included."""
REFERENCES = 10
"""How many of a thread's earlier mails are named, the latest."""

_ATOM = r"[^\s\x00-\x20\x7f@<>()\[\]\\,:;\".]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
"""RFC 5321's Mailbox as a dot-string and a domain."""
_BREAKS = {"Cc", "Zl", "Zp"}
"""Unicode categories that become a space: controls, tabs and line breaks among them."""
_UNSEEN = {"Cf", "Cs"}
"""Unicode categories that go: bidirectional and other invisible marks."""
_JOINER = "\u200d"
"""Holds compound emoji together: the one invisible character that may stay."""


class _Wire(policy.EmailPolicy):
    """The library's policy, mended in two places.

    It makes encoded words of a long Message-ID, which then is none; and of a subject that needs several
    it loses or doubles the spaces between them.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write one header, line ends included."""
        if name in ("Message-ID", "References", "In-Reply-To"):
            return f"{name}: {f'{self.linesep} '.join(value.split())}{self.linesep}".encode()
        if name == "Subject" and not (value.isascii() and "=?" not in value):
            words = Header(value, "utf-8", header_name=name).encode(linesep=self.linesep)
            return f"{name}: {words}{self.linesep}".encode()
        return super().fold_binary(name, value)


class AddressError(ValueError):
    """The text is no mail address; the message says which."""


@dataclass(frozen=True, slots=True)
class Sender:
    """From whom: shown in the From header, its address the envelope's too."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands behind the address's @."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the mail server is told, and the mail itself."""

    sender: str
    recipient: str
    utf8: bool
    """Whether an address needs SMTPUTF8 (RFC 6531)."""
    content: bytes


def parse_sender(mail_from: str) -> Sender:
    """Read `Ringback <ringback@northwind.example>`.

    Raises:
        AddressError: there is no usable address in it.

    """
    name, address = parseaddr(mail_from)
    return Sender(_name(name), wire_address(address))


def seal(mail: Mail, sender: Sender, date: datetime) -> Envelope:
    """Write `mail`, dated `date`, as bytes.

    Raises:
        AddressError: the reader's address cannot be one.

    """
    recipient = wire_address(mail.to_address)
    answered = wire_address(mail.reply_to[1]) if mail.reply_to else ""
    utf8 = not (recipient.isascii() and sender.address.isascii() and answered.isascii())
    message = EmailMessage(policy=_Wire(linesep="\r\n", utf8=utf8))
    message["From"] = _header(_name(mail.from_name) or sender.name, sender.address)
    message["To"] = _header(_name(mail.to_name), recipient)
    if mail.reply_to:
        message["Reply-To"] = _header(_name(mail.reply_to[0]), answered)
    message["Subject"] = plain(mail.content.subject, SUBJECT_LENGTH)
    message["Date"] = date
    message["Message-ID"] = plain(mail.mail_id, ADDRESS_LENGTH)
    if mail.references:
        earlier = [plain(each, ADDRESS_LENGTH) for each in mail.references[-REFERENCES:]]
        message["References"] = " ".join(earlier)
        message["In-Reply-To"] = earlier[-1]
    # RFC 3834, and what Exchange heeds: no out-of-office answer to an alert.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.content.text, cte="quoted-printable")
    message.add_alternative(mail.content.html, subtype="html", cte="quoted-printable")
    _enclose(message, mail)
    return Envelope(sender.address, recipient, utf8, message.as_bytes())


def _enclose(message: EmailMessage, mail: Mail) -> None:
    """Add what comes with the words.

    Outlook looks for an invitation in the first part only, among the alternatives, and Gmail there first;
    others want a file: it is in both places.
    """
    if mail.invite is not None:
        message.add_alternative(
            mail.invite.content.decode(),
            subtype="calendar",
            params={"method": plain(mail.invite.method, NAME_BYTES)},
            cte="base64",
        )
    for file in mail.attachments:
        kind, _, subtype = file.media_type.partition("/")
        name = plain(file.name, NAME_BYTES)
        message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=name)


def plain(text: str, length: int) -> str:
    """Give `text` as one line of at most `length` visible characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())[:length]
    seen = (
        " " if unicodedata.category(char) in _BREAKS else char
        for char in text
        if char == _JOINER or unicodedata.category(char) not in _UNSEEN
    )
    return " ".join("".join(seen).split())[:length]


def wire_address(address: str) -> str:
    """Give an address as servers want it: an international domain in its ASCII form.

    Quoted local parts and address literals, which no mailbox of today has, are refused.

    Raises:
        AddressError: it is none.

    """
    local, _, domain = address.strip().rpartition("@")
    try:
        wire = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        wire = ""
    if len(wire) > ADDRESS_LENGTH or not _ADDRESS.fullmatch(wire) or plain(wire, ADDRESS_LENGTH) != wire:
        msg = f"{address!r} is no mail address"
        raise AddressError(msg)
    return wire


def _name(text: str) -> str:
    return plain(text, NAME_BYTES).encode()[:NAME_BYTES].decode(errors="ignore").strip()


def _header(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)
