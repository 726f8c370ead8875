"""What the pages show. Everything here only reads: fifty GETs by a scanner change nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template, request

from alerts.briefing import brief
from alerts.dossier import dossier
from alerts.timeline import reports_on, timeline
from alerts.web.entrance import enter, nothing_here
from alerts.web.forms import EMPTY_FORM, STOPS
from alerts.web.gesture import make_nonce
from alerts.web.wording import ATTEMPTS, DECISIONS, LOSSES, MISTAKES, STATES, WISHES
from alerts.why import explain
from alerts.words import LABELS, OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.dossier import Dossier
    from alerts.happened import Report
    from alerts.web.entrance import Guest
    from alerts.web.forms import ReportForm
    from tracker.installation import Installation


class Pages:
    """The four pages behind the mail's buttons."""

    def __init__(self, installation: Installation, clock: Callable[[], datetime]) -> None:
        """Take what to read from, and the clock."""
        self._installation = installation
        self._clock = clock

    def result(self, signed: str) -> ResponseReturnValue:
        """Ask what came of the call, and show what has been recorded so far."""
        return self.report_page(signed)

    def report_page(
        self, signed: str, form: ReportForm = EMPTY_FORM, problem: str = "", *, busy: bool = False
    ) -> ResponseReturnValue:
        """Show the result page, after a `problem` with what was typed still in the form.

        `busy`: the problem is ours, and nothing in the form is to be mended.
        """
        with self._installation.database.reading() as session:
            guest, person = self._enter(session, signed)
            reports = reports_on(session, guest.door.alert_id)
            page = render_template(
                "alert/result.html",
                guest=guest,
                reader=guest.reader,
                person=person,
                reports=reports,
                saved=next((one for one in reports if str(one.id) == request.args.get("saved")), None),
                form=form,
                problem=problem,
                busy=busy,
                labels=LABELS,
                mistakes=MISTAKES,
                stops=STOPS,
                nonce=self._nonce(guest),
            )
        if busy:
            return page, HTTPStatus.SERVICE_UNAVAILABLE
        return page, HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK

    def calling(self, signed: str) -> ResponseReturnValue:
        """Let the reader claim the call, with the number to tap and what to say."""
        with self._installation.database.reading() as session:
            guest, person = self._enter(session, signed)
            reports = reports_on(session, guest.door.alert_id)
            return render_template(
                "alert/calling.html",
                guest=guest,
                reader=guest.reader,
                person=person,
                briefing=brief(
                    session,
                    self._installation,
                    guest.door.alert_id,
                    guest.reader.now,
                    reader_id=guest.door.user_id,
                ),
                mine=_own_claim(reports, guest),
                nonce=self._nonce(guest),
            )

    def prospect(self, signed: str) -> ResponseReturnValue:
        """Show everything on record about the person."""
        with self._installation.database.reading() as session:
            guest, person = self._enter(session, signed)
            return render_template(
                "alert/prospect.html",
                guest=guest,
                reader=guest.reader,
                person=person,
                history=timeline(session, guest.prospect_id),
                labels=LABELS,
                states=STATES,
                decisions=DECISIONS,
                attempts=ATTEMPTS,
                losses=LOSSES,
                wishes=WISHES,
            )

    def why(self, signed: str) -> ResponseReturnValue:
        """Say in plain words why there was an alert, or none."""
        with self._installation.database.reading() as session:
            guest, person = self._enter(session, signed)
            explanation = explain(session, self._installation, guest.prospect_id, guest.reader.now)
            alert_id = guest.door.alert_id
            return render_template(
                "alert/why.html",
                guest=guest,
                reader=guest.reader,
                person=person,
                explanation=explanation,
                this=next((visit for visit in explanation.visits if visit.alert_id == alert_id), None),
                others=[visit for visit in explanation.visits if visit.alert_id != alert_id],
                states=STATES,
            )

    def _enter(self, session: Session, signed: str) -> tuple[Guest, Dossier]:
        guest = enter(session, self._installation, signed, self._clock())
        person = dossier(session, self._installation, guest.prospect_id)
        if person is None:
            raise nothing_here()
        return guest, person

    def _nonce(self, guest: Guest) -> str:
        return make_nonce(self._installation.signer, guest.door, guest.reader.now)


def _own_claim(reports: tuple[Report, ...], guest: Guest) -> Report | None:
    """Find the report by which the reader claimed the call: what Undo takes back."""
    return next(
        (
            one
            for one in reports
            if one.kind == OutcomeKind.CALLING and one.user_id == guest.door.user_id and one.undone_at is None
        ),
        None,
    )
