"""One item: what is said of it, what came of it, and the people whom it may interest."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from alerts.content.addresses import page_of
from alerts.content.figures import Counted
from alerts.content.library import (
    KnownAddressError,
    change_item,
    end_item,
    item_of,
    put_back_item,
    topics_of,
    topics_there,
)
from alerts.content.missing import aim_of, people, wanted_of
from alerts.content.suggest import KINDS
from alerts.models import ContentItem
from alerts.web.content import item_form
from tracker.audit import by_user
from tracker.models import User
from tracker.rules.points import points_of
from tracker.rules.stored import load_rules
from tracker.segments.filter import Sort
from tracker.segments.matching import Place
from tracker.sites import all_sites
from tracker.web.again import looking_again
from tracker.web.edits import HELD, SEEN
from tracker.words import ReasonKind, Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.content.figures import Figures
    from tracker.remembered import Remembered
    from tracker.web.forms import Filled
    from tracker.web.me import Desk, Me


class OneItem:
    """The page of one item."""

    def __init__(self, desk: Desk, known: Remembered[Counted, Figures]) -> None:
        """Take what pages work with, and the memory of figures."""
        self._desk = desk
        self._known = known

    def show(self, me: Me, content_id: int) -> ResponseReturnValue:
        """Show it, with the first people, or those after a place."""
        return self._page(me, content_id)

    @looking_again
    def change(self, me: Me, content_id: int) -> ResponseReturnValue:
        """Say something else of it; who changed it meanwhile goes before, and is told."""
        form, late, twin = item_form.typed(request.form), False, 0
        words = item_form.read(form)
        with self._desk.database.writing() as session:
            item = _held(session, content_id)
            late = request.form.get(SEEN) != item_form.version(item)
            if words is not None and not late:
                try:
                    change_item(session, item, words, by_user(me.id), me.reader.now)
                except KnownAddressError as error:
                    form.problems["url"], twin = f"{error}.", error.content_id
        if late or form.problems:
            status = HTTPStatus.CONFLICT if late else HTTPStatus.UNPROCESSABLE_ENTITY
            return self._page(me, content_id, form, late=late, twin=twin), status
        flash("Saved.", "good")
        return _back(content_id)

    def end(self, me: Me, content_id: int) -> ResponseReturnValue:
        """Take it out."""
        with self._desk.database.writing() as session:
            end_item(session, _held(session, content_id), by_user(me.id), me.reader.now)
        flash("Taken out. It is suggested to nobody any more; who was sent it still shows it.", "good")
        return _back(content_id)

    def put_back(self, me: Me, content_id: int) -> ResponseReturnValue:
        """Put it back."""
        with self._desk.database.writing() as session:
            put_back_item(session, _held(session, content_id), by_user(me.id), me.reader.now)
        flash("It is in the library again.", "good")
        return _back(content_id)

    def _page(
        self, me: Me, content_id: int, form: Filled | None = None, *, late: bool = False, twin: int = 0
    ) -> str:
        """Show what is there, with the form as it was typed; `late`: somebody else saved meanwhile."""
        now, after = me.reader.now, Place.read(request.args.get("after", ""))
        scope = self._desk.scope(me, Verb.SEE, Thing.PROSPECT)
        may_change = me.may(Verb.CHANGE, Thing.CONTENT)
        with self._desk.database.reading() as session:
            found = session.execute(
                select(ContentItem, User.name)
                .outerjoin(User, User.id == ContentItem.added_by)
                .where(ContentItem.id == content_id)
            ).one_or_none()
            if found is None:
                abort(HTTPStatus.NOT_FOUND)
            row, added_by = found
            topics = topics_of(session, [content_id]).get(content_id, ())
            item = item_of(row, topics)
            answering = points_of(load_rules(session)).answering
            page = page_of(row.url, all_sites(session))
            aim = aim_of(item, answering)
            these = people(session, self._desk.installation.signer, item, answering, scope, now, after)
            there, wanted = topics_there(session) if may_change else (), wanted_of(session, topics)
        counted = Counted(content_id, page.stored if page else "")
        given = self._known.get([counted], now)
        stored = item_form.filled(row, topics)
        shown = form or stored
        return render_template(
            "content/one.html",
            here="campaigns.show",
            item=row,
            added_by=added_by or "",
            topics=topics,
            page=page,
            known=given.known.get(counted),
            counting=given.counting,
            failed_since=given.failed_since,
            people=these.rows,
            after=these.after,
            is_later=after is not None,
            number=these.number,
            is_more=these.is_more,
            lists=_lists(aim.kinds, wanted),
            form=shown,
            seen=request.form.get(SEEN, "") if form and not late else item_form.version(row),
            now=_told(stored, topics) if late else None,
            typed=_told(shown, ()) if late else None,
            labels=item_form.LABELS,
            twin=twin,
            kinds=item_form.KINDS,
            kind_words=item_form.KIND_WORDS,
            offered=item_form.offered(there, shown),
            may_change=may_change,
        )


def _lists(kinds: Iterable[ReasonKind], topics: Iterable[str]) -> list[tuple[str, str]]:
    """Name the same people as lists of prospects have them: the words of each, and its address."""
    lost = [(_all_lost_on(kind), url_for("prospects.show", reason=kind, sort=Sort.LOST)) for kind in kinds]
    return lost + [
        (f"All who want {topic}", url_for("prospects.show", goal=topic, sort=Sort.LOST)) for topic in topics
    ]


def _all_lost_on(kind: ReasonKind) -> str:
    return "All who did not decide" if kind is ReasonKind.NO_DECISION else f"All lost on {KINDS[kind]}"


def _held(session: Session, content_id: int) -> ContentItem:
    item = session.get(ContentItem, content_id, with_for_update=HELD)
    if item is None:
        abort(HTTPStatus.NOT_FOUND)
    return item


def _back(content_id: int) -> ResponseReturnValue:
    return redirect(url_for("content.one", content_id=content_id), HTTPStatus.SEE_OTHER)


def _told(form: Filled, topics: tuple[str, ...]) -> dict[str, str]:
    """Write a form in words, to be compared."""
    kinds = dict(item_form.KINDS)
    others = [one.strip() for one in form.values["others"].split(",") if one.strip()]
    named = topics or sorted({*form.chosen["topics"], *others})
    return {
        "title": form.values["title"],
        "url": form.values["url"],
        "kind": kinds.get(form.values["kind"], ""),
        "topics": ", ".join(named),
    }
