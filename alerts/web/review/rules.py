"""What a session changes of the rules on the spot: points that were suggested, and the table by rep."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for

from alerts.review.reps import changes as changes_of_reps
from tracker.audit import by_user
from tracker.rules.points import CIRCUMSTANCES, OF_TOPIC, topic_rules
from tracker.rules.stored import StaleRulesError, change_rules, load_rules
from tracker.rules.words import RuleName
from tracker.web.edits import seen_version

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from alerts.web.review.show import ReviewPage
    from tracker.calendar_month import Month
    from tracker.rules.numbers import Number
    from tracker.web.me import Me

DIGITS = 3
"""Points have no more."""
MEANWHILE = (
    "Somebody else changed the points of intent meanwhile, so nothing was saved. What is suggested below goes"
    " by the points as they are now."
)
MEANWHILE_REPS = "Somebody else switched this meanwhile. Below is how it is now."


class RulePages:
    """The views."""

    def __init__(self, page: ReviewPage) -> None:
        """Take the page on which suggestions stand."""
        self._page = page
        self._database = page.desk.database

    def points(self, me: Me, month: str) -> ResponseReturnValue:
        """Take the suggestions that are ticked."""
        of = self._page.month(me, month)
        wanted = [part.partition("=") for part in request.form.getlist("points")]
        try:
            with self._database.writing() as session:
                stored = load_rules(session).of(RuleName.POINTS)
                found = {
                    name: points for name, _, text in wanted if (points := _points(name, text)) is not None
                }
                if found:
                    who, now = by_user(me.id), me.reader.now
                    change_rules(session, RuleName.POINTS, {**stored, **found}, who, now, seen_version())
        except StaleRulesError:
            return self._page.page(me, of, told=MEANWHILE), HTTPStatus.CONFLICT
        self._page.desk.installation.rules.forget()
        if found:
            flash("Saved. New visits are judged by these points from now on.", "good")
        else:
            flash("Nothing was changed: tick what you want to take over.")
        return _back(of, "intent")

    def reps(self, me: Me, month: str) -> ResponseReturnValue:
        """Switch the table by rep on or off."""
        of, on = self._page.month(me, month), request.form.get("by_rep") == "on"
        try:
            with self._database.writing() as session:
                who, now = by_user(me.id), me.reader.now
                change_rules(session, RuleName.REVIEW, changes_of_reps(by_rep=on), who, now, seen_version())
        except StaleRulesError:
            return self._page.page(me, of, told=MEANWHILE_REPS), HTTPStatus.CONFLICT
        self._page.desk.installation.rules.forget()
        flash("Rates by rep are shown." if on else "Rates by rep are not shown any more.", "good")
        return _back(of, "by-rep")


def _points(name: str, text: str) -> int | None:
    """Read a suggestion as the rules would take it; None: it is none."""
    known: dict[str, Number] = {number.name: number for number in CIRCUMSTANCES}
    if name.startswith(OF_TOPIC):
        known |= {one.name: one for one in topic_rules([name.removeprefix(OF_TOPIC)])}
    if name not in known or not (text.isascii() and text.isdigit()) or len(text) > DIGITS:
        return None
    return known[name].usable(int(text))


def _back(month: Month, place: str) -> ResponseReturnValue:
    return redirect(url_for("review.month", month=month.slug, _anchor=place), HTTPStatus.SEE_OTHER)
