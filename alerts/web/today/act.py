"""What is done about an alert at the desk, from any room: claim it, say what came of it, take that back."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select, true

from alerts.briefing import who_is
from alerts.ground import ClosedError, NotYoursError, OutcomeError, Seat, behind, claim_of
from alerts.models import Outcome
from alerts.outcome import CALL_BACK_AHEAD, undo
from alerts.stops import asked_for
from alerts.timeline import reports_on
from alerts.today.look import alerts_within
from alerts.web.aftermath import Aftermath
from alerts.web.forms import EMPTY_FORM, STOPS, read_report
from alerts.web.reporting import report
from alerts.web.today.place import place
from alerts.web.wording import MISTAKES
from alerts.words import LABELS, OutcomeKind
from tracker.models import Prospect
from tracker.words import SuppressionKind, Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from alerts.outcome import Recorded
    from alerts.web.forms import ReportForm
    from tracker.web.me import Desk, Me

OPEN = "open"
"""What a form says whose page showed the alert as open."""


class Acts:
    """The three actions, and the page on which all can be said that takes more than a tap."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._signer = desk.installation.signer
        self._aftermath = Aftermath(desk.installation)

    def ask(self, me: Me, alert_id: int) -> ResponseReturnValue:
        """Ask what came of a call, with room for a note, a day, and what is to stop."""
        return self._page(me, alert_id, EMPTY_FORM, place(request.args.get("place", "")))

    def calling(self, me: Me, alert_id: int) -> ResponseReturnValue:
        """Claim a call; who is too late is told who was first."""
        return self._report(me, alert_id, replace(EMPTY_FORM, kind=OutcomeKind.CALLING))

    def outcome(self, me: Me, alert_id: int) -> ResponseReturnValue:
        """Record what came of a call."""
        return self._report(me, alert_id, read_report(request.form))

    def undo(self, me: Me, outcome_id: int) -> ResponseReturnValue:
        """Take one's own report back, whosever alert it is by now."""
        now = me.reader.now
        with self._desk.database.writing() as session:
            mine = Outcome.id == outcome_id, Outcome.user_id == me.id
            found = session.execute(select(Outcome.alert_id, Outcome.kind).where(*mine)).one_or_none()
            if found is None:
                abort(HTTPStatus.NOT_FOUND)
            try:
                given_back = undo(session, Seat(found.alert_id, me.id, true()), outcome_id, now)
            except NotYoursError:
                abort(HTTPStatus.NOT_FOUND)
        self._aftermath.changed(given_back, now)
        flash(f"Undone: {LABELS[found.kind]}.", "good")
        return redirect(place(request.form.get("place", "")), HTTPStatus.SEE_OTHER)

    def _report(self, me: Me, alert_id: int, form: ReportForm) -> ResponseReturnValue:
        now, back = me.reader.now, place(request.form.get("place", ""))
        try:
            with self._desk.database.writing() as session:
                seat = self._seat(me, alert_id, seen_open=request.form.get("seen") == OPEN)
                recorded = report(session, self._signer, seat, form, now)
        except NotYoursError:
            abort(HTTPStatus.NOT_FOUND)
        except ClosedError as error:
            return self._page(me, alert_id, form, back, str(error)), HTTPStatus.CONFLICT
        except OutcomeError as error:
            return self._page(me, alert_id, form, back, str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
        self._aftermath.changed(recorded.browser_id, now)
        self._aftermath.ours(request.cookies, me.id, now)
        _tell(me, recorded, form, back)
        return redirect(back, HTTPStatus.SEE_OTHER)

    def _page(self, me: Me, alert_id: int, form: ReportForm, back: str, problem: str = "") -> str:
        with self._desk.database.reading() as session:
            try:
                alert, _ = behind(session, self._seat(me, alert_id))
            except NotYoursError:
                abort(HTTPStatus.NOT_FOUND)
            asked = asked_for(session, self._signer, alert.prospect_id)
            return render_template(
                "today/report.html",
                alert=alert,
                who=who_is(session, session.get_one(Prospect, alert.prospect_id)),
                claim=claim_of(session, alert),
                reports=reports_on(session, alert_id),
                no_calls=SuppressionKind.DO_NOT_CALL in asked,
                form=form,
                problem=problem,
                place=back,
                labels=LABELS,
                mistakes=MISTAKES,
                stops=STOPS,
                last_day=me.reader.today + CALL_BACK_AHEAD,
            )

    def _seat(self, me: Me, alert_id: int, *, seen_open: bool = False) -> Seat:
        scope = self._desk.scope(me, Verb.CHANGE, Thing.ALERT)
        return Seat(alert_id, me.id, alerts_within(scope), seen_open)


def _tell(me: Me, recorded: Recorded, form: ReportForm, back: str) -> None:
    """Say what became of a report, with a button to take it back right away."""
    if recorded.taken is not None:
        since = f"{recorded.taken.since.astimezone(me.reader.zone):%H:%M}"
        flash(f"{recorded.taken.name} took this call at {since}, so it is theirs.", "bad")
        return
    words = "You are calling." if form.kind == OutcomeKind.CALLING else f"Saved: {LABELS[form.kind]}."
    undoing = url_for("today.undo", outcome_id=recorded.outcome_id)
    said = {"words": words, "action": undoing, "button": "Undo", "place": back}
    flash(said, "good")  # type: ignore[arg-type]  # the cookie keeps it as JSON, and the layout writes its form
