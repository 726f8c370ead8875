"""One order for all that a person's story tells: visits, mails, calls, deals, consent, wishes, changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from alerts.happened import Letter, Sighting
from alerts.story import moment
from tracker.words import DealStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from alerts.dossier import Dossier
    from alerts.story import Chapter, Happening
    from alerts.web.stories.changes import Change


@dataclass(frozen=True, slots=True)
class Event:
    """Something in the story: `kind` says which part of the page shows it."""

    at: datetime
    kind: str
    what: Any
    day: date | None = None
    """Where only the day is known."""


def told_in_order(
    person: Dossier, chapter: Chapter, changes: Iterable[Change], zone: ZoneInfo
) -> Sequence[Event]:
    """Put a chapter in one order, newest first; what a CRM dates by the day stands at that day's end."""
    beside = [*_of_record(person, zone), *(Event(one.at, "change", one) for one in changes)]
    events = [event_of(one) for one in chapter.happenings]
    return sorted(
        [*events, *(one for one in beside if chapter.tells_of(one.at))], key=lambda one: one.at, reverse=True
    )


def event_of(one: Happening) -> Event:
    """Say which part of the page shows it."""
    if isinstance(one, Sighting):
        return Event(moment(one), "visit", one)
    return Event(moment(one), "mail" if isinstance(one, Letter) else "report", one)


def _of_record(person: Dossier, zone: ZoneInfo) -> Iterator[Event]:
    for deal in person.deals:
        if deal.theirs and deal.closed_on and deal.status != DealStatus.OPEN:
            yield Event(datetime.combine(deal.closed_on, time.max, zone), "deal", deal, deal.closed_on)
    for consent in person.consents:
        if consent.revoked_at != consent.given_at:
            yield Event(consent.given_at, "consent", consent)
        if consent.revoked_at is not None:
            yield Event(consent.revoked_at, "consent ended", consent)
    for wish in person.wishes:
        yield Event(wish.at, "wish", wish)
    for link in person.links:
        yield Event(link.issued_at, "link", link)
        if link.revoked_at is not None:
            yield Event(link.revoked_at, "link ended", link)
