"""Each rep's follow-ups with their days: worked out from the rows again, whenever that is due.

Nothing is lost when it is not run for a while, and nothing doubles when two run at once: of each deal at most
one follow-up is to be done, and what is right already is not written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, true

from alerts.followups.cadence import next_follow_up
from alerts.followups.cases import Subject, read_subjects, unsubscribed
from alerts.followups.lately import lately
from alerts.followups.spread import MOST_A_DAY, Waiting, spread
from alerts.followups.working_days import calendar_of
from alerts.models import FollowUp
from alerts.routing import route
from alerts.words import FollowUpKind
from tracker.among import among
from tracker.models import Account, Listing, Prospect, Team, User
from tracker.models.listing import NO_VALUE
from tracker.setwise import insert_rows, update_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from tracker.db import Database

PLANNING = 0x666F6C6C6F77
"""The advisory lock of who works out follow-ups, on PostgreSQL: "follow" as a number."""
ANY = true()
HOUR, QUARTER = 60, 15
"""Minutes."""
FRESH = timedelta(minutes=3)
"""What happened is looked at in so many of these rounds: transactions end in no order."""
COMPANIES = 500
"""In one transaction, so that nobody who visits meanwhile waits long for the database."""


@dataclass(frozen=True, slots=True)
class WorkDays:
    """The ISO weekdays on which somebody works, as a calendar."""

    days: str

    def is_working_day(self, day: date) -> bool:
        """Tell whether they work on this day."""
        return str(day.isoweekday()) in self.days


class Staff(NamedTuple):
    """Who there is to do something, and whom nothing is done about, as of now."""

    users: Mapping[int, User]
    managers: Mapping[int, int | None]
    away: Collection[int]
    """Prospects who unsubscribed."""
    now: datetime

    def keeper(self, subject: Subject) -> User | None:
        """Give who is to do what is to be done about it."""
        return route(subject.owner_ids, self.users, self.managers, self.now).user

    def today(self, user: User | None) -> date:
        """Give the day it is for somebody; UTC's for nobody."""
        return day_for(user, self.now)


def day_for(user: User | None, moment: datetime) -> date:
    """Give the day that a moment falls on for somebody; UTC's for nobody."""
    return moment.astimezone(ZoneInfo(user.time_zone if user else "UTC")).date()


def plan_agendas(database: Database, now: datetime) -> int:
    """Bring everybody's follow-ups up to date; give how many of them changed."""
    with database.reading() as session:
        staff = staff_of(session, now)
    changed = sum(_plan_some(database, which, staff) for which in _companies(database))
    return changed + spread_all(database, staff, staff.users)


def plan_lately(database: Database, now: datetime) -> int:
    """Do this minute's share of that, and what just happened; give how many changed.

    A visit, a report or a new loss moves what follows within a minute; each company is looked at once an
    hour besides, and each rep's days every quarter of one: calendars and the clock move things, too.
    """
    with database.reading() as session:
        staff = staff_of(session, now)
        fresh = lately(session, now - FRESH)
    minute = int(now.timestamp() // 60)
    parts = [
        among(Prospect.account_id, sorted(fresh.companies)),
        among(Prospect.id, sorted(fresh.alone)),
        *_companies(database, Account.id % HOUR == minute % HOUR, Prospect.id % HOUR == minute % HOUR),
    ]
    changed = sum(_plan_some(database, which, staff) for which in parts)
    turn = {user_id for user_id in staff.users if user_id % QUARTER == minute % QUARTER}
    if changed:
        with database.reading() as session:
            turn |= crowded(session, staff)
    return changed + spread_all(database, staff, sorted(turn))


def crowded(session: Session, staff: Staff) -> set[int]:
    """Give who has more check-ins due than a day takes: what was planned just now has no day of its own."""
    latest = max(staff.today(user) for user in staff.users.values()) if staff.users else staff.now.date()
    many = (
        select(FollowUp.user_id)
        .where(
            FollowUp.done_at.is_(None),
            FollowUp.due_on <= latest,
            FollowUp.kind == FollowUpKind.CHECK_IN,
            FollowUp.agreed.is_(False),
        )
        .group_by(FollowUp.user_id)
        .having(func.count() > MOST_A_DAY)
    )
    return {user_id for user_id in session.scalars(many) if user_id is not None}


def spread_all(database: Database, staff: Staff, user_ids: Iterable[int]) -> int:
    """Give these reps' check-ins their days; give how many moved."""
    moved = 0
    for user_id in user_ids:
        with database.writing() as session:
            moved += spread_out(session, user_id, staff)
    return moved


def staff_of(session: Session, now: datetime, which: ColumnElement[bool] | None = None) -> Staff:
    """Read who works here, and who of everybody, or of these prospects, is to be left alone."""
    users = {user.id: user for user in session.scalars(select(User))}
    teams = session.execute(select(Team.id, Team.manager_id))
    managers = {team.id: team.manager_id for team in teams}
    return Staff(users, managers, unsubscribed(session, which), now)


def take_turn(session: Session) -> None:
    """Be the only one who plans, until the transaction ends; before any row of a follow-up is held.

    Two at once would both add what neither finds.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(PLANNING)))


def plan(session: Session, which: ColumnElement[bool], staff: Staff) -> int:
    """Bring the follow-ups of these prospects up to date, whole companies; give how many changed.

    A new one has the day of the cadence; `spread_out` sees whether its rep has room.
    """
    take_turn(session)
    subjects = read_subjects(session, which, staff.away, staff.now)
    wanted = {row["deal_id"]: row for subject in subjects if (row := _row(subject, staff))}
    prospects = select(Prospect.id).where(which)
    standing = select(FollowUp).where(FollowUp.done_at.is_(None), FollowUp.prospect_id.in_(prospects))
    gone: list[int] = []
    moved: list[dict[str, Any]] = []
    for old in session.scalars(standing):
        new = wanted.pop(old.deal_id, None)
        if new is None:
            gone.append(old.id)
        elif any(getattr(old, name) != value for name, value in new.items() if name != "due_on"):
            moved.append({"id": old.id, **new})
    session.execute(
        delete(FollowUp).where(among(FollowUp.id, gone)).execution_options(synchronize_session=False)
    )
    update_rows(session, FollowUp, moved)
    insert_rows(session, FollowUp, list(wanted.values()))
    return len(gone) + len(moved) + len(wanted)


def spread_out(session: Session, user_id: int, staff: Staff) -> int:
    """Give one rep's check-ins the days that there is room for; give how many moved."""
    take_turn(session)
    user = staff.users[user_id]
    today = staff.today(user)
    mine = (FollowUp.user_id == user_id, FollowUp.kind == FollowUpKind.CHECK_IN, FollowUp.agreed.is_(False))
    rows = session.execute(
        select(FollowUp.id, FollowUp.not_before, FollowUp.due_on, Listing.value, Prospect.country)
        .join(Prospect, Prospect.id == FollowUp.prospect_id)
        .join(Listing, Listing.prospect_id == FollowUp.prospect_id)
        .where(FollowUp.done_at.is_(None), *mine)
    ).all()
    waiting = [
        Waiting(number, on, max(value, NO_VALUE), calendar_of(country))
        for number, on, _, value, country in rows
    ]
    days = spread(waiting, today, WorkDays(user.work_days), _taken(session, user, today))
    moved = [
        {"id": number, "due_on": days[number]} for number, _, due_on, _, _ in rows if days[number] != due_on
    ]
    update_rows(session, FollowUp, moved)
    return len(moved)


def _taken(session: Session, user: User, today: date) -> dict[date, int]:
    """Count what they have done today: a place that was used is not given again."""
    midnight = datetime.combine(today, time(), ZoneInfo(user.time_zone)).astimezone(UTC)
    done = select(func.count()).where(
        FollowUp.done_by == user.id,
        FollowUp.kind == FollowUpKind.CHECK_IN,
        FollowUp.done_at >= midnight,
    )
    return {today: session.scalar(done) or 0}


def _plan_some(database: Database, which: ColumnElement[bool], staff: Staff) -> int:
    with database.writing() as session:
        return plan(session, which, staff)


def _row(subject: Subject, staff: Staff) -> dict[str, Any] | None:
    keeper = staff.keeper(subject)
    case = replace(
        subject.case, post_mortem_on=day_for(keeper, subject.agreed_for) if subject.agreed_for else None
    )
    found = next_follow_up(case, calendar_of(subject.country), staff.today(keeper))
    if found is None:
        return None
    return {
        "deal_id": subject.deal_id,
        "prospect_id": subject.prospect_id,
        "user_id": keeper.id if keeper else None,
        "kind": found.kind,
        "not_before": found.on,
        "due_on": found.on,
        "agreed": found.agreed,
    }


def _companies(
    database: Database, which: ColumnElement[bool] = ANY, who: ColumnElement[bool] = ANY
) -> Iterator[ColumnElement[bool]]:
    """Give everybody in parts: companies with their people, then people without one; or only these."""
    for ids in _parts(database, select(Account.id).where(which)):
        yield among(Prospect.account_id, ids)
    for ids in _parts(database, select(Prospect.id).where(Prospect.account_id.is_(None), who)):
        yield among(Prospect.id, ids)


def _parts(database: Database, query: Any) -> Iterator[Sequence[int]]:  # noqa: ANN401  (a query for ids)
    column, last = query.selected_columns[0], 0
    while True:
        with database.reading() as session:
            ids = session.scalars(query.where(column > last).order_by(column).limit(COMPANIES)).all()
        if not ids:
            return
        yield ids
        last = ids[-1]
