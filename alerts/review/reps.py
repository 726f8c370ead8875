"""Whether rates are shown by rep: off, until somebody who may change rules switches it on. PURE.

They are figures about people at work. In many places the law, or an agreement with those who work there,
says whether they may be drawn up at all; and with few cases each they tell luck from skill badly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.rules.words import RuleName

if TYPE_CHECKING:
    from tracker.rules.words import StoredRules

BY_REP = "by_rep"


def shows_reps(stored: StoredRules) -> bool:
    """Tell whether the review has a table by rep."""
    return stored.of(RuleName.REVIEW).get(BY_REP) is True


def changes(*, by_rep: bool) -> dict[str, bool]:
    """Give what is stored: only what differs from the default."""
    return {BY_REP: True} if by_rep else {}
