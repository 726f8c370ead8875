"""How long visits, and the evidence of who was there, are kept: what an admin may say, and its ends. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tracker.rules.numbers import Number, Value, changes_of, values_of, whole
from tracker.rules.words import RuleName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.rules.words import StoredRules

EVIDENCE_KEPT = timedelta(days=30)
"""For so long after its last sign at most a visit's state can be derived anew: by user agent, address,
headers.
"""
VISITS_KEPT = timedelta(days=395)
"""A visit's last sign may be so long ago at most: 13 months, as in the visitor's browser (P6, P10)."""
VISITS_KEPT_AT_LEAST = timedelta(days=30)
"""What earlier visits add to interest, and previews of rules, look back so far: evidence may be forgotten
earlier, of which neither needs anything. Never less than evidence is kept: a visit goes as a whole only after
it was forgotten by what it was judged. What those before added is missing from previews once they are gone.
"""
VISITS = Number(
    "visits_days",
    "Visits, in days",
    VISITS_KEPT.days,
    VISITS_KEPT_AT_LEAST.days,
    VISITS_KEPT.days,
    "days",
    ", which is 13 months.",
)
EVIDENCE = Number(
    "evidence_days",
    "Evidence, in days",
    EVIDENCE_KEPT.days,
    1,
    EVIDENCE_KEPT.days,
    "days",
    ": user agent, hash of the address, headers.",
)
RULES = (VISITS, EVIDENCE)


@dataclass(frozen=True, slots=True)
class KeptFor:
    """How long after a visit's last sign."""

    visits: timedelta = VISITS_KEPT
    """Until it is deleted, with all that is about it alone."""
    evidence: timedelta = EVIDENCE_KEPT
    """Until user agent, address hash and header signs are blanked."""

    @property
    def values(self) -> dict[str, Value]:
        """Give both in days, by the names under which they are stored."""
        return {VISITS.name: self.visits.days, EVIDENCE.name: self.evidence.days}

    @property
    def changes(self) -> dict[str, Value]:
        """Give what differs from the defaults."""
        return changes_of(RULES, self.values)


def kept_of(stored: StoredRules) -> KeptFor:
    """Give them as they are stored."""
    return kept_with(stored.of(RuleName.RETENTION))


def kept_with(changes: Mapping[str, object]) -> KeptFor:
    """Give them with some changes; what is beyond its ends is left out."""
    values = values_of(RULES, changes)
    visits, evidence = (timedelta(days=whole(values[rule.name])) for rule in RULES)
    return KeptFor(visits, evidence)
