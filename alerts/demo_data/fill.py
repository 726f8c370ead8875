"""Fills a database with made-up people, their visits, and what came of them, portion by portion."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alerts.demo_data.content import fill_content
from alerts.demo_data.desk import Desk
from alerts.demo_data.interviews import fill_interviews
from alerts.demo_data.post import Post
from alerts.demo_data.reports import Reports
from alerts.demo_data.reviews import fill_reviews
from alerts.demo_data.talks import fill_talks
from alerts.demo_data.telling import ORDER as ALERTS
from alerts.demo_data.telling import Telling
from alerts.followups.agenda import plan_agendas
from alerts.mail import mail_domain
from alerts.rules.in_force import policy_in_force
from tracker.cli.common import portions
from tracker.demo_data.calendar import Calendar
from tracker.demo_data.founding import Founding
from tracker.demo_data.reading import Walks
from tracker.demo_data.rows import ORDER as VISITS
from tracker.demo_data.rows import shelve
from tracker.demo_data.shelf import Numbers, Shelf, analyze, make_room
from tracker.demo_data.stage import build_sites, here_now, on_call, send_campaigns
from tracker.demo_data.tags import fill_tags
from tracker.demo_data.visits import Visiting
from tracker.demo_data.world import SPAN
from tracker.demo_data.writer import write_beside, write_here
from tracker.errors import PlainError
from tracker.listing import relist
from tracker.models import Account, Prospect, Team, User
from tracker.months import make_months
from tracker.rules.points import points_of
from tracker.rules.stored import load_rules
from tracker.seeding import seed_defaults
from tracker.topics import load_topics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.demo_data.calendar import Mailing
    from tracker.demo_data.visits import Came
    from tracker.demo_data.world import World
    from tracker.demo_data.writer import Write
    from tracker.installation import Installation

VISITS_A_PROSPECT = 10
PORTION = 10_000
"""Visits in one transaction: a second's work."""
MANY = 5_000
"""Prospects from which on rows are written beside."""
ORDER = (*VISITS, *ALERTS)
FEWEST_WALKS, MOST_WALKS = 150, 4_000
"""Of each manner, by how many prospects there are."""


class NotEmptyError(PlainError):
    """The database holds people already."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What there is now."""

    prospects: int
    visits: int
    pages: int
    admin_email: str


def fill(
    installation: Installation,
    prospects: int,
    now: datetime,
    *,
    seed: int,
    anyway: bool = False,
    told: Callable[[int], None] = lambda _visits: None,
) -> Filled:
    """Fill a database with so many prospects and all that belongs to them, as of `now` (aware, UTC).

    The same `seed` and `now` give the same data in an empty database. `told` hears of every portion how many
    visits it had. Nobody else may write meanwhile.

    Raises:
        NotEmptyError: there are prospects, and nobody said that they may be added to.

    """
    database = installation.database
    with database.reading() as session:
        there = session.scalar(select(func.count(Prospect.id))) or 0
    if there and not anyway:
        msg = (
            f"This database has {there} prospects already, and made-up ones would stand among them. Use an"
            " empty one (another RINGBACK_DATA_DIR or RINGBACK_DATABASE_URL), or say --anyway"
        )
        raise NotEmptyError(msg)
    seed_defaults(database)
    make_months(database, now, now - SPAN)
    random = Random(f"{seed} after {there}")  # noqa: S311  (made-up data, no secret)
    with database.writing() as session:
        make_room(session)
        filling = _Filling.prepare(session, installation, random, prospects, now)
    with _writer(installation, prospects) as write:
        for came in filling.visits(prospects * VISITS_A_PROSPECT):
            filling.add(came)
            if filling.number % PORTION == 0:
                write(filling.shelf.take())
                told(PORTION)
        write(filling.shelf.take())
    told(filling.number % PORTION)
    analyze(database)
    for ids in portions([who.id for who in filling.world.people]):
        with database.writing() as session:
            make_room(session)
            relist(session, ids, filling.visiting.points, installation.signer)
    with database.writing() as session:
        make_room(session)
        fill_interviews(session, random, installation.settings.company, now)
        fill_content(session, random, now)
        fill_tags(session, random, now)
        fill_talks(session, random, installation.settings.mail_from, now)
        fill_reviews(session, random, now)
    analyze(database)
    plan_agendas(database, now)
    return Filled(prospects, filling.number, filling.pages, filling.world.staff.admin_email)


@contextmanager
def _writer(installation: Installation, prospects: int) -> Iterator[Write]:
    """Give what writes a portion; of few prospects it is done before another process has begun."""
    if prospects < MANY:
        yield write_here(installation.database, ORDER)
        return
    with write_beside(installation.settings.database, ORDER) as write:
        yield write


@dataclass(slots=True)
class _Filling:
    """The flow, from one end to the other."""

    random: Random
    world: World
    mailings: list[Mailing]
    walks: Walks
    visiting: Visiting
    telling: Telling
    numbers: Numbers
    shelf: Shelf
    now: datetime
    number: int = 0
    pages: int = 0

    @classmethod
    def prepare(
        cls, session: Session, installation: Installation, random: Random, prospects: int, now: datetime
    ) -> _Filling:
        """Write who there is, and lay out what is needed for their visits."""
        numbers, taken = Numbers(session), set(session.scalars(select(Account.name_key)))
        sites, mailings = build_sites(session, random, now), send_campaigns(session, now)
        topics = load_topics(session)
        walks = Walks(random, lambda site, url: topics(sites[site], url))
        walks.keep(min(MOST_WALKS, FEWEST_WALKS + prospects // 10))
        world = Founding(session, random, installation.signer, numbers, now).found(prospects, taken)
        visiting = Visiting(
            random,
            walks,
            sites,
            mailings,
            numbers.of("visits"),
            numbers.of("browsers"),
            points_of(load_rules(session)),
            now,
        )
        shelf = Shelf()
        users = {user.id: user for user in session.scalars(select(User))}
        managers = dict(session.execute(select(Team.id, Team.manager_id)).all())
        domain = mail_domain(installation.settings.mail_from)
        desk = Desk(policy_in_force(installation, session), users, managers)
        post = Post(random, numbers, shelf, domain, now - SPAN, now)
        reports = Reports(random, numbers, shelf, installation.signer, now)
        telling = Telling(random, numbers, shelf, visiting, desk, post, reports, now)
        return cls(random, world, mailings, walks, visiting, telling, numbers, shelf, now)

    def visits(self, number: int) -> Iterator[Came]:
        """Let people come, in the order of time; the last ones are there now."""
        quiet = on_call(self.world)
        calendar = Calendar(self.now, SPAN, self.mailings)
        for moment in calendar.plan(self.random, self.world.people, number, quiet):
            yield self.visiting.come(self.world.people[moment.who], moment.at)
        yield from here_now(self.world, self.visiting, self.walks, self.random, quiet)

    def add(self, came: Came) -> None:
        """Tell of a visit, and put it on the shelf."""
        self.telling.of(came)
        shelve(came, self.shelf, self.numbers.of("page_views"), self.random)
        self.number += 1
        self.pages += came.visit.pages
