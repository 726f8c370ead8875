"""Who was given to whom: the prospects that somebody was told of, be they theirs or a colleague's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alerts.models import Alert

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select


def given_by_alerts(users: ColumnElement[Any] | Select[Any]) -> Select[int]:
    """Give the ids of the prospects whose alerts are for these users."""
    return select(Alert.prospect_id).where(Alert.user_id.in_(users))
