"""A person's whole story."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, render_template

from alerts.dossier import dossier
from alerts.web.stories.reach import in_reach
from tracker.models import Prospect

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.web.me import Desk, Me


class PersonPage:
    """Who they are to us, and what happened, newest first."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Show one; 404 where they are nobody in reach."""
        with self._desk.database.reading() as session:
            if not in_reach(session, self._desk, me, Prospect, prospect_id):
                abort(HTTPStatus.NOT_FOUND)
            person = dossier(session, self._desk.installation, prospect_id)
            if person is None:
                abort(HTTPStatus.NOT_FOUND)
            return render_template("stories/person.html", person=person)
