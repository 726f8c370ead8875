"""Who comes in by an interview's link: no name, no session, one interview."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from alerts.interview.addresses import Side, key_in
from alerts.interview.opened import hold_interview, open_interview
from tracker.ingest.limits import RateLimit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.interview.opened import Opened
    from tracker.installation import Installation

REQUESTS_A_MINUTE = 120
"""Looks at one interview, and as many saves, to one process: two who type all the time save less often."""

TOO_OFTEN = {
    False: "That was more than we can take in at once. What you saved is kept: wait a minute, then load this"
    " page again.",
    True: "That was more than we can take in at once, so the last part is not saved. Go back, wait a minute,"
    " and save again: what you typed is still there.",
}
"""What to do, by whether something was to be saved."""


class RefusedError(Exception):
    """Nobody comes in, or nothing is asked any more; what the one who tried is told."""

    def __init__(self, status: HTTPStatus, heading: str, advice: str) -> None:
        """Take the status, what is the matter, and what to do."""
        super().__init__(heading)
        self.status = status
        self.heading = heading
        self.advice = advice


class Gate:
    """Lets in who has a link that is good."""

    def __init__(self, installation: Installation) -> None:
        """Take what signs, and our name."""
        self._signer = installation.signer
        self._company = installation.settings.company
        # Scanners look, often: an answer has room of its own (S8).
        self._limits = {saves: RateLimit(REQUESTS_A_MINUTE) for saves in (False, True)}

    def enter(
        self,
        session: Session,
        side: Side,
        signed: str,
        now: datetime,
        *,
        saves: bool = False,
        hold: bool = False,
    ) -> Opened:
        """Give the interview that a link opens, to save an answer or to look; `hold` it before it is written.

        Raises:
            RefusedError: the link is none of ours, expired or taken back, which all look the same (S6); or
                there is nothing to ask any more, or there were too many requests.

        """
        # Also for a forged link the database is asked, so that nobody can tell by the time it takes.
        key = key_in(self._signer, side, signed, now)
        look = hold_interview if hold else open_interview
        opened = look(session, key, self._company, now)
        if opened is None:
            raise nothing_here()
        if opened.is_settled:
            raise RefusedError(
                HTTPStatus.GONE,
                "This interview is closed",
                "Things have moved on since we asked, so there is nothing left to answer. Thank you all the"
                " same.",
            )
        if not hold and not self._limits[saves].admits(opened.key):
            raise RefusedError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "One moment, please",
                TOO_OFTEN[saves],
            )
        return opened


def nothing_here() -> RefusedError:
    """Say the same of what never was, what is over, and what was taken back."""
    return RefusedError(
        HTTPStatus.NOT_FOUND,
        "This link opens nothing",
        "It may have been cut in two by a mail program, or its time is over. If there is something you would"
        " like to say, answer the mail that it came in.",
    )
