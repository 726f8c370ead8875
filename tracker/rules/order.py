"""Storing an edited list of topics or loss reasons: whole, in its order, and on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from tracker.audit import What, note
from tracker.imports.reasons import list_reason_lines, reason_kinds, sort_again
from tracker.models import ReasonRule, TopicRule
from tracker.rules.stored import take_turn
from tracker.rules.words import RuleName
from tracker.topics import topic_lines
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.audit import Actor
    from tracker.imports.loss import ReasonLine
    from tracker.topics import TopicLine


def store_topics(session: Session, lines: Sequence[TopicLine], who: Actor, now: datetime, seen: int) -> None:
    """Make these the rules of topics.

    Raises:
        tracker.rules.stored.StaleRulesError: they are not of the version `seen` any more.

    """
    take_turn(session, RuleName.TOPICS, seen)
    before = topic_lines(session)
    values = [{"site_id": one.site_id, "pattern": one.pattern, "topic": one.topic} for one in lines]
    _store(session, TopicRule, lines, values)
    _note(
        session,
        "topics",
        {one.said: one.topic for one in before},
        {one.said: one.topic for one in lines},
        who,
        now,
    )


def store_reasons(session: Session, lines: Sequence[ReasonLine], who: Actor, now: datetime, seen: int) -> int:
    """Make these the rules of loss reasons, and sort the deals again; gives how many are of another kind now.

    Raises:
        tracker.rules.stored.StaleRulesError: they are not of the version `seen` any more.

    """
    take_turn(session, RuleName.REASONS, seen)
    kinds, before = reason_kinds(session), list_reason_lines(session)
    _store(session, ReasonRule, lines, [{"phrase": one.phrase, "kind": one.kind} for one in lines])
    _note(
        session,
        "reasons",
        {one.phrase: str(one.kind) for one in before},
        {one.phrase: str(one.kind) for one in lines},
        who,
        now,
    )
    return sort_again(session, kinds)


def _store(
    session: Session,
    table: Any,  # noqa: ANN401  (one of two tables, which share these columns)
    lines: Sequence[TopicLine | ReasonLine],
    values: Sequence[Mapping[str, Any]],
) -> None:
    kept = {line.id for line in lines}
    session.execute(delete(table).where(table.id.not_in(kept)).execution_options(synchronize_session=False))
    session.expire_all()
    rows = {row.id: row for row in session.scalars(select(table))}
    for position, (line, fields) in enumerate(zip(lines, values, strict=True), start=1):
        row = rows.get(line.id)
        if row is None:
            session.add(table(position=position, **fields))
            continue
        for name, value in {"position": position, **fields}.items():
            setattr(row, name, value)
    session.flush()


def _note(
    session: Session,
    what: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    who: Actor,
    now: datetime,
) -> None:
    """Put on record which lines are other ones now; of a new order alone, which were moved."""
    changed = [key for key in before if after.get(key) != before[key]]
    added = [key for key in after if before.get(key) != after[key]]
    if changed or added:
        was, becomes = {key: before[key] for key in changed}, {key: after[key] for key in added}
    else:
        places = [list(before), list(after)]
        moved = [key for key, other in zip(*places, strict=True) if key != other]
        was, becomes = ({key: f"number {side.index(key) + 1}" for key in moved} for side in places)
    if was or becomes:
        note(session, who, f"change {what}", What(Thing.RULE, None, was, becomes), now)
