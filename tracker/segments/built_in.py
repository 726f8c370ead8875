"""Segments that are there from the start, for everybody. PURE."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.segments.filter import Agreed, Filter, Mailable


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A filter that nobody keeps, changes or deletes."""

    name: str
    wanted: Filter


OFFERS = BuiltIn("Offers", Filter(offers=Agreed.YES, mail=Mailable.YES))
"""Who agreed to hear of offers, in an interview or on their preference page, and may be sent mailings."""
BUILT_IN = (OFFERS,)
