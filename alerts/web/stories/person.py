"""A person's whole story."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, render_template, request

from alerts.briefing.local_time import local_time
from alerts.dossier import dossier
from alerts.happened import Report, Sighting
from alerts.story import Place, story_of
from alerts.today.calls import CALLS_FOR
from alerts.web.stories.changes import changes_of
from alerts.web.stories.reach import ACTIONS, is_told, reached, reader_of, way
from alerts.web.stories.telling import told_in_order
from alerts.web.wording import ATTEMPTS, DECISIONS, LETTERS, LOSSES, STATES, WISHES
from alerts.words import LABELS, Decision, OutcomeKind
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from alerts.happened import Letter, Verdict
    from tracker.web.me import Desk, Me


class PersonPage:
    """Who they are to us, and what happened, newest first."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Show one; 404 where they are nobody in reach."""
        installation, told = self._desk.installation, is_told(me)
        before = Place.read(request.args.get("before", ""))
        with self._desk.database.reading() as session:
            person = dossier(session, installation, prospect_id, reached(self._desk, me).people)
            if person is None:
                abort(HTTPStatus.NOT_FOUND)
            chapter = story_of(session, prospect_id, before, told=told)
            changes = changes_of(session, person) if me.may(Verb.SEE, Thing.AUDIT) else ()
        reader = reader_of(me)
        acts = me.may(Verb.CHANGE, Thing.ALERT) and bool(way(ACTIONS, alert_id=0))
        return render_template(
            "stories/person.html",
            person=person,
            reader=reader,
            clock=local_time(person.time_zone, person.phone, person.country, reader.now),
            told=told,
            chapter=chapter,
            events=told_in_order(person, chapter, changes, reader.zone),
            open=_open_verdict(chapter.happenings, reader.now) if acts and before is None else None,
            acts=acts,
            ways={
                "Copy link / QR": way("prospects.links", prospect_id=prospect_id),
                "Lost just now": way("prospects.lost", prospect_id=prospect_id),
            },
            labels=LABELS,
            states=STATES,
            decisions=DECISIONS,
            attempts=ATTEMPTS,
            letters=LETTERS,
            losses=LOSSES,
            wishes=WISHES,
        )


def _open_verdict(happenings: Iterable[Sighting | Letter | Report], now: datetime) -> Verdict | None:
    """Find the call that is still to be made: decided lately, and nobody reported on since."""
    happened = list(happenings)
    answers = [
        one.at
        for one in happened
        if isinstance(one, Report) and one.kind != OutcomeKind.CALLING and one.undone_at is None
    ]
    for one in happened:
        verdict = one.verdict if isinstance(one, Sighting) else None
        if verdict is None or verdict.decision == Decision.HOLD or verdict.corrected_at is not None:
            continue
        answered = any(at >= verdict.decided_at for at in answers)
        if verdict.closed_at is None and not answered and verdict.decided_at > now - CALLS_FOR:
            return verdict
    return None
