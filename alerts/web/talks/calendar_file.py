"""The agreed call as a file for one's own calendar."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, abort

from alerts.followups.calendar import FILE, own_copy
from alerts.talks.invitations import invitation_of
from alerts.talks.letter import about, appointment
from alerts.web.talks.reach import talk_in_reach
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.web.me import Desk, Me


class CalendarFile:
    """One deal's agreed call."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def load(self, me: Me, deal_id: int) -> ResponseReturnValue:
        """Give the file; 404 where no call is agreed."""
        with self._desk.database.reading() as session:
            talk_in_reach(session, self._desk, me, Verb.SEE, Thing.FOLLOW_UP, deal_id)
            row = invitation_of(session, deal_id)
            it = about(session, row.id) if row is not None and row.cancelled_at is None else None
            if it is None:
                abort(HTTPStatus.NOT_FOUND)
            written = own_copy(appointment(it, self._desk.installation, for_prospect=False))
        return Response(
            written,
            content_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{FILE}"'},
        )
