"""Makes everybody who may visit, and writes them: companies, people, deals, links, wishes."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tracker.demo_data.companies import companies
from tracker.demo_data.names import COUNTRIES
from tracker.demo_data.shelf import Numbers, Shelf, put, written
from tracker.demo_data.staff import hire
from tracker.demo_data.world import SPAN, Firm, Known, Somebody, World
from tracker.ingest.people import PersonsDeal
from tracker.links import KEY_LENGTH
from tracker.names import email_key, name_key
from tracker.suppression import email_hash
from tracker.words import DealStatus, SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from random import Random

    from sqlalchemy.orm import Session

    from tracker.demo_data.companies import Chance, Company, Contact
    from tracker.demo_data.staff import Owner
    from tracker.signing import Signer

LATEST_ARRIVAL = timedelta(days=10)
"""Nobody came into the CRM later, so that everybody had time to visit."""
UNOWNED_SHARE, CONSENT_SHARE, UNSUBSCRIBED_SHARE, DO_NOT_CALL_SHARE = 0.12, 0.3, 0.02, 0.006
CONSENT_TEXT, CONSENT_SOURCE = "privacy notice 4", "contact form"
NEARBY = 20
"""How many times as often an owner has a company of their own part of the world."""
AREAS = {
    "Europe/Paris": "Europe/Berlin",
    "Europe/Stockholm": "Europe/Berlin",
    "America/Toronto": "America/New_York",
    "America/Chicago": "America/New_York",
}
"""Zones in which the working day is much the same as in another."""
_LETTERS = string.ascii_letters + string.digits

_ORDER = (
    ("accounts", ("id", "name", "name_key", "owner_name_id")),
    (
        "prospects",
        (
            "id", "account_id", "email", "email_key", "contact_key", "name", "first_name", "job_title",
            "phone", "country", "time_zone", "created_at",
        ),
    ),
    (
        "deals",
        (
            "id", "import_key", "account_id", "owner_name_id", "title", "product", "status", "value_minor",
            "currency", "closed_on", "outcome", "reason", "reason_kind", "competitor", "notes", "renewal_on",
            "not_qualified", "imported_at",
        ),
    ),
    ("deal_prospects", ("deal_id", "prospect_id")),
    ("tokens", ("id", "key", "prospect_id", "issued_at", "revoked_at")),
    ("consents", ("id", "prospect_id", "given_at", "text_version", "source", "revoked_at")),
    ("suppressions", ("id", "email_hash", "kind", "source", "at")),
)  # fmt: skip


@dataclass(slots=True)
class Founding:
    """Makes a world and writes it."""

    session: Session
    random: Random
    signer: Signer
    numbers: Numbers
    now: datetime
    _shelf: Shelf = field(default_factory=Shelf)
    _people: list[Somebody] = field(default_factory=list)

    def found(self, prospects: int, taken: Collection[str] = ()) -> World:
        """Make so many prospects with all that belongs to them; `taken` are keys of companies' names."""
        staff = hire(self.session, self.random, prospects, self.now)
        weights = {country.time_zone: _weights(staff.owners, country.time_zone) for country in COUNTRIES}
        for company in companies(self.random, prospects, self.now.date(), len(taken)):
            owner = self.random.choices(staff.owners, weights[company.country.time_zone])[0]
            self._add(company, owner, taken)
        rows = self._shelf.take()
        for table, columns in _ORDER:
            put(self.session, table, columns, rows[table])
        return World(self._people, staff)

    def _add(self, company: Company, owner: Owner, taken: Collection[str]) -> None:
        number = next(self.numbers.of("accounts"))
        name = company.name if name_key(company.name) not in taken else f"{company.name} ({number})"
        owned = self.random.random() >= UNOWNED_SHARE
        self._shelf.rows["accounts"].append((number, name, name_key(name), owner.name_id if owned else None))
        firm = Firm(number, owner.user_id if owned else None)
        since = min(chance.since for chance in company.chances)
        people = [self._contact(contact, company, firm, since) for contact in company.contacts]
        for chance in company.chances:
            self._deal(chance, name, firm, [people[place] for place in chance.contacts], owner)

    def _contact(self, contact: Contact, company: Company, firm: Firm, since: date) -> Somebody:
        number = next(self.numbers.of("prospects"))
        start = max(_morning(since), self.now - SPAN)
        created = min(start, self.now - LATEST_ARRIVAL)
        email = contact.email or None
        contact_key = None if email else name_key(f"{company.name}|{contact.name}|{number}")
        zone = company.country.time_zone if self.random.random() < 0.5 else ""  # noqa: PLR2004  (half say it)
        self._shelf.rows["prospects"].append(
            (
                number,
                firm.id,
                email,
                email_key(email) if email else None,
                contact_key,
                contact.name,
                contact.first_name,
                contact.job_title,
                contact.phone,
                company.country.code,
                zone,
                written(created),
            )
        )
        somebody = Somebody(number, email, firm, company.country.offset, created)
        self._people.append(somebody)
        self._token(somebody)
        self._wishes(somebody)
        return somebody

    def _token(self, somebody: Somebody) -> None:
        key = "".join(self.random.choices(_LETTERS, k=KEY_LENGTH))
        issued = max(somebody.since, self.now - SPAN).replace(microsecond=0)
        self._shelf.rows["tokens"].append(
            (next(self.numbers.of("tokens")), key, somebody.id, written(issued), None)
        )

    def _wishes(self, somebody: Somebody) -> None:
        luck, at = self.random.random(), self._after(somebody.since)
        if luck < CONSENT_SHARE:
            self._shelf.rows["consents"].append(
                (
                    next(self.numbers.of("consents")),
                    somebody.id,
                    written(at),
                    CONSENT_TEXT,
                    CONSENT_SOURCE,
                    None,
                )
            )
        if somebody.email is None or luck < 1 - UNSUBSCRIBED_SHARE - DO_NOT_CALL_SHARE:
            return
        kind = SuppressionKind.UNSUBSCRIBED
        if luck > 1 - DO_NOT_CALL_SHARE:
            kind, somebody.no_calls_since = SuppressionKind.DO_NOT_CALL, at
        self._shelf.rows["suppressions"].append(
            (
                next(self.numbers.of("suppressions")),
                email_hash(self.signer, somebody.email),
                kind.value,
                "list of wishes",
                written(at),
            )
        )

    def _deal(self, chance: Chance, account: str, firm: Firm, people: list[Somebody], owner: Owner) -> None:
        number = next(self.numbers.of("deals"))
        self._shelf.rows["deals"].append(
            (
                number,
                f"own:demo-{number}",
                firm.id,
                owner.name_id,
                f"{chance.product} for {account}",
                chance.product,
                chance.status.value,
                chance.value_minor,
                chance.currency,
                _day(chance.closed_on),
                chance.outcome.value if chance.outcome else None,
                chance.reason,
                chance.reason_kind.value if chance.reason_kind else None,
                chance.competitor,
                chance.notes,
                _day(chance.renewal_on),
                chance.not_qualified,
                written(self._imported()),
            )
        )
        deal = PersonsDeal(
            number,
            chance.status,
            chance.product,
            chance.outcome,
            chance.closed_on,
            chance.renewal_on,
            chance.reason_kind,
            chance.reason,
            chance.notes,
            chance.not_qualified,
            owner.user_id,
        )
        if chance.status is not DealStatus.LOST:
            firm.not_lost.append((chance.since, chance.status))
        for somebody in people:
            somebody.deals.append(Known(chance.since, deal))
            self._shelf.rows["deal_prospects"].append((number, somebody.id))

    def _imported(self) -> datetime:
        """Say when the CRM's export last named a deal: mostly last night."""
        if self.random.random() < 0.93:  # noqa: PLR2004
            return self.now - timedelta(hours=9)
        return self.now - timedelta(days=self.random.randint(2, 60))

    def _after(self, since: datetime) -> datetime:
        return since + (self.now - since) * self.random.random()


def _weights(owners: Iterable[Owner], zone: str) -> list[int]:
    """Say how often each of the owners has a company in that zone: mostly it is one whose day is the same."""
    area = AREAS.get(zone, zone)
    return [
        owner.weight * (NEARBY if AREAS.get(owner.time_zone, owner.time_zone) == area else 1)
        for owner in owners
    ]


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(5), UTC)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
