"""Who of one's prospects is on the site now: people first, then whoever nothing shows to be one yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import case, func, select

from alerts.briefing.seen import LIVE_FOR, reading
from alerts.models import Alert
from alerts.plain import capital
from alerts.today.lead import Facts, Lead, lead
from tracker.ingest.history import PEOPLE
from tracker.models import Prospect, Visit
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from alerts.today.look import Look

HERE_FOR = LIVE_FOR
"""Without a sign of them for longer, a visit is not said to be going on: the same as in a mail."""
MOST_HERE = 20
"""People shown; after a mailing there may be hundreds, and nobody watches more. The others are counted."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is on the site. The moment is UTC."""

    lead: Lead
    visit_id: int
    since: datetime
    reads: str
    """E.g. `Pricing, 3 min; also docs`."""
    intent: int
    is_person: bool
    """Confirmed or engaged; else nothing shows yet that it is a person."""
    campaign: bool
    """They came by a link; else on their own."""


class Found(NamedTuple):
    """A visit that goes on, and the decision about it."""

    visit_id: int
    alert_id: int


class Presence(NamedTuple):
    """Who is there, and how many more than are shown."""

    found: tuple[Found, ...]
    more: int


def look_who(look: Look) -> Presence:
    """Find the visits that go on, the strongest first. One query, by the time of their last sign."""
    is_person = case((Visit.state.in_(PEOPLE), 0), else_=1)
    rows = look.session.execute(
        select(Visit.id, Alert.id, func.count().over())
        .join(Alert, Alert.visit_id == Visit.id)
        .join(Prospect, Prospect.id == Visit.prospect_id)
        .where(
            Visit.last_at > look.now - HERE_FOR,
            Visit.forgotten_at.is_(None),
            Visit.state.in_((*PEOPLE, State.UNCONFIRMED)),
            Visit.not_theirs.is_(False),
            look.scope.each(),
        )
        .order_by(is_person, Visit.intent.desc(), Visit.last_at.desc(), Visit.id)
        .limit(MOST_HERE)
    ).all()
    total = rows[0][2] if rows else 0
    return Presence(tuple(Found(visit, alert) for visit, alert, _ in rows), total - len(rows))


def present(facts: Facts, found: Iterable[Found]) -> tuple[Present, ...]:
    """Say who they are and what they read; a person who is there twice is shown once."""
    rows: dict[int, Present] = {}
    for visit_id, alert_id in found:
        if alert_id not in facts.alerts:  # erased in between
            continue
        visit = facts.look.session.get_one(Visit, visit_id)
        row = Present(
            lead=lead(facts, facts.alerts[alert_id]),
            visit_id=visit_id,
            since=visit.started_at,
            reads=capital(reading(facts.pages.get(visit_id, ()))),
            intent=visit.intent,
            is_person=visit.state in PEOPLE,
            campaign=visit.by_link,
        )
        rows.setdefault(visit.prospect_id, row)
    return tuple(rows.values())
