"""What of whole stories somebody may read: what is out of reach is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, url_for

from alerts.company import Reached
from alerts.web.reader import Reader
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from tracker.web.me import Desk, Me

ACTIONS = "today.outcome"
"""Where reports are sent to: while that is not there, the pages have no buttons for them."""


def reached(desk: Desk, me: Me) -> Reached:
    """Give the conditions of what this user may see of people and companies."""
    scope = desk.scope(me, Verb.SEE, Thing.PROSPECT)
    return Reached(scope.account(), scope.each(), None if scope.is_all else scope.owners())


def is_told(me: Me) -> bool:
    """Whether alerts, mails and calls are any of this user's business."""
    return me.may(Verb.SEE, Thing.ALERT)


def reader_of(me: Me) -> Reader:
    """Read moments as the mails word them, and figures as the user's country writes them."""
    return Reader(me.reader.zone, me.reader.now, me.reader.locale)


def way(endpoint: str, **arguments: Any) -> str:  # noqa: ANN401  (as Flask takes them)
    """Give the address of another room's page; empty where there is no such page."""
    return url_for(endpoint, **arguments) if endpoint in current_app.view_functions else ""
