"""A row of the file to a deal with its people, or to all that is wrong with it. PURE."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from tracker.imports.cells.dates import parse_date
from tracker.imports.cells.fault import CellError
from tracker.imports.cells.money import parse_currency, parse_money
from tracker.imports.cells.person import parse_email, split_named
from tracker.imports.cells.status import parse_outcome, parse_status, status_from_flags
from tracker.imports.cells.text import one_line, parse_reason, parse_yes, told
from tracker.imports.contacts import missing_from, people_of
from tracker.imports.deal import LostDeal
from tracker.imports.fields import Field
from tracker.imports.keys import DealKeys, fallback_key
from tracker.imports.record import Record
from tracker.imports.rejects import Fault
from tracker.words import DealStatus

if TYPE_CHECKING:
    from datetime import date

    from tracker.imports.contacts import Contacts
    from tracker.imports.deal import Person
    from tracker.imports.layout import Layout
    from tracker.imports.noted import Note
    from tracker.imports.reading import Row
    from tracker.imports.survey import Survey

TITLE_LENGTH = 300
NAME_LENGTH = 200
ACCOUNT_LENGTH = 300
TOMORROW = timedelta(days=1)
"""East of UTC a deal may be lost on a day that has not begun there."""
STILL_TO_COME = "the deal is lost and this day is still to come, so no day of loss is stored"


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one file, in their order."""

    layout: Layout
    habits: Survey
    currency: str
    """Of amounts that name none."""
    phone_region: str
    """Country of phone numbers that name none."""
    today: date
    """In UTC; elsewhere it may be tomorrow already."""
    contacts: Contacts | None = None
    unknown_contacts: int = 0
    notes: list[Note] = field(default_factory=list)
    """On the rows that were read and go in; whoever takes them away empties it."""
    _keys: DealKeys = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no deals seen."""
        self._keys = DealKeys(self.layout)

    def read(self, row: Row) -> LostDeal | tuple[Fault, ...]:
        """Give the deal, or its faults, at least one."""
        if row.fault:
            return (Fault(row.line, "", "", row.fault),)
        extra = [cell for cell in row.cells[len(self.layout.headings) :] if cell.strip()]
        if extra:
            reason = (
                f"The row has {len(row.cells)} cells where the headings are {len(self.layout.headings)}:"
                " a cell with a delimiter in it must stand in quotation marks."
            )
            return (Fault(row.line, "", extra[0], reason),)
        record = Record(row, self.layout)
        deal = self._deal(record)
        if record.faults or deal is None:
            return tuple(record.faults)
        self.notes += record.notes
        self.unknown_contacts += missing_from(record, self.contacts)
        return deal

    def _deal(self, record: Record) -> LostDeal | None:
        status = self._status(record)
        owner, owner_email = self._owner(record, Field.OWNER)
        value, currency = self._value(record)
        closed_on, said_on = self._closed_on(record, status)
        account = self._account(record)
        title = record.line_of(Field.TITLE, TITLE_LENGTH)
        product = record.line_of(Field.PRODUCT, NAME_LENGTH)
        people = self._people(record)
        who = account or next((person.email or person.name for person in people), "")
        fallback = fallback_key(who, title or product)
        key = self._keys.key(record, fallback, (said_on, value))
        deal = LostDeal(
            key=key,
            fallback_key=fallback if account else "",
            status=status or DealStatus.LOST,
            account=account,
            account_owner=self._owner(record, Field.ACCOUNT_OWNER)[0],
            owner=owner or owner_email,
            owner_email=record.parse(Field.OWNER_EMAIL, parse_email) or owner_email,
            title=title,
            product=product,
            value_minor=value,
            currency=currency,
            closed_on=closed_on,
            outcome=record.parse(Field.OUTCOME, parse_outcome),
            reason=parse_reason(record.text(Field.REASON)),
            competitor=told(record.line_of(Field.COMPETITOR, NAME_LENGTH)),
            notes=record.text(Field.NOTES),
            renewal_on=record.parse(Field.RENEWAL_ON, self._date),
            not_qualified=record.parse(Field.NOT_QUALIFIED, parse_yes),
            people=people,
        )
        return None if record.faults else deal

    @staticmethod
    def _owner(record: Record, field: Field) -> tuple[str, str]:
        name, email = split_named(one_line(record.text(field)))
        fits = record.fitting(field, name or email, NAME_LENGTH)
        return (name, email) if fits else ("", email if name else "")

    def _account(self, record: Record) -> str:
        account = one_line(record.text(Field.ACCOUNT))
        delimiter = self.layout.family.account_delimiter
        account = account.partition(delimiter)[0].strip() if delimiter else account
        return record.fitting(Field.ACCOUNT, account, ACCOUNT_LENGTH)

    def _status(self, record: Record) -> DealStatus | None:
        """Say how the deal stands; a file without any column for it is a list of lost deals."""
        flags = (record.text(Field.IS_WON), record.text(Field.IS_LOST), record.text(Field.IS_CLOSED))
        try:
            flagged = status_from_flags(*flags)
        except CellError:
            flagged = None  # a column of that name which is no yes or no tells nothing
        if flagged is not None:
            return flagged
        if Field.STATUS not in self.layout.columns:
            return DealStatus.LOST
        if record.text(Field.STATUS):
            return record.parse(Field.STATUS, parse_status)
        if record.text(Field.LOST_ON):
            return DealStatus.LOST
        record.blame(Field.STATUS, "", "is blank: write lost, won or open")
        return None

    def _value(self, record: Record) -> tuple[int | None, str]:
        """Read amount and currency: the amount's own sign, else the column, else the settings."""
        default = self.currency
        column = record.parse(Field.CURRENCY, lambda text: parse_currency(text, default))
        assumed = default if column is None else column
        money = record.parse(Field.VALUE, lambda text: parse_money(text, self.habits.decimal_mark, assumed))
        return (money.minor, money.currency or assumed) if money else (None, "")

    def _closed_on(self, record: Record, status: DealStatus | None) -> tuple[date | None, date | None]:
        """Read the day it ended, and the day that the file has for that: it tells deals without an ID apart.

        An open deal's is only expected, so it has none.
        """
        if status is DealStatus.OPEN:
            return None, None
        own = Field.WON_ON if status is DealStatus.WON else Field.LOST_ON
        place = own if record.text(own) else Field.CLOSED_ON
        day = record.parse(place, self._date)
        if status is DealStatus.LOST and day and day > self.today + TOMORROW:
            record.note(place, STILL_TO_COME)
            return None, day
        return day, day

    def _date(self, text: str) -> date:
        return parse_date(text, self.habits.date_order)

    def _people(self, record: Record) -> tuple[Person, ...]:
        try:
            return people_of(record, self.layout.family, self.contacts, self.phone_region)
        except CellError as error:
            record.blame(Field.CONTACT_ID, record.text(Field.CONTACT_ID), str(error))
            return ()
