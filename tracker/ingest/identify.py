"""Whose browser is this? A genuine token or credential leads to its row, and the row to a prospect.

The people concerned are locked in one order first, so that two processes never write the same
person's visits at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.ingest.hit import DropReason
from tracker.models import Browser, Campaign, PageView, Prospect, Token, Visit
from tracker.signing import new_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.arrival import Arrival

BROWSER_KEY_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Known:
    """An arrival whose browser and prospect are known."""

    browser: Browser
    prospect_id: int
    by_link: bool
    """A token came with it."""
    campaign_id: int | None
    fresh: bool
    """The browser does not hold its credential yet, so the answer brings it."""


class Identifier:
    """Loads the rows behind a group of arrivals at once, and tells each one's browser."""

    def __init__(self, session: Session, arrivals: Sequence[Arrival]) -> None:
        """Lock and load everything these arrivals name."""
        self._session = session
        token_keys = {arrival.token.key for arrival in arrivals if arrival.token}
        browser_keys = {arrival.browser_key for arrival in arrivals if arrival.browser_key}
        self._tokens = {
            row.key: row for row in session.scalars(select(Token).where(Token.key.in_(token_keys)))
        }
        in_browsers = session.scalars(select(Browser.prospect_id).where(Browser.key.in_(browser_keys)))
        self.prospect_ids = {row.prospect_id for row in self._tokens.values()} | set(in_browsers)
        session.execute(
            select(Prospect.id)
            .where(Prospect.id.in_(self.prospect_ids))
            .order_by(Prospect.id)
            .with_for_update(key_share=True)
        )
        # Read after the lock: another process may just have bound a browser to somebody else.
        self._browsers = {
            row.key: row for row in session.scalars(select(Browser).where(Browser.key.in_(browser_keys)))
        }
        self._bound = set(
            session.scalars(select(Browser.prospect_id).where(Browser.prospect_id.in_(self.prospect_ids)))
        )
        self._by_hit = self._browsers_by_hit(arrivals)
        labels = {arrival.label for arrival in arrivals if arrival.label}
        found = session.execute(select(Campaign.label, Campaign.id).where(Campaign.label.in_(labels)))
        self._campaigns = dict(found.all())

    def prospect_of(self, arrival: Arrival) -> int | DropReason:
        """Tell whom an arrival is about: its token's person, else its browser's."""
        token = self._tokens.get(arrival.token.key) if arrival.token else None
        if token is not None and token.revoked_at is None:
            return token.prospect_id
        browser = self._credited(arrival)
        if browser is not None:
            return browser.prospect_id if browser.revoked_at is None else DropReason.REVOKED_BROWSER
        return DropReason.INVALID_TOKEN if token is None else DropReason.REVOKED_TOKEN

    def identify(self, arrival: Arrival, prospect_id: int, now: datetime) -> Known:
        """Find or make the browser, and bind it to the prospect.

        A token of another person makes this and later visits that person's; what happened stays.
        """
        browser = self._credited(arrival)
        fresh = browser is None or browser.revoked_at is not None
        if browser is None or browser.revoked_at is not None:
            browser = self._of_repeated_hit(arrival, prospect_id) or self._new_browser(prospect_id, now)
        if browser.prospect_id != prospect_id:
            browser.prospect_id = prospect_id
            browser.shared = True
        for hit in arrival.batch.hits:
            self._by_hit.setdefault(hit.id, browser)
        by_link = arrival.token is not None and arrival.token.key in self._tokens
        return Known(
            browser=browser,
            prospect_id=prospect_id,
            by_link=by_link,
            campaign_id=self._campaigns.get(arrival.label) if by_link else None,
            fresh=fresh,
        )

    def revoke(self, arrival: Arrival, now: datetime) -> None:
        """Forget a browser whose visitor withdrew their consent."""
        browser = self._credited(arrival)
        if browser is not None and browser.revoked_at is None:
            browser.revoked_at = now

    def _credited(self, arrival: Arrival) -> Browser | None:
        return self._browsers.get(arrival.browser_key) if arrival.browser_key else None

    def _of_repeated_hit(self, arrival: Arrival, prospect_id: int) -> Browser | None:
        """Find the browser whose answer was lost, so that its next try does not make a second one."""
        found = (self._by_hit.get(hit.id) for hit in arrival.batch.hits)
        return next((row for row in found if row is not None and row.prospect_id == prospect_id), None)

    def _new_browser(self, prospect_id: int, now: datetime) -> Browser:
        browser = Browser(
            key=new_key(BROWSER_KEY_LENGTH),
            prospect_id=prospect_id,
            created_at=now,
            shared=False,
            forwarded=prospect_id in self._bound,
        )
        self._session.add(browser)
        self._bound.add(prospect_id)
        return browser

    def _browsers_by_hit(self, arrivals: Sequence[Arrival]) -> dict[str, Browser]:
        ids = {hit.id for arrival in arrivals for hit in arrival.batch.hits if arrival.browser_key is None}
        rows = self._session.execute(
            select(PageView.hit_id, Browser)
            .join(Visit, Visit.id == PageView.visit_id)
            .join(Browser, Browser.id == Visit.browser_id)
            .where(PageView.hit_id.in_(ids))
        )
        return dict(rows.all())
