"""Who is here already, as far as the one who asks may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tracker.models import Prospect
from tracker.web.prospects.one import reaches

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.by_hand.people import TwinError
    from tracker.web.me import Desk, Me

ELSEWHERE = "They are not among your prospects: ask a manager who looks after them."


class Twin(NamedTuple):
    """Somebody who is here already."""

    problem: str
    """A sentence or two for beside the field."""
    by_address: bool
    id: int | None
    """None: out of reach."""
    name: str


def twin_of(session: Session, desk: Desk, me: Me, error: TwinError) -> Twin:
    """Say who it is where they are in reach, else only that there is somebody."""
    person = session.get(Prospect, error.prospect_id)
    if person is None or not reaches(session, desk, me, person.id):
        return Twin(f"{error}. {ELSEWHERE}", error.by_address, None, "")
    name = person.name or person.email or ""
    return Twin(f"{error}: {name}.", error.by_address, person.id, name)
