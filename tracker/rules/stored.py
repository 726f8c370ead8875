"""Reading and changing sets of rules: who changes one says which version they saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tracker.audit import What, note
from tracker.errors import PlainError
from tracker.models import RuleSet
from tracker.rules.words import StoredRules
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.audit import Actor
    from tracker.rules.words import RuleName


class StaleRulesError(PlainError):
    """Somebody else changed this set of rules meanwhile."""


def load_rules(session: Session) -> StoredRules:
    """Read what is stored of all sets: a handful of rows. What the session holds is not written for it."""
    rows = session.connection().execute(select(RuleSet.name, RuleSet.version, RuleSet.changes)).all()
    return StoredRules(
        {name: changes for name, _, changes in rows}, {name: version for name, version, _ in rows}
    )


def take_turn(session: Session, name: RuleName, seen: int | None = None) -> None:
    """Count a set's version up, which nobody else can before this transaction ends.

    Raises:
        StaleRulesError: it is not the version `seen` any more. None: whichever it is.

    """
    which = [RuleSet.name == name.value] + ([] if seen is None else [RuleSet.version == seen])
    counted = session.execute(
        update(RuleSet)
        .where(*which)
        .values(version=RuleSet.version + 1)
        .returning(RuleSet.version)
        .execution_options(synchronize_session=False)
    )
    if counted.first() is not None:
        return
    if not seen:
        try:
            with session.begin_nested():
                session.add(RuleSet(name=name.value, version=1, changes={}))
        except IntegrityError:
            if seen is None:
                take_turn(session, name)
                return
        else:
            return
    msg = "Somebody else changed these rules meanwhile"
    raise StaleRulesError(msg)


def change_rules(
    session: Session,
    name: RuleName,
    changes: Mapping[str, Any],
    who: Actor,
    now: datetime,
    seen: int | None = None,
) -> bool:
    """Store what differs from the defaults, and put on record what it replaces; gives whether anything does.

    Raises:
        StaleRulesError: the set is not of the version `seen` any more.

    """
    take_turn(session, name, seen)
    row = session.get_one(RuleSet, name.value, populate_existing=True)
    before, after = dict(row.changes), {key: _plain(value) for key, value in changes.items()}
    if before == after:
        session.expire(row)
        return False
    row.changes = after
    session.flush()
    differ = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    was, becomes = ({key: side.get(key, "default") for key in differ} for side in (before, after))
    note(session, who, f"change {name}", What(Thing.RULE, None, was, becomes), now)
    return True


def _plain(value: object) -> object:
    """Give a value as JSON has it."""
    return list(value) if isinstance(value, tuple) else value
