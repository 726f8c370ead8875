"""Notes and decisions of a session."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from alerts.review import notes
from alerts.review.notes import Draft, StaleNoteError, kept
from alerts.words import ReviewNoteKind
from tests.alerts.review.lost import NOW, OCTOBER, TODAY
from tests.builders import add_user
from tracker.audit import entries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.models import ReviewNote

SSO = Draft(ReviewNoteKind.DECISION, "Ask product for a day for SSO", until=date(2026, 10, 30))


def written(session: Session, draft: Draft = SSO, months_ago: int = 0, name: str = "Kim Berg") -> ReviewNote:
    month = OCTOBER.later(-months_ago)
    number = notes.add(session, month, draft, add_user(session, name).id, NOW)
    row = notes.one(session, number, None)
    assert row is not None
    return row


def texts(session: Session) -> tuple[list[str], list[str]]:
    found = kept(session, OCTOBER, None)
    here, before = ([row.note.text for row in rows] for rows in (found.here, found.before))
    return here, before


def test_what_was_decided_stands_in_the_next_review_until_it_is_done(session: Session) -> None:
    last, old, older = (written(session, months_ago=months) for months in (1, 2, 3))
    written(session, Draft(ReviewNoteKind.NOTE, "Quiet month"), months_ago=1)
    written(session, Draft(ReviewNoteKind.NOTE, "Louder"))
    written(session, months_ago=-1)
    for row in (last, older):
        notes.mark(session, row, row.version, row.user_id, NOW, done=True)
    session.flush()
    found = kept(session, OCTOBER, None)
    assert [row.note.id for row in found.before] == [old.id, last.id]
    assert [row.note.text for row in found.here] == ["Louder"]
    assert [(row.is_open, row.is_late(TODAY)) for row in found.before] == [(True, True), (False, False)]
    notes.mark(session, last, last.version, last.user_id, NOW, done=False)
    assert last.done_at is None


def test_two_who_change_it_at_once_are_told(session: Session) -> None:
    row = written(session)
    seen = row.version
    assert notes.change(session, row, Draft(ReviewNoteKind.DECISION, "Buy SSO"), seen, row.user_id, NOW)
    with pytest.raises(StaleNoteError):
        notes.change(session, row, SSO, seen, row.user_id, NOW)
    with pytest.raises(StaleNoteError):
        notes.mark(session, row, seen, row.user_id, NOW, done=True)
    with pytest.raises(StaleNoteError):
        notes.end(session, row, seen, row.user_id, NOW)
    assert row.text == "Buy SSO"


def test_what_does_not_differ_is_no_change_and_a_note_has_nothing_to_do(session: Session) -> None:
    row = written(session)
    assert not notes.change(session, row, SSO, row.version, row.user_id, NOW)
    notes.mark(session, row, row.version, row.user_id, NOW, done=True)
    assert notes.change(session, row, Draft(ReviewNoteKind.NOTE, "Said"), row.version, row.user_id, NOW)
    assert (row.done_at, row.until, row.version) == (None, None, 3)


def test_what_is_taken_back_is_gone_from_the_page_but_on_record(session: Session) -> None:
    row = written(session)
    notes.end(session, row, row.version, row.user_id, NOW)
    session.flush()
    assert texts(session) == ([], [])
    assert notes.one(session, row.id, None) is None
    assert [told.entry.verb for told in entries(session, 10)] == ["take back review note", "add review note"]


def test_a_manager_sees_what_the_team_wrote_or_is_to_do(session: Session) -> None:
    sam = add_user(session)
    theirs, given = written(session), written(session, Draft(ReviewNoteKind.DECISION, "Call Jo", sam.id))
    written(session, name="Ada Lind")
    found = kept(session, OCTOBER, (sam.id, theirs.user_id))
    assert [(row.note.id, row.doer) for row in found.here] == [(theirs.id, ""), (given.id, "Sam Reed")]
