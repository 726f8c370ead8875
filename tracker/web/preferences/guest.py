"""Who comes by a signed link, and how often: nobody in particular, for an address whose hash it carries."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from tracker.ingest.limits import RateLimit, network_of
from tracker.preferences import open_address
from tracker.signing import SignatureError

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.signing import Signer

PER_LINK = 30
"""Looks in a minute at one address's page, and as many presses: nobody changes their mind so often."""
PER_NETWORK = 3_000
"""Requests in a minute from one network. Large: a mailbox provider sends everybody's one-click requests."""
WRONG_PER_NETWORK = 60
"""Of those, such as carry no link of ours: that is somebody who guesses."""


class RefusedError(Exception):
    """Nobody comes in."""

    def __init__(self, status: HTTPStatus = HTTPStatus.NOT_FOUND) -> None:
        """Take the status; the page says no more than that."""
        super().__init__(status)
        self.status = status


class Gate:
    """Opens links, and counts."""

    def __init__(self, signer: Signer) -> None:
        """Take what opens them."""
        self._signer = signer
        # Scanners only look, often: what they do leaves room for those who say what they want (S8, P7).
        self._links = {acts: RateLimit(PER_LINK) for acts in (False, True)}
        self._networks = {acts: RateLimit(PER_NETWORK) for acts in (False, True)}
        self._wrong = RateLimit(WRONG_PER_NETWORK)

    def open(self, signed: str, address: str, now: datetime, *, acts: bool = False) -> str:
        """Give the keyed hash of the mail address for which a link was written; `acts`: to change something.

        Raises:
            RefusedError: it is none of ours, or there were too many lately.

        """
        network = network_of(address)
        try:
            digest = open_address(self._signer, signed, now)
        except SignatureError as error:
            admitted = self._wrong.admits(network)
            raise RefusedError(HTTPStatus.NOT_FOUND if admitted else HTTPStatus.TOO_MANY_REQUESTS) from error
        # By what is inside, never by the text: several links are one address's (S2).
        if not (self._networks[acts].admits(network) and self._links[acts].admits(digest)):
            raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS)
        return digest
