"""What campaigns' links led to: visits by state with scanners kept apart, and the people behind them.

A visit is a campaign's when one of its links was opened in it. Our own people's visits are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Integer, and_, case, cast, func, select

from tracker.ingest.history import CONFIRMED, PEOPLE
from tracker.models import CampaignRecipient, State, Visit

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

LARGE = 500
"""Visits and recipients together: of fewer, a page's twenty campaigns are counted at once."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What one campaign's links led to."""

    machine: int = 0
    """Visits, as the next three."""
    unconfirmed: int = 0
    engaged: int = 0
    confirmed: int = 0
    """*strong* included."""
    people: int = 0
    """Whose link was opened, be it by a machine."""
    visitors: int = 0
    """People with a visit that a person made, and that nobody said was somebody else's."""
    sure: int = 0
    """People with a confirmed visit."""

    @property
    def visits(self) -> int:
        """Count them all."""
        return self.machine + self.unconfirmed + self.engaged + self.confirmed


@dataclass(frozen=True, slots=True)
class OnList:
    """Who was on the lists that were downloaded for a campaign."""

    people: int
    at: datetime
    """Of the last download, UTC."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a list of campaigns tells of each."""

    opened: Opened = Opened()
    on_list: OnList | None = None
    """None: no list was downloaded here."""

    @property
    def is_large(self) -> bool:
        """Whether counting them takes long enough to be remembered."""
        return self.opened.visits + (self.on_list.people if self.on_list else 0) >= LARGE


def figures(session: Session, campaigns: Collection[int]) -> dict[int, Figures]:
    """Give the figures of each of these campaigns, from two queries."""
    by_link, lists = opened(session, campaigns), on_lists(session, campaigns)
    return {one: Figures(by_link.get(one, Opened()), lists.get(one)) for one in campaigns}


def opened(session: Session, campaigns: Collection[int] | None = None) -> dict[int, Opened]:
    """Count by campaign, of these or all; who has no visit is left out. One query."""
    which = Visit.campaign_id.is_not(None) if campaigns is None else Visit.campaign_id.in_(campaigns)
    each = (
        select(
            Visit.campaign_id.label("campaign_id"),
            # In the words of no index: SQLite would walk the one of all people's visits for their order.
            func.coalesce(Visit.prospect_id, Visit.prospect_id).label("prospect_id"),
            _visits(Visit.state == State.MACHINE).label("machine"),
            _visits(Visit.state == State.UNCONFIRMED).label("unconfirmed"),
            _visits(Visit.state == State.ENGAGED).label("engaged"),
            _visits(Visit.state.in_(CONFIRMED)).label("confirmed"),
            _visits(and_(Visit.state.in_(PEOPLE), Visit.not_theirs.is_(False))).label("theirs"),
        )
        .where(which, Visit.state != State.INTERNAL)
        .group_by("campaign_id", "prospect_id")
        .subquery()
    ).c
    rows = session.execute(
        select(
            each.campaign_id,
            *(cast(func.sum(one), Integer) for one in (each.machine, each.unconfirmed)),
            *(cast(func.sum(one), Integer) for one in (each.engaged, each.confirmed)),
            func.count(),
            _visits(each.theirs > 0),
            _visits(each.confirmed > 0),
        ).group_by(each.campaign_id)
    )
    return {campaign_id: Opened(*counts) for campaign_id, *counts in rows}


def on_lists(session: Session, campaigns: Collection[int]) -> dict[int, OnList]:
    """Give who was on the lists of these campaigns; those whose list was never downloaded are left out."""
    at = func.max(CampaignRecipient.exported_at, type_=CampaignRecipient.exported_at.type)
    rows = session.execute(
        select(CampaignRecipient.campaign_id, func.count(), at)
        .where(CampaignRecipient.campaign_id.in_(campaigns))
        .group_by(CampaignRecipient.campaign_id)
    )
    return {campaign_id: OnList(people, last) for campaign_id, people, last in rows}


def _visits(those: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((those, 1)))
