"""Counts of what happened: visits by state, hits dropped by reason, campaigns with scanners kept apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import String, cast, func, select

from tracker.ingest.identity import FORWARDED
from tracker.models import Browser, Campaign, Drop, PageView, Prospect, State, Token, Visit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, ColumnExpressionArgument
    from sqlalchemy.orm import Session

    from tracker.models import Base


@dataclass(frozen=True, slots=True)
class Section:
    """Some counts that belong together; `rows` are what is counted, and how often."""

    title: str
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of several figures each, under the names of their columns; None where there is none to give.

    Figures with a point are shares, 0 to 1.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]
    note: str = ""
    """What the figures mean."""


@dataclass(frozen=True, slots=True)
class CampaignCounts:
    """What one campaign's links led to, in visits; `people` are those with a confirmed one."""

    label: str
    machine: int
    unconfirmed: int
    engaged: int
    confirmed: int
    people: int


def sections(session: Session) -> list[Section]:
    """Give the counts of the tracker's tables."""
    by_state = session.execute(select(Visit.state, func.count()).group_by(Visit.state)).all()
    visits = Counter(dict(by_state))
    # Those that never happened, too: whoever looks for a lost hit sees what there is to look for.
    drops = session.execute(select(Drop.reason, Drop.count).order_by(Drop.count.desc(), Drop.reason))
    return [
        Section("Visits by state", tuple((str(state), visits[state]) for state in State)),
        Section("Hits dropped by reason", tuple((reason, number) for reason, number in drops)),
        Section(
            "Rows",
            (
                ("prospects", _count(session, Prospect)),
                ("living tokens", _count(session, Token, Token.revoked_at.is_(None))),
                ("browsers", _count(session, Browser)),
                ("shared browsers", _count(session, Browser, Browser.shared)),
                ("visits possibly forwarded", _count(session, Visit, _is_odd(FORWARDED))),
                ("page views", _count(session, PageView)),
            ),
        ),
    ]


def campaigns(session: Session) -> list[CampaignCounts]:
    """Give each campaign's visits by state, newest campaign first; *strong* counts as confirmed."""
    counts: defaultdict[int | None, Counter[State]] = defaultdict(Counter)
    for campaign_id, state, number in session.execute(
        select(Visit.campaign_id, Visit.state, func.count())
        .where(Visit.campaign_id.is_not(None))
        .group_by(Visit.campaign_id, Visit.state)
    ):
        counts[campaign_id][state] = number
    confirmed = (State.CONFIRMED, State.STRONG)
    people = dict(
        session.execute(
            select(Visit.campaign_id, func.count(Visit.prospect_id.distinct()))
            .where(Visit.campaign_id.is_not(None), Visit.state.in_(confirmed))
            .group_by(Visit.campaign_id)
        ).all()
    )
    return [
        CampaignCounts(
            label=campaign.label,
            machine=counts[campaign.id][State.MACHINE],
            unconfirmed=counts[campaign.id][State.UNCONFIRMED],
            engaged=counts[campaign.id][State.ENGAGED],
            confirmed=sum(counts[campaign.id][state] for state in confirmed),
            people=people.get(campaign.id, 0),
        )
        for campaign in session.scalars(select(Campaign).order_by(Campaign.id.desc()))
    ]


def _is_odd(name: str) -> ColumnElement[bool]:
    """Say that a visit's identity is odd in this way; names hold nothing that JSON would write otherwise."""
    return cast(Visit.identity, String).contains(f'"{name}"')


def _count(session: Session, table: type[Base], *conditions: ColumnExpressionArgument[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0
