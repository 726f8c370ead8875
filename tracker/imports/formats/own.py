"""Files of one's own making: common words for each field, confirmed once before they count. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.imports.fields import Field, heading_key
from tracker.imports.formats.family import Family

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS: dict[Field, tuple[str, ...]] = {
    Field.DEAL_ID: ("deal id", "id", "deal number", "deal no", "opportunity id", "reference", "crm id"),
    Field.TITLE: ("deal", "deal name", "deal title", "opportunity", "opportunity name", "title", "project"),
    Field.ACCOUNT: (
        "account",
        "company",
        "account name",
        "company name",
        "organization",
        "organisation",
        "organization name",
        "customer",
        "firm",
    ),
    Field.ACCOUNT_OWNER: ("account owner", "account manager", "company owner"),
    Field.OWNER: ("owner", "deal owner", "rep", "sales rep", "salesperson", "seller", "sales owner"),
    Field.OWNER_EMAIL: ("owner email", "owner e mail", "rep email", "deal owner email", "sales rep email"),
    Field.STATUS: ("status", "stage", "deal status", "deal stage"),
    Field.IS_WON: ("is won", "won"),
    Field.IS_CLOSED: ("is closed",),
    Field.IS_LOST: ("is lost", "lost"),
    Field.VALUE: ("value", "amount", "deal value", "deal size", "deal amount", "price", "revenue"),
    Field.CURRENCY: ("currency", "currency code"),
    Field.CLOSED_ON: ("closed on", "close date", "closed date", "date closed", "closed", "date"),
    Field.LOST_ON: ("lost on", "lost date", "date lost", "lost time", "loss date"),
    Field.WON_ON: ("won on", "won date", "date won", "won time"),
    Field.OUTCOME: ("outcome", "decision", "result"),
    Field.REASON: (
        "reason",
        "loss reason",
        "lost reason",
        "reason lost",
        "reason for loss",
        "closed lost reason",
        "why",
        "why lost",
    ),
    Field.COMPETITOR: ("competitor", "lost to", "winner", "chose", "won by", "competitor chosen"),
    Field.PRODUCT: ("product", "product name", "products", "plan", "offer"),
    Field.NOTES: ("notes", "note", "comment", "comments", "remarks", "description", "details"),
    Field.RENEWAL_ON: (
        "renewal on",
        "renewal date",
        "renewal",
        "competitor renewal",
        "contract end",
        "contract end date",
        "contract until",
    ),
    Field.NOT_QUALIFIED: ("not qualified", "unqualified", "never qualified"),
    Field.CONTACT_ID: ("contact id", "person id"),
    Field.CONTACT: ("contact", "contact name", "contact person", "name", "full name", "person", "prospect"),
    Field.FIRST_NAME: ("first name", "firstname", "given name", "forename"),
    Field.LAST_NAME: ("last name", "lastname", "surname", "family name"),
    Field.EMAIL: (
        "email",
        "e mail",
        "mail",
        "email address",
        "e mail address",
        "contact email",
        "work email",
        "work mail",
        "email work",
        "business email",
    ),
    Field.PHONE: (
        "phone",
        "phone number",
        "telephone",
        "tel",
        "contact phone",
        "work phone",
        "direct line",
        "mobile",
        "mobile phone",
        "cell",
    ),
    Field.JOB_TITLE: ("job title", "position", "role", "job"),
    Field.COUNTRY: ("country", "country code", "country region"),
    Field.TIME_ZONE: ("time zone", "timezone"),
}


def _is_like(_headings: Sequence[str]) -> bool:
    return False  # a function by its name: long files are handed to another process


OWN = Family(
    name="own",
    is_like=_is_like,
    # Our own field names always work, so that nobody needs to guess.
    synonyms={field: (heading_key(field.value), *words) for field, words in _WORDS.items()},
)
