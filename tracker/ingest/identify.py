"""Whose browser is this? A genuine token or credential leads to its row, and the row to a prospect.

The people concerned are locked in one order first, so that two processes never write the same
person's visits at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.among import among
from tracker.browsers import markers, marks
from tracker.ingest.hit import DropReason
from tracker.models import Browser, Campaign, Prospect, Token, Visit
from tracker.signing import new_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.ingest.arrival import Arrival

BROWSER_KEY_LENGTH = 16
"""Letters and digits."""
MOST_BROWSERS = 50
"""New browsers of one person in `BROWSERS_TIME`. A link passed round an office has fewer; more is somebody
who fills the database with one token.
"""
BROWSERS_TIME = timedelta(days=1)

_PEOPLE = select(Prospect.id, Prospect.email).where(among(Prospect.id, "people")).order_by(Prospect.id)


@dataclass(frozen=True, slots=True)
class Known:
    """An arrival whose browser and prospect are known."""

    browser: Browser
    prospect_id: int
    by_link: bool
    """A token came with it, of whatever worth."""
    landing: bool
    """A genuine token came with it."""
    campaign_id: int | None


class Identifier:
    """Loads the rows behind a group of arrivals at once, and tells each one's browser."""

    def __init__(
        self, session: Session, arrivals: Sequence[Arrival], now: datetime, *, lock: bool = True
    ) -> None:
        """Lock and load everything these arrivals name; without `lock` it is a mere look."""
        self._session = session
        self._now = now
        self._lock = lock
        token_keys = {arrival.token_key for arrival in arrivals if arrival.token_key}
        browser_keys = {key for one in arrivals for key in (one.browser_key, one.new_key) if key}
        tokens = session.scalars(select(Token).where(among(Token.key, token_keys))) if token_keys else ()
        self._tokens = {row.key: row for row in tokens}
        self.emails: dict[int, str | None] = {}
        """Of the people who may be meant."""
        self._browsers: dict[str, Browser] = {}
        self._lock_people({row.prospect_id for row in self._tokens.values()}, browser_keys)
        self._not_theirs = self._reported()
        self._lately = self._count_new_browsers(arrivals)
        self._campaigns = self._campaigns_of(arrivals)
        self._own_users = markers(session, {arrival.own.user_id for arrival in arrivals if arrival.own})

    def prospect_of(self, arrival: Arrival) -> int | DropReason:
        """Tell whom an arrival is about: its token's person, else its browser's."""
        token = self._tokens.get(arrival.token_key) if arrival.token_key else None
        browser = self._credited(arrival)
        if token is not None and token.revoked_at is None:
            if browser is not None and self._is_somebody_else_s(browser, token.prospect_id):
                return DropReason.UNBOUND_BROWSER
            return token.prospect_id
        if browser is not None:
            if browser.revoked_at is not None:
                return DropReason.REVOKED_BROWSER
            return browser.prospect_id if browser.unbound_at is None else DropReason.UNBOUND_BROWSER
        if token is not None:
            return DropReason.REVOKED_TOKEN
        return DropReason.UNKNOWN_BROWSER if arrival.browser_key else DropReason.INVALID_TOKEN

    def identify(self, arrival: Arrival, prospect_id: int) -> Known | DropReason:
        """Find or make the browser, and bind it to the prospect; a drop's name when there are too many.

        A token of another person makes this and later visits that person's; what happened stays.
        """
        forbidden = self.forbids(arrival, prospect_id)
        if forbidden is not None:
            return forbidden
        browser = self._held(arrival) or self._new_browser(prospect_id, arrival)
        if browser.prospect_id != prospect_id:
            browser.prospect_id = prospect_id
            browser.shared = True
            browser.unbound_at = None
        genuine = arrival.token_key in self._tokens
        return Known(
            browser=browser,
            prospect_id=prospect_id,
            by_link=arrival.by_link,
            landing=genuine,
            campaign_id=self._campaigns.get(arrival.label) if genuine else None,
        )

    def needs_credential(self, arrival: Arrival) -> bool:
        """Whether the browser holds none that is worth anything, so that the answer brings one."""
        browser = self._credited(arrival)
        return browser is None or browser.revoked_at is not None

    def is_known(self, arrival: Arrival) -> bool:
        """Whether there is a row of the browser of the credential that came."""
        return self._credited(arrival) is not None

    def forbids(self, arrival: Arrival, prospect_id: int) -> DropReason | None:
        """Name what forbids to take this arrival's browser for the prospect's."""
        held = self._held(arrival)
        if held is None:
            many = self._lately.get(prospect_id, 0) >= MOST_BROWSERS
            return DropReason.TOO_MANY_BROWSERS if many else None
        if held.revoked_at is not None:
            return DropReason.REVOKED_BROWSER
        if arrival.new_key not in (None, arrival.browser_key) and (
            held.prospect_id != prospect_id or self._is_somebody_else_s(held, prospect_id)
        ):
            return DropReason.UNBOUND_BROWSER
        return None

    def revoke(self, arrival: Arrival) -> DropReason | None:
        """Forget a browser whose visitor withdrew their consent; a drop's name when there is none (yet)."""
        browser = self._credited(arrival)
        if browser is None:
            return DropReason.UNKNOWN_BROWSER if arrival.browser_key else None
        if browser.revoked_at is None:
            browser.revoked_at = self._now
        return None

    def _lock_people(self, prospect_ids: set[int], browser_keys: set[str]) -> None:
        """Lock the people behind tokens and browsers, and load the browsers.

        They are loaded again after the lock: another process may just have bound one to somebody else,
        and then that person is locked too.
        """
        session = self._session
        named = select(Browser).where(among(Browser.key, browser_keys))
        wanted = prospect_ids | set(session.scalars(named.with_only_columns(Browser.prospect_id)))
        while more := wanted - self.emails.keys():
            people = _PEOPLE.with_for_update(key_share=True) if self._lock else _PEOPLE
            self.emails |= dict(session.execute(people, {"people": list(more)}).all())
            fresh = session.scalars(named.execution_options(populate_existing=True))
            self._browsers = {row.key: row for row in fresh}
            wanted = {row.prospect_id for row in self._browsers.values()}

    def _reported(self) -> set[tuple[int, int]]:
        """Give whom of these people a rep said not to be in browsers that had more than one: browser, person.

        A browser with one is unbound itself.
        """
        shared = {browser.id for browser in self._browsers.values() if browser.shared}
        if not shared:
            return set()
        found = (
            select(Visit.browser_id, Visit.prospect_id)
            .where(among(Visit.browser_id, shared), among(Visit.prospect_id, self.emails), Visit.not_theirs)
            .distinct()
        )
        return {(browser_id, prospect_id) for browser_id, prospect_id in self._session.execute(found)}

    def _is_somebody_else_s(self, browser: Browser, prospect_id: int) -> bool:
        """Whether a rep said that this browser is not this prospect's."""
        if browser.revoked_at is not None:
            return False
        unbound = browser.unbound_at is not None and browser.prospect_id == prospect_id
        return unbound or (browser.id, prospect_id) in self._not_theirs

    def _count_new_browsers(self, arrivals: Sequence[Arrival]) -> dict[int, int]:
        """Count the browsers of each of these people that are new within the time, if any is to be made."""
        if all(self._held(arrival) for arrival in arrivals):
            return {}
        counts = self._session.execute(
            select(Browser.prospect_id, func.count())
            .where(among(Browser.prospect_id, self.emails), Browser.created_at > self._now - BROWSERS_TIME)
            .group_by(Browser.prospect_id)
        )
        return dict(counts.all())

    def _campaigns_of(self, arrivals: Sequence[Arrival]) -> dict[str, int]:
        labels = {arrival.label for arrival in arrivals if arrival.label}
        if not labels:
            return {}
        found = select(Campaign.label, Campaign.id).where(among(Campaign.label, labels))
        return dict(self._session.execute(found).all())

    def _credited(self, arrival: Arrival) -> Browser | None:
        return self._browsers.get(arrival.browser_key) if arrival.browser_key else None

    def _held(self, arrival: Arrival) -> Browser | None:
        """Find the browser of the credential that it holds once it is answered.

        Of a new one there is a row already when its first request is made once more, as its answer was lost.
        """
        return self._browsers.get(arrival.new_key) if arrival.new_key else self._credited(arrival)

    def _new_browser(self, prospect_id: int, arrival: Arrival) -> Browser:
        browser = Browser(
            key=arrival.new_key or new_key(BROWSER_KEY_LENGTH),
            prospect_id=prospect_id,
            created_at=self._now,
            shared=False,
        )
        own = arrival.own
        if own is not None and marks(self._own_users, own.user_id, own.since):
            browser.own_user_id, browser.own_at = own.user_id, self._now
        self._session.add(browser)
        self._browsers[browser.key] = browser
        self._lately[prospect_id] = self._lately.get(prospect_id, 0) + 1
        return browser
