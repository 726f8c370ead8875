"""The sheet of the alert policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.policy import Policy
from alerts.rules.numbers import FIXED_BY, SECTIONS, fixed_by, policy_with, problems_of
from alerts.rules.preview import Proposal
from tracker.rules.words import RuleName
from tracker.settings import PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from tracker.installation import Installation
    from tracker.rules.numbers import Section, Value
    from tracker.rules.words import StoredRules


class PolicySheet:
    """When a rep is called to the phone, when it can wait, and when nobody is told."""

    name = RuleName.POLICY
    title = "Alerts"
    lead = "When a rep is told to call now, and what waits for the digest."

    def __init__(self, installation: Installation) -> None:
        """Take the installation, whose environment may fix some numbers."""
        self._settings = installation.settings
        self.fixed: Mapping[str, str] = {
            name: PREFIX + FIXED_BY[name].upper() for name in fixed_by(self._settings)
        }

    def sections(self, session: Session, stored: StoredRules) -> Sequence[Section]:
        """Give the numbers in the order of the page."""
        del session, stored
        return SECTIONS

    def problems(self, values: Mapping[str, Value]) -> Mapping[str, str]:
        """Say what is wrong with the tiers beside each other."""
        return {name: f"{said}." for name, said in problems_of(values).items()}

    def proposal(self, changes: Mapping[str, Value]) -> Proposal:
        """Give the policy as it would be."""
        return Proposal(policy=policy_with(Policy.of(self._settings), changes, self.fixed))

    def in_force(self, name: str) -> Value | None:
        """Give what the environment fixes."""
        setting = FIXED_BY.get(name)
        return round(getattr(self._settings, setting)) if setting else None
