"""*Review*: a month's lost deals beside twelve months of them, for managers to talk about, and to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from alerts.web.review.notes import NotePages
from alerts.web.review.rules import RulePages
from alerts.web.review.show import ReviewPage
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from tracker.web.house import House


def review_room(house: House) -> Blueprint:
    """Open the room."""
    page = ReviewPage(house.desk)
    notes, rules = NotePages(page), RulePages(page)
    month, note = "/review/<month>", f"/review/notes/<{ANY_ID}:note_id>"
    return open_room(
        house,
        Blueprint("review", __name__, template_folder="../templates"),
        (
            Page("/review", "show", Verb.SEE, Thing.REVIEW, page.latest),
            Page(month, "month", Verb.SEE, Thing.REVIEW, page.show),
            Page(note, "note", Verb.CHANGE, Thing.REVIEW, notes.one),
        ),
        (
            Page(f"{month}/notes", "add", Verb.ADD, Thing.REVIEW, notes.add),
            Page(note, "change", Verb.CHANGE, Thing.REVIEW, notes.change),
            Page(f"{note}/done", "done", Verb.CHANGE, Thing.REVIEW, notes.done),
            Page(f"{note}/open", "open", Verb.CHANGE, Thing.REVIEW, notes.open),
            Page(f"{note}/end", "end", Verb.END, Thing.REVIEW, notes.end),
            Page(f"{month}/points", "points", Verb.CHANGE, Thing.RULE, rules.points),
            Page(f"{month}/reps", "reps", Verb.CHANGE, Thing.RULE, rules.reps),
        ),
    )
