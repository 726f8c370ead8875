"""Dana asked to be left alone, and Sam says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from alerts.briefing import Known
from alerts.circumstances import Circumstances
from alerts.doors import Door
from alerts.ground import OutcomeError
from alerts.models import Alert, Outcome
from alerts.outcome import record_stop, undo
from alerts.policy import SENTENCES, Hold, Policy
from alerts.quiet import FOR_GOOD, quiet_until
from alerts.recheck import rechecker
from alerts.stops import asked_for
from alerts.timeline import reports_on
from tests.alerts.scenes import MORNING, Scene, add_alert, add_visit, dana_reads_pricing, installation
from tests.builders import NOON
from tracker.by_hand.people import change_person, words_of
from tracker.ingest.rows import find_visits
from tracker.listing import relist
from tracker.models import Prospect, Visit
from tracker.months import make_months
from tracker.people.rights import Reach
from tracker.people.scope import Scope, nothing_given
from tracker.retention import forget_evidence, forget_visits
from tracker.rules.kept import VISITS_KEPT
from tracker.segments.filter import Filter
from tracker.segments.matching import find
from tracker.suppression import suppress, suppressed_kinds
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tracker.db import Database
    from tracker.signing import Signer

ALL = frozenset(SuppressionKind)
CALLS = frozenset({SuppressionKind.DO_NOT_CALL})
EVERYBODY = Scope(Reach.ALL, 1, None, nothing_given)


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

    def addressed(self, email: str | None) -> None:
        """Let Dana have this address, or none, and her place in lists."""
        with self.database.writing() as session:
            dana = session.get_one(Prospect, self.scene.dana.id)
            dana.email = dana.email_key = email
            dana.contact_key = None if email else "dana at brightwell"
            relist(session, [dana.id], signer=self.signer)

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
    story.addressed(None)
    story.undo(story.stop())


def alerts_of(story: Story, held: str) -> list[int]:
    """Give whom the filter of people finds by whether alerts come of them."""
    wanted, _ = Filter.read({"alerts": held})
    with story.database.reading() as session:
        return list(find(session, wanted, EVERYBODY, MORNING).ids)


@pytest.mark.parametrize(
    ("email", "wish"),
    [(None, SuppressionKind.DO_NOT_CALL), ("dana@brightwell.example", SuppressionKind.UNSUBSCRIBED)],
)
def test_who_is_left_alone_is_found_as_held_whatever_they_asked_for(
    story: Story, email: str | None, wish: SuppressionKind
) -> None:
    story.addressed(email)
    stopped = story.stop({wish})
    dana = story.scene.dana.id
    assert (alerts_of(story, "held"), alerts_of(story, "free")) == ([dana], [])
    story.undo(stopped)
    assert (alerts_of(story, "held"), alerts_of(story, "free")) == ([], [dana])


def test_who_was_told_by_two_is_left_alone_until_both_take_it_back(story: Story) -> None:
    story.addressed(None)
    first, other = story.stop(), story.another_door()
    second = story.stop(CALLS, other)
    story.undo(first)
    assert alerts_of(story, "held") == [story.scene.dana.id]
    with story.database.reading() as session:
        assert asked_for(session, story.signer, story.scene.dana.id) == CALLS
    story.undo(second, other)
    assert alerts_of(story, "held") == []


@pytest.fixture
def of_march(story: Story) -> Iterator[Story]:
    """A story in a database from which months may be dropped."""
    yield story
    make_months(story.database, NOON)


@pytest.mark.parametrize("email", [None, "dana@brightwell.example"])
def test_p10_the_wish_to_be_left_alone_stays_when_visit_alert_and_report_are_gone(
    of_march: Story, email: str | None
) -> None:
    story = of_march
    story.addressed(email)
    story.stop({SuppressionKind.UNSUBSCRIBED})
    later = MORNING + VISITS_KEPT + timedelta(days=1)
    forget_evidence(story.database, later)
    forget_visits(story.database, later)
    with story.database.writing() as session:
        assert session.scalars(select(Outcome)).all() == []
        dana = session.get_one(Prospect, story.scene.dana.id)
        assert asked_for(session, story.signer, dana.id) == {SuppressionKind.UNSUBSCRIBED}
        visit = add_visit(session, dana, at=later)
        (row,) = find_visits(session, Visit.id == visit.id)
        facts = Circumstances.load(session, installation(story.database), [row], later, Policy())
        assert facts.standings[dana.id].quiet_until == FOR_GOOD
        alert = add_alert(session, visit, story.scene.sam)
        known = Known.load(session, Alert.id == alert.id)
        still_wanted = rechecker(installation(story.database))
        assert still_wanted(session, alert, known, later) == SENTENCES[Hold.QUIET]
    assert alerts_of(story, "held") == [story.scene.dana.id]


def test_a_report_that_is_gone_leaves_what_a_later_one_asks_for_too(story: Story) -> None:
    story.addressed(story.scene.dana.email)
    old = story.another_door()
    standing = story.stop(CALLS)
    story.stop(CALLS, old)
    with story.database.writing() as session:
        session.execute(delete(Alert).where(Alert.id == old.alert_id))
    story.undo(standing)
    assert story.kinds() == CALLS
    assert alerts_of(story, "held") == [story.scene.dana.id]


def test_what_was_asked_for_without_an_address_holds_for_their_first_one(story: Story) -> None:
    email = story.scene.dana.email or ""
    story.addressed(None)
    stopped = story.stop({SuppressionKind.UNSUBSCRIBED})
    with story.database.writing() as session:
        dana = session.get_one(Prospect, story.scene.dana.id)
        change_person(session, story.signer, dana, replace(words_of(session, dana), email=email), MORNING)
    assert story.kinds() == {SuppressionKind.UNSUBSCRIBED}
    story.undo(stopped)
    assert story.kinds() == set()
