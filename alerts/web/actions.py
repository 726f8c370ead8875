"""What the buttons do: record an outcome, take one back. Each needs a person's gesture on the page."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from alerts.ground import NotYoursError, OutcomeError
from alerts.outcome import undo
from alerts.web.aftermath import Aftermath
from alerts.web.busy import BUSY, DATABASE_AWAY, TRY_AGAIN, note_busy
from alerts.web.entrance import nothing_here, unlock
from alerts.web.forms import MAX_FORM, Back, read_report
from alerts.web.gesture import is_persons, make_nonce
from alerts.web.reporting import report
from alerts.words import LABELS, OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from alerts.doors import Door
    from alerts.web.forms import ReportForm
    from alerts.web.pages import Pages
    from tracker.installation import Installation


class Actions:
    """The two POSTs."""

    def __init__(self, installation: Installation, clock: Callable[[], datetime], pages: Pages) -> None:
        """Take what to write to, the clock, and the pages to fall back on."""
        self._installation = installation
        self._clock = clock
        self._pages = pages
        self._aftermath = Aftermath(installation)

    def outcome(self, signed: str) -> ResponseReturnValue:
        """Record what the reader reports, and go back to the page they came from."""
        request.max_content_length = MAX_FORM
        now = self._clock()
        door = unlock(self._installation.signer, signed, now)
        form = read_report(request.form)
        if not is_persons(self._installation.signer, door, request.form, now):
            return self._once_more(_report(signed, form), door, now)
        try:
            with self._installation.database.writing() as session:
                recorded = report(session, self._installation.signer, door, form, now)
        except NotYoursError as error:
            raise nothing_here() from error
        except OutcomeError as error:
            return self._pages.report_page(signed, form, str(error))
        except DATABASE_AWAY as error:
            note_busy(error)
            return self._given_back(_report(signed, form), form, door, now)
        self._aftermath.changed(recorded.browser_id, now)
        self._aftermath.ours(request.cookies, door.user_id, now)
        page = "alerts.calling" if form.back == Back.CALLING else "alerts.result"
        address = url_for(page, signed=signed, saved=recorded.outcome_id)
        return redirect(address, HTTPStatus.SEE_OTHER)

    def undo(self, signed: str, outcome_id: int) -> ResponseReturnValue:
        """Take a report back, and show what stands now."""
        request.max_content_length = MAX_FORM
        now = self._clock()
        door = unlock(self._installation.signer, signed, now)
        if not is_persons(self._installation.signer, door, request.form, now):
            return self._once_more(_undo(signed, outcome_id), door, now)
        try:
            with self._installation.database.writing() as session:
                given_back = undo(session, door, outcome_id, now)
        except NotYoursError as error:
            raise nothing_here() from error
        except DATABASE_AWAY as error:
            note_busy(error)
            return self._once_more(_undo(signed, outcome_id), door, now, busy=True)
        self._aftermath.changed(given_back, now)
        return redirect(url_for("alerts.result", signed=signed, saved=outcome_id), HTTPStatus.SEE_OTHER)

    def _given_back(self, button: Button, form: ReportForm, door: Door, now: datetime) -> ResponseReturnValue:
        """Give the form back with everything typed in it: on its page, where that can be read at least."""
        try:
            return self._pages.report_page(button.signed, form, TRY_AGAIN, busy=True)
        except DATABASE_AWAY:
            return self._once_more(button, door, now, busy=True)

    def _once_more(
        self, button: Button, door: Door, now: datetime, *, busy: bool = False
    ) -> ResponseReturnValue:
        """Ask for the same button once more; whatever was typed is kept in the form."""
        page = render_template(
            "alert/once_more.html",
            button=button,
            heading=BUSY if busy else "Tap the button once more",
            problem=TRY_AGAIN if busy else "",
            nonce=make_nonce(self._installation.signer, door, now),
        )
        return page, HTTPStatus.SERVICE_UNAVAILABLE if busy else HTTPStatus.FORBIDDEN


@dataclass(frozen=True, slots=True)
class Button:
    """A button to tap once more."""

    signed: str
    """The address that let its reader in."""
    words: str
    address: str
    form: ReportForm | None = None


def _report(signed: str, form: ReportForm) -> Button:
    words = "I'm calling" if form.kind == OutcomeKind.CALLING else LABELS[form.kind]
    return Button(signed, words, url_for("alerts.outcome", signed=signed), form)


def _undo(signed: str, outcome_id: int) -> Button:
    return Button(signed, "Undo", url_for("alerts.undo", signed=signed, outcome_id=outcome_id))
