"""HubSpot's exports: a file of deals that names contacts by ID, and a file of contacts. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.imports.fields import Field, heading_key
from tracker.imports.formats.family import Family

if TYPE_CHECKING:
    from collections.abc import Sequence


def _is_like(headings: Sequence[str]) -> bool:
    keys = {heading_key(heading) for heading in headings}
    return "deal name" in keys and bool(keys & {"deal stage", "record id", "associated contact ids"})


HUBSPOT = Family(
    name="hubspot",
    is_like=_is_like,
    account_delimiter=";",
    synonyms={
        Field.DEAL_ID: ("record id", "deal id", "record id deal", "object id"),
        Field.TITLE: ("deal name",),
        Field.ACCOUNT: (
            "associated company",
            "associated company primary",
            "company name",
            "associated companies",
            "primary company",
        ),
        Field.ACCOUNT_OWNER: ("company owner",),
        Field.OWNER: ("deal owner", "owner"),
        Field.OWNER_EMAIL: ("deal owner email", "owner email"),
        Field.STATUS: ("deal stage", "stage"),
        Field.IS_WON: ("is closed won", "closed won"),
        Field.IS_LOST: ("is closed lost", "closed lost"),
        Field.IS_CLOSED: ("is deal closed", "is closed"),
        Field.VALUE: ("amount", "deal amount", "amount in company currency"),
        Field.CURRENCY: ("currency", "deal currency code", "deal currency"),
        Field.CLOSED_ON: ("close date", "closed date"),
        Field.REASON: ("closed lost reason", "lost reason", "deal lost reason"),
        Field.COMPETITOR: ("competitor", "closed lost competitor", "lost to", "competitors", "winner"),
        Field.PRODUCT: ("product", "products", "product name", "associated line item", "line items"),
        Field.NOTES: ("closed lost notes", "deal description", "notes", "description"),
        Field.RENEWAL_ON: ("renewal date", "competitor renewal date", "contract end date", "contract end"),
        Field.NOT_QUALIFIED: ("not qualified", "unqualified"),
        Field.CONTACT_ID: ("associated contact ids", "associated contact id"),
        Field.CONTACT: ("associated contact", "associated contacts", "contact name"),
        Field.FIRST_NAME: ("contact first name", "first name"),
        Field.LAST_NAME: ("contact last name", "last name"),
        Field.EMAIL: ("contact email", "email"),
        Field.PHONE: ("contact phone number", "phone number", "mobile phone number"),
        Field.JOB_TITLE: ("job title", "contact job title"),
        Field.COUNTRY: ("country region", "contact country region", "country"),
        Field.TIME_ZONE: ("time zone", "contact time zone"),
    },
)

CONTACTS = Family(
    name="hubspot",
    is_like=lambda _headings: True,
    synonyms={
        Field.CONTACT_ID: ("record id", "contact id", "record id contact", "vid"),
        Field.CONTACT: ("full name", "name", "contact name"),
        Field.FIRST_NAME: ("first name", "firstname"),
        Field.LAST_NAME: ("last name", "lastname"),
        Field.EMAIL: ("email", "work email", "email address"),
        Field.PHONE: ("phone number", "phone", "mobile phone number", "mobile phone"),
        Field.JOB_TITLE: ("job title", "jobtitle"),
        Field.COUNTRY: ("country region", "country", "ip country", "country region code"),
        Field.TIME_ZONE: ("time zone", "timezone"),
    },
)
