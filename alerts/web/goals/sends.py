"""Sending something by one's own hand: the link, its picture for a note, and what is put on record of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, abort, flash, redirect, request, url_for
from sqlalchemy import select

from alerts.content.known import known_of
from alerts.content.library import item_of, topics_of
from alerts.content.sending import SentAlreadyError, record_sent, sent_to, undo_sent
from alerts.content.suggest import Sent, why
from alerts.models import ContentItem, ContentSent
from alerts.web.goals.person import addressee, asked_by
from alerts.words import SentBy
from tracker.audit import What, by_user, note
from tracker.ids import is_id
from tracker.rules.points import points_of
from tracker.rules.stored import load_rules
from tracker.sites import all_sites
from tracker.tokens import ensure_tokens
from tracker.web.again import looking_again
from tracker.web.prospects.one import person_in_reach
from tracker.web.qr import drawn
from tracker.words import SuppressionKind, Thing, Verb

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.web.me import Desk, Me

BY_HAND = (SentBy.MAIL, SentBy.NOTE)
"""How a rep sends something."""
GONE = "That is not in the library any more, so nothing was put on record."


class Sends:
    """What is sent to one person by hand."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def qr(self, me: Me, prospect_id: int, content_id: int, kind: str) -> Response:
        """Draw their link to an item; there is nothing to draw while it has to be made."""
        with self._desk.database.reading() as session:
            sites = all_sites(session)
            to = addressee(session, self._desk, me, Verb.SEE, Thing.LINK, prospect_id, sites)
            url = session.scalar(select(ContentItem.url).where(ContentItem.id == content_id))
        link = to.link_to(url) if url else None
        if link is None or link.is_wanting:
            abort(HTTPStatus.NOT_FOUND)
        name = f"content-{content_id}-{prospect_id}" if request.args.get("save") else ""
        return drawn(link.url, kind, name)

    @looking_again
    def make_link(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Make the token that their links carry, where there is none that lasts."""
        now, max_age = me.reader.now, timedelta(days=self._desk.installation.settings.token_days)
        with self._desk.database.writing() as session:
            person = person_in_reach(session, self._desk, me, Verb.ADD, Thing.LINK, prospect_id, lock=True)
            if SuppressionKind.DO_NOT_TRACK not in asked_by(session, self._desk.installation.signer, person):
                ensure_tokens(session, [person.id], now, max_age)
                what = What(Thing.LINK, None, after={"prospect_id": person.id, "campaign": ""})
                note(session, by_user(me.id), "add", what, now)
        return _back(prospect_id, request.form.get("item", default=0, type=int))

    def sent(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Put on record that it was sent; with a button to take that back right away."""
        wanted = request.form.get("item", default=0, type=int)
        how = next((way for way in BY_HAND if way == request.form.get("how")), SentBy.MAIL)
        who, now = by_user(me.id), me.reader.now
        with self._desk.database.writing() as session:
            person_in_reach(session, self._desk, me, Verb.CHANGE, Thing.PROSPECT, prospect_id, lock=True)
            item = session.get(ContentItem, wanted) if is_id(wanted) else None
            if item is None:
                flash(GONE, "bad")
                return _back(prospect_id)
            reason = _why(session, item, prospect_id, now)
            try:
                row = record_sent(session, item.id, prospect_id, how, reason, who, now)
            except SentAlreadyError as error:
                flash(f"{error}.", "bad")
                return _back(prospect_id)
            undoing = url_for("goals.undo", prospect_id=prospect_id, sent_id=row.id)
            words = f"On record: you sent “{item.title}”."
        said = {"words": words, "action": undoing, "button": "Undo", "place": ""}
        flash(said, "good")  # type: ignore[arg-type]  # the cookie keeps it as JSON, the layout writes its form
        return _back(prospect_id)

    def undo(self, me: Me, prospect_id: int, sent_id: int) -> ResponseReturnValue:
        """Take back that something was sent."""
        with self._desk.database.writing() as session:
            person_in_reach(session, self._desk, me, Verb.CHANGE, Thing.PROSPECT, prospect_id, lock=True)
            sent = session.scalar(
                select(ContentSent).where(ContentSent.id == sent_id, ContentSent.prospect_id == prospect_id)
            )
            if sent is None:
                abort(HTTPStatus.NOT_FOUND)
            undo_sent(session, sent, by_user(me.id), me.reader.now)
        flash("Undone: it counts as not sent.", "good")
        return _back(prospect_id)


def _why(session: Session, item: ContentItem, prospect_id: int, now: datetime) -> str:
    """Say why it was sent, as the page did: by what is known, never by what a form says."""
    before = sent_to(session, prospect_id)
    topics = topics_of(session, {item.id, *(one.row.content_id for one in before)})
    sent = tuple(
        Sent(one.row.content_id, one.title, frozenset(topics.get(one.row.content_id, ())), one.row.at)
        for one in before
    )
    known = known_of(session, [prospect_id])[prospect_id]
    answering = points_of(load_rules(session)).answering
    found = why(item_of(item, topics.get(item.id, ())), replace(known, sent=sent), now, answering)
    return found.why if found else ""


def _back(prospect_id: int, content_id: int = 0) -> ResponseReturnValue:
    address = url_for("goals.show", prospect_id=prospect_id, item=content_id or None)
    return redirect(address, HTTPStatus.SEE_OTHER)
