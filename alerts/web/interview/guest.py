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
"""Of one interview, to one process: two people who type all the time are saved less often."""


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
        self._limit = RateLimit(REQUESTS_A_MINUTE)

    def enter(
        self, session: Session, side: Side, signed: str, now: datetime, *, hold: bool = False
    ) -> Opened:
        """Give the interview that a link opens; `hold` it before it is written.

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
        if not hold and not self._limit.admits(opened.key):
            raise RefusedError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "One moment, please",
                "That was more than we can take in at once, so the last part is not saved. Go back, wait a"
                " minute, and save again: what you typed is still there.",
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
