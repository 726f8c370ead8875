"""Today: who is on the site now, whom to call, what was done. The first page of those who sell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from alerts.web.entrance import RefusedError
from alerts.web.today.act import Acts
from alerts.web.today.follow_ups import FollowUpActs
from alerts.web.today.show import Today
from tracker.web.house import Entry
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.web.house import House

TODAY = Entry("Today", "today.show", Verb.CHANGE, Thing.ALERT)


def open_today(house: House) -> Blueprint:
    """Make the pages of today, and the actions on alerts that other rooms share."""
    today, acts, agenda = Today(house.desk), Acts(house.desk), FollowUpActs(house.desk)
    right = Verb.CHANGE, Thing.ALERT
    due, doing = f"/follow-ups/<{ANY_ID}:follow_up_id>", (Verb.CHANGE, Thing.FOLLOW_UP)
    one, report = f"/alerts/<{ANY_ID}:alert_id>", f"/outcomes/<{ANY_ID}:outcome_id>"
    blueprint = Blueprint("today", __name__)
    blueprint.register_error_handler(RefusedError, _refused)
    return open_room(
        house,
        blueprint,
        (
            Page("/today", "show", *right, today.show),
            Page("/today/live", "live", *right, today.live),
            Page("/today/waiting", "waiting", *right, today.waiting),
            Page(f"{one}/brief", "brief", *right, today.brief),
            Page(f"{one}/outcome", "report", *right, acts.ask),
            Page(due, "follow_up", *doing, agenda.ask),
        ),
        (
            Page(f"{one}/calling", "calling", *right, acts.calling),
            Page(f"{one}/outcome", "outcome", *right, acts.outcome),
            Page(f"{report}/undo", "undo", *right, acts.undo),
            Page(due, "report_follow_up", *doing, agenda.report),
            Page(f"{due}/undo", "undo_follow_up", *doing, agenda.undo),
            Page(f"{due}/hot", "heat", *doing, agenda.heat),
        ),
    )


def _refused(error: RefusedError) -> ResponseReturnValue:
    advice = "Nothing was changed. Go back, load the page again, and use the buttons there."
    return render_template("house/error.html", heading=error.heading, advice=advice), error.status
