"""The door: asking for a link, opening it, signing in and out. GET shows, POST acts (S8)."""

from __future__ import annotations

from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import flash, make_response, redirect, render_template, request, session, url_for

from tracker.audit import What, by_user, note
from tracker.ingest.limits import RateLimit, network_of
from tracker.people.sessions import end
from tracker.people.sign_in import LINK_AGE, Refusal, enter, look
from tracker.web.entering import browser_secret, keep_browser, leave_old, let_in
from tracker.web.forms import Filled, read_email
from tracker.web.passkeys import GOOD_FOR_S, lock_of
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from tracker.signing import Signer
    from tracker.web.asking import Asking
    from tracker.web.house import House
    from tracker.web.me import Desk

ASKED = "asked"
"""Under this name the cookie keeps the address that was typed, to be shown once more."""
ASKS_PER_ADDRESS = 20
"""Requests for a link a minute from one address, to one process: an office may come to work behind one."""
MINUTES = round(LINK_AGE.total_seconds() / 60)

ELSEWHERE = (
    "It works only in the browser in which you typed your address. Copy the link from the mail into that"
    " browser, or ask for a new one in this one. If you did not ask for it, do nothing: nobody gets in by it."
)
WEAK = (
    "Links are for the first time only. Use your passkey, or sign in as you did last time. If you lost it,"
    " ask an admin to clear it: then a link lets you add another."
)
REFUSALS: Mapping[Refusal, tuple[HTTPStatus, str, str]] = MappingProxyType(
    {
        Refusal.UNKNOWN: (
            HTTPStatus.NOT_FOUND,
            "This link opens nothing",
            "A mail program may have cut it in two: copy all of it from the mail, or ask for a new link.",
        ),
        Refusal.EXPIRED: (
            HTTPStatus.GONE,
            "This link has expired",
            f"Links to sign in work for {MINUTES} minutes. Ask for a new one.",
        ),
        Refusal.USED: (
            HTTPStatus.GONE,
            "This link has been used",
            "Each link signs in once. Ask for a new one.",
        ),
        Refusal.ELSEWHERE: (
            HTTPStatus.FORBIDDEN,
            "Open this link where you asked for it",
            ELSEWHERE,
        ),
        Refusal.WEAK: (
            HTTPStatus.FORBIDDEN,
            "A link is not enough to sign you in",
            WEAK,
        ),
    }
)


class Door:
    """The pages for those who are not signed in yet."""

    def __init__(self, desk: Desk, house: House, asking: Asking, provider: str) -> None:
        """Take what pages work with, where to go from here, who sends links, how the provider is called."""
        self._desk = desk
        self._house = house
        self._asking = asking
        self._provider = provider
        self._limit = RateLimit(ASKS_PER_ADDRESS)

    def sign_in(self) -> ResponseReturnValue:
        """Ask for a mail address; who is signed in goes on."""
        me = self._desk.me()
        if me is not None:
            return redirect(self._house.home(me), HTTPStatus.SEE_OTHER)
        home = self._desk.installation.settings.base_url
        if urlsplit(home).hostname != urlsplit(f"//{request.host}").hostname:
            # Mailed links open under the main name, and a cookie is for one name.
            return redirect(f"{home}/sign-in", HTTPStatus.SEE_OTHER)
        newcomer = self._desk.present()
        if newcomer is not None:
            with self._desk.database.reading() as reading:
                may_enrol = self._desk.strength.may_enrol(reading, newcomer.id, newcomer.way)
            if may_enrol and lock_of(self._desk) is not None:
                return redirect(url_for("strong.enrol"), HTTPStatus.SEE_OTHER)
        return self.form()

    def ask(self) -> ResponseReturnValue:
        """Have a link sent, and say the same whoever asked."""
        form = Filled.of(request.form, "email")
        email = form.take("email", read_email)
        if email is None:
            return self.form(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not self._limit.admits(network_of(request.remote_addr or "")):
            trouble = "Too many links were asked for from your network. Wait a minute, then try again."
            return self.form(form, trouble, HTTPStatus.TOO_MANY_REQUESTS)
        if not self._asking.mail_answers():
            trouble = (
                "Ringback's mail server does not answer, so no link can be sent. Try again in a few minutes;"
                " whoever looks after Ringback sees what is wrong with “ringback check”."
            )
            return self.form(form, trouble, HTTPStatus.SERVICE_UNAVAILABLE)
        session.permanent = True
        browser = keep_browser()
        session[ASKED] = email
        begin = self._asking.reserve(email, browser, self._desk.clock())
        if begin is None:
            trouble = "Ringback is busy just now: no link was sent. Try again in a minute."
            return self.form(form, trouble, HTTPStatus.SERVICE_UNAVAILABLE)
        answer = make_response(redirect(url_for("door.sent"), HTTPStatus.SEE_OTHER))
        answer.call_on_close(begin)
        return answer

    def sent(self) -> ResponseReturnValue:
        """Say what to do now."""
        email = session.get(ASKED)
        if not email:
            return redirect(url_for("door.sign_in"), HTTPStatus.SEE_OTHER)
        return render_template("house/sent.html", email=email, minutes=MINUTES)

    def open(self, signed: str) -> ResponseReturnValue:
        """Show the button of a link; nothing is changed by looking."""
        me = self._desk.me()
        with self._desk.database.reading() as reading:
            found = look(
                reading,
                self._signer,
                signed,
                browser_secret(),
                self._desk.clock(),
                strength=self._desk.strength,
            )
        if isinstance(found, Refusal):
            return (
                self._refused(found) if me is None else redirect(self._house.home(me), HTTPStatus.SEE_OTHER)
            )
        return render_template("house/open.html", signed=signed, name=found.name)

    def enter(self, signed: str) -> ResponseReturnValue:
        """Use the link: the browser gets a new key, whatever it carried before."""
        now = self._desk.clock()
        agent = request.headers.get("User-Agent", "")
        me = self._desk.me()
        with self._desk.database.writing() as writing:
            secret, strength = browser_secret(), self._desk.strength
            entered = enter(writing, self._signer, signed, secret, agent, now, strength=strength)
            if not isinstance(entered, Refusal):
                leave_old(writing, self._desk)
        if isinstance(entered, Refusal):
            return (
                self._refused(entered) if me is None else redirect(self._house.home(me), HTTPStatus.SEE_OTHER)
            )
        return let_in(entered, self._desk.strength)

    def sign_out(self) -> ResponseReturnValue:
        """End this browser's session."""
        me = self._desk.present()
        if me is not None:
            now = self._desk.clock()
            with self._desk.database.writing() as writing:
                end(writing, me.id, me.session_id, now)
                note(writing, by_user(me.id), "sign out", What(Thing.SESSION, me.session_id), now)
        session.clear()
        flash("You are signed out.", "good")
        return redirect(url_for("door.sign_in"), HTTPStatus.SEE_OTHER)

    def home(self) -> ResponseReturnValue:
        """Lead on to the first page."""
        me = self._desk.me()
        return redirect(self._house.home(me) if me else url_for("door.sign_in"), HTTPStatus.SEE_OTHER)

    @property
    def _signer(self) -> Signer:
        return self._desk.installation.signer

    def form(
        self, form: Filled | None = None, trouble: str = "", status: HTTPStatus = HTTPStatus.OK
    ) -> ResponseReturnValue:
        """Show the ways to sign in."""
        lock = lock_of(self._desk)
        page = render_template(
            "house/sign_in.html",
            form=form or Filled({"email": ""}),
            trouble=trouble,
            question=lock.question(keep_browser(), self._desk.clock()) if lock else "",
            good_for=GOOD_FOR_S,
            provider=self._provider,
            is_strong=self._desk.strength.is_required,
        )
        return page, status

    def _refused(self, why: Refusal) -> ResponseReturnValue:
        status, heading, advice = REFUSALS[why]
        button = "Back to sign in" if why is Refusal.WEAK else ""
        return render_template("house/refused.html", heading=heading, advice=advice, button=button), status
