"""The policy as it holds now: the defaults, what people changed, and what the environment fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.policy import Policy
from alerts.rules.numbers import fixed_by, policy_with
from tracker.rules.words import RuleName

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.installation import Installation


def policy_in_force(installation: Installation, session: Session | None = None) -> Policy:
    """Give the policy; what is stored is remembered for some seconds, else read with `session`."""
    stored = installation.rules.current(session).of(RuleName.POLICY)
    return policy_with(Policy.of(installation.settings), stored, fixed_by(installation.settings))
