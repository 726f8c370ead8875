"""The tab as it is read: goals and interests, what to send and why, what was sent and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import render_template, request

from alerts.content.known import known_of
from alerts.content.letter import Draft, draft
from alerts.content.library import items_there
from alerts.content.sending import came_since, sent_to
from alerts.content.suggest import MOST, PAUSE, Item, Sent, Suggested, Suggestion, suggest, why
from alerts.web.content.item_form import KIND_WORDS
from alerts.web.goals.person import addressee
from alerts.words import SentBy
from tracker.goals import goals_of
from tracker.ids import is_id
from tracker.rules.points import points_of
from tracker.rules.stored import load_rules
from tracker.sites import all_sites
from tracker.topics import topic_lines
from tracker.web.forms import Filled
from tracker.words import GoalKind, Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.content.library import Shelf
    from alerts.content.sending import Sending
    from alerts.content.suggest import Known
    from alerts.web.goals.person import Addressee, Link
    from tracker.goals import Noted
    from tracker.ingest.intent import Points
    from tracker.web.me import Desk, Me

KINDS = ((str(GoalKind.GOAL), "A goal"), (str(GoalKind.INTEREST), "An interest"))
WAYS: Mapping[SentBy, str] = {
    SentBy.MAIL: "by mail",
    SentBy.NOTE: "by a note",
    SentBy.MAILING: "in a mailing",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to send, ready to be sent."""

    item: Item
    why: str
    """Empty: nothing that is known speaks for it; the rep chose it."""
    link: Link
    draft: Draft
    mailto: str
    """Empty: it cannot be opened in a mail program, or they get no mail."""
    is_chosen: bool
    """By the rep, not by what is known."""


@dataclass(frozen=True, slots=True)
class Tab:
    """All that the page tells."""

    to: Addressee
    goals: Sequence[Noted]
    known: Known
    suggested: Suggested
    chosen: Item | None
    """What the rep chose, if it is there and was not sent yet."""
    had: Item | None
    """What the rep chose, if they were sent it already."""
    others: Sequence[Item]
    """What there is besides, that they were not sent."""
    sent: Sequence[Sending]
    came: Mapping[int, datetime | None]
    topics: Sequence[str]
    points: Points


class GoalsPage:
    """The tab."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Show it."""
        return self.page(me, prospect_id, blank())

    def page(self, me: Me, prospect_id: int, form: Filled) -> str:
        """Write the page, with the form as it was typed."""
        asked = bool(request.args.get("asked"))
        wanted = request.args.get("item", default=0, type=int)
        with self._desk.database.reading() as session:
            tab = self._read(session, me, prospect_id, wanted if is_id(wanted) else 0, asked=asked)
        offers = [self._offer(me, tab, one.item, one) for one in tab.suggested.now]
        if tab.chosen is not None:
            fits = why(tab.chosen, tab.known, me.reader.now, tab.points.answering)
            offers = [
                replace(self._offer(me, tab, tab.chosen, fits), is_chosen=True),
                *(one for one in offers if one.item != tab.chosen),
            ][:MOST]
        return render_template(
            "goals/show.html",
            to=tab.to,
            goals=[one for one in tab.goals if one.goal.ended_at is None],
            ended=[one for one in tab.goals if one.goal.ended_at is not None],
            offers=offers,
            suggested=tab.suggested,
            asked=asked,
            had=tab.had,
            others=tab.others,
            sent=tab.sent,
            came=tab.came,
            form=form,
            kinds=KINDS,
            kind_words=KIND_WORDS,
            ways=WAYS,
            topics=tab.topics,
            pause=PAUSE.days,
            may_change=me.may(Verb.CHANGE, Thing.PROSPECT),
            may_link=me.may(Verb.ADD, Thing.LINK),
        )

    def _read(self, session: Session, me: Me, prospect_id: int, wanted: int, *, asked: bool) -> Tab:
        sites, now = all_sites(session), me.reader.now
        to = addressee(session, self._desk, me, Verb.SEE, Thing.PROSPECT, prospect_id, sites)
        goals, sent = goals_of(session, prospect_id), sent_to(session, prospect_id)
        shelf, points = items_there(session, prospect_id), points_of(load_rules(session))
        known = replace(known_of(session, [prospect_id])[prospect_id], sent=_as_sent(sent, shelf))
        had = {one.row.content_id for one in sent}
        chosen = next((item for item in shelf.items if item.id == wanted), None)
        of_pages = {line.topic for line in topic_lines(session)}
        return Tab(
            to=to,
            goals=goals,
            known=known,
            suggested=suggest(shelf.items, known, now, points.answering, asked=asked),
            chosen=None if chosen is None or chosen.id in had else chosen,
            had=chosen if chosen is not None and chosen.id in had else None,
            others=[item for item in shelf.items if item.id not in had],
            sent=sent,
            came=came_since(session, prospect_id, sent, sites),
            topics=sorted(of_pages.union(*shelf.topics.values())),
            points=points,
        )

    @staticmethod
    def _offer(me: Me, tab: Tab, item: Item, fits: Suggestion | None) -> Offer:
        to, link = tab.to, tab.to.link_to(item.url)
        written = draft(item.title, link.url, fits.fit if fits else None, to.person.first_name, me.name)
        return Offer(
            item=item,
            why=fits.why if fits else "",
            link=link,
            draft=written,
            mailto=written.mailto(to.person.email) if to.may_mail and to.person.email else "",
            is_chosen=False,
        )


def blank() -> Filled:
    """Begin a goal with nothing."""
    return Filled({"kind": str(GoalKind.GOAL), "text": "", "topic": ""})


def _as_sent(sent: Sequence[Sending], shelf: Shelf) -> tuple[Sent, ...]:
    return tuple(
        Sent(one.row.content_id, one.title, shelf.topics.get(one.row.content_id, frozenset()), one.row.at)
        for one in sent
    )
