"""One row of a file, read: a deal and its people, before the database knows them. PURE."""

from __future__ import annotations

import hashlib
from datetime import date

import msgspec

from tracker.words import DealStatus, LossOutcome

KEY_LENGTH = 400


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Someone the deal was about. A field is empty where the file says nothing."""

    name: str = ""
    first_name: str = ""
    email: str = ""
    contact_key: str = ""
    """`<family>:<CRM contact ID>`."""
    job_title: str = ""
    phone: str = ""
    country: str = ""
    time_zone: str = ""


class LostDeal(msgspec.Struct, frozen=True, kw_only=True):
    """A deal as one row tells it; lost, as nearly all are, or open or won. Empty and None: not said."""

    key: str
    """The import key."""
    fallback_key: str
    """Its key in files without a deal ID; empty when account and name are not both given."""
    status: DealStatus
    account: str = ""
    account_owner: str = ""
    owner: str = ""
    owner_email: str = ""
    title: str = ""
    product: str = ""
    value_minor: int | None = None
    currency: str = ""
    closed_on: date | None = None
    outcome: LossOutcome | None = None
    reason: str = ""
    competitor: str = ""
    notes: str = ""
    renewal_on: date | None = None
    not_qualified: bool | None = None
    people: tuple[Person, ...] = ()


def bounded_key(prefix: str, text: str) -> str:
    """Give `prefix:text`, or a hash of the text where the column could not hold it."""
    key = f"{prefix}:{text}"
    return key if len(key) <= KEY_LENGTH else f"{prefix}:{hashlib.sha256(text.encode()).hexdigest()}"
