"""Who was given to whom: the prospects that somebody was told of lately, theirs or a colleague's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alerts.models import Alert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select


GIVEN_FOR = timedelta(days=90)
"""For so long who stood in for a colleague may follow up what they were told of; then it is theirs alone."""


def given_by_alerts(users: ColumnElement[Any] | Select[Any], now: datetime) -> Select[int]:
    """Give the ids of the prospects whose alerts were for these users lately."""
    return select(Alert.prospect_id).where(Alert.user_id.in_(users), Alert.decided_at > now - GIVEN_FOR)
