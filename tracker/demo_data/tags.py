"""Tags that made-up users put to made-up prospects, and segments that they keep."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from tracker.models import Listing, Segment, Tag, User
from tracker.words import Role

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from sqlalchemy.orm import Session

TAGS = {
    "met at the fair": 0.05,
    "reference": 0.02,
    "wants a workshop": 0.03,
    "ask again in autumn": 0.06,
    "newsletter": 0.2,
}
"""Each tag, and the share of prospects who have it."""
MOST = 4_000
"""Of one tag, however many prospects there are."""
SEGMENTS = {
    "Lost on price, half a year ago": {"reason": "price", "lost_from": "6", "lost_to": "18"},
    "Met at the fair": {"tag": "met at the fair"},
    "Willing to hear from us": {"willing": "yes"},
}


def fill_tags(session: Session, random: Random, now: datetime) -> None:
    """Put them to some of everybody who has none."""
    bare = Listing.prospect_id.not_in(select(Tag.prospect_id))
    ids = session.scalars(select(Listing.prospect_id).where(bare)).all()
    users = session.scalars(select(User.id).where(User.left_at.is_(None)).order_by(User.id)).all()
    rows = [
        {
            "prospect_id": number,
            "tag": tag,
            "user_id": random.choice(users),
            "at": now - timedelta(days=random.uniform(1, 300)),
        }
        for tag, share in TAGS.items()
        for number in random.sample(ids, min(round(len(ids) * share), MOST))
    ]
    if rows:
        session.execute(insert(Tag), rows)
    marketer = session.scalar(select(func.min(User.id)).where(User.role == Role.MARKETER))
    if marketer is not None:
        kept = set(session.scalars(select(Segment.name).where(Segment.user_id == marketer)))
        session.add_all(
            Segment(user_id=marketer, name=name, shared=True, filter=wanted, made_at=now)
            for name, wanted in SEGMENTS.items()
            if name not in kept
        )
