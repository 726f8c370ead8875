"""The words around a link in a personal mail or a note. PURE.

They say nothing of visits or of how the link knows its reader, promise nothing and offer no lower price.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from alerts.content.suggest import Fit
from alerts.plain import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLE = 200
MAILTO_LENGTH = 1_900
"""Characters of an address that every mail program takes (Windows hands on 2,048)."""
_OPENERS: Mapping[Fit | None, str] = {
    Fit.GOAL: "I remembered what you want to get done, and thought that this could help:",
    Fit.INTEREST: "I came across this and thought of you:",
    Fit.ANSWERS: "We have not forgotten what spoke against us then. This is about just that:",
    Fit.FOLLOWS: "This goes on from what I sent you before:",
    None: "I thought that this could be of use to you:",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A personal mail to be looked over, and sent from the rep's own mailbox."""

    subject: str
    body: str

    def mailto(self, email: str) -> str:
        """Write the address that opens it in a mail program; empty where it is too long for one."""
        subject, body = (quote(one.replace("\n", "\r\n"), safe="") for one in (self.subject, self.body))
        address = f"mailto:{quote(email, safe='@')}?subject={subject}&body={body}"
        return address if len(address) <= MAILTO_LENGTH else ""


def draft(title: str, link: str, fit: Fit | None, first_name: str, sender: str) -> Draft:
    """Write the mail; `fit` says why it is sent, None: for no reason that is known."""
    title = plain(title, TITLE)
    greeting = f"Hi {first_name}," if first_name else "Hello,"
    body = f"{greeting}\n\n{_OPENERS[fit]}\n\n{title}\n{link}\n\nHow are things going?\n\n{sender}"
    return Draft(title, body)
