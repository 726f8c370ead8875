"""What is kept of a request until it is worked through: PURE.

Its claim is verified by then, its pages' addresses are cut to what may be stored, and its sender's address is
a keyed hash: neither a token nor a credential nor an address is ever written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  (the decoder reads it)

import msgspec

from tracker.ingest.claim import OwnMark  # noqa: TC001  (as above)
from tracker.ingest.hit import Hit  # noqa: TC001


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request whose token or credential (or both) is genuine."""

    at: datetime
    """When it came, UTC."""
    site: str
    """Its key."""
    hits: tuple[Hit, ...]
    origin: str
    """Of the page, as the browser named it."""
    user_agent: str = ""
    address_hash: str = ""
    signs: tuple[str, ...] = ()
    """What the request shows of who sent it, by the names of `tracker.ingest.signs`."""
    browser_key: str | None = None
    """Of the credential that the browser holds."""
    token_key: str | None = None
    """Of a genuine token that came with it."""
    consent_recorded: bool = False
    """The token says that consent is on record."""
    by_link: bool = False
    """A token came with it, of whatever worth: one that has expired, or was cut short on the way, too."""
    label: str = ""
    """Of the campaign, as the link says it."""
    new_key: str | None = None
    """Of the credential that the answer brings, for a browser that holds none."""
    own: OwnMark | None = None
    """In the place of a browser's key."""
    revoke: bool = False
    """The visitor withdrew their consent."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Arrival)


def write(arrival: Arrival) -> str:
    """Write an arrival as text, to be kept."""
    return _encoder.encode(arrival).decode()


def read(text: str) -> Arrival:
    """Read what `write` wrote; what a later release adds has a default, so that an update loses nothing.

    Raises:
        msgspec.DecodeError: it is something else.

    """
    return _decoder.decode(text)
