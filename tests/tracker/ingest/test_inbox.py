"""What arrived is on disk before it is answered: in order, once, and without what nobody may keep."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON
from tests.tracker.ingest.stories import ORIGIN, Setting, add_dana, hit_id, view
from tests.tracker.ingest.walk import Walk
from tracker import db
from tracker.ingest.arrival import Arrival, read, write
from tracker.ingest.claim import OwnMark
from tracker.ingest.hit import Hit, Kind
from tracker.ingest.inbox import MOST_TRIES, WAITS, Backlog, Inbox, Waiting
from tracker.signing import SignatureError

if TYPE_CHECKING:
    from tracker.db import Database

ODD = ["", '"quoted"', "a\\u0000b", "\U0001f514 caf\u00e9", "x" * 9_000, "[1, 2]", "null"]


def texts(database: Database, inbox: Inbox, limit: int = 10_000) -> list[str]:
    ids = [one.id for one in inbox.waiting(NOON, limit)]
    with database.reading() as session:
        return inbox.texts(session, ids)


def test_what_is_kept_is_given_back_in_its_order(database: Database) -> None:
    inbox = Inbox(database)
    inbox.keep([(NOON, text) for text in ODD])
    inbox.keep([(NOON, "last")])
    assert texts(database, inbox) == [*ODD, "last"]
    assert texts(database, inbox, limit=2) == ODD[:2]


def test_r1_many_threads_of_two_processes_keep_each_of_theirs(database: Database, database_url: str) -> None:
    other = db.connect(database_url)
    inboxes = [Inbox(database), Inbox(other)]

    def keep(number: int) -> None:
        inboxes[number % 2].keep([(NOON, f"{number} {part}") for part in range(3)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, range(60)))
    kept = texts(database, inboxes[0])
    assert sorted(kept) == sorted(f"{number} {part}" for number in range(60) for part in range(3))
    other.dispose()


def test_what_is_done_is_taken_out(database: Database) -> None:
    inbox = Inbox(database)
    inbox.keep([(NOON, "a"), (NOON, "b"), (NOON, "c")])
    done, left, _ = (one.id for one in inbox.waiting(NOON, 3))
    with database.writing() as session:
        inbox.forget(session, [done])
    assert texts(database, inbox) == ["b", "c"]
    with database.reading() as session:
        assert inbox.texts(session, [done, left]) == ["b"]


def test_what_failed_waits_longer_each_time_and_is_set_aside_in_the_end(database: Database) -> None:
    inbox = Inbox(database)
    inbox.keep([(NOON, "poison"), (NOON + timedelta(seconds=1), "sound")])
    (poison, sound) = (one.id for one in inbox.waiting(NOON, 2))
    now = NOON
    for tries, wait in enumerate(WAITS, 1):
        inbox.begin([poison])
        assert inbox.put_off(poison, now)
        assert inbox.waiting(now + wait - timedelta(seconds=1), 2) == [Waiting(sound, 0, len("sound"))]
        assert inbox.waits_before(sound)
        now += wait
        assert inbox.waiting(now, 2) == [
            Waiting(poison, tries, len("poison")),
            Waiting(sound, 0, len("sound")),
        ]
    inbox.begin([poison])
    assert not inbox.put_off(poison, now)
    assert len(WAITS) + 1 == MOST_TRIES
    assert inbox.waiting(NOON + timedelta(days=9), 2) == [Waiting(sound, 0, len("sound"))]
    assert inbox.backlog() == Backlog(rows=1, oldest=NOON + timedelta(seconds=1), set_aside=1)


def test_s5_p5_neither_token_nor_address_nor_query_is_kept(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.front.kept = lambda: None  # nobody works through it
    credential = walk.sends(view(), token=dana.token).credential
    walk.sends(
        view(f"{ORIGIN}/pricing?email=dana@brightwell.example#rb={dana.token}", title=f"See {dana.token}"),
        token=dana.token,
    )
    kept = texts(setting.installation.database, walk.front.inbox)
    assert len(kept) == 2
    for secret in (dana.token, credential, "dana@", "203.0.113.7", walk.sender.address):
        assert not any(secret in text for text in kept)
    for arrival in map(read, kept):
        with pytest.raises(SignatureError):
            walk.front.installation.signer.verify(
                "ringback.link",  # type: ignore[arg-type]  # as its value
                arrival.token_key,
                NOON,
                timedelta(days=400),
            )


texts_of_browsers = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ages = st.timedeltas(timedelta(0), timedelta(hours=24)).map(
    lambda age: timedelta(milliseconds=age // timedelta(milliseconds=1))
)
hits = st.builds(
    Hit,
    id=st.just(hit_id()),
    kind=st.sampled_from(Kind),
    url=texts_of_browsers,
    title=texts_of_browsers,
    referrer=texts_of_browsers,
    age=ages,
    visible_ms=st.integers(0, 2**31 - 1),
    first_gesture_ms=st.none() | st.integers(0, 2**31 - 1),
    last_gesture_ms=st.none() | st.integers(0, 2**31 - 1),
    bursts=st.integers(0, 1_000_000),
    driver=st.booleans(),
)
arrivals = st.builds(
    Arrival,
    at=st.just(NOON + timedelta(microseconds=7)),
    site=texts_of_browsers,
    hits=st.lists(hits, max_size=3).map(tuple),
    origin=texts_of_browsers,
    user_agent=texts_of_browsers,
    signs=st.lists(texts_of_browsers, max_size=3).map(tuple),
    browser_key=st.none() | texts_of_browsers,
    token_key=st.none() | texts_of_browsers,
    own=st.none() | st.just(OwnMark(3, NOON)),
    revoke=st.booleans(),
)


@given(arrivals)
def test_an_arrival_is_read_as_it_was_written(arrival: Arrival) -> None:
    assert read(write(arrival)) == arrival


def test_an_update_reads_what_the_release_before_it_kept() -> None:
    old = '{"at":"2026-03-10T12:00:00Z","site":"k","hits":[],"origin":"","a name of another time":1}'
    assert read(old) == Arrival(NOON, "k", (), "")
