"""What a mail server's reply means for the mail (RFC 5321, 4.2). PURE."""

from __future__ import annotations

from enum import Enum, IntEnum

from alerts.channels.base import Misconfigured, PermanentFailure, TemporaryFailure
from alerts.channels.mime import plain

REASON_LENGTH = 300
"""Characters of a server's text that are kept."""


class Reply(IntEnum):
    """Codes that mean something of their own."""

    OK = 250
    LOGIN_WANTED = 530


class Step(Enum):
    """Where in the conversation a reply came, and what to look at when it is a no for good."""

    GREETING = "refuses to talk to this host"
    LOGIN = "refuses user name or password: check RINGBACK_SMTP_USER and RINGBACK_SMTP_PASSWORD"
    SENDER = "refuses the sender: check RINGBACK_MAIL_FROM"
    RECIPIENT = "refuses the reader's address"
    CONTENT = "refuses the mail"


_ACCEPTED = range(200, 300)
_REFUSED = range(500, 600)


def judge(step: Step, code: int, text: bytes) -> None:
    """Return if the reply is a yes.

    A relay's no to a reader it does not know us to write to is about our settings, not the reader.

    Raises:
        TemporaryFailure: 4xx, or no reply that means anything.
        PermanentFailure: 5xx about the reader or the mail.
        Misconfigured: 5xx about us.

    """
    if code in _ACCEPTED:
        return
    said = plain(f"{code} {text.decode(errors='replace')}", REASON_LENGTH)
    if code not in _REFUSED:
        msg = f"The mail server asks to try later: {said}"
        raise TemporaryFailure(msg)
    if code == Reply.LOGIN_WANTED:
        msg = f"The mail server wants a login or encryption first: {said}"
        raise Misconfigured(msg)
    if step is Step.RECIPIENT and b"relay" in text.lower():
        msg = f"The mail server does not send for this host: log in or have it allowed. It said: {said}"
        raise Misconfigured(msg)
    msg = f"The mail server {step.value}. It said: {said}"
    raise (PermanentFailure if step in {Step.RECIPIENT, Step.CONTENT} else Misconfigured)(msg)
