"""What is read of losses and calls, one row each. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from tracker.words import FindingKind


class Loss(NamedTuple):
    """One lost deal; blank stays blank."""

    deal_id: int
    day: date
    value_minor: int | None
    currency: str
    reason_kind: str
    reason: str
    competitor: str
    account_id: int | None
    user_id: int | None
    """Who owns the deal, else the company; None: nobody here."""
    prospect_id: int | None
    """The first of those in it."""
    returned: bool
    """One of those in it came back to the website after the day of the loss."""

    @property
    def company(self) -> tuple[str, int]:
        """Name the company; of somebody without one, the person."""
        if self.account_id is not None:
            return "company", self.account_id
        return ("person", self.prospect_id) if self.prospect_id is not None else ("deal", self.deal_id)


class Said(NamedTuple):
    """What was learned of a loss in a talk, beside the CRM."""

    deal_id: int
    prospect_id: int
    kind: FindingKind
    text: str
    reason_kind: str


class Calls(NamedTuple):
    """Calls that reps were told to make, of those that have all of this in common."""

    in_month: bool
    user_id: int | None
    reason_kind: str
    competitor: str
    told: int
    called: int
    reopened: int
