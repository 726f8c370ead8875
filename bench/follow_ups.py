"""How long everybody's follow-ups take, and a morning's mails with them, on a large installation.

    RINGBACK_DATA_DIR=… python -m bench.follow_ups

It writes into the database that it is given, so give it one of `ringback demo-data`. Everything is done
beforehand that a morning asks for: each prospect's next date, its rep's room for it, and each rep's mail,
written and put together, but not sent. The second line is a round in which nothing has changed, the third
one minute's share of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from alerts.compose import compose
from alerts.digest import plan_digests
from alerts.followups.agenda import plan_agendas, plan_lately
from alerts.mail import Mail
from alerts.models import FollowUp, Message
from tracker.models import Prospect, User, Visit
from tracker.settings import load_settings
from wsgi import prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.installation import Installation


def main() -> None:
    """Take the times, and print them."""
    installation = prepare(load_settings())
    database = installation.database
    with database.writing() as session:
        session.execute(delete(FollowUp).where(FollowUp.done_at.is_(None)))
    with database.reading() as session:
        people = session.scalar(select(func.count(Prospect.id)))
        latest = session.scalar(select(func.max(Visit.last_at))) or datetime.now(UTC)
    morning = datetime.combine((latest + timedelta(days=1)).date(), time(12), UTC)
    while morning.isoweekday() > 5:  # noqa: PLR2004  (to Friday)
        morning += timedelta(days=1)
    print(f"{people} prospects")  # noqa: T201  (a bench prints)
    timed("everybody's next dates", lambda: plan_agendas(database, morning))
    timed("nothing has changed", lambda: plan_agendas(database, morning))
    timed("one minute's share", lambda: plan_lately(database, morning + timedelta(minutes=1)))
    timed("the morning's mails", lambda: mails(installation, morning))


def timed(what: str, work: Callable[[], int]) -> None:
    """Do it, and print what it took."""
    begin, cpu = perf_counter(), process_time()
    number = work()
    print(  # noqa: T201
        f"{what:24} {perf_counter() - begin:6.1f} s ({process_time() - cpu:.1f} s of our processor), {number}"
    )


def mails(installation: Installation, now: datetime) -> int:
    """Write each rep's morning mail; gives how many there are."""
    with installation.database.writing() as session:
        hours = {"hours_start": 8 * 60, "hours_end": 20 * 60, "work_days": "1234567", "time_zone": "UTC"}
        for user in session.scalars(select(User)):
            for name, value in hours.items():
                setattr(user, name, value)
        session.flush()
        ids = plan_digests(session, installation.settings.mail_from, now)
        written = [
            compose(session, installation, session.get_one(Message, one), now, still_wanted=lambda *_: None)
            for one in ids
        ]
        session.rollback()  # nobody's hours are changed, and no mail waits
    return sum(isinstance(one, Mail) for one in written)


if __name__ == "__main__":
    main()
