"""Whether somebody may read this story: what is out of reach is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import Account, Prospect
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.web.me import Desk, Me


def in_reach(session: Session, desk: Desk, me: Me, kind: type[Prospect | Account], found_id: int) -> bool:
    """Whether there is such a person or company, and this user may see it."""
    scope = desk.scope(me, Verb.SEE, Thing.PROSPECT)
    allowed = scope.prospects() if kind is Prospect else scope.accounts()
    return session.scalar(select(kind.id).where(kind.id == found_id, allowed)) is not None
