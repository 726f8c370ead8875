"""A mailbox in memory, fed by a real SMTP server on the loopback interface.

Whoever waits for a mail waits on the mailbox itself (`wait_for`), so that nobody polls.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from threading import Condition
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

from demo.ports import HOST, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from email.message import EmailMessage, MIMEPart

    from aiosmtpd.smtp import SMTP, Envelope, Session

MOST_MAILS = 2_000
"""Kept in memory; the oldest go first."""
START_WITHIN_S = 10


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as it was accepted."""

    number: int
    """Counts from 1 and is never used again."""
    at: datetime
    """When the server accepted it, UTC."""
    recipient: str
    sender: str
    """As the From line shows it."""
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


class Mailbox:
    """All mails of all recipients, in the order in which they came."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Start empty; `clock` gives the time in UTC."""
        self._clock = clock
        self._mails: list[Received] = []
        self._last = 0
        self._changed = Condition()

    def mails(self) -> list[Received]:
        """Give all mails, newest first."""
        with self._changed:
            return self._mails[::-1]

    def mail(self, number: int) -> Received | None:
        """Give one mail."""
        return next((mail for mail in self.mails() if mail.number == number), None)

    def accept(self, recipients: list[str], raw: bytes) -> None:
        """Keep a mail, once a recipient."""
        message = message_from_bytes(raw, policy=policy.default)
        with self._changed:
            for recipient in recipients:
                self._last += 1
                self._mails.append(_received(self._last, self._clock(), recipient, message))
            del self._mails[:-MOST_MAILS]
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[Received], bool], timeout_s: float) -> Received | None:
        """Wait for a mail that is wanted, also one that is there already; None when the time is up."""

        def found() -> Received | None:
            return next((mail for mail in self._mails if wanted(mail)), None)

        with self._changed:
            return self._changed.wait_for(found, timeout_s)


@contextmanager
def smtp_server(mailbox: Mailbox, port: int) -> Iterator[int]:
    """Serve SMTP for the mailbox, on a free port when `port` is 0; gives the port.

    Raises:
        OSError: the port is taken.

    """
    controller = Controller(
        _Handler(mailbox), hostname=HOST, port=port, server_hostname="mailbox", ready_timeout=START_WITHIN_S
    )
    if port == 0:
        # The controller greets itself once it has started, for which it must know the port.
        controller.port = port = free_port()
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


class _Handler:
    """What the SMTP server calls."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  (the server's name for it)
        """Keep the mail, then say so."""
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        self._mailbox.accept(envelope.rcpt_tos, raw)
        return "250 kept"


def _received(number: int, at: datetime, recipient: str, message: EmailMessage) -> Received:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Received(
        number=number,
        at=at,
        recipient=recipient,
        sender=str(message["From"] or ""),
        subject=str(message["Subject"] or ""),
        text=_words(text),
        html=_words(html),
        headers=tuple((name, str(value)) for name, value in message.items()),
    )


def _words(part: MIMEPart | None) -> str:
    return str(part.get_content()).replace("\r\n", "\n") if part else ""
