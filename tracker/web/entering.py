"""Coming in: what binds a browser before somebody is signed in, and what it gets when they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, session, url_for

from tracker.people.sessions import end, new_secret
from tracker.web.house import WANTED, wanted
from tracker.web.me import KEY

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.people.sign_in import Entered
    from tracker.people.strong import Strength
    from tracker.web.me import Desk

BROWSER = "browser"
"""Under this name the cookie carries the secret by which a browser is known that is not signed in."""


def browser_secret() -> str:
    """Give this browser's secret; empty where it has none."""
    secret = session.get(BROWSER)
    return secret if isinstance(secret, str) else ""


def keep_browser() -> str:
    """Give this browser's secret, a new one where it has none."""
    secret: str = session.setdefault(BROWSER, new_secret())
    return secret


def want(endpoint: str) -> None:
    """Have this page come after signing in."""
    session[WANTED] = [endpoint, {}]


def leave_old(writing: Session, desk: Desk) -> None:
    """End the session that the browser has: somebody signs in in its place."""
    before = desk.present()
    if before is not None:
        end(writing, before.id, before.session_id, desk.clock())


def welcome(entered: Entered, strength: Strength) -> str:
    """Give the browser its new key, and forget all that it carried before; gives where to go.

    Who came in by a way that is not enough here adds a passkey first.
    """
    is_enough = strength.is_enough(entered.way)
    kept = session.get(WANTED)
    page = wanted(url_for("door.home")) if is_enough else url_for("strong.enrol")
    session.clear()
    session.permanent = True
    session[KEY] = entered.key
    if not is_enough and kept is not None:
        session[WANTED] = kept
    return page


def let_in(entered: Entered, strength: Strength) -> ResponseReturnValue:
    """Welcome somebody, and lead them on."""
    return redirect(welcome(entered, strength), 303)
