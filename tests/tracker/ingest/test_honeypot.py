"""The link that no person meets: who follows it is a program, and the page never says whose."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from alerts.models import Alert, Message
from alerts.words import MessageState
from tests.front_door import SHORT_WAIT_MS, FrontDoor, another_door, database_away, open_front
from tests.tracker.ingest.stories import ORIGIN, PERSON, Dana, add_dana, engagement, view
from tracker import db
from tracker.ingest.honeypot import SAME_SENDER
from tracker.ingest.signs import HIDDEN_LINK, HIDDEN_LINK_NEAR
from tracker.ingest.visit import VISIT_GAP
from tracker.models import Browser, State, Visit
from tracker.sites import HIDDEN_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tracker.db import Database

ADDRESS = "203.0.113.7"


@pytest.fixture
def door(database: Database) -> Iterator[FrontDoor]:
    with open_front(database) as opened:
        yield opened


def follows(
    door: FrontDoor, headers: dict[str, str] | None = None, address: str = ADDRESS, *, cookie: bool = False
) -> TestResponse:
    """Follow the hidden link: on the site's own host with its cookie, else without any."""
    client = door.client if cookie else door.client.application.test_client()
    answer = client.get(
        HIDDEN_PATH,
        headers={"User-Agent": PERSON} | (headers or {}),
        base_url=door.setting.installation.settings.base_url,
        environ_overrides={"REMOTE_ADDR": address},
    )
    door.front.aside.wait()
    return answer


def comes(door: FrontDoor, dana: Dana) -> None:
    """Come by a link to a page of high intent, stay and tap."""
    page = view("https://www.northwind.example/pricing")
    door.sends(page, token=dana.token)
    door.move(seconds=8)
    door.sends(engagement(page))


def states(door: FrontDoor) -> list[State]:
    return [visit.state for visit in door.rows(Visit)]


def test_who_follows_it_is_a_machine_and_the_call_is_not_made(door: FrontDoor) -> None:
    comes(door, add_dana(door.setting))
    assert states(door) == [State.CONFIRMED]
    follows(door, cookie=True)
    (visit,) = door.rows(Visit)
    assert (visit.state, visit.signs, visit.state_reasons) == (State.MACHINE, [HIDDEN_LINK], [HIDDEN_LINK])
    assert [message.state for message in door.rows(Message)] == [MessageState.WITHDRAWN]
    door.move(seconds=8)
    door.sends(view())
    assert states(door) == [State.MACHINE]


def test_who_is_known_by_address_alone_is_doubted_and_can_be_cleared(door: FrontDoor) -> None:
    """A neighbour behind the same address, with the same browser, may have been the one."""
    comes(door, add_dana(door.setting))
    follows(door)
    (visit,) = door.rows(Visit)
    assert (visit.state, visit.state_reasons) == (State.UNCONFIRMED, [HIDDEN_LINK_NEAR])
    assert [message.state for message in door.rows(Message)] == [MessageState.WITHDRAWN]
    door.move(days=1)
    page = view("https://www.northwind.example/pricing")
    door.sends(page)
    door.move(seconds=8)
    door.sends(engagement(page))
    assert states(door) == [State.CONFIRMED, State.STRONG]


@pytest.mark.parametrize(
    ("headers", "struck"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Referer": f"{ORIGIN}/pricing"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Referer": f"{ORIGIN}/"}, True),
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Referer": "https://rival.example/"}, False),
        ({"Referer": "https://[rival"}, False),
    ],
)
def test_a_link_in_a_mail_or_on_a_stranger_s_page_leads_nobody_there(
    door: FrontDoor, headers: dict[str, str], *, struck: bool
) -> None:
    comes(door, add_dana(door.setting))
    follows(door, headers, cookie=True)
    assert states(door) == [State.MACHINE if struck else State.CONFIRMED]


def test_the_answer_waits_for_nothing_that_is_noted(door: FrontDoor) -> None:
    comes(door, add_dana(door.setting))
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        go_on.wait(10)

    door.front.aside.do(hold)
    begun.wait(10)
    answer = door.client.get(HIDDEN_PATH, headers={"User-Agent": PERSON})
    assert (answer.status_code, states(door)) == (200, [State.CONFIRMED])
    go_on.set()
    door.front.aside.wait()
    assert states(door) == [State.MACHINE]


def test_following_it_again_changes_nothing(door: FrontDoor) -> None:
    comes(door, add_dana(door.setting))
    follows(door)
    written: list[str] = []
    engine = door.setting.installation.database.write_engine
    event.listen(engine, "before_cursor_execute", lambda *seen: written.append(seen[2]))
    for _ in range(3):
        follows(door)
    assert not any("UPDATE" in statement for statement in written)  # nor is anything locked
    assert door.rows(Visit)[0].signs == [HIDDEN_LINK_NEAR]


def test_an_office_is_not_struck_for_what_one_of_its_machines_did(door: FrontDoor) -> None:
    comes(door, add_dana(door.setting))
    with another_door(door) as other:
        comes(other, add_dana(door.setting, "Eli Okafor", "Castor"))
    follows(door)
    assert states(door) == [State.CONFIRMED, State.CONFIRMED]
    # By the cookie it is plain who it was.
    follows(door, cookie=True)
    assert states(door) == [State.MACHINE, State.CONFIRMED]


def test_all_visits_of_one_person_from_there_are_marked(door: FrontDoor) -> None:
    dana = add_dana(door.setting)
    comes(door, dana)
    with another_door(door) as other:
        comes(other, dana)
    follows(door)
    assert states(door) == [State.UNCONFIRMED, State.UNCONFIRMED]


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"User-Agent": f"{PERSON} Edg/142.0.0.0"}, ADDRESS),
        ({}, "203.0.113.8"),
        ({}, ""),
        ({"Cookie": "ringback=forged.x.y"}, "203.0.113.8"),
        ({"Sec-Purpose": "prefetch"}, ADDRESS),
        ({"Purpose": "prefetch"}, ADDRESS),
        ({"X-Moz": "prefetch"}, ADDRESS),
        ({"Sec-Fetch-Dest": "empty"}, ADDRESS),
        ({"Sec-GPC": "1"}, ADDRESS),
    ],
)
def test_others_and_what_nobody_asked_for_change_nothing(
    door: FrontDoor, headers: dict[str, str], address: str
) -> None:
    comes(door, add_dana(door.setting))
    follows(door, headers, address)
    assert states(door) == [State.CONFIRMED]


def test_nor_does_who_comes_too_late(door: FrontDoor) -> None:
    comes(door, add_dana(door.setting))
    door.now += SAME_SENDER + timedelta(seconds=1)
    follows(door)
    assert states(door) == [State.CONFIRMED]
    door.now += VISIT_GAP - SAME_SENDER
    follows(door, cookie=True)
    assert states(door) == [State.CONFIRMED]


def test_a_browser_whose_visitor_withdrew_is_nobodys(door: FrontDoor) -> None:
    comes(door, add_dana(door.setting))
    with door.setting.installation.database.writing() as session:
        session.get_one(Browser, door.rows(Browser)[0].id).revoked_at = door.now
    follows(door, cookie=True)
    assert states(door) == [State.CONFIRMED]


def test_behind_a_socket_without_addresses_nobody_is_taken_for_another(door: FrontDoor) -> None:
    dana = add_dana(door.setting)
    page = view()
    for hit in (page, engagement(page)):
        door.client.post(
            "/ringback/v1/visit",
            json={"site": door.setting.site, "hits": [hit], "token": dana.token},
            headers={"Origin": "https://www.northwind.example", "User-Agent": PERSON},
            environ_overrides={"REMOTE_ADDR": ""},
        )
    follows(door, address="")
    assert states(door) == [State.CONFIRMED]


def test_who_asks_too_often_is_not_listened_to(database: Database) -> None:
    with open_front(database, hits_per_address=2) as door:
        comes(door, add_dana(door.setting))
        assert follows(door).status_code == 200
        assert states(door) == [State.CONFIRMED]


def test_everybody_gets_the_same_page_and_strangers_leave_no_row(door: FrontDoor) -> None:
    def told(answer: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
        return answer.status_code, sorted(answer.headers), answer.data

    stranger = told(follows(door))
    assert door.rows(Visit) == []
    comes(door, add_dana(door.setting))
    ahead = told(follows(door, {"Sec-Purpose": "prefetch"}))
    known = told(follows(door, cookie=True))
    again = told(follows(door))
    assert stranger == ahead == known == again
    status, headers, page = stranger
    assert status == 200
    assert b"<script" not in page
    said = dict(headers)
    assert said["Content-Security-Policy"] == "default-src 'none'"
    assert said["Cache-Control"] == "no-store"
    assert "noindex" in said["X-Robots-Tag"]
    assert "Set-Cookie" not in said


def test_the_page_is_there_under_any_sites_own_host_and_while_the_database_is_away(database_url: str) -> None:
    impatient = db.connect(database_url, busy_timeout_ms=SHORT_WAIT_MS)
    with open_front(impatient) as door:
        comes(door, add_dana(door.setting))
        with database_away(database_url):
            assert follows(door).status_code == 200
        elsewhere = door.client.get(HIDDEN_PATH, base_url="https://www.northwind.example")
        assert elsewhere.status_code == 200
        assert door.client.post(HIDDEN_PATH).status_code == 405
        assert len(door.rows(Alert)) == 1
    impatient.dispose()
