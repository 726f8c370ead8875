"""Tags: put to one person and taken off again, and put to all whom the list shows."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for

from tracker.audit import What, by_user, note
from tracker.segments.matching import everybody
from tracker.tags import MOST, put_tag, read_tag, tags_of, take_back, take_tag_off
from tracker.web.forms import Filled
from tracker.web.prospects.asked import REFUSED, said_here, segment_here
from tracker.web.prospects.edit import Edit
from tracker.web.prospects.one import person_in_reach
from tracker.web.prospects.part import Part
from tracker.web.prospects.wanted import list_address
from tracker.web.rooms import ANY_ID, Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from tracker.segments.said import Said
    from tracker.web.me import Desk, Me

ONE = f"/prospects/<{ANY_ID}:prospect_id>/tags"
RIGHT = (Verb.CHANGE, Thing.PROSPECT)
PORTION = 1_000
"""People in one transaction, so that visits get their turn meanwhile."""
FULL = f"They have {MOST} tags already: take one off that says nothing any more."
NO_FILTER = "Nobody was tagged: narrow the list down first."


def open_part(desk: Desk) -> Part:
    """Give the ways to change tags."""
    tags = Tags(desk)
    return Part(
        (),
        (
            Page(ONE, "tag", *RIGHT, tags.put),
            Page(f"{ONE}/off", "untag", *RIGHT, tags.take_off),
            Page("/prospects/tags", "tag_all", *RIGHT, tags.put_to_all),
            Page("/prospects/tags/back", "untag_all", *RIGHT, tags.take_back),
        ),
    )


class Tags:
    """Puts them and takes them off."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._edit = Edit(desk)

    def put(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Put a tag to somebody; one that they have stays."""
        form = Filled.of(request.form, "tag")
        if (tag := form.take("tag", read_tag)) is not None:
            with self._desk.database.writing() as session:
                person = person_in_reach(session, self._desk, me, *RIGHT, prospect_id, lock=True)
                if put_tag(session, [person.id], tag, me.id, me.reader.now):
                    what = What(Thing.PROSPECT, person.id, after={"tag": tag})
                    note(session, by_user(me.id), "tag", what, me.reader.now)
                elif tag not in tags_of(session, [person.id]).get(person.id, ()):
                    form.problems["tag"] = FULL
        if form.problems:
            return self._edit.tagging(me, prospect_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
        return _back(prospect_id)

    def take_off(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Take a tag off somebody."""
        tag = _stored(request.form.get("tag", ""))
        with self._desk.database.writing() as session:
            person = person_in_reach(session, self._desk, me, *RIGHT, prospect_id, lock=True)
            if take_tag_off(session, person.id, tag):
                what = What(Thing.PROSPECT, person.id, before={"tag": tag})
                note(session, by_user(me.id), "untag", what, me.reader.now)
        return _back(prospect_id)

    def put_to_all(self, me: Me) -> ResponseReturnValue:
        """Put a tag to all whom the list shows, as far as this user may change them."""
        said, form = said_here(), Filled.of(request.form, "tags")
        if not said.is_clear:
            return _refused(said, REFUSED)
        if not said.wanted.is_narrow:
            return _refused(said, NO_FILTER)
        tag = form.take("tags", read_tag)
        if tag is None:
            return _refused(said, f"Nobody was tagged. {form.problems['tags']}")
        with self._desk.database.reading() as session:
            those = everybody(said.wanted, self._desk.scope(me, *RIGHT), me.reader.now)
            ids = sorted(session.scalars(those))
        put = self._put(me, ids, tag, said)
        words = _told(me, tag, put, len(ids))
        if put:
            # Exactly those can be taken back.
            place = f"{me.reader.now.isoformat()} {tag}"
            action = url_for("prospects.untag_all")
            undo = {"words": words, "action": action, "place": place, "button": "Take it off again"}
            flash(undo, "good")  # type: ignore[arg-type]  # the cookie keeps it as JSON, and the layout writes its form
        else:
            flash(words, "bad")
        return redirect(list_address(said.values(), segment_here()), HTTPStatus.SEE_OTHER)

    def _put(self, me: Me, ids: Sequence[int], tag: str, said: Said) -> int:
        put = 0
        for first in range(0, len(ids), PORTION):
            with self._desk.database.writing() as session:
                some = len(put_tag(session, ids[first : first + PORTION], tag, me.id, me.reader.now))
                if some:
                    after = {"tag": tag, "people": some, "filter": said.wanted.told()}
                    note(session, by_user(me.id), "tag", What(Thing.PROSPECT, after=after), me.reader.now)
            put += some
        return put

    def take_back(self, me: Me) -> ResponseReturnValue:
        """Take a tag off all to whom this user put it at once."""
        moment, _, typed = request.form.get("place", "").partition(" ")
        tag, at = _stored(typed), None
        # Before the first and behind the last day there is no such moment in UTC.
        with suppress(ValueError, OverflowError):
            at = datetime.fromisoformat(moment).astimezone(UTC)
        people = 0
        if at is not None:
            with self._desk.database.writing() as session:
                people = take_back(session, tag, me.id, at)
                if people:
                    before = {"tag": tag, "people": people}
                    note(session, by_user(me.id), "untag", What(Thing.PROSPECT, before=before), me.reader.now)
        flash(f"The tag “{tag}” is off {_people(me, people)} again." if people else "Nobody had it any more.")
        return redirect(url_for("prospects.show"), HTTPStatus.SEE_OTHER)


def _stored(text: str) -> str:
    """Give a tag as it may be on record; what can be none is nobody's."""
    return text if text.isprintable() else ""


def _told(me: Me, tag: str, put: int, matched: int) -> str:
    left = matched - put
    rest = f" Left out: {me.reader.number(left)}, with it already or with {MOST} tags." if left else ""
    return f"{_people(me, put)} got the tag “{tag}”.{rest}" if put else f"Nobody was tagged.{rest}"


def _people(me: Me, number: int) -> str:
    return f"{me.reader.number(number)} {'person' if number == 1 else 'people'}"


def _back(prospect_id: int) -> ResponseReturnValue:
    return redirect(url_for("prospects.edit", prospect_id=prospect_id, _anchor="tags"), HTTPStatus.SEE_OTHER)


def _refused(said: Said, why: str) -> ResponseReturnValue:
    flash(why, "bad")
    return redirect(list_address(said.values(), segment_here()), HTTPStatus.SEE_OTHER)
