"""The two links of an interview, the prospect's own and the interviewer's: each opens that interview only."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tracker.signing import Purpose, SignatureError, Signer

if TYPE_CHECKING:
    from tracker.models import Interview

USUAL_DAYS, MOST_DAYS = 60, 120
"""For how long a link is good unless said otherwise, and at most."""
SIGNED_FOR = timedelta(days=MOST_DAYS + 1)
"""No link is good for longer, whatever its row says."""


class Side(StrEnum):
    """Who answers; the value is where their pages live."""

    PROSPECT = "interview"
    INTERVIEWER = "interviewer"
    """Somebody who asks on a call, and keys what they hear."""

    @property
    def purpose(self) -> Purpose:
        """What their link is signed for: neither side's opens the other's pages."""
        return Purpose.INTERVIEW if self is Side.PROSPECT else Purpose.INTERVIEWER


def link_to(signer: Signer, base_url: str, side: Side, interview: Interview) -> str:
    """Write the link; the same interview's is always the same."""
    return f"{base_url}/{side}/{signer.sign(side.purpose, interview.key, interview.made_at)}"


def key_in(signer: Signer, side: Side, signed: str, now: datetime) -> str:
    """Read which interview a link opens; empty for what is none, which is no interview's key."""
    try:
        return signer.verify(side.purpose, signed, now, SIGNED_FOR).value
    except SignatureError:
        return ""
