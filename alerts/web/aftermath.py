"""What follows from a report once it is on record: visits derived anew, the rep's own browser known as ours.

A transaction each: whatever goes wrong here takes no report back.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from alerts.decide import Decider
from alerts.policy import Policy
from tracker.browsers import hold, make_own
from tracker.ingest.claim import CREDENTIAL_AGE
from tracker.ingest.endpoint import COOKIE, SECURE_COOKIE
from tracker.ingest.rescreen import remembered_in, rescreen
from tracker.models import Browser
from tracker.signing import Purpose, SignatureError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.installation import Installation

log = logging.getLogger(__name__)


class Aftermath:
    """Tells the tracker what a rep's report says of browsers."""

    def __init__(self, installation: Installation) -> None:
        """Take what to write to, and the policy that decides about visits derived anew."""
        self._installation = installation
        self._decide = Decider(installation, Policy.of(installation.settings))

    def changed(self, browser_id: int | None, now: datetime) -> None:
        """Derive the visits of a browser anew that became, or ceased to be, somebody else's."""
        if browser_id is None:
            return
        try:
            with self._installation.database.writing() as session:
                self._derive(session, browser_id, now)
        except SQLAlchemyError as error:
            log.warning("visits are not derived anew: %s", type(error).__name__)

    def ours(self, cookies: Mapping[str, str], user_id: int, now: datetime) -> None:
        """Know the browser of a rep who reports as one of ours, where it carries our endpoint's cookie."""
        secure = self._installation.settings.base_url.startswith("https://")
        try:
            key = self._installation.signer.verify(
                Purpose.BROWSER, cookies.get(SECURE_COOKIE if secure else COOKIE), now, CREDENTIAL_AGE
            ).value
        except SignatureError:
            return
        try:
            with self._installation.database.writing() as session:
                for browser in hold(session, Browser.key == key):
                    if browser.own_user_id is None and make_own(browser, user_id, now):
                        self._derive(session, browser.id, now)
        except SQLAlchemyError as error:
            log.warning("a browser is not known as ours: %s", type(error).__name__)

    def _derive(self, session: Session, browser_id: int, now: datetime) -> None:
        session.flush()
        rescreen(session, remembered_in(session, browser_id), now, self._decide)
