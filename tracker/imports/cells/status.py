"""How a deal ended, as status, stage or yes-or-no columns say it. PURE."""

from __future__ import annotations

import re

from tracker.imports.cells.fault import CellError
from tracker.imports.cells.text import parse_yes
from tracker.words import DealStatus, LossOutcome

_WON = re.compile(r"(?:^|[^a-z]|closed)won(?:$|[^a-z'\u2019])")
_LOST = re.compile(r"(?:^|[^a-z]|closed)lost(?:$|[^a-z])")
_OUTCOMES = {
    "chose competitor": LossOutcome.CHOSE_COMPETITOR,
    "chose a competitor": LossOutcome.CHOSE_COMPETITOR,
    "competitor": LossOutcome.CHOSE_COMPETITOR,
    "lost to competitor": LossOutcome.CHOSE_COMPETITOR,
    "decided nothing": LossOutcome.DECIDED_NOTHING,
    "no decision": LossOutcome.DECIDED_NOTHING,
    "nothing": LossOutcome.DECIDED_NOTHING,
    "postponed": LossOutcome.POSTPONED,
    "delayed": LossOutcome.POSTPONED,
    "later": LossOutcome.POSTPONED,
}


def parse_status(text: str) -> DealStatus:
    """Read a status or a stage: what says neither won nor lost is open.

    Raises:
        CellError: the CRM has deleted the deal.

    """
    word = text.casefold()
    if _LOST.search(word):
        return DealStatus.LOST
    if _WON.search(word):
        return DealStatus.WON
    if word == "deleted":
        msg = "says the CRM has deleted this deal, so it is left out"
        raise CellError(msg)
    return DealStatus.OPEN


def status_from_flags(won: str, lost: str, closed: str) -> DealStatus | None:
    """Read the yes-or-no columns; None when they do not settle it.

    Raises:
        CellError: one says neither yes nor no.

    """
    if parse_yes(won):
        return DealStatus.WON
    if parse_yes(lost):
        return DealStatus.LOST
    is_closed = parse_yes(closed)
    if is_closed:
        return DealStatus.LOST if parse_yes(won) is False else None
    return DealStatus.OPEN if is_closed is False else None


def parse_outcome(text: str) -> LossOutcome:
    """Read what the prospect did instead of buying.

    Raises:
        CellError: it is none of our three.

    """
    found = _OUTCOMES.get(text.casefold().replace("_", " "))
    if found is None:
        msg = "is no outcome: write chose_competitor, decided_nothing or postponed"
        raise CellError(msg)
    return found
