"""Whose contract with somebody else comes up soon, as a condition of a filter."""

from __future__ import annotations

from calendar import isleap
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from sqlalchemy import and_, or_

from tracker.models import Listing

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

    from tracker.segments.filter import Renews

FEBRUARY_28 = 228


def renewing(within: Renews, today: date) -> ColumnElement[bool]:
    """Give the condition on `Listing`: from today on, each year anew from the first time on."""
    last = today + relativedelta(months=int(within))
    begin, end = today.month * 100 + today.day, last.month * 100 + last.day
    if end == FEBRUARY_28 and not isleap(last.year):
        end += 1  # what renews on the 29th does so on this day
    day = Listing.renews
    over_new_year = begin > end
    in_time = (
        or_(day >= begin, and_(day <= end, day > 0)) if over_new_year else and_(day >= begin, day <= end)
    )
    return and_(in_time, Listing.renews_from <= last.toordinal())
