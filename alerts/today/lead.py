"""A person on the page of today: who it is, and the lost deal in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.briefing.lost import lost, lost_deals
from alerts.plain import plain, sentence
from alerts.today.look import NAME_LENGTH
from tracker.models import Account, Prospect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alerts.briefing.facts import Lost
    from alerts.briefing.known import Known
    from alerts.briefing.seen import PageRead
    from alerts.models import Alert
    from alerts.today.look import Look

NAMELESS = "Somebody without a name"


@dataclass(frozen=True, slots=True)
class Lead:
    """Somebody, fit to be read. What is unknown is empty."""

    prospect_id: int
    account_id: int | None
    name: str
    company: str
    job_title: str
    deal: str
    """E.g. `£48k, lost to Acme, Mar 2025. CRM says: price.`"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was loaded for one look."""

    look: Look
    known: Known
    alerts: Mapping[int, Alert]
    """By id."""
    pages: Mapping[int, Sequence[PageRead]]
    """By visit, in order of time."""


def lead(facts: Facts, alert: Alert) -> Lead:
    """Tell who an alert is about; what was loaded is not asked for again."""
    look, known = facts.look, facts.known
    person = look.session.get_one(Prospect, alert.prospect_id)
    account = look.session.get(Account, person.account_id) if person.account_id is not None else None
    deals = lost_deals(known, alert, person)
    return Lead(
        prospect_id=person.id,
        account_id=person.account_id,
        name=plain(person.name or person.email or "", NAME_LENGTH) or NAMELESS,
        company=plain(account.name, NAME_LENGTH) if account else "",
        job_title=plain(person.job_title, NAME_LENGTH),
        deal=in_a_line(lost(deals, look.user_id, look.now, look.zone)),
    )


def in_a_line(deal: Lost | None) -> str:
    """Say value, to whom, when and why; only what the CRM says."""
    if deal is None:
        return ""
    month = "" if deal.month in deal.ending else deal.month
    what = ", ".join(part for part in (deal.value, deal.ending, month) if part)
    why = f"CRM says: {deal.reason}" if deal.reason else ""
    return " ".join(sentence(part) for part in (what[:1].upper() + what[1:], why) if part)
