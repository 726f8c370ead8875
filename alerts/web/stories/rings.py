"""Whether the next visit to a company's account rings, whom, and what keeps it silent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from alerts.briefing.moments import UTC_ZONE, zone_named
from alerts.models import Outcome
from alerts.reading import reports
from alerts.recent import RecentCalls
from alerts.routing import route
from alerts.rules.in_force import policy_in_force
from alerts.silence import ASKING, cooldown_of, receiver_line, silence_of, standing_lines
from tracker.among import among
from tracker.left_alone import left_alone
from tracker.models import Team, User

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from sqlalchemy.orm import Session

    from alerts.company import Company
    from alerts.happened import Report
    from alerts.policy import Policy
    from alerts.silence import Silence
    from alerts.why.line import Line
    from tracker.installation import Installation


@dataclass(frozen=True, slots=True)
class Rings:
    """Who gets the calls, and why it may be silent just now."""

    receiver: str
    lines: tuple[Line, ...]


def rings(session: Session, installation: Installation, of: Company, now: datetime) -> Rings:
    """Say it of a company, by the same rules that decide it."""
    policy = policy_in_force(installation, session)
    staff = session.execute(select(User, Team.manager_id).outerjoin(Team, Team.id == User.team_id)).all()
    users = {user.id: user for user, _ in staff}
    managers = {user.team_id: manager for user, manager in staff if user.team_id is not None}
    found = route(of.owner_ids, users, managers, now)
    recent = RecentCalls.load(
        session, now - policy.account_cooldown, accounts=[of.account_id], prospects=(), users=()
    )
    zone = (zone_named(found.user.time_zone) if found.user else None) or UTC_ZONE
    return Rings(
        receiver_line(found, [users[one] for one in of.owner_ids if one in users]),
        standing_lines(
            of.statuses,
            cooldown_of(recent.calls.values(), policy.account_cooldown, now),
            _silences(session, of, policy, now, zone),
            of.name_of,
            left_alone(session, [one.prospect_id for one in of.people]),
        ),
    )


def _silences(
    session: Session, of: Company, policy: Policy, now: datetime, zone: tzinfo
) -> Mapping[int, Silence]:
    people = [one.prospect_id for one in of.people]
    by_person: dict[int, list[Report]] = defaultdict(list)
    for one in reports(
        session,
        and_(among(Outcome.prospect_id, people), Outcome.kind.in_(ASKING), Outcome.undone_at.is_(None)),
    ):
        by_person[one.prospect_id].append(one)
    asked = {person: silence_of(them, now, zone, policy.spoke_quiet) for person, them in by_person.items()}
    return {person: one for person, one in asked.items() if one is not None}
