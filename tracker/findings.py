"""What was learned of losses from those who said no, by interviews and post-mortems.

It stands beside what the CRM says, which it never overwrites: whoever reads both says which is which.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, insert, select

from tracker.among import among
from tracker.models import Finding
from tracker.models.interview import FINDING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.words import FindingKind, FindingSource, ReasonKind

_JOINERS = "\u200c\u200d"
"""Invisible, yet spelling needs them."""


class Learned(NamedTuple):
    """One thing that somebody said about a loss."""

    kind: FindingKind
    text: str = ""
    """As said; what is longer than a finding's column is cut."""
    reason_kind: ReasonKind | None = None
    """Of a reason."""


class Said(NamedTuple):
    """The same as it is on record."""

    deal_id: int
    prospect_id: int
    """Who said it."""
    kind: FindingKind
    text: str
    """One printable line."""
    reason_kind: ReasonKind | None
    source: FindingSource
    source_id: int
    """Of the interview or the post-mortem."""
    at: datetime


def learn(  # noqa: PLR0913, PLR0917  (who said what about which deal, in which talk, and when)
    session: Session,
    deal_id: int,
    prospect_id: int,
    source: FindingSource,
    source_id: int,
    findings: Iterable[Learned],
    now: datetime,
) -> None:
    """Put on record what one talk tells about a deal, in place of what the same talk told before.

    Without findings nothing is left of it. Blank ones are not kept, but a reason whose kind is known.
    """
    session.flush()
    session.execute(
        delete(Finding).where(
            Finding.source == source, Finding.source_id == source_id, Finding.deal_id == deal_id
        ),
        execution_options={"synchronize_session": False},
    )
    kept = dict.fromkeys(one._replace(text=_one_line(one.text)) for one in findings)
    rows = [
        {
            "deal_id": deal_id,
            "prospect_id": prospect_id,
            "source": source,
            "source_id": source_id,
            "at": now,
            **one._asdict(),
        }
        for one in kept
        if one.text or one.reason_kind is not None
    ]
    if rows:
        session.execute(insert(Finding), rows)


def findings_of(session: Session, deal_ids: Collection[int]) -> dict[int, tuple[Said, ...]]:
    """Give what was learned of each of these deals, the latest talk first; of most, nothing."""
    wanted = select(*(getattr(Finding, name) for name in Said._fields)).where(
        among(Finding.deal_id, deal_ids)
    )
    found: dict[int, list[Said]] = defaultdict(list)
    if deal_ids:
        for row in session.execute(wanted.order_by(Finding.at.desc(), Finding.id)):
            found[row.deal_id].append(Said._make(row))
    return {deal_id: tuple(said) for deal_id, said in found.items()}


def _one_line(text: str) -> str:
    seen = (one if one.isprintable() or one in _JOINERS else " " if one.isspace() else "" for one in text)
    return " ".join("".join(seen).split())[:FINDING].rstrip()
