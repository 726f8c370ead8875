"""Who was given to whom: the prospects that somebody was told of lately, theirs or a colleague's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, union_all

from alerts.models import Alert, FollowUp
from alerts.recent import A_DAY_AHEAD

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select


GIVEN_FOR = timedelta(days=90)
"""For so long who stood in for a colleague may follow up what they were told of; then it is theirs alone."""


def given_by_alerts(users: ColumnElement[Any] | Select[Any], now: datetime) -> Select[int]:
    """Give the ids of the prospects whose alerts were for these users lately, or whom they turn to now.

    With all that is ever to be done lists would have to be gathered from thousands.
    """
    told = select(Alert.prospect_id).where(Alert.user_id.in_(users), Alert.decided_at > now - GIVEN_FOR)
    due = select(FollowUp.prospect_id).where(
        FollowUp.user_id.in_(users), FollowUp.done_at.is_(None), FollowUp.due_on <= (now + A_DAY_AHEAD).date()
    )
    both = union_all(told, due).subquery()
    return select(both.c.prospect_id)
