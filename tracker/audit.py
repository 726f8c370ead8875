"""The audit log: who changed what, and when; written in the transaction of the change itself (S18)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.models import ActorKind, AuditEntry, User

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from tracker.words import Thing

TEXT_LENGTH = 200
"""Characters of a text in an entry that are kept: it says what was changed, it is no copy of it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a user, somebody at the command line, or Ringback by itself."""

    kind: ActorKind
    user_id: int | None = None


COMMAND = Actor(ActorKind.COMMAND)
SYSTEM = Actor(ActorKind.SYSTEM)


def by_user(user_id: int) -> Actor:
    """Name a user as who does it."""
    return Actor(ActorKind.USER, user_id)


@dataclass(frozen=True, slots=True)
class What:
    """What is changed: its kind, which of them (None: all, or none in particular), and how."""

    thing: Thing
    id: int | None = None
    before: Mapping[str, Any] | None = None
    """Small, without secrets; None: nothing was there."""
    after: Mapping[str, Any] | None = None


def note(session: Session, who: Actor, verb: str, what: What, now: datetime) -> None:
    """Put a change on record. It is kept or lost together with the change, in whose session this is."""
    session.add(
        AuditEntry(
            at=now,
            by=who.kind,
            user_id=who.user_id,
            verb=verb,
            thing=what.thing,
            thing_id=what.id,
            before=_small(what.before),
            after=_small(what.after),
        )
    )


def note_change(session: Session, who: Actor, verb: str, what: What, now: datetime) -> bool:
    """Put on record what differs between before and after, if anything; gives whether it did."""
    old, new = what.before or {}, what.after or {}
    changed = [name for name in new if old.get(name) != new[name]]
    if changed:
        before, after = ({name: side.get(name) for name in changed} for side in (old, new))
        note(session, who, verb, What(what.thing, what.id, before, after), now)
    return bool(changed)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as it is read."""

    entry: AuditEntry
    who: str
    """The user's name, `the command line` or `Ringback`."""


def entries(session: Session, limit: int, *conditions: ColumnElement[bool]) -> Sequence[Told]:
    """Give the latest entries of which this is true, newest first."""
    wanted = (
        select(AuditEntry, User.name)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .order_by(AuditEntry.id.desc())
    )
    rows = session.execute(wanted.where(*conditions).limit(limit))
    return [Told(entry, _named(entry, name)) for entry, name in rows]


def _named(entry: AuditEntry, name: str | None) -> str:
    if entry.by == ActorKind.USER:
        return name or "a user who is gone"
    return "the command line" if entry.by == ActorKind.COMMAND else "Ringback"


def _small(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: value[:TEXT_LENGTH] if isinstance(value, str) else value
        for name, value in (values or {}).items()
    }
