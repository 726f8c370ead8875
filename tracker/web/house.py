"""The house of pages: what all pages of those who sign in share, and who is let in."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial, wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, session, url_for

from tracker.db import DATABASE_AWAY
from tracker.web.me import KEY
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Blueprint, Flask
    from flask.typing import ResponseReturnValue

    from tracker.web.me import Desk, Me
    from tracker.web.rooms import Page

WANTED = "wanted"
"""Under this name the cookie keeps the page that somebody wanted before they signed in: never an address."""
OUTSIDE = ("/a/", "/interview/", "/interviewer/", "/preferences/")
"""Where pages live behind a signed link: nobody is signed in there, whatever their browser brings along."""
ENDED_MEANWHILE = "You are signed out here, so nothing was saved: sign in, go back, and send it again."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation, for whose role may do this."""

    label: str
    endpoint: str
    """Of the blueprint's first page; every page of the blueprint is marked by it."""
    verb: Verb
    thing: Thing
    within: str = ""
    """The endpoint of the page that it is a tab of: it has no place of its own for those who may see that."""


@dataclass(frozen=True, slots=True)
class Stories:
    """The pages that tell somebody's whole story, by the names of their endpoints.

    They show what was done about it, too, so they are not the tracker's; but all pages lead to them.
    """

    person: str = "stories.person"
    """Takes `prospect_id`."""
    company: str = "stories.company"
    """Takes `account_id`."""
    search: str = ""
    """Where prospects are searched for, in a field named `q`; empty: nowhere."""
    about: tuple[Entry, ...] = ()
    """The pages about one person, in their order; each takes `prospect_id`."""


class House:
    """Lets people in, and shows them the pages that are for their role."""

    def __init__(self, desk: Desk, entries: Sequence[Entry], stories: Stories) -> None:
        """Take what pages work with, the entries of the navigation in their order, and whole stories."""
        self.desk = desk
        self._stories = stories
        self._entries = tuple(entries)
        self.pages: dict[str, Page] = {}
        """All that rooms opened, by the names of their endpoints."""

    def furnish(self, app: Flask) -> None:
        """Give every template what the layout needs."""
        app.context_processor(self._furniture)

    def guard(self, blueprint: Blueprint) -> None:
        """Keep the pages of a blueprint for those who are signed in, and say so when the database is away."""
        blueprint.before_request(self._let_in)
        self.excuse(blueprint)

    def excuse(self, blueprint: Blueprint) -> None:
        """Have a blueprint say so when the database is away."""
        for away in DATABASE_AWAY:
            blueprint.register_error_handler(away, _busy)

    def needs(
        self, verb: Verb, thing: Thing, view: Callable[..., ResponseReturnValue]
    ) -> Callable[..., ResponseReturnValue]:
        """Give a view who is signed in, where their role may do this; else say that it may not."""

        @wraps(view)
        def allowed(**arguments: Any) -> ResponseReturnValue:  # noqa: ANN401
            me = self._present()
            if not me.may(verb, thing):
                abort(HTTPStatus.FORBIDDEN)
            return view(me, **arguments)

        return allowed

    def home(self, me: Me) -> str:
        """Give the address of the first page that this user may see."""
        return url_for(next((entry.endpoint for entry in self.entries(me)), "desk.you"))

    def entries(self, me: Me) -> tuple[Entry, ...]:
        """Give the navigation of this user."""
        seen = [entry for entry in self._entries if me.may(entry.verb, entry.thing)]
        there = {entry.endpoint for entry in seen}
        return tuple(entry for entry in seen if entry.within not in there)

    def _tabs(self, me: Me | None, endpoint: str) -> list[tuple[str, str, bool]]:
        """Give a page and those within it that are for this user: label, address, and if it is this one."""
        return [
            (entry.label, url_for(entry.endpoint), entry.endpoint == request.endpoint)
            for entry in self._entries
            if endpoint in (entry.endpoint, entry.within) and me and me.may(entry.verb, entry.thing)
        ]

    def _present(self) -> Me:
        me = self.desk.me()
        if me is None:
            abort(HTTPStatus.UNAUTHORIZED)
        return me

    def _let_in(self) -> ResponseReturnValue | None:
        if self.desk.me() is not None:
            return None
        if "HX-Request" in request.headers:  # a part of a page: the sign-in page would land in its middle
            abort(HTTPStatus.UNAUTHORIZED)
        if request.method == "GET":
            session[WANTED] = [request.endpoint, request.view_args or {}]
        if KEY in session and self.desk.present() is None:
            flash(ENDED_MEANWHILE if request.method == "POST" else "You are signed out here: sign in again.")
        return redirect(url_for("door.sign_in"), HTTPStatus.SEE_OTHER)

    def _furniture(self) -> dict[str, Any]:
        try:
            me = self.desk.me() if not request.path.startswith(OUTSIDE) else None
        except DATABASE_AWAY:
            me = None
        return {
            "me": me,
            "entries": self.entries(me) if me else (),
            "search_url": self._search_url(me),
            "person_url": self._person_url,
            "company_url": self._company_url,
            "about_person": partial(self._about_person, me),
            "tabs_of": partial(self._tabs, me),
        }

    def _search_url(self, me: Me | None) -> str:
        """Where `/` leads from a page without a search of its own; empty: nowhere."""
        searched = self._stories.search
        if me is None or not me.may(Verb.SEE, Thing.PROSPECT) or not searched:
            return ""
        return url_for(searched, _anchor="q")

    def _person_url(self, prospect_id: int) -> str:
        return url_for(self._stories.person, prospect_id=prospect_id)

    def _about_person(self, me: Me | None, prospect_id: int) -> list[tuple[str, str, bool]]:
        """Give the pages about somebody that are for this user: label, address, and if it is this one."""
        return [
            (one.label, url_for(one.endpoint, prospect_id=prospect_id), one.endpoint == request.endpoint)
            for one in self._stories.about
            if me is not None and me.may(one.verb, one.thing)
        ]

    def _company_url(self, account_id: int) -> str:
        return url_for(self._stories.company, account_id=account_id)


def wanted(fallback: str) -> str:
    """Give the page that was wanted before signing in, once; one of ours by its name, or the fallback."""
    endpoint, arguments = session.pop(WANTED, None) or ("", {})
    try:
        return url_for(endpoint, **arguments) if endpoint else fallback
    except (TypeError, ValueError):  # a page of an older release
        return fallback


def _busy(error: Exception) -> ResponseReturnValue:
    said = str(getattr(error, "orig", error)).strip().partition("\n")[0]
    log.warning("a page could not use the database: %s", said)
    advice = "Nothing was changed. Try again in a minute; if it stays so, tell whoever looks after Ringback."
    again = request.full_path.rstrip("?") if request.method == "GET" else ""
    heading = "Ringback is busy just now"
    page = render_template("house/error.html", heading=heading, advice=advice, again=again)
    return page, HTTPStatus.SERVICE_UNAVAILABLE
