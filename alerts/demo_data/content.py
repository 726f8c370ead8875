"""A made-up library, what prospects want, and what they were sent of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, select

from alerts.models import ContentItem, ContentSent, ContentTopic
from alerts.words import ContentKind, SentBy
from tracker.demo_data.reading import SITES
from tracker.models import Goal, Listing, OwnerName, Prospect, Role, User
from tracker.words import GoalEnd, GoalKind

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from sqlalchemy.orm import Session

WANTING_SHARE, ENDED_SHARE = 0.12, 0.15
"""Of prospects: who has a goal or an interest; of those: which have come to their end."""
SENT_SHARE = 0.05
"""Of prospects who were sent something."""
MOST = 6_000
"""Goals, and sendings, however many prospects there are: reps note and send by hand."""
LATEST, EARLIEST = timedelta(hours=5), timedelta(days=300)
"""How long ago it was noted or sent."""
NORTHWIND, DOCS, HELP = (site.origin for site in SITES)
HELPFUL, PRODUCT = ContentKind.HELPFUL, ContentKind.PRODUCT


class _Made(NamedTuple):
    """An item to be."""

    title: str
    url: str
    kind: ContentKind
    topics: tuple[str, ...]


LIBRARY = (
    _Made("A roll-out in four weeks", f"{HELP}/help/roll-out", HELPFUL, ("onboarding", "support")),
    _Made("How to run a review that people like", "https://journal.example/reviews", HELPFUL, ("teamwork",)),
    _Made("Planning with half a team: a checklist", f"{NORTHWIND}/blog/half-a-team", HELPFUL, ("planning",)),
    _Made("What a good holiday rota looks like", "https://rota.example/holidays", HELPFUL, ("planning",)),
    _Made("Oakfield's story", f"{NORTHWIND}/customers/oakfield", HELPFUL, ("case study", "onboarding")),
    _Made("Three walks around Lisbon", "https://walks.example/lisbon", HELPFUL, ("travel",)),
    _Made("Single sign-on, step by step", f"{DOCS}/docs/single-sign-on", PRODUCT, ("docs", "security")),
    _Made("What is new this quarter", f"{NORTHWIND}/changelog", PRODUCT, ("changelog",)),
    _Made("Pricing for teams of ten", f"{NORTHWIND}/pricing", PRODUCT, ("pricing",)),
    _Made("Northwind and Acme compared", f"{NORTHWIND}/compare/acme", PRODUCT, ("comparison",)),
)
GOALS = (
    (GoalKind.GOAL, "Train new people in a week", "onboarding"),
    (GoalKind.GOAL, "Plan the summer without gaps", "planning"),
    (GoalKind.GOAL, "Pass the security audit in autumn", "security"),
    (GoalKind.GOAL, "Fewer tools for the same work", "integrations"),
    (GoalKind.INTEREST, "How other teams hold their reviews", "teamwork"),
    (GoalKind.INTEREST, "Walks wherever she travels", "travel"),
    (GoalKind.INTEREST, "Restores old radios", ""),
)


class _Whom(NamedTuple):
    """A prospect, and the user whose they are."""

    id: int
    user_id: int


def fill_content(session: Session, random: Random, now: datetime) -> None:
    """Put a library there, and let some people want something and be sent something, as of `now` (UTC)."""
    adder = session.scalar(select(User.id).where(User.role == Role.MARKETER).order_by(User.id).limit(1))
    items = _shelve(session, adder, now)
    people = _people(session)
    if not people or not items:
        return
    some = random.sample(people, min(MOST, round(len(people) * WANTING_SHARE)))
    wanting = list(dict.fromkeys((people[0], *some)))
    session.execute(
        insert(Goal), [_goal(random, whom, now, may_end=place > 0) for place, whom in enumerate(wanting)]
    )
    # Whose goals are known is sent something first.
    had = random.sample(people, min(MOST, round(len(people) * SENT_SHARE) or 1)) + wanting[::7]
    sent = {(whom.id, random.choice(items)): whom for whom in had}
    session.execute(
        insert(ContentSent), [_sent(random, content_id, whom, now) for (_, content_id), whom in sent.items()]
    )


def _shelve(session: Session, adder: int | None, now: datetime) -> list[int]:
    known = dict(session.execute(select(ContentItem.url, ContentItem.id)).all())
    for place, made in enumerate(LIBRARY):
        if made.url in known:
            continue
        item = ContentItem(
            title=made.title,
            url=made.url,
            kind=made.kind,
            added_by=adder,
            added_at=now - EARLIEST + timedelta(days=20 * place),
        )
        session.add(item)
        session.flush()
        session.add_all(ContentTopic(content_id=item.id, topic=topic) for topic in made.topics)
        known[made.url] = item.id
    session.flush()
    return [known[made.url] for made in LIBRARY]


def _people(session: Session) -> list[_Whom]:
    rows = session.execute(
        select(Prospect.id, OwnerName.user_id)
        .join(Listing, Listing.prospect_id == Prospect.id)
        .join(OwnerName, OwnerName.id == Listing.owner_name_id)
        .where(OwnerName.user_id.is_not(None))
        .order_by(Prospect.id)
    )
    return [_Whom(number, user_id) for number, user_id in rows if user_id is not None]


def _goal(random: Random, whom: _Whom, now: datetime, *, may_end: bool) -> dict[str, Any]:
    kind, text, topic = random.choice(GOALS)
    at = _before(random, now)
    ends = may_end and random.random() < ENDED_SHARE
    return {
        "prospect_id": whom.id,
        "kind": kind,
        "text": text,
        "topic": topic,
        "user_id": whom.user_id,
        "at": at,
        "ended_at": at + (now - at) / 2 if ends else None,
        "ended_as": random.choice(list(GoalEnd)) if ends else None,
        "version": 2 if ends else 1,
    }


def _sent(random: Random, content_id: int, whom: _Whom, now: datetime) -> dict[str, Any]:
    return {
        "content_id": content_id,
        "prospect_id": whom.id,
        "user_id": whom.user_id,
        "how": random.choice((SentBy.MAIL, SentBy.MAIL, SentBy.NOTE)),
        "why": "",
        "at": _before(random, now),
        "undone_at": None,
    }


def _before(random: Random, now: datetime) -> datetime:
    return now - LATEST - (EARLIEST - LATEST) * random.random()
