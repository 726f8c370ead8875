"""A company's whole story."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, render_template, request

from alerts.company import company
from alerts.story import Place, story_of_company
from alerts.web.stories.reach import ACTIONS, is_told, reached, reader_of, way
from alerts.web.stories.rings import rings
from alerts.web.stories.telling import event_of
from alerts.web.wording import ATTEMPTS, DECISIONS, LETTERS, LOSSES, STATES, WISHES
from alerts.words import LABELS
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.web.me import Desk, Me


class CompanyPage:
    """Its people, its deals, and what happened with all of them."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me, account_id: int) -> ResponseReturnValue:
        """Show one; 404 where nobody of it is in reach."""
        installation, told, reader = self._desk.installation, is_told(me), reader_of(me)
        before = Place.read(request.args.get("before", ""))
        mine = reached(self._desk, me)
        with self._desk.database.reading() as session:
            found = company(session, installation.signer, account_id, mine)
            if found is None:
                abort(HTTPStatus.NOT_FOUND)
            chapter = story_of_company(session, found, mine.people, before, told=told)
            standing = rings(session, installation, found, reader.now) if told and before is None else None
        return render_template(
            "stories/company.html",
            company=found,
            reader=reader,
            told=told,
            chapter=chapter,
            events=[event_of(one) for one in chapter.happenings],
            rings=standing,
            acts=me.may(Verb.CHANGE, Thing.ALERT) and bool(way(ACTIONS, alert_id=0)),
            labels=LABELS,
            states=STATES,
            decisions=DECISIONS,
            attempts=ATTEMPTS,
            letters=LETTERS,
            losses=LOSSES,
            wishes=WISHES,
        )
