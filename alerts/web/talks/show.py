"""The tab about talks with one person: what is due next, what was done, and the ways to each page."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, render_template
from sqlalchemy import select

from alerts.talks.about import lost_deals_of, people_within
from alerts.talks.debrief import debriefed_by
from alerts.talks.post_mortem import told_of
from alerts.talks.questions import POST_MORTEM
from alerts.talks.told import deals_named, steps_of
from alerts.web.talks.wording import KINDS, RESULTS, SHORT, WAYS
from tracker.models import Account, Prospect
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from alerts.talks.told import Step
    from tracker.web.me import Desk, Me

MOST_DEALS = 5
"""Lost deals of one person with buttons of their own, the latest."""


FRESH = timedelta(days=14)
"""For so long after a loss a thank-you is on the page; when one is due it is by itself."""
UNDO_FOR = timedelta(days=7)
"""What one reported can be taken back here for so long."""


class TalksPage:
    """What a lost deal asks for, on one page."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Show one person's."""
        scope = self._desk.scope(me, Verb.SEE, Thing.FOLLOW_UP)
        within = people_within(scope, me.reader.now)
        with self._desk.database.reading() as session:
            person = session.scalar(select(Prospect).where(Prospect.id == prospect_id, within))
            if person is None:
                abort(HTTPStatus.NOT_FOUND)
            account = session.get(Account, person.account_id) if person.account_id else None
            deals = lost_deals_of(session, prospect_id)[:MOST_DEALS]
            upcoming, done = steps_of(session, prospect_id)
            ids = [deal.id for deal in deals]
            told, debriefed = told_of(session, ids), debriefed_by(session, me.id, ids)
            return render_template(
                "talks/show.html",
                person=person,
                company=account.name if account else "",
                deals=deals,
                called=deals_named(deals),
                upcoming=upcoming,
                done=done,
                told=told,
                short=SHORT,
                debriefed=debriefed,
                questions=POST_MORTEM,
                kinds=KINDS,
                results=RESULTS,
                ways=WAYS,
                undoable=_undoable(me, done),
                fresh=me.reader.today - FRESH,
                may_debrief=me.may(Verb.SEE, Thing.DEBRIEF),
            )


def _undoable(me: Me, done: Sequence[Step]) -> int:
    """Give the latest that was done, where it is one's own and not long ago; 0: none."""
    latest = done[0] if done else None
    if latest is None or latest.done_at is None or latest.done_by != me.id:
        return 0
    return latest.id if latest.done_at > me.reader.now - UNDO_FOR else 0
