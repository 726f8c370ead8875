"""What a change of rules would have meant for the last weeks: load, read anew what must be, replay twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alerts.rules.compared import Compared, compare
from alerts.rules.past import load_past, stand_ins
from alerts.rules.reading import read_by_points, read_by_reasons, read_by_topics
from alerts.rules.replay import Rules, replays

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.policy import Policy
    from tracker.imports.loss import ReasonLine
    from tracker.ingest.intent import Points
    from tracker.rules.hours import DefaultHours
    from tracker.topics import TopicLine


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules as they hold now."""

    points: Points
    policy: Policy
    topics: Sequence[TopicLine]
    reasons: Sequence[ReasonLine]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Other rules; None: as they are."""

    points: Points | None = None
    policy: Policy | None = None
    topics: Sequence[TopicLine] | None = None
    reasons: Sequence[ReasonLine] | None = None
    hours: DefaultHours | None = None
    """That everybody works."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would have been."""

    compared: Compared
    every: int
    """It was counted on every so many companies; 1: on all of them, and is no estimate."""


def preview(session: Session, in_force: InForce, proposal: Proposal, now: datetime) -> Preview:
    """Replay the last weeks by the rules in force and by others; changes nothing."""
    weigh = any(one is not None for one in (proposal.points, proposal.topics, proposal.reasons))
    before = Rules(in_force.points, in_force.policy)
    after = Rules(
        proposal.points or in_force.points, proposal.policy or in_force.policy, hours=proposal.hours
    )
    quiet = max(rules.policy.spoke_quiet for rules in (before, after))
    looked = load_past(session, now, weigh=weigh, spoke_quiet=quiet)
    records = looked.past.records
    if proposal.topics is not None:
        reads = read_by_topics(session, looked, now, (in_force.topics, proposal.topics), before.points)
    elif proposal.reasons is not None:
        reads = read_by_reasons(session, looked, now, (in_force.reasons, proposal.reasons), before.points)
    else:
        reads = read_by_points(session, looked, now, before, after)
    before, after = replace(before, read=reads[0]), replace(after, read=reads[1])
    was, becomes = replays(looked.past, (before, after), weigh=weigh)
    others = stand_ins(session, looked) if proposal.hours is not None else ()
    every = looked.past.every
    return Preview(compare(records, was, becomes, every, others), every)
