"""One lost deal and whom to talk with, within reach: what is out of reach is not there."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, flash, url_for

from alerts.talks.about import find_talk, people_within

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.talks.about import Talk
    from tracker.web.me import Desk, Me
    from tracker.words import Thing, Verb


def say_done(words: str, follow_up_id: int, prospect_id: int) -> None:
    """Say that something was reported, with a button to take it back right away."""
    back = url_for("talks.show", prospect_id=prospect_id)
    undoing = url_for("today.undo_follow_up", follow_up_id=follow_up_id)
    said = {"words": words, "action": undoing, "button": "Undo", "place": back}
    flash(said, "good")  # type: ignore[arg-type]  # the cookie keeps it as JSON, and the layout writes its form


def talk_in_reach(  # noqa: PLR0913  (who may do what about which deal)
    session: Session, desk: Desk, me: Me, verb: Verb, thing: Thing, deal_id: int, *, lock: bool = False
) -> Talk:
    """Give the deal and the person, or answer 404; `lock` before anything of them is changed."""
    within = people_within(desk.scope(me, verb, thing), me.reader.now)
    talk = find_talk(session, deal_id, within, lock=lock)
    if talk is None:
        abort(HTTPStatus.NOT_FOUND)
    return talk
