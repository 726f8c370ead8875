"""The people of a row, and HubSpot's file of contacts that deals name by ID."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msgspec import structs

from tracker.imports.cells.person import (
    first_phone,
    parse_country,
    parse_email,
    parse_phone,
    parse_time_zone,
    split_named,
)
from tracker.imports.cells.text import one_line
from tracker.imports.deal import Person, bounded_key
from tracker.imports.errors import ContactsError
from tracker.imports.fields import Field
from tracker.imports.footer import without_footer
from tracker.imports.formats.hubspot import CONTACTS
from tracker.imports.layout import Layout
from tracker.imports.noted import Noted
from tracker.imports.record import Record
from tracker.imports.source import stamp_of
from tracker.imports.table import find_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tracker.imports.formats.family import Family
    from tracker.imports.rejects import Fault

NAME_LENGTH = 200
PHONE_LENGTH = 40
FIRST_NAME_LENGTH = 100
JOB_TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Contacts:
    """People by their CRM's ID, and what was wrong with their rows."""

    people: Mapping[str, Person]
    faults: tuple[Fault, ...]
    noted: Noted = field(default_factory=Noted)
    warning: str = ""
    """As of `Table`."""


def read_contacts(path: Path, region: str) -> Contacts:
    """Read HubSpot's file of contacts; `region` is the country of phone numbers that name none.

    A contact with a faulty cell is left without that cell.

    Raises:
        ImportFailedError: the file cannot be read, or has no column of IDs.

    """
    stamp = stamp_of(path)
    table = find_table(path)
    columns = CONTACTS.columns(table.headings)
    if Field.CONTACT_ID not in columns:
        msg = (
            f"{path.name}: has no column 'Record ID', so its contacts cannot be joined with the deals. Export"
            " the contacts with their record IDs."
        )
        raise ContactsError(msg)
    layout = Layout(CONTACTS, columns, table.headings)
    people: dict[str, Person] = {}
    faults: list[Fault] = []
    noted = Noted()
    for row in without_footer(table.rows()):
        record = Record(row, layout)
        if identifier := record.text(Field.CONTACT_ID):
            person = read_person(record, region)
            people[identifier] = structs.replace(person, contact_key=_contact_key(CONTACTS, identifier))
        noted.add(structs.replace(note, column=f"{note.column} in {path.name}") for note in record.notes)
        faults += [replace(fault, column=f"{fault.column} in {path.name}") for fault in record.faults]
    stamp.require_same()
    return Contacts(people, tuple(faults), noted, table.warning)


def read_person(record: Record, region: str) -> Person:
    """Read the columns about one person."""
    first, last = (
        record.line_of(Field.FIRST_NAME, FIRST_NAME_LENGTH),
        record.line_of(Field.LAST_NAME, NAME_LENGTH),
    )
    name, address = split_named(one_line(record.text(Field.CONTACT)))
    country, zone = record.text(Field.COUNTRY), record.text(Field.TIME_ZONE)
    country = parse_country(country) if country else ""
    phone = record.text(Field.PHONE)
    phone = _phone(record, phone, country or region) if phone else ""
    whole, field = f"{first} {last}".strip(), Field.LAST_NAME if last else Field.FIRST_NAME
    if not whole and ";" not in name:  # of several, each is looked at by itself
        whole, field = name, Field.CONTACT
    return Person(
        name=record.fitting(field, whole, NAME_LENGTH),
        first_name=first,
        email=record.parse(Field.EMAIL, parse_email) or address,
        job_title=record.line_of(Field.JOB_TITLE, JOB_TITLE_LENGTH),
        phone=phone,
        country=country,
        time_zone=parse_time_zone(zone) if zone else "",
    )


def people_of(record: Record, family: Family, contacts: Contacts | None, region: str) -> tuple[Person, ...]:
    """Give the people of a deal's row, named by ID or in the row itself.

    Where a cell names several (`Dana Ortiz; Lee Park`), what else the row says is the first one's,
    unless there are as many addresses as names. IDs that `contacts` does not have give nobody.
    """
    identifiers = _parts(record.text(Field.CONTACT_ID))
    if contacts is not None and identifiers:
        return tuple(contacts.people[one] for one in identifiers if one in contacts.people)
    first = read_person(record, region)
    names = [split_named(one_line(part)) for part in _parts(record.text(Field.CONTACT))]
    if len(names) > 1:
        addresses = _parts(record.text(Field.EMAIL))
        given = addresses if len(addresses) == len(names) else []
        people = [
            Person(
                name=record.fitting(Field.CONTACT, name, NAME_LENGTH),
                email=address or (given[place] if given else ""),
            )
            for place, (name, address) in enumerate(names)
        ]
        people[0] = structs.replace(first, name=people[0].name, email=people[0].email or first.email)
    else:
        people = [first]
    if len(identifiers) == len(people):
        people = [
            structs.replace(person, contact_key=_contact_key(family, family.canonical_id(identifier)))
            for person, identifier in zip(people, identifiers, strict=True)
        ]
    return tuple(person for person in people if person.name or person.email)


def missing_from(record: Record, contacts: Contacts | None) -> int:
    """Count the IDs of a row that the file of contacts does not have."""
    if contacts is None:
        return 0
    return sum(one not in contacts.people for one in _parts(record.text(Field.CONTACT_ID)))


def _phone(record: Record, text: str, region: str) -> str:
    """Read a number; of a cell that holds more than a number, the first one in it."""
    phone = parse_phone(text, region)
    if len(phone) > PHONE_LENGTH and (found := first_phone(text, region)) and len(found) <= PHONE_LENGTH:
        record.note(Field.PHONE, f"more than {PHONE_LENGTH} characters, of which the first number is stored")
        return found
    return record.fitting(Field.PHONE, phone, PHONE_LENGTH)


def _contact_key(family: Family, identifier: str) -> str:
    return bounded_key(family.name, identifier)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()] if text else []
