"""The mail with a sign-in link, and what it takes to send one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tracker.people.sign_in import LINK_AGE

if TYPE_CHECKING:
    from tracker.people.sign_in import Ticket

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class NotSentError(Exception):
    """A letter did not get through; the message is a sentence that says why."""

    def __init__(self, reason: str, *, again: bool) -> None:
        """Take the reason, and whether another try may help."""
        super().__init__(reason)
        self.again = again


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to a user that waits in no queue: nobody wants it ten minutes later."""

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str


class Post(Protocol):
    """A way to send letters."""

    def send(self, letter: Letter) -> None:
        """Have the mail server accept it.

        Raises:
            NotSentError: it did not.

        """


def sign_in_letter(ticket: Ticket, base_url: str) -> Letter:
    """Write the mail that carries a sign-in link."""
    values = {
        "name": ticket.user.name,
        "address": f"{base_url}/sign-in/{ticket.signed}",
        "minutes": round(LINK_AGE.total_seconds() / 60),
    }
    subject, text, html = (
        _TEMPLATES.get_template(f"sign_in/{part}").render(values)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Letter(ticket.user.name, ticket.user.email, subject.strip(), text, html)
