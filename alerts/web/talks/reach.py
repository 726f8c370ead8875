"""One lost deal and whom to talk with, within reach: what is out of reach is not there."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort

from alerts.talks.about import find_talk, people_within

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.talks.about import Talk
    from tracker.web.me import Desk, Me
    from tracker.words import Thing, Verb


def talk_in_reach(  # noqa: PLR0913  (who may do what about which deal)
    session: Session, desk: Desk, me: Me, verb: Verb, thing: Thing, deal_id: int, *, lock: bool = False
) -> Talk:
    """Give the deal and the person, or answer 404; `lock` before anything of them is changed."""
    within = people_within(desk.scope(me, verb, thing), me.reader.now)
    talk = find_talk(session, deal_id, within, lock=lock)
    if talk is None:
        abort(HTTPStatus.NOT_FOUND)
    return talk
