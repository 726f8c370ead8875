"""What is done about a follow-up at the desk, from any room: say what came of it, and take that back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from alerts.briefing import who_is
from alerts.followups.record import (
    OF_LETTERS,
    OF_TALKS,
    Report,
    follow_ups_within,
    heat,
    record,
    record_stop,
    take_back,
)
from alerts.ground import ClosedError, NotYoursError, OutcomeError
from alerts.models import FollowUp
from alerts.outcome import CALL_BACK_AHEAD, MAX_NOTE
from alerts.plain import printable
from alerts.stops import asked_for
from alerts.web.forms import STOPS
from alerts.web.today.place import place
from alerts.words import FOLLOW_UPS, RESULTS, FollowUpKind, FollowUpResult
from tracker.models import Deal, Prospect, User
from tracker.words import SuppressionKind, Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy import ColumnElement
    from werkzeug.datastructures import MultiDict

    from tracker.web.me import Desk, Me

_STRANGE = "That was no button of ours"


@dataclass(frozen=True, slots=True)
class FollowUpForm:
    """A report as it was typed. `day` is as written, for showing it again."""

    result: FollowUpResult | None = None
    note: str = ""
    day: str = ""
    stops: frozenset[SuppressionKind] = field(default_factory=lambda: frozenset(STOPS))

    @property
    def report(self) -> Report:
        """What it says, once a button was pressed."""
        return Report(self.result or FollowUpResult.SPOKE, self.note, read_day(self.day))


def read_day(text: str) -> date | None:
    """Read a day as a form sends it; None: it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_form(form: MultiDict[str, str]) -> FollowUpForm:
    """Read the form; what is no button of ours is a 400."""
    try:
        return FollowUpForm(
            FollowUpResult(form.get("result", "")),
            printable(form.get("note", "").replace("\r\n", "\n"))[:MAX_NOTE],
            printable(form.get("call_back_on", ""))[:10],
            frozenset(SuppressionKind(one) for one in form.getlist("stops")),
        )
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST, _STRANGE)


class FollowUpActs:
    """One tap each, and the page on which all can be said that takes more."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._signer = desk.installation.signer

    def ask(self, me: Me, follow_up_id: int) -> ResponseReturnValue:
        """Ask what came of it."""
        return self._page(me, follow_up_id, FollowUpForm(), place(request.args.get("place", "")))

    def report(self, me: Me, follow_up_id: int) -> ResponseReturnValue:
        """Note what came of it; the next one is planned at once."""
        self._require(me, follow_up_id)
        form, back = read_form(request.form), place(request.form.get("place", ""))
        now = me.reader.now
        try:
            with self._desk.database.writing() as session:
                reporter = session.get_one(User, me.id)
                row = record(session, follow_up_id, reporter, self._within(me), form.report, now)
                if form.result is FollowUpResult.STOP:
                    record_stop(session, self._signer, row, form.stops, now)
                done = f"{FOLLOW_UPS[row.kind]}: {RESULTS[form.report.result]}"
        except NotYoursError:
            abort(HTTPStatus.NOT_FOUND)
        except ClosedError as error:
            return self._page(me, follow_up_id, form, back, str(error)), HTTPStatus.CONFLICT
        except OutcomeError as error:
            return self._page(me, follow_up_id, form, back, str(error)), HTTPStatus.UNPROCESSABLE_ENTITY
        undoing = url_for("today.undo_follow_up", follow_up_id=follow_up_id)
        said = {"words": f"Saved. {done}.", "action": undoing, "button": "Undo", "place": back}
        flash(said, "good")  # type: ignore[arg-type]  # the cookie keeps it as JSON, and the layout writes its form
        return redirect(back, HTTPStatus.SEE_OTHER)

    def undo(self, me: Me, follow_up_id: int) -> ResponseReturnValue:
        """Take one's own report back: it is to be done again."""
        try:
            with self._desk.database.writing() as session:
                row = take_back(session, follow_up_id, me.id, me.reader.now)
                words = f"Undone: {FOLLOW_UPS[row.kind]} is to be done again."
        except NotYoursError:
            abort(HTTPStatus.NOT_FOUND)
        flash(words, "good")
        return redirect(place(request.form.get("place", "")), HTTPStatus.SEE_OTHER)

    def heat(self, me: Me, follow_up_id: int) -> ResponseReturnValue:
        """Note until when their project is hot, so that check-ins come every four weeks."""
        written, back = request.form.get("hot_until", "").strip(), place(request.form.get("place", ""))
        day = read_day(written)
        if written and day is None:
            problem = "Write the day as year, month and day, like 2026-12-31, or leave it empty"
            page = self._page(me, follow_up_id, FollowUpForm(), back, hot=(written, problem))
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with self._desk.database.writing() as session:
                heat(session, follow_up_id, self._within(me), me.id, day, me.reader.now)
        except NotYoursError:
            abort(HTTPStatus.NOT_FOUND)
        except OutcomeError as error:
            page = self._page(me, follow_up_id, FollowUpForm(), back, hot=(written, str(error)))
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
        flash(f"Saved: hot until {me.reader.day(day)}." if day else "Saved: hot for half a year.", "good")
        return redirect(back, HTTPStatus.SEE_OTHER)

    def _page(
        self,
        me: Me,
        follow_up_id: int,
        form: FollowUpForm,
        back: str,
        problem: str = "",
        hot: tuple[str, str] = ("", ""),
    ) -> str:
        with self._desk.database.reading() as session:
            row = session.scalar(select(FollowUp).where(FollowUp.id == follow_up_id, self._within(me)))
            if row is None:
                abort(HTTPStatus.NOT_FOUND)
            deal = session.get_one(Deal, row.deal_id)
            asked = asked_for(session, self._signer, row.prospect_id)
            return render_template(
                "today/follow_up.html",
                one=row,
                who=who_is(session, session.get_one(Prospect, row.prospect_id)),
                by=session.scalar(select(User.name).where(User.id == row.done_by)) if row.done_by else "",
                kind=FOLLOW_UPS[row.kind],
                results=self._results(row.kind, no_calls=SuppressionKind.DO_NOT_CALL in asked),
                labels=RESULTS,
                no_calls=SuppressionKind.DO_NOT_CALL in asked,
                form=form,
                problem=problem,
                hot=(hot[0] or str(deal.hot_until or ""), hot[1]),
                place=back,
                stops=STOPS,
                last_day=me.reader.today + CALL_BACK_AHEAD,
            )

    def _results(self, kind: FollowUpKind, *, no_calls: bool) -> Mapping[str, str]:
        """Give the buttons; who asked for no calls is written to, so nobody fails to answer."""
        fitting = OF_LETTERS if kind is FollowUpKind.THANK_YOU else OF_TALKS
        apart = {FollowUpResult.CALL_BACK, FollowUpResult.STOP}
        apart |= {FollowUpResult.NO_ANSWER} if no_calls else set()
        return {one.value: words for one, words in RESULTS.items() if one in fitting - apart}

    def _require(self, me: Me, follow_up_id: int) -> None:
        """Answer that there is none, whatever is said of it."""
        with self._desk.database.reading() as session:
            if (
                session.scalar(select(FollowUp.id).where(FollowUp.id == follow_up_id, self._within(me)))
                is None
            ):
                abort(HTTPStatus.NOT_FOUND)

    def _within(self, me: Me) -> ColumnElement[bool]:
        return follow_ups_within(self._desk.scope(me, Verb.CHANGE, Thing.FOLLOW_UP))
