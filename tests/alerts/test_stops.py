"""Dana asked to be left alone, and Sam says so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.doors import Door
from alerts.ground import OutcomeError
from alerts.outcome import record_stop, undo
from alerts.quiet import FOR_GOOD, quiet_until
from alerts.timeline import reports_on
from tests.alerts.scenes import MORNING, Scene, add_alert, add_visit, dana_reads_pricing, installation
from tracker.models import Prospect
from tracker.suppression import suppress, suppressed_kinds
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.db import Database
    from tracker.signing import Signer

ALL = frozenset(SuppressionKind)
CALLS = frozenset({SuppressionKind.DO_NOT_CALL})


class Story:
    """Sam at Dana's alert."""

    def __init__(self, database: Database) -> None:
        with database.writing() as session:
            self.scene: Scene = dana_reads_pricing(session)
        self.database = database
        self.signer: Signer = installation(database).signer
        self.door = Door(self.scene.alert.id, self.scene.sam.id)

    def stop(self, wishes: Collection[SuppressionKind] = ALL, door: Door | None = None) -> int:
        with self.database.writing() as session:
            recorded = record_stop(session, self.signer, door or self.door, wishes, MORNING)
        assert recorded.outcome_id is not None
        return recorded.outcome_id

    def undo(self, outcome_id: int, door: Door | None = None) -> None:
        with self.database.writing() as session:
            undo(session, door or self.door, outcome_id, MORNING + timedelta(hours=1))

    def kinds(self) -> set[SuppressionKind]:
        email = self.scene.dana.email or ""
        with self.database.reading() as session:
            return suppressed_kinds(session, self.signer, [email]).get(email, set())

    def another_door(self) -> Door:
        with self.database.writing() as session:
            visit = add_visit(session, self.scene.dana, at=MORNING - timedelta(days=1))
            return Door(add_alert(session, visit, self.scene.sam).id, self.scene.sam.id)


@pytest.fixture
def story(database: Database) -> Story:
    return Story(database)


def test_stop_suppresses_everything_that_was_asked_for(story: Story) -> None:
    story.stop()
    assert story.kinds() == ALL


def test_stop_suppresses_no_more_than_was_asked_for(story: Story) -> None:
    story.stop(CALLS)
    assert story.kinds() == CALLS


def test_a_stop_keeps_the_prospect_quiet_for_good(story: Story) -> None:
    story.stop(CALLS)
    with story.database.reading() as session:
        assert quiet_until(reports_on(session, story.door.alert_id), MORNING) == FOR_GOOD


def test_undo_lifts_what_the_stop_brought(story: Story) -> None:
    story.undo(story.stop())
    assert story.kinds() == set()


def test_undo_leaves_what_was_in_force_before(story: Story) -> None:
    with story.database.writing() as session:
        emails = [story.scene.dana.email or ""]
        suppress(session, story.signer, emails, SuppressionKind.UNSUBSCRIBED, "mailing service", MORNING)
    story.undo(story.stop())
    assert story.kinds() == {SuppressionKind.UNSUBSCRIBED}


def test_undo_leaves_what_another_stop_still_asks_for(story: Story) -> None:
    first, other = story.stop(), story.another_door()
    second = story.stop(CALLS, other)
    story.undo(first)
    assert story.kinds() == CALLS
    story.undo(second, other)
    assert story.kinds() == set()


def test_the_same_stop_posted_twice_is_one(story: Story) -> None:
    assert story.stop() == story.stop()


def test_a_stop_of_nothing_is_refused_with_advice(story: Story) -> None:
    with pytest.raises(OutcomeError, match="Tick what is to stop"):
        story.stop(())


def test_a_person_without_an_address_is_quiet_all_the_same(story: Story) -> None:
    with story.database.writing() as session:
        dana = session.get_one(Prospect, story.scene.dana.id)
        dana.email = dana.email_key = None
    story.undo(story.stop())
