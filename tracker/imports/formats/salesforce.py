"""Salesforce's report exports, whose labels vary, and its IDs, which come in two lengths. PURE."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from tracker.imports.cells.fault import CellError
from tracker.imports.fields import Field, heading_key
from tracker.imports.formats.family import Family

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORT_ID = 15
LONG_ID = 18
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-5]{3})?")
_CHECK = string.ascii_uppercase + "012345"
"""What the last three characters are written in: five bits each."""
_GROUP = 5

_OURS = {
    "opportunity name",
    "opportunity owner",
    "opportunity id",
    "opportunity opportunity name",
    "stagename",
    "opportunity currency",
}


def canonical_id(identifier: str) -> str:
    """Give the 18 characters of an ID of 15 or 18.

    The three last characters say which of the others are capitals, so that an 18-character ID whose
    case was lost on the way is mended by them.

    Raises:
        CellError: this is no Salesforce ID.

    """
    if not _ID.fullmatch(identifier):
        msg = "is no Salesforce ID: it takes 15 or 18 letters and digits"
        raise CellError(msg)
    body, check = identifier[:SHORT_ID], identifier[SHORT_ID:].upper()
    if check:
        body = "".join(
            letter.upper() if _CHECK.index(check[place // _GROUP]) >> place % _GROUP & 1 else letter.lower()
            for place, letter in enumerate(body)
        )
    suffix = "".join(
        _CHECK[sum(1 << bit for bit in range(_GROUP) if body[start + bit] in string.ascii_uppercase)]
        for start in range(0, SHORT_ID, _GROUP)
    )
    if check and suffix != check:
        msg = "is no Salesforce ID: its last three characters do not fit the others"
        raise CellError(msg)
    return body + suffix


def _is_like(headings: Sequence[str]) -> bool:
    return bool(_OURS & {heading_key(heading) for heading in headings})


SALESFORCE = Family(
    name="salesforce",
    is_like=_is_like,
    canonical_id=canonical_id,
    synonyms={
        Field.DEAL_ID: (
            "opportunity id",
            "opportunity id 18",
            "18 digit opportunity id",
            "opportunity 18 digit id",
            "opportunity opportunity id",
            "case safe id",
            "case safe opportunity id",
            "id",
        ),
        Field.TITLE: ("opportunity name", "opportunity opportunity name", "opportunity", "name"),
        Field.ACCOUNT: ("account name", "account account name", "account", "company account", "company"),
        Field.ACCOUNT_OWNER: ("account owner", "account account owner", "account owner full name"),
        Field.OWNER: (
            "opportunity owner",
            "opportunity owner full name",
            "opportunity opportunity owner",
            "owner full name",
            "opportunity owner name",
            "owner name",
            "owner",
        ),
        Field.OWNER_EMAIL: ("opportunity owner email", "owner email", "opportunity owner owner email"),
        Field.STATUS: ("stage", "stagename", "opportunity stage", "stage name"),
        Field.IS_WON: ("won", "is won", "iswon"),
        Field.IS_CLOSED: ("closed", "is closed", "isclosed"),
        Field.VALUE: ("amount", "opportunity amount", "amount converted"),
        Field.CURRENCY: (
            "amount currency",
            "opportunity currency",
            "currency",
            "currency iso code",
            "currencyisocode",
            "amount converted currency",
        ),
        Field.CLOSED_ON: ("close date", "closedate", "opportunity close date", "closed date"),
        Field.REASON: (
            "closed lost reason",
            "loss reason",
            "lost reason",
            "reason lost",
            "reason for loss",
            "primary loss reason",
            "closed lost reasons",
        ),
        Field.COMPETITOR: (
            "competitor",
            "primary competitor",
            "lost to",
            "lost to competitor",
            "winning competitor",
            "winner",
            "competitor name",
            "main competitor s",
            "main competitors",
            "competitor competitor name",
        ),
        Field.PRODUCT: ("product name", "product", "product product name", "products", "primary product"),
        Field.NOTES: (
            "closed lost notes",
            "loss notes",
            "lost notes",
            "closed lost details",
            "description",
            "opportunity description",
            "notes",
        ),
        Field.RENEWAL_ON: (
            "renewal date",
            "competitor renewal date",
            "contract end date",
            "competitor contract end date",
        ),
        Field.NOT_QUALIFIED: ("not qualified", "unqualified"),
        Field.CONTACT_ID: ("contact id", "contact contact id", "contact role contact id"),
        Field.CONTACT: (
            "contact full name",
            "contact name",
            "contact contact name",
            "primary contact",
            "full name",
            "contact",
        ),
        Field.FIRST_NAME: ("contact first name", "first name"),
        Field.LAST_NAME: ("contact last name", "last name"),
        Field.EMAIL: (
            "contact email",
            "email",
            "contact contact email",
            "primary contact email",
            "email address",
        ),
        Field.PHONE: (
            "contact phone",
            "phone",
            "contact business phone",
            "business phone",
            "contact mobile",
            "mobile",
            "mobile phone",
            "contact mobile phone",
            "primary contact phone",
        ),
        Field.JOB_TITLE: ("contact title", "title", "job title"),
        Field.COUNTRY: (
            "contact mailing country",
            "mailing country",
            "mailing country text only",
            "billing country",
            "billing country text only",
            "account billing country",
            "country",
        ),
        Field.TIME_ZONE: ("contact time zone", "time zone"),
    },
)
