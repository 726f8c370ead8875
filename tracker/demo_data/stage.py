"""What has to be there before anybody comes: sites and campaigns; and who is on the site right now."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.campaigns import ensure_campaign
from tracker.demo_data.calendar import CAMPAIGNS, Mailing
from tracker.demo_data.reading import SITES, Manner
from tracker.models import Campaign, ConsentSource, DealStatus, Site
from tracker.signing import ALPHABET
from tracker.sites import KEY_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from sqlalchemy.orm import Session

    from tracker.demo_data.reading import Walk, Walks
    from tracker.demo_data.visits import Came, Visiting
    from tracker.demo_data.world import Somebody, World

PROSPECTS_A_VISITOR = 2_000
FEWEST_NOW, MOST_NOW = 4, 30
"""Who is there now, or was within the last half hour."""
NOW_AT_LEAST, NOW_AT_MOST = timedelta(seconds=60), timedelta(minutes=9)
"""How long their visits take: for the alert to be out, and to be none of before."""
GAP = timedelta(hours=1)
"""Who was seen within it does not begin a new visit."""


def build_sites(session: Session, random: Random, now: datetime) -> list[int]:
    """Add the sites; gives their ids in the order of `SITES`."""
    rows = [
        Site(
            key="".join(random.choices(ALPHABET, k=KEY_LENGTH)),
            name=site.name,
            origins=[site.origin],
            query_names=[],
            consent_source=ConsentSource.RECORDED if place == 0 else ConsentSource.API,
            seen_at=now,
        )
        for place, site in enumerate(SITES)
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def send_campaigns(session: Session, now: datetime) -> list[Mailing]:
    """Add the campaigns, oldest first; a label that is taken gets a number."""
    taken = set(session.scalars(select(Campaign.label)))
    mailings = []
    for label, days in CAMPAIGNS:
        free = next(one for one in _numbered(label) if one not in taken)
        sent_at = (now - timedelta(days=days)).replace(hour=8, minute=30, second=0, microsecond=0)
        row = ensure_campaign(session, free, f"{SITES[0].origin}/", sent_at)
        mailings.append(Mailing(row.id, sent_at))
    return mailings


def _numbered(label: str) -> Iterator[str]:
    yield label
    yield from (f"{label}-{number}" for number in count(2))


def on_call(world: World) -> set[int]:
    """Give the places of the people whose reps work around the clock."""
    reps = world.staff.on_call
    return {place for place, who in enumerate(world.people) if who.firm.keeper in reps}


def here_now(
    world: World, visiting: Visiting, walks: Walks, random: Random, quiet: set[int]
) -> Iterator[Came]:
    """Have some people be on the site now: half of them worth a call, whoever looks, and when."""
    wanted = min(MOST_NOW, max(FEWEST_NOW, len(world.people) // PROSPECTS_A_VISITOR))
    callable_ = [world.people[place] for place in sorted(quiet) if _is_lost(world.people[place])]
    chosen = _known(random, callable_, visiting, wanted // 2)
    chosen += _known(random, world.people, visiting, wanted - len(chosen), but=chosen)
    planned = []
    for number, who in enumerate(chosen):
        seconds = random.randint(4, 50) if number % 3 else random.randint(180, 1_500)
        planned.append((timedelta(seconds=seconds), who, _walk(walks, random, sure=number < wanted // 2)))
    for ended_ago, who, walk in sorted(planned, key=lambda one: one[0] + one[2].length, reverse=True):
        yield visiting.come_now(who, walk, ended_ago)


def _is_lost(who: Somebody) -> bool:
    return (
        not who.firm.not_lost
        and who.no_calls_since is None
        and all(known.deal.status is DealStatus.LOST and not known.deal.not_qualified for known in who.deals)
    )


def _known(
    random: Random, people: list[Somebody], visiting: Visiting, number: int, but: Sequence[Somebody] = ()
) -> list[Somebody]:
    """Pick people whose browser is known, and who are not there already; of different companies."""
    firms = {who.firm.id for who in but}
    chosen: list[Somebody] = []
    for who in random.sample(people, len(people)):
        if len(chosen) >= number:
            break
        seen = visiting.last_seen(who)
        if who.firm.id in firms or not visiting.known_browsers(who) or seen is None:
            continue
        if visiting.now - seen > GAP:
            firms.add(who.firm.id)
            chosen.append(who)
    return chosen


def _walk(walks: Walks, random: Random, *, sure: bool) -> Walk:
    """Make a walk of the last minutes."""
    manner = Manner.PERSON if sure else random.choice((Manner.PERSON, Manner.WANDERER, Manner.GLANCE))
    while True:
        walk = walks.make(manner, within=NOW_AT_MOST)
        if manner is Manner.GLANCE or NOW_AT_LEAST <= walk.length <= NOW_AT_MOST:
            return walk
