"""A rep's morning: one entry a person, the strongest first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.briefing import brief, digest_briefing
from alerts.briefing.digest import LONGEST
from alerts.doors import Door, open_door
from alerts.models import Decision
from tests.alerts.scenes import MORNING, add_alert, add_visit, dana_reads_pricing, installation
from tests.builders import add_prospect, add_user

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.models import Alert
    from tracker.db import Database
    from tracker.models import Prospect, User


def looked_in(session: Session, user: User, prospect: Prospect, intent: int, hours: int = 16) -> Alert:
    visit = add_visit(session, prospect, at=MORNING - timedelta(hours=hours))
    return add_alert(session, visit, user, intent=intent, decision=Decision.DIGEST)


def test_the_strongest_first_one_entry_a_person(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        lee, dana = add_prospect(session, name="Lee Wong"), add_prospect(session)
        alerts = [
            looked_in(session, sam, lee, 20),
            looked_in(session, sam, dana, 10),
            looked_in(session, sam, dana, 50, hours=3),
        ]
        digest = digest_briefing(
            session, installation(database), sam.id, [alert.id for alert in alerts], MORNING
        )
    told = [(entry.briefing.who.name, entry.briefing.why.intent, entry.visits) for entry in digest.entries]
    assert told == [("Dana Ortiz", 50, 2), ("Lee Wong", 20, 1)]
    assert (digest.people, digest.others) == (2, ())


def test_a_flood_is_cut_and_counted(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        alerts = [looked_in(session, sam, add_prospect(session), number) for number in range(LONGEST + 3)]
        digest = digest_briefing(
            session, installation(database), sam.id, [alert.id for alert in alerts], MORNING
        )
    assert (len(digest.entries), len(digest.others), digest.people) == (LONGEST, 3, LONGEST + 3)


def test_each_link_opens_that_persons_page_for_the_reader(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        alert = looked_in(session, sam, add_prospect(session), 10)
        ringback = installation(database)
        (entry,) = digest_briefing(session, ringback, sam.id, [alert.id], MORNING).entries
    home, _, signed = entry.link.removesuffix("/prospect").rpartition("/")
    assert home == "https://ringback.northwind.example/a"
    assert open_door(ringback.signer, signed, MORNING) == Door(alert.id, sam.id)


def test_a_deputy_is_told_whose_notes_they_are(database: Database) -> None:
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        kim = add_user(session, "Kim Lee")
        it = brief(session, installation(database), scene.alert.id, MORNING, reader_id=kim.id)
    assert it.say == "Hi Dana, Kim from Northwind. How is the rollout going?"
    assert it.lost is not None
    assert it.lost.note is not None
    assert it.lost.note.by == "Sam Reed"
    assert it.since[0] == 'Spoke 12 Jan (Sam Reed): "rollout slow".'
