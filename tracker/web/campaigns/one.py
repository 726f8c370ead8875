"""One campaign, as every page of the room finds it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from flask import abort

from tracker.campaign_figures import Figures, figures
from tracker.models import Campaign
from tracker.remembered import Remembered
from tracker.web.rooms import ANY_ID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from tracker.db import Database

ONE = f"/campaigns/<{ANY_ID}:campaign_id>"
Known: TypeAlias = Remembered[int, Figures]
"""The figures of campaigns, as the room remembers them."""


def remember(database: Database) -> Known:
    """Remember the figures of campaigns."""

    def count(campaigns: Collection[int]) -> Mapping[int, Figures]:
        with database.reading() as session:
            return figures(session, campaigns)

    return Remembered(count, lambda one: one.is_large)


def campaign_there(session: Session, campaign_id: int) -> Campaign:
    """Give a campaign; everybody may see all of them. Ends the request where it is not there."""
    return session.get(Campaign, campaign_id) or abort(HTTPStatus.NOT_FOUND)
