"""Northwind's CRM: a year of deals with forty people, and the file that Pipedrive would export of them.

PURE: rows in, rows out. What is relative in the tables ("lost 318 days ago") becomes a date by `today`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "company"
SAM = "Sam Reed"
PRIYA = "Priya Nair"
LEFT = "Jonas Berg"
"""Sold until last autumn; the CRM still names him."""
MANAGER = "Maya Lindqvist"
DANA = "Dana Ortiz"

HEADINGS = (
    "Deal - ID",
    "Deal - Title",
    "Deal - Product",
    "Deal - Value",
    "Deal - Currency of value",
    "Deal - Organization",
    "Deal - Contact person",
    "Deal - Owner",
    "Deal - Status",
    "Deal - Lost reason",
    "Deal - Lost time",
    "Deal - Won time",
    "Deal - Competitor",
    "Deal - Notes",
    "Deal - Renewal date",
    "Person - First name",
    "Person - Last name",
    "Person - Email - Work",
    "Person - Phone - Work",
    "Person - Job title",
    "Person - Country",
    "Person - Time zone",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at an account, as the CRM knows them."""

    account: str
    domain: str
    country: str
    time_zone: str
    first_name: str
    last_name: str
    job_title: str
    phone: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        """The address at work."""
        return f"{self.first_name.lower()}@{self.domain}.example"


def email_of(name: str) -> str:
    """Give the address of one of Northwind's own people."""
    return f"{name.partition(' ')[0].lower()}@northwind.example"


def people() -> list[Person]:
    """Give everybody in the CRM."""
    return [Person(**row) for row in _rows("people.csv")]


def pipedrive_csv(today: date) -> str:
    """Write the export: a line a deal and person, as Pipedrive writes it."""
    known = {(person.account, person.name): person for person in people()}
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, HEADINGS)
    writer.writeheader()
    for deal in _rows("deals.csv"):
        for name in deal["people"].split(";"):
            writer.writerow(_deal_cells(deal, today) | _person_cells(known[deal["account"], name]))
    return file.getvalue()


def _deal_cells(deal: dict[str, str], today: date) -> dict[str, str]:
    return {
        "Deal - ID": deal["id"],
        "Deal - Title": deal["title"],
        "Deal - Product": deal["product"],
        "Deal - Value": deal["value"],
        "Deal - Currency of value": deal["currency"],
        "Deal - Organization": deal["account"],
        "Deal - Owner": deal["owner"],
        "Deal - Status": deal["status"].capitalize(),
        "Deal - Lost reason": deal["reason"],
        "Deal - Lost time": _day(today, deal["days_ago"], -1) if deal["status"] == "lost" else "",
        "Deal - Won time": _day(today, deal["days_ago"], -1) if deal["status"] == "won" else "",
        "Deal - Competitor": deal["competitor"],
        "Deal - Notes": deal["notes"],
        "Deal - Renewal date": _day(today, deal["renewal_in_days"], +1),
    }


def _person_cells(person: Person) -> dict[str, str]:
    return {
        "Deal - Contact person": person.name,
        "Person - First name": person.first_name,
        "Person - Last name": person.last_name,
        "Person - Email - Work": person.email,
        "Person - Phone - Work": person.phone,
        "Person - Job title": person.job_title,
        "Person - Country": person.country,
        "Person - Time zone": person.time_zone,
    }


def _day(today: date, days: str, sign: int) -> str:
    return (today + sign * timedelta(days=int(days))).isoformat() if days else ""


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
