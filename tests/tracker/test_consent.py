"""Consent on record: one row a proof, its end for good, and nothing about strangers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.builders import NOON, add_prospect
from tracker.consent import NOTHING_GIVEN, Proof, Verdict, on_record, record, revoke
from tracker.models import Browser, Consent, SuppressionKind
from tracker.signing import Signer
from tracker.suppression import suppress
from tracker.tokens import consents_on_record

if TYPE_CHECKING:
    from tracker.db import Database

SIGNER = Signer(["Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu"])
DANA, LEE = "Dana@brightwell.example", "lee@fernhill.example"
DAY = timedelta(days=1)


def agreed(email: str = DANA, given_at: datetime | None = NOON - 9 * DAY, version: str = "v1") -> Proof:
    return Proof(email, version, "form", given_at)


def recorded(database: Database, *proofs: Proof, now: datetime = NOON) -> list[Verdict]:
    with database.writing() as session:
        return record(session, SIGNER, proofs, now)


def rows(database: Database) -> list[tuple[datetime, str, datetime | None]]:
    with database.reading() as session:
        return [
            (row.given_at, row.text_version, row.revoked_at)
            for row in session.scalars(select(Consent).order_by(Consent.id))
        ]


def ended(database: Database, now: datetime, *emails: str) -> int:
    with database.writing() as session:
        return revoke(session, emails or (DANA,), now).consents


def add_people(database: Database) -> tuple[int, int]:
    with database.writing() as session:
        return add_prospect(session, email=DANA).id, add_prospect(session, name="Lee", email=LEE).id


def test_the_same_proof_is_one_row_however_often_it_comes(database: Database) -> None:
    dana, lee = add_people(database)
    same = agreed("DANA@brightwell.EXAMPLE")
    assert recorded(database, agreed(), same) == [Verdict.NEW, Verdict.KNOWN]
    assert recorded(database, same, agreed(LEE)) == [Verdict.KNOWN, Verdict.NEW]
    assert recorded(database, agreed(version="v2")) == [Verdict.NEW]
    assert rows(database) == [(NOON - 9 * DAY, version, None) for version in ("v1", "v1", "v2")]
    with database.reading() as session:
        assert consents_on_record(session, [dana, lee]) == {dana, lee}


def test_a_proof_that_does_not_say_when_counts_from_its_recording_and_once(database: Database) -> None:
    add_people(database)
    assert recorded(database, agreed(given_at=None)) == [Verdict.NEW]
    assert recorded(database, agreed(given_at=None), now=NOON + DAY) == [Verdict.KNOWN]
    assert rows(database) == [(NOON, "v1", None)]


def test_p2_what_was_taken_back_comes_back_by_a_later_yes_only(database: Database) -> None:
    add_people(database)
    recorded(database, agreed())
    assert ended(database, NOON) == 1
    stale = (agreed(), agreed(given_at=None), agreed(given_at=NOON), agreed(version="v2"))
    assert recorded(database, *stale, now=NOON + 2 * DAY) == [Verdict.TAKEN_BACK] * 4
    assert recorded(database, agreed(given_at=NOON + DAY), now=NOON + 2 * DAY) == [Verdict.NEW]
    assert rows(database) == [(NOON - 9 * DAY, "v1", NOON), (NOON + DAY, "v1", None)]
    assert recorded(database, agreed(given_at=None), now=NOON + 3 * DAY) == [Verdict.KNOWN]


def test_p2_who_took_it_back_before_it_was_on_record_is_not_brought_in_by_an_older_list(
    database: Database,
) -> None:
    dana, _ = add_people(database)
    assert ended(database, NOON) == 0
    older = (agreed(), agreed(given_at=None), agreed(given_at=NOON))
    assert recorded(database, *older, now=NOON + DAY) == [Verdict.TAKEN_BACK] * 3
    with database.reading() as session:
        assert consents_on_record(session, [dana]) == set()
    assert recorded(database, agreed(LEE), now=NOON + DAY) == [Verdict.NEW]
    assert recorded(database, agreed(given_at=NOON + DAY), now=NOON + DAY) == [Verdict.NEW]


def test_who_takes_it_back_twice_took_it_back_the_second_time(database: Database) -> None:
    add_people(database)
    recorded(database, agreed())
    for day in range(3):
        ended(database, NOON + day * DAY)
    later = [agreed(given_at=NOON + day * DAY) for day in range(1, 4)]
    verdicts = recorded(database, *later, now=NOON + 4 * DAY)
    assert verdicts == [Verdict.TAKEN_BACK, Verdict.TAKEN_BACK, Verdict.NEW]
    assert rows(database) == [
        (NOON - 9 * DAY, "v1", NOON),
        (NOON + 2 * DAY, NOTHING_GIVEN, NOON + 2 * DAY),
        (NOON + 3 * DAY, "v1", None),
    ]


def test_strangers_and_who_asked_not_to_be_tracked_leave_no_row(database: Database) -> None:
    add_people(database)
    with database.writing() as session:
        suppress(session, SIGNER, [LEE], SuppressionKind.DO_NOT_TRACK, "letter", NOON)
        suppress(session, SIGNER, [DANA], SuppressionKind.UNSUBSCRIBED, "letter", NOON)
    verdicts = recorded(database, agreed("stranger@a.example"), agreed(LEE), agreed())
    assert verdicts == [Verdict.STRANGER, Verdict.UNTRACKED, Verdict.NEW]
    assert len(rows(database)) == 1


def test_p6_who_takes_it_back_is_not_known_by_their_browsers_any_more(database: Database) -> None:
    dana, lee = add_people(database)
    recorded(database, agreed(), agreed(version="v2"))
    with database.writing() as session:
        for number, (key, revoked_at) in enumerate((("a", None), ("b", NOON - DAY), ("c", None))):
            owner = lee if key == "c" else dana
            session.add(
                Browser(key=f"{key}{number}", prospect_id=owner, created_at=NOON, revoked_at=revoked_at)
            )
    with database.writing() as session:
        told = revoke(session, [DANA.lower(), LEE, "stranger@a.example"], NOON)
        assert (told.consents, told.browsers) == (2, 2)
        assert (told.ended, told.without) == ((DANA.lower(),), (LEE,))
        assert told.strangers == ("stranger@a.example",)
        browsers = session.scalars(select(Browser).order_by(Browser.key))
        assert [row.revoked_at for row in browsers] == [NOON, NOON - DAY, NOON]


def test_the_record_is_told_person_by_person_with_what_was_ended(database: Database) -> None:
    add_people(database)
    recorded(database, agreed(LEE), agreed())
    ended(database, NOON)
    recorded(database, agreed(given_at=NOON + DAY), now=NOON + 2 * DAY)
    with database.reading() as session:
        told = [(row.email, row.given_at, row.revoked_at) for row in on_record(session)]
        assert told == [
            (DANA, NOON - 9 * DAY, NOON),
            (DANA, NOON + DAY, None),
            (LEE, NOON - 9 * DAY, None),
        ]
    ended(database, NOON + 3 * DAY, LEE)
    ended(database, NOON + 4 * DAY, LEE)
    with database.reading() as session:
        of_lee = [(row.given_at, row.text_version, row.revoked_at) for row in on_record(session, [LEE])]
        assert of_lee == [(NOON - 9 * DAY, "v1", NOON + 3 * DAY), (None, "", NOON + 4 * DAY)]
        assert {row.name for row in on_record(session, [LEE.upper(), "stranger@a.example"])} == {"Lee"}
