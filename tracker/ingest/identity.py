"""Whose visit is it? Humanity and identity are two questions: a person was there, but was it the prospect?

What is odd about it is derived again with every hit, and kept with the visit by name. Only what people did
counts: a mail gateway that opens a link first makes nobody look forwarded.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import select

from tracker.among import among
from tracker.browsers import markers
from tracker.ingest.history import CONFIRMED, PEOPLE, Past
from tracker.ingest.signs import OWN_BROWSER, OWN_PERSON
from tracker.models import Browser, User
from tracker.names import email_key
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.people import Person
    from tracker.ingest.rows import VisitRow

SHARED = "shared browser"
FORWARDED = "possibly forwarded"
NEW_BROWSER = "new browser"
NOT_THEIRS = "somebody else's browser"

NOBODY = frozenset({State.MACHINE, State.INTERNAL})
"""States of visits of which nobody asks whether the prospect made them."""

_BROWSERS = select(Browser.id, Browser.shared, Browser.own_user_id).where(among(Browser.id, "ids"))


@dataclass(frozen=True, slots=True)
class _Sort:
    """What visits have in common that tell the same of whose browser it is."""

    browser_id: int
    by_link: bool
    campaign_id: int | None
    theirs: bool
    """Nobody said that it was somebody else."""


@dataclass(frozen=True, slots=True)
class _First:
    """When the first visit of a sort began; None: there was none."""

    any: datetime | None = None
    person: datetime | None = None
    confirmed: datetime | None = None

    def or_earlier(self, other: _First) -> _First:
        """Put two together."""
        return _First(
            _earliest((self.any, other.any)),
            _earliest((self.person, other.person)),
            _earliest((self.confirmed, other.confirmed)),
        )


_Past: TypeAlias = dict[_Sort, _First]


@dataclass(slots=True)
class Identities:
    """What is known of the browsers and people behind some visits.

    Visits judged in one go count for those judged after them, which began later.
    """

    shared: frozenset[int] = frozenset()
    """Browsers in which tokens of several people were opened."""
    own_browsers: frozenset[int] = frozenset()
    """Those of users who still work here."""
    own_people: frozenset[int] = frozenset()
    """Prospects whose address is that of a user who still works here."""
    past: dict[int, _Past] = field(default_factory=lambda: defaultdict(dict))
    """By prospect."""

    @classmethod
    def load(
        cls, session: Session, visits: Sequence[VisitRow], people: Collection[Person], earlier: Sequence[Past]
    ) -> Identities:
        """Load it at once for all of them; `earlier` visits are those of before (`earlier_visits`)."""
        browsers = session.execute(_BROWSERS, {"ids": [visit.browser_id for visit in visits]}).all()
        marked_by = {browser_id: user_id for browser_id, _, user_id in browsers if user_id is not None}
        known = cls(
            frozenset(browser_id for browser_id, shared, _ in browsers if shared),
            _own_browsers(session, marked_by),
            _own_people(session, people),
        )
        for past in earlier:
            known._see(past)
        return known

    def own(self, visit: VisitRow) -> tuple[str, ...]:
        """Name what makes it a visit of our own people, by `tracker.ingest.signs`."""
        browser = (OWN_BROWSER,) if visit.browser_id in self.own_browsers else ()
        return (*browser, OWN_PERSON) if visit.prospect_id in self.own_people else browser

    def odd(self, visit: VisitRow) -> list[str]:
        """Name what is odd about whose visit it is, once its state is known.

        A rep's word comes on top of what spoke for it before: so it is known which signs were right.
        """
        names = [SHARED] if visit.browser_id in self.shared else []
        if visit.state in NOBODY:
            return names
        past = self.past[visit.prospect_id]
        if _is_forwarded(visit, past):
            names.append(FORWARDED)
        elif _is_new(visit, past):
            names.append(NEW_BROWSER)
        self._see(Past.of(visit))
        return [*names, NOT_THEIRS] if visit.not_theirs else names

    def _see(self, visit: Past) -> None:
        if visit.state in NOBODY:
            return
        past = self.past[visit.prospect_id]
        sort = _Sort(visit.browser_id, visit.by_link, visit.campaign_id, not visit.not_theirs)
        past[sort] = _first_of(visit).or_earlier(past.get(sort, _First()))


def _is_forwarded(visit: VisitRow, past: _Past) -> bool:
    """Whether the link of the mailing that made the browser known was opened by a person elsewhere before.

    The browser's latest mailing tells, for later visits without a link, too. Who opens a mailing first is
    the one to whom it was sent, as far as can be told; and whoever was confirmed in this browser before may
    read a mail twice.
    """
    opened = {
        sort.campaign_id: first.any
        for sort, first in past.items()
        if sort.browser_id == visit.browser_id and sort.by_link and first.any and first.any < visit.started_at
    }
    if visit.by_link:
        opened.setdefault(visit.campaign_id, visit.started_at)
    if not opened:
        return False
    mailing = visit.campaign_id if visit.by_link else max(opened, key=lambda one: opened[one])
    elsewhere = _earliest(
        first.person
        for sort, first in past.items()
        if _is_elsewhere(sort, visit) and sort.by_link and sort.campaign_id == mailing
    )
    if elsewhere is None or elsewhere >= opened[mailing]:
        return False
    confirmed = _earliest(
        first.confirmed for sort, first in past.items() if sort.browser_id == visit.browser_id
    )
    return confirmed is None or confirmed >= elsewhere


def _is_new(visit: VisitRow, past: _Past) -> bool:
    """Whether the prospect came in other browsers before, and never in this one."""
    here = _earliest(first.person for sort, first in past.items() if sort.browser_id == visit.browser_id)
    elsewhere = _earliest(first.person for sort, first in past.items() if _is_elsewhere(sort, visit))
    was_here = here is not None and here < visit.started_at
    return not was_here and elsewhere is not None and elsewhere < visit.started_at


def _is_elsewhere(sort: _Sort, visit: VisitRow) -> bool:
    """Whether visits of that sort were the prospect's, as far as anybody knows, in another browser."""
    return sort.theirs and sort.browser_id != visit.browser_id


def _own_browsers(session: Session, marked_by: Mapping[int, int]) -> frozenset[int]:
    users = markers(session, set(marked_by.values()))
    return frozenset(browser_id for browser_id, user_id in marked_by.items() if user_id in users)


def _own_people(session: Session, people: Collection[Person]) -> frozenset[int]:
    addresses = session.scalars(select(User.email).where(User.left_at.is_(None)))
    keys = {email_key(address) for address in addresses}
    return frozenset(person.id for person in people if person.email_key in keys)


def _first_of(visit: Past) -> _First:
    began = visit.started_at
    return _First(
        began,
        began if visit.state in PEOPLE else None,
        began if visit.state in CONFIRMED else None,
    )


def _earliest(times: Iterable[datetime | None]) -> datetime | None:
    return min((time for time in times if time is not None), default=None)
