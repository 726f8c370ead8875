"""What the buttons do: record an outcome, take one back. Each needs a person's gesture on the page."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from alerts.outcome import NotYoursError, OutcomeError, record, record_stop, undo
from alerts.web.aftermath import Aftermath
from alerts.web.entrance import nothing_here, unlock
from alerts.web.forms import MAX_FORM, Back, read_report
from alerts.web.gesture import is_persons, make_nonce
from alerts.words import LABELS, OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.doors import Door
    from alerts.outcome import Recorded
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
            button = "I'm calling" if form.kind == OutcomeKind.CALLING else LABELS[form.kind]
            return self._once_more(signed, door, now, button, url_for("alerts.outcome", signed=signed), form)
        try:
            with self._installation.database.writing() as session:
                recorded = self._record(session, door, form, now)
        except NotYoursError as error:
            raise nothing_here() from error
        except OutcomeError as error:
            return self._pages.report_page(signed, form, str(error))
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
            again = url_for("alerts.undo", signed=signed, outcome_id=outcome_id)
            return self._once_more(signed, door, now, "Undo", again)
        try:
            with self._installation.database.writing() as session:
                given_back = undo(session, door, outcome_id, now)
        except NotYoursError as error:
            raise nothing_here() from error
        self._aftermath.changed(given_back, now)
        return redirect(url_for("alerts.result", signed=signed, saved=outcome_id), HTTPStatus.SEE_OTHER)

    def _record(self, session: Session, door: Door, form: ReportForm, now: datetime) -> Recorded:
        signer = self._installation.signer
        if form.kind == OutcomeKind.STOP:
            return record_stop(session, signer, door, form.stops, now, note=form.note)
        return record(session, signer, door, form.kind, now, note=form.note, call_back_on=form.call_back_on)

    def _once_more(
        self,
        signed: str,
        door: Door,
        now: datetime,
        button: str,
        address: str,
        form: ReportForm | None = None,
    ) -> ResponseReturnValue:
        """Ask for the same button once more; whatever was typed is kept in the form."""
        page = render_template(
            "alert/once_more.html",
            signed=signed,
            address=address,
            button=button,
            form=form,
            nonce=make_nonce(self._installation.signer, door, now),
        )
        return page, HTTPStatus.FORBIDDEN
