"""The endpoint through the real app: what is answered, and what is never told."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.builders import NOON
from tests.front_door import SHORT_WAIT_MS, FrontDoor, database_away, open_front
from tests.tracker.ingest.stories import ORIGIN, add_dana, body, engagement, token_of, view
from tracker import db
from tracker.ingest.endpoint import PATH
from tracker.ingest.hit import MAX_BODY
from tracker.models import Base, Browser, PageView, Prospect, Visit
from tracker.signing import Purpose, Signer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tracker.db import Database


@pytest.fixture
def door(database: Database) -> Iterator[FrontDoor]:
    with open_front(database) as opened:
        yield opened


def told(response: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    """All that the other side can see of an answer."""
    return response.status_code, sorted(response.headers), response.data


def test_a_token_is_traded_for_a_credential_and_a_known_browser_gets_an_empty_answer(door: FrontDoor) -> None:
    dana = add_dana(door.setting)
    page = view()
    first = door.sends(page, token=dana.token)
    assert (first.status_code, first.content_type) == (200, "application/json")
    assert set(json.loads(first.data)) == {"credential"}
    assert first.headers["Cache-Control"] == "no-store"
    later = door.sends(engagement(page))
    assert (later.status_code, later.data) == (204, b"")
    assert len(door.rows(Visit)) == 1


def test_s6_unknown_forged_and_expired_are_answered_like_a_known_browser(door: FrontDoor) -> None:
    dana = add_dana(door.setting)
    signer = door.setting.installation.signer
    with door.setting.installation.database.writing() as session:
        person = session.get_one(Prospect, dana.prospect_id)
        expired = token_of(door.setting, session, person, at=NOON - timedelta(days=401))
        recorded_nowhere = token_of(door.setting, session, person, consent=True)
    unknown = signer.sign(Purpose.LINK, "0" + "x" * 12, NOON)
    forged = Signer(["another key of thirty-two letters"]).sign(Purpose.LINK, "0" + "x" * 12, NOON)
    old = signer.sign(Purpose.BROWSER, "b" * 16, NOON - timedelta(days=400))
    credential = json.loads(door.sends(view(), token=dana.token).data)["credential"]
    known = told(door.sends(view()))
    stranger = door.client.application.test_client()
    door.client = stranger
    answers = {
        "stranger": door.sends(view()),
        "unknown": door.sends(view(), token=unknown),
        "forged": door.sends(view(), token=forged),
        "expired": door.sends(view(), token=expired),
        "mangled": door.sends(view(), token=dana.token[:-1]),
        "no consent": door.sends(view(), token=recorded_nowhere),
        "unreadable": door.posts(b"{"),
        "known by its body": door.sends(view(), credential=credential),
        "unknown credential": door.sends(view(), credential=signer.sign(Purpose.BROWSER, "b" * 16, NOON)),
        "expired credential": door.sends(view(), credential=old),
        "a site of nobody": door.posts(json.dumps({"site": "none", "hits": [view()]}).encode()),
    }
    assert known[0] == 204
    assert {name: told(answer) for name, answer in answers.items() if told(answer) != known} == {}
    assert told(door.sends(revoke=True)) == told(door.sends(revoke=True, credential=credential))


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.LINK])
def test_s1_what_was_signed_for_another_purpose_opens_nothing(door: FrontDoor, purpose: Purpose) -> None:
    dana = add_dana(door.setting)
    value = dana.token.partition(".")[0]
    other = door.setting.installation.signer.sign(purpose, value, NOON)
    assert door.sends(view(), token=other).status_code == 204
    assert door.rows(Browser) == []


def test_s2_limits_count_the_person_behind_a_token_however_it_is_spelled(database: Database) -> None:
    with open_front(database, hits_per_person=3) as door:
        dana = add_dana(door.setting)
        tails = ["", "~spring-26", "?utm_source=x", ".", "~other"]
        answers = [door.sends(view(), token=dana.token + tail).status_code for tail in tails]
        assert answers == [200, 204, 204, 429, 429]
        assert door.counted() == {"too many requests": 2}


def test_s3_a_token_from_an_hour_ahead_is_good(door: FrontDoor) -> None:
    dana = add_dana(door.setting)
    door.now = NOON - timedelta(days=1, hours=1)
    assert door.sends(view(), token=dana.token).status_code == 200


def test_s5_no_token_and_no_credential_is_in_any_row_or_log(
    door: FrontDoor, caplog: pytest.LogCaptureFixture
) -> None:
    dana = add_dana(door.setting)
    token = f"{dana.token}~spring-26"
    url = f"{ORIGIN}/pricing?rb={token}#rb={token}"
    page = view(url, title=f"{ORIGIN}/#rb={token}", referrer=f"{ORIGIN}/?rb={token}")
    credential = json.loads(door.sends(page, token=token).data)["credential"]
    door.sends(engagement(page), token=token)
    door.sends(view(f"{ORIGIN}/#/plans&rb={token}"), token=token[:-30])
    secrets = [signed.rpartition(".")[2] for signed in (dana.token, credential)]
    with door.setting.installation.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            stored = str(session.execute(select(table)).all())
            assert not any(secret in stored for secret in secrets), table.name
    assert len(door.rows(PageView)) == 2
    assert not any(secret in caplog.text for secret in secrets)


def test_p4_strangers_add_no_row(door: FrontDoor) -> None:
    def rows() -> dict[str, int]:
        with door.setting.installation.database.reading() as session:
            tables = Base.metadata.sorted_tables
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
            }

    before = rows()
    for _ in range(100):
        assert door.sends(view()).status_code == 204
    assert door.counted() == {"no token": 100}
    assert rows() == before


def test_p5_an_address_is_stored_nowhere(door: FrontDoor) -> None:
    dana = add_dana(door.setting)
    door.posts(body(door.setting, view(), token=dana.token), REMOTE_ADDR="198.51.100.77")
    with door.setting.installation.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            assert "198.51.100" not in str(session.execute(select(table)).all())


@pytest.mark.parametrize("headers", [{"Sec-GPC": "1"}, {"DNT": "1"}])
def test_p3_who_says_no_by_a_header_is_not_stored_but_may_withdraw(
    door: FrontDoor, headers: dict[str, str]
) -> None:
    dana = add_dana(door.setting)
    assert door.posts(body(door.setting, view(), token=dana.token), headers).status_code == 204
    assert door.counted() == {"opted out": 1}
    assert door.rows(Browser) == []
    door.sends(view(), token=dana.token)
    withdrawn = door.posts(body(door.setting, revoke=True), headers)
    assert "ringback=;" in withdrawn.headers["Set-Cookie"]
    assert door.rows(Browser)[0].revoked_at == NOON


@pytest.mark.parametrize("value", ["0", "", "null", "unspecified"])
def test_only_a_plain_no_is_a_no(door: FrontDoor, value: str) -> None:
    dana = add_dana(door.setting)
    sent = body(door.setting, view(), token=dana.token)
    assert door.posts(sent, {"Sec-GPC": value, "DNT": value}).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
)
def test_what_is_fetched_ahead_is_nobody_yet(door: FrontDoor, headers: dict[str, str]) -> None:
    dana = add_dana(door.setting)
    assert door.posts(body(door.setting, view(), token=dana.token), headers).status_code == 204
    assert door.counted() == {"prefetch": 1}


def test_s14_a_body_of_more_than_eight_kilobytes_is_refused_however_it_comes(door: FrontDoor) -> None:
    dana = add_dana(door.setting)
    sent = body(door.setting, view(), token=dana.token, note="x" * MAX_BODY)
    chunked = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    assert door.posts(sent).status_code == 413
    assert door.posts(sent, None, **chunked).status_code == 413
    assert door.posts(b"", CONTENT_LENGTH="999999999").status_code == 413
    assert door.posts(body(door.setting, view(), token=dana.token), None, **chunked).status_code == 200
    assert door.counted() == {"too large": 3}


@pytest.mark.parametrize("length", ["20", "0", "-1", "many"])
def test_a_length_that_lies_harms_nobody(door: FrontDoor, length: str) -> None:
    dana = add_dana(door.setting)
    sent = body(door.setting, view(), token=dana.token)
    assert door.posts(sent, CONTENT_LENGTH=length).status_code == 204
    assert door.counted() == {"unreadable": 1}


def test_a_connection_that_breaks_off_harms_nobody(door: FrontDoor) -> None:
    class Broken(BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise ConnectionResetError

        readinto = readline = read  # type: ignore[assignment]  # whichever way it is read

    answer = door.posts(b"", None, **{"wsgi.input": Broken(), "CONTENT_LENGTH": "100"})
    assert answer.status_code == 204
    assert door.counted() == {"unreadable": 1}


def test_cors_names_our_own_origins_and_no_other(door: FrontDoor) -> None:
    for origin, echoed in (
        (ORIGIN, ORIGIN),
        ("https://evil.example", None),
        ("null", None),
        ("", None),
        (ORIGIN.upper(), None),
    ):
        answer = door.posts(body(door.setting, view()), {"Origin": origin})
        assert answer.headers.get("Access-Control-Allow-Origin") == echoed
        assert answer.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_s14_too_many_requests_of_one_address_are_refused(database: Database) -> None:
    with open_front(database, hits_per_address=3) as door:
        dana = add_dana(door.setting)
        sent = body(door.setting, view(), token=dana.token)
        answers = [door.posts(sent) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 204, 204, 429]
        assert answers[3].headers["Retry-After"] == "60"
        assert door.posts(sent, REMOTE_ADDR="203.0.113.8").status_code == 204
        home = [f"2001:db8:1:2::{number}" for number in range(1, 6)]
        assert [door.posts(sent, REMOTE_ADDR=each).status_code for each in home] == [204, 204, 204, 429, 429]


@pytest.mark.parametrize(("hops", "answers"), [(0, [204, 204, 429]), (1, [204, 204, 204])])
def test_s15_a_forwarded_address_counts_only_behind_a_proxy(
    database: Database, hops: int, answers: list[int]
) -> None:
    with open_front(database, hits_per_address=2, proxy_hops=hops) as door:
        spoofed = [
            door.posts(body(door.setting, view()), {"X-Forwarded-For": f"192.0.2.{number}"})
            for number in range(3)
        ]
        assert [answer.status_code for answer in spoofed] == answers


def test_s15_behind_one_proxy_what_the_client_claims_before_it_is_not_believed(database: Database) -> None:
    with open_front(database, hits_per_address=2, proxy_hops=1) as door:
        claims = [{"X-Forwarded-For": f"192.0.2.{number}, 198.51.100.1"} for number in range(3)]
        answers = [door.posts(body(door.setting, view()), claim).status_code for claim in claims]
        assert answers == [204, 204, 429]


def test_r1_a_database_that_is_away_gives_503_and_the_same_hit_is_stored_once_afterwards(
    database_url: str,
) -> None:
    impatient = db.connect(database_url, busy_timeout_ms=SHORT_WAIT_MS)
    with open_front(impatient) as door:
        dana = add_dana(door.setting)
        page = view()
        door.sends(view())  # the origins are known by now
        with database_away(database_url):
            refused = door.sends(page, token=dana.token)
            assert (refused.status_code, refused.data) == (503, b"")
            assert refused.headers["Retry-After"] == "5"
            assert refused.headers["Access-Control-Allow-Origin"] == ORIGIN
            assert "Set-Cookie" not in refused.headers
            assert door.sends(view()).status_code == 204
        assert door.rows(PageView) == []
        assert door.sends(page, token=dana.token).status_code == 200
        for _ in range(2):
            assert door.sends(page, token=dana.token).status_code == 204
        assert len(door.rows(PageView)) == 1
    impatient.dispose()


def test_what_is_no_post_is_not_taken(door: FrontDoor) -> None:
    assert [door.client.open(PATH, method=verb).status_code for verb in ("GET", "PUT", "DELETE")] == [405] * 3
