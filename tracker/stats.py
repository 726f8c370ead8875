"""Counts of what happened: visits by state, hits dropped by reason, campaigns with scanners kept apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import String, cast, func, select

from tracker.campaign_figures import Opened, opened
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
    counted = opened(session)
    return [
        CampaignCounts(
            campaign.label, found.machine, found.unconfirmed, found.engaged, found.confirmed, found.sure
        )
        for campaign in session.scalars(select(Campaign).order_by(Campaign.id.desc()))
        for found in (counted.get(campaign.id, Opened()),)
    ]


def _is_odd(name: str) -> ColumnElement[bool]:
    """Say that a visit's identity is odd in this way; names hold nothing that JSON would write otherwise."""
    return cast(Visit.identity, String).contains(f'"{name}"')


def _count(session: Session, table: type[Base], *conditions: ColumnExpressionArgument[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0
