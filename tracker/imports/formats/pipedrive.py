"""Pipedrive's exports: each heading begins with what it belongs to, `Deal - Title`. PURE."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.imports.fields import Field
from tracker.imports.formats.family import Family

if TYPE_CHECKING:
    from collections.abc import Sequence

_PREFIXED = re.compile(r"(deal|person|organi[sz]ation) - ", re.IGNORECASE)
_ENOUGH = 2


def _is_like(headings: Sequence[str]) -> bool:
    return sum(bool(_PREFIXED.match(heading.strip())) for heading in headings) >= _ENOUGH


PIPEDRIVE = Family(
    name="pipedrive",
    is_like=_is_like,
    synonyms={
        Field.DEAL_ID: ("deal id",),
        Field.TITLE: ("deal title", "deal name"),
        Field.ACCOUNT: ("deal organization", "deal organisation", "organization name", "organisation name"),
        Field.ACCOUNT_OWNER: ("organization owner", "organisation owner"),
        Field.OWNER: ("deal owner", "deal user"),
        Field.OWNER_EMAIL: ("deal owner email",),
        Field.STATUS: ("deal status",),
        Field.VALUE: ("deal value", "deal amount"),
        Field.CURRENCY: ("deal currency of value", "deal currency"),
        Field.CLOSED_ON: ("deal deal closed on", "deal closed on", "deal close time", "deal closed time"),
        Field.LOST_ON: ("deal lost time", "deal lost date", "deal lost on"),
        Field.WON_ON: ("deal won time", "deal won date", "deal won on"),
        Field.REASON: ("deal lost reason", "deal loss reason"),
        Field.COMPETITOR: ("deal competitor", "deal lost to", "deal winner", "deal main competitor"),
        Field.PRODUCT: ("deal product", "deal products", "deal product name"),
        Field.NOTES: ("deal notes", "deal note", "deal lost notes", "deal comments"),
        Field.RENEWAL_ON: (
            "deal renewal date",
            "deal competitor renewal",
            "deal contract end",
            "deal renewal",
        ),
        Field.NOT_QUALIFIED: ("deal not qualified", "deal unqualified"),
        Field.CONTACT_ID: ("person id", "deal contact person id", "deal person id"),
        Field.CONTACT: ("deal contact person", "person name", "deal person"),
        Field.FIRST_NAME: ("person first name",),
        Field.LAST_NAME: ("person last name",),
        Field.EMAIL: ("person email work", "person email", "person email home", "person email other"),
        Field.PHONE: (
            "person phone work",
            "person phone mobile",
            "person phone",
            "person phone home",
            "person phone other",
        ),
        Field.JOB_TITLE: ("person job title", "person title", "person position"),
        Field.COUNTRY: (
            "person country",
            "person postal address country",
            "organization country",
            "organization country of address",
            "organization address country",
        ),
        Field.TIME_ZONE: ("person time zone", "person timezone"),
    },
)
