"""The sheet of the points of intent."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.rules.preview import Proposal
from tracker.models import TopicRule
from tracker.rules.points import points_with, sections
from tracker.rules.words import RuleName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from tracker.rules.numbers import Section, Value
    from tracker.rules.words import StoredRules


class PointsSheet:
    """What each reason for calling is worth."""

    name = RuleName.POINTS
    title = "Intent"
    lead = "What speaks for a call, in points. Together they are a visit’s intent, from 0 to 100."  # noqa: RUF001  (as it is printed)
    fixed: Mapping[str, str] = MappingProxyType({})

    def sections(self, session: Session, stored: StoredRules) -> Sequence[Section]:
        """Give the points in the order of the page; every topic that a rule names has its own."""
        topics = session.scalars(select(TopicRule.topic).distinct()).all()
        return sections(topics, stored.of(self.name))

    def problems(self, values: Mapping[str, Value]) -> Mapping[str, str]:
        """Each number stands for itself."""
        del values
        return {}

    def proposal(self, changes: Mapping[str, Value]) -> Proposal:
        """Give the table as it would be."""
        return Proposal(points=points_with(changes))

    def in_force(self, name: str) -> Value | None:
        """Nothing here is fixed."""
        del name
        return None
