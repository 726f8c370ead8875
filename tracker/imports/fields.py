"""The fields that a file can fill, by the names that `--map` takes. PURE."""

from __future__ import annotations

import re
from enum import StrEnum

from tracker.imports.cells.text import shown


class Field(StrEnum):
    """What a column can mean to us."""

    DEAL_ID = "deal_id"
    TITLE = "title"
    ACCOUNT = "account"
    ACCOUNT_OWNER = "account_owner"
    OWNER = "owner"
    OWNER_EMAIL = "owner_email"
    STATUS = "status"
    """Status or stage."""
    IS_WON = "is_won"
    IS_CLOSED = "is_closed"
    IS_LOST = "is_lost"
    """Yes-or-no columns; they say more than a stage with a name of one's own."""
    VALUE = "value"
    CURRENCY = "currency"
    CLOSED_ON = "closed_on"
    LOST_ON = "lost_on"
    WON_ON = "won_on"
    OUTCOME = "outcome"
    REASON = "reason"
    COMPETITOR = "competitor"
    PRODUCT = "product"
    NOTES = "notes"
    RENEWAL_ON = "renewal_on"
    NOT_QUALIFIED = "not_qualified"
    CONTACT_ID = "contact_id"
    CONTACT = "contact"
    """The contact's full name; several are parted by semicolons."""
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PHONE = "phone"
    JOB_TITLE = "job_title"
    COUNTRY = "country"
    TIME_ZONE = "time_zone"

    # An enum's own hash is written in Python, and every cell of a file is looked up by its field.
    __hash__ = str.__hash__


DATES = (Field.CLOSED_ON, Field.LOST_ON, Field.WON_ON, Field.RENEWAL_ON)
SEVERAL_COLUMNS = frozenset({Field.EMAIL, Field.PHONE})
"""Exports split these by kind (work, home, mobile): the first that is filled counts."""

_NOT_WORD = re.compile(r"[\W_]+")


def heading_key(heading: str) -> str:
    """Give a heading without case, punctuation and hidden marks: `Deal - ID` is `deal id`."""
    return _NOT_WORD.sub(" ", shown(heading).casefold()).strip()
