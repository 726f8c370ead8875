"""Appointments and days' tasks as calendars read them (RFC 5545, RFC 5546). PURE.

Times are in UTC: nobody's calendar needs a zone's rules to show them right. Nothing here says why anybody is
called: calendars are shared with colleagues, and the prospect reads what they are invited to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from icalendar import Calendar, Event, vCalAddress

from alerts.mail import Attachment
from alerts.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

PRODUCT = "-//Ringback//Appointments//EN"
CALL_LASTS = timedelta(minutes=30)
"""What an agreed call takes of a calendar: a quarter of an hour of talk, and room around it."""
LINE_LENGTH = 200
TEXT_LENGTH = 1_000
FILE = "invite.ics"
DAY_FILE = "today.ics"


class Method(StrEnum):
    """What is asked of the calendar that gets it."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who takes part, by a usable mail address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """A call that was agreed, as of its latest change."""

    uid: str
    """Stays through all changes."""
    sequence: int
    """Grows with every change."""
    at: datetime
    """Aware."""
    stamped_at: datetime
    """When it was written (aware)."""
    organizer: Party
    guests: tuple[Party, ...]
    summary: str
    description: str = ""
    place: str = ""
    """E.g. the number to call."""


@dataclass(frozen=True, slots=True)
class DayEvent:
    """What is to be done on a day: all day, or at an agreed time."""

    uid: str
    on: date
    summary: str
    description: str = ""
    at: datetime | None = None
    """Aware; None: at any time of the day."""


def talk_uid(deal_id: int, domain: str) -> str:
    """Name the agreed call about a deal, for good."""
    return f"talk-{deal_id}@{domain}"


def task_uid(follow_up_id: int, domain: str) -> str:
    """Name what is to be done without an agreed time: it moves with its row."""
    return f"task-{follow_up_id}@{domain}"


def invitation(appointment: Appointment, method: Method) -> bytes:
    """Write the appointment for a mail that invites, moves, or calls off."""
    event = _event(appointment)
    event.add("organizer", _address(appointment.organizer))
    for guest in appointment.guests:
        event.add("attendee", _guest(guest, is_organizer=guest == appointment.organizer))
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    return _file([event], method)


def own_copy(appointment: Appointment) -> bytes:
    """Write it for one's own calendar: without organizer and guests it is nobody's to answer."""
    return _file([_event(appointment)])


def day_events(events: Iterable[DayEvent], now: datetime) -> Attachment:
    """Write what is to be done on a day as one file; whole days leave the calendar free. `now` is aware."""
    return Attachment(DAY_FILE, _file([_day_event(one, now) for one in events]), "text/calendar")


def _event(appointment: Appointment) -> Event:
    start = appointment.at.astimezone(UTC)
    event = Event.new(
        uid=appointment.uid,
        sequence=appointment.sequence,
        stamp=appointment.stamped_at.astimezone(UTC),
        start=start,
        end=start + CALL_LASTS,
        summary=plain(appointment.summary, LINE_LENGTH),
    )
    if appointment.description:
        event.add("description", plain(appointment.description, TEXT_LENGTH))
    if appointment.place:
        event.add("location", plain(appointment.place, LINE_LENGTH))
    event.add("transp", "OPAQUE")
    return event


def _day_event(one: DayEvent, now: datetime) -> Event:
    start = one.on if one.at is None else one.at.astimezone(UTC)
    event = Event.new(
        uid=one.uid,
        stamp=now.astimezone(UTC),
        start=start,
        end=start + (timedelta(days=1) if one.at is None else CALL_LASTS),
        summary=plain(one.summary, LINE_LENGTH),
    )
    if one.description:
        event.add("description", plain(one.description, TEXT_LENGTH))
    event.add("transp", "TRANSPARENT" if one.at is None else "OPAQUE")
    return event


def _address(party: Party) -> vCalAddress:
    return vCalAddress.new(party.address, cn=_name(party))


def _guest(party: Party, *, is_organizer: bool) -> vCalAddress:
    return vCalAddress.new(
        party.address,
        cn=_name(party),
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat="ACCEPTED" if is_organizer else "NEEDS-ACTION",
        rsvp=not is_organizer,
    )


def _name(party: Party) -> str | None:
    """Give the name without the one sign that many calendars cannot read there."""
    return plain(party.name, LINE_LENGTH).replace('"', "'") or None


def _file(events: Iterable[Event], method: Method | None = None) -> bytes:
    # Not by `new`: it gives the file a UID and texts of its own that nobody needs.
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method is not None:
        calendar.add("method", method.value)
    for event in events:
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
