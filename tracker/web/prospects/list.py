"""*Prospects*: the list, its search and its filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template
from sqlalchemy import select

from tracker.models import Prospect
from tracker.web.prospects.part import Part
from tracker.web.rooms import Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.web.me import Desk, Me

PAGE = 50
"""Prospects on a page."""


def open_part(desk: Desk) -> Part:
    """Give the pages of the list."""
    prospects = Prospects(desk)
    return Part((Page("/prospects", "show", Verb.SEE, Thing.PROSPECT, prospects.show),))


class Prospects:
    """The list."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me) -> ResponseReturnValue:
        """List those in reach."""
        wanted = select(Prospect).where(self._desk.scope(me, Verb.SEE, Thing.PROSPECT).prospects())
        with self._desk.database.reading() as session:
            people = session.scalars(wanted.order_by(Prospect.id).limit(PAGE)).all()
        return render_template("prospects/list.html", people=people)
