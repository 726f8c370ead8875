"""*Working hours*: when new users work, and what follows from hours and absences."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from alerts.rules.preview import Proposal
from alerts.web.rules.shown import TABS, faster, try_out
from tracker.audit import by_user
from tracker.people.details import read_clock, read_days, until
from tracker.people.hours import WHOLE_DAY
from tracker.rules.hours import DefaultHours, hours_of
from tracker.rules.stored import StaleRulesError, change_rules, load_rules
from tracker.rules.words import RuleName
from tracker.web.edits import SEEN, seen_version
from tracker.web.forms import Filled
from tracker.web.person_form import DAYS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.web.rules.shown import Trial
    from tracker.web.me import Desk, Me


class HoursPage:
    """The hours that a new user begins with."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me) -> ResponseReturnValue:
        """Show them."""
        del me
        with self._desk.database.reading() as session:
            return self._page(session, None)

    def preview(self, me: Me) -> ResponseReturnValue:
        """Show what it would have meant, had everybody worked the typed hours; changes nothing."""
        form = Filled.of(request.form, "start", "end", several=("days",))
        hours = _read(form)
        with self._desk.database.reading() as session:
            if hours is None:
                return self._page(session, form), HTTPStatus.UNPROCESSABLE_ENTITY
            trial = try_out(session, self._desk, me, Proposal(hours=hours))
            return self._page(session, form, trial=trial)

    def change(self, me: Me) -> ResponseReturnValue:
        """Save what was typed."""
        form = Filled.of(request.form, "start", "end", several=("days",))
        hours = _read(form)
        if hours is None:
            with self._desk.database.reading() as session:
                return self._page(session, form), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with self._desk.database.writing() as session:
                who, now = by_user(me.id), me.reader.now
                change_rules(session, RuleName.HOURS, hours.changes, who, now, seen_version())
        except StaleRulesError:
            with self._desk.database.reading() as session:
                other = faster(session, RuleName.HOURS)
                return self._page(session, form, other), HTTPStatus.CONFLICT
        self._desk.installation.rules.forget()
        flash("Saved. Users added from now on begin with these hours.", "good")
        return redirect(url_for("rules.hours"), HTTPStatus.SEE_OTHER)

    def _page(
        self, session: Session, form: Filled | None, other: str = "", trial: Trial | None = None
    ) -> str:
        stored = load_rules(session)
        hours = hours_of(stored)
        values = {"start": _clock(hours.start), "end": _clock(hours.end % WHOLE_DAY)}
        return render_template(
            "rules/hours.html",
            tabs=TABS,
            form=form or Filled(values, {"days": list(hours.days)}),
            days=DAYS,
            there=values | {"days": ", ".join(name for day, name in DAYS if day in hours.days)},
            seen=(SEEN, stored.version(RuleName.HOURS)),
            other=other,
            trial=trial,
        )


def _read(form: Filled) -> DefaultHours | None:
    start, end = form.take("start", read_clock), form.take("end", read_clock)
    hours = None
    if start is not None and end is not None:
        hours = form.check("end", lambda: until(start, end))
    days = form.check("days", lambda: read_days(form.chosen["days"]))
    return None if hours is None or days is None else DefaultHours(*hours, days)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
