"""The mail that takes alerts back: whom not to call after all, and what was found. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.digest_message import namings
from alerts.mail import Content
from alerts.message import SUBJECT_LENGTH
from alerts.plain import capital, plain, shorten
from alerts.rendering import render

if TYPE_CHECKING:
    from alerts.briefing.facts import Who
    from alerts.doors import AlertLinks


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One alert that does not hold; every text is one printable line."""

    who: Who
    told: str
    """When its reader was told of it, in their zone, e.g. `today 09:42`."""
    in_digest: bool
    """It stood in a digest; else it was a mail of its own."""
    found: str
    """A sentence."""
    links: AlertLinks

    @property
    def heading(self) -> str:
        """Name them, with their company."""
        return f"{self.who.label}, {self.who.account}" if self.who.account else self.who.label

    @property
    def when(self) -> str:
        """Say which alert it is, behind a label that says so."""
        return f"{capital(self.told)}, in the digest." if self.in_digest else f"{capital(self.told)}."

    @property
    def alert(self) -> str:
        """Say which alert it is."""
        return f"In the digest of {self.told}." if self.in_digest else f"Alert of {self.told}."


def correction_content(taken_back: tuple[TakenBack, ...]) -> Content:
    """Write a reader's correction of at least one alert, one entry a person."""
    first = taken_back[0]
    buttons = (("Log the result", first.links.result), ("Why taken back", first.links.why))
    values = {"it": first, "all": taken_back, "buttons": buttons}
    return Content(
        subject=_subject(taken_back),
        text=render("correction/body.txt", **values),
        html=render("correction/body.html", **values),
    )


def _subject(taken_back: tuple[TakenBack, ...]) -> str:
    subject = ""
    for first in namings(taken_back[0].who):
        whole = render("correction/subject.txt", first=first, others=len(taken_back) - 1)
        subject = plain(whole, SUBJECT_LENGTH * 8)
        if len(subject) <= SUBJECT_LENGTH:
            break
    return shorten(subject, SUBJECT_LENGTH)
