"""What nobody is called about: held, or waiting for the next digest; how much, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select

from alerts.digest import unsent
from alerts.models import Alert
from alerts.plain import plain
from alerts.policy import DIGEST_HOLDS, Hold
from alerts.today.lead import NAMELESS
from alerts.today.look import NAME_LENGTH, begin_of_day
from alerts.words import Decision
from tracker.models import Account, Prospect

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from alerts.today.look import Look

WAITS_FOR = timedelta(days=3)
"""Decided longer ago, nothing waits for a digest any more: a long weekend lies in between at most."""
MOST_WAITING = 50
"""Visits listed on the page of what is held or waits."""
SENTENCE_LENGTH = 240
NO_NEWS = (*DIGEST_HOLDS, Hold.MACHINE, Hold.INTERNAL)
"""Holds that are not counted as held: what the digest lists, and visits that no person made."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many visits of people wait for the digest, and how many were held today."""

    digest: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A visit that nobody is told of yet, and why."""

    prospect_id: int
    name: str
    company: str
    sentence: str
    at: datetime
    digest: bool
    """It is for the next digest; else it is held."""


def count_waiting(look: Look) -> Counts:
    """Count what nobody is called about. One query, over the last days."""
    row = look.session.execute(
        select(func.count().filter(unsent()), func.count().filter(_held_today(look))).where(_of_late(look))
    ).one()
    return Counts(*row)


def list_waiting(look: Look) -> tuple[Waiting, ...]:
    """List the latest of what is counted, newest first."""
    rows = look.session.execute(
        select(Alert, Prospect, Account.name, case((unsent(), 1), else_=0))
        .join(Prospect, Prospect.id == Alert.prospect_id)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(_of_late(look), _counted(look))
        .order_by(Alert.decided_at.desc(), Alert.id.desc())
        .limit(MOST_WAITING)
    )
    return tuple(
        Waiting(
            person.id,
            plain(person.name or person.email or "", NAME_LENGTH) or NAMELESS,
            plain(company or "", NAME_LENGTH),
            plain(alert.sentence, SENTENCE_LENGTH),
            alert.decided_at,
            bool(for_digest),
        )
        for alert, person, company, for_digest in rows
    )


def _of_late(look: Look) -> ColumnElement[bool]:
    since = min(begin_of_day(look), look.now - WAITS_FOR)
    kinds = Alert.decision.in_((Decision.DIGEST, Decision.HOLD))
    return and_(Alert.user_id.in_(look.scope.users()), kinds, Alert.decided_at > since)


def _held_today(look: Look) -> ColumnElement[bool]:
    """Say that nobody will be told of it, as it stands; what the digest lists is not held."""
    return and_(
        Alert.decision == Decision.HOLD,
        Alert.why.not_in(sorted(hold.value for hold in NO_NEWS)),
        Alert.decided_at >= begin_of_day(look),
    )


def _counted(look: Look) -> ColumnElement[bool]:
    """Say that it is one of those counted, in a way that no index is looked for: that of time is the one."""
    return case((or_(unsent(), _held_today(look)), 1), else_=0) == 1
