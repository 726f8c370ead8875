"""The library as a list, newest first, with what came of each item and a form to add one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from alerts.content.addresses import page_of
from alerts.content.figures import Counted
from alerts.content.library import KnownAddressError, add_item, item_of, topics_of, topics_there
from alerts.content.missing import aim_of, number_of
from alerts.models import ContentItem, ContentTopic
from alerts.web.content import item_form
from tracker.audit import by_user
from tracker.ids import is_id
from tracker.remembered import KEPT
from tracker.rules.points import points_of
from tracker.rules.stored import load_rules
from tracker.sites import all_sites
from tracker.topics import TOPIC_LENGTH
from tracker.web.again import looking_again
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from alerts.content.figures import Figures
    from alerts.content.suggest import Item
    from tracker.remembered import Remembered
    from tracker.web.forms import Filled
    from tracker.web.me import Desk, Me

LISTED = 20
"""Items on a page."""


class Library:
    """The list."""

    def __init__(self, desk: Desk, known: Remembered[Counted, Figures]) -> None:
        """Take what pages work with, and the memory of figures."""
        self._desk = desk
        self._known = known

    def show(self, me: Me) -> ResponseReturnValue:
        """List what there is."""
        return self._page(me, item_form.blank())

    @looking_again
    def add(self, me: Me) -> ResponseReturnValue:
        """Add an item, and say whom it may interest; who adds what is there is led to it."""
        form, now = item_form.typed(request.form), me.reader.now
        words = item_form.read(form)
        if words is None:
            return self._page(me, form), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with self._desk.database.writing() as session:
                added = add_item(session, words, by_user(me.id), now)
                told = self._may_interest(session, me, item_of(added, words.topics))
        except KnownAddressError as error:
            form.problems["url"] = f"{error}."
            return self._page(me, form, error.content_id), HTTPStatus.UNPROCESSABLE_ENTITY
        flash(f"Added. {told}", "good")
        return redirect(url_for("content.one", content_id=added.id), HTTPStatus.SEE_OTHER)

    def _may_interest(self, session: Session, me: Me, item: Item) -> str:
        if not me.may(Verb.SEE, Thing.PROSPECT):
            return ""
        scope = self._desk.scope(me, Verb.SEE, Thing.PROSPECT)
        aim = aim_of(item, points_of(load_rules(session)).answering)
        number, is_more = number_of(session, aim, scope, me.reader.now)
        if not number:
            return "Nobody is known yet whom it may interest."
        people = "person" if number == 1 else "people"
        return f"It may interest {'more than ' if is_more else ''}{me.reader.number(number)} {people}."

    def _page(self, me: Me, form: Filled, twin: int = 0) -> str:
        gone = bool(request.args.get("gone"))
        topic = " ".join(request.args.get("topic", "").split())[:TOPIC_LENGTH].replace("\0", "")
        before = request.args.get("before", type=int)
        with self._desk.database.reading() as session:
            found = session.scalars(_wanted(topic, before, gone=gone)).all()
            shown = found[:LISTED]
            topics = topics_of(session, [one.id for one in shown])
            there, sites = topics_there(session), all_sites(session)
        pages = {one.id: page for one in shown if (page := page_of(one.url, sites))}
        counted = {one.id: Counted(one.id, pages[one.id].stored if one.id in pages else "") for one in shown}
        given = self._known.get(list(counted.values()), me.reader.now)
        return render_template(
            "content/list.html",
            here="campaigns.show",
            rows=[
                (one, topics.get(one.id, ()), one.id in pages, given.known.get(counted[one.id]))
                for one in shown
            ],
            counting=given.counting,
            failed_since=given.failed_since,
            kept=KEPT.seconds // 60,
            gone=gone,
            topic=topic,
            is_later=before is not None,
            older=shown[-1].id if len(found) > LISTED else None,
            form=form,
            twin=twin,
            kinds=item_form.KINDS,
            kind_words=item_form.KIND_WORDS,
            offered=item_form.offered(there, form),
            may_add=me.may(Verb.ADD, Thing.CONTENT) and not gone,
        )


def _wanted(topic: str, before: int | None, *, gone: bool) -> Select[ContentItem]:
    ended = ContentItem.ended_at
    wanted = select(ContentItem).where(ended.is_not(None) if gone else ended.is_(None))
    if topic:
        about = select(ContentTopic.content_id).where(ContentTopic.topic == topic)
        wanted = wanted.where(ContentItem.id.in_(about))
    if before is not None and is_id(before):
        wanted = wanted.where(ContentItem.id < before)
    return wanted.order_by(ContentItem.id.desc()).limit(LISTED + 1)
