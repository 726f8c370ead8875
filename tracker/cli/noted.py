"""Changes made at the command line, put on record in one line each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tracker.audit import COMMAND, What, note

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.words import Thing


def noted(session: Session, verb: str, thing: Thing, thing_id: int | None = None, **after: object) -> None:
    """Put on record what somebody at the command line did; `after` is what there is now, without secrets."""
    note(session, COMMAND, verb, What(thing, thing_id, after=after), datetime.now(UTC))
