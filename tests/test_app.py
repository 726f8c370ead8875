"""The app as a whole: cookies, hosts, the snippet, and a real server under many requests."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from alerts.web.headers import SECURE_HEADERS
from tests.front_door import BASE_URL, FrontDoor, another_door, open_front
from tests.tracker.ingest.stories import ORIGIN, PERSON, Dana, Setting, add_dana, body, hit_id, set_up, view
from tracker.ingest.beside import SNIPPET, SNIPPET_PATH
from tracker.ingest.claim import CREDENTIAL_AGE
from tracker.ingest.endpoint import PATH
from tracker.installation import open_installation
from tracker.models import Browser, Drop, PageView, Visit
from tracker.schema import migrate
from tracker.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.db import Database

THREADS = 16
UP_WITHIN_S = 60
DOWN_WITHIN_S = 45


@pytest.fixture
def door(database: Database) -> Iterator[FrontDoor]:
    with open_front(database) as opened:
        yield opened


def attributes(cookie: str) -> set[str]:
    return {part.strip().lower() for part in cookie.split(";")[1:]}


def test_the_cookie_lives_thirteen_months_and_no_script_reads_it(door: FrontDoor) -> None:
    dana = add_dana(door.setting)
    answer = door.sends(view(), token=dana.token)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.partition("=")[0] == "ringback"
    life = {part for part in attributes(cookie) if not part.startswith("expires")}
    assert life == {f"max-age={CREDENTIAL_AGE.total_seconds():.0f}", "httponly", "path=/", "samesite=lax"}
    assert json.loads(answer.data)["credential"] in cookie


def test_s16_over_https_the_cookie_is_bound_to_the_host(database: Database) -> None:
    with open_front(database, base_url="https://ringback.northwind.example") as door:
        dana = add_dana(door.setting)
        cookie = door.sends(view(), token=dana.token).headers["Set-Cookie"]
        assert cookie.startswith("__Host-ringback=")
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes(cookie)
        assert not any(part.startswith("domain") for part in attributes(cookie))
        assert door.sends(view()).status_code == 204
        assert len(door.rows(PageView)) == 2


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [("/nothing", "", 404), ("/a/x/calling", "", 404), ("/nothing", "evil.example", 400)],
)
def test_s16_a_refusal_is_a_page_like_any_other(door: FrontDoor, path: str, host: str, status: int) -> None:
    answer = door.client.get(path, base_url=f"http://{host}" if host else BASE_URL)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in SECURE_HEADERS} == dict(SECURE_HEADERS)


@pytest.mark.parametrize(
    ("method", "path", "host", "status", "says"),
    [
        ("GET", "/nothing", "", 404, "Nothing to see at this address"),
        ("GET", "/a/x/y/z", "", 404, "This is Ringback."),
        ("POST", "/a/x/calling", "", 405, "Nothing can be sent to this address"),
        ("GET", "/", "evil.example", 400, "see RINGBACK_BASE_URL and RINGBACK_TRUSTED_HOSTS."),
    ],
)
def test_an_address_that_shows_nothing_says_what_this_is(
    door: FrontDoor, method: str, path: str, host: str, status: int, says: str
) -> None:
    base = f"http://{host}" if host else BASE_URL
    answer = door.client.open(path, method=method, base_url=base)
    assert (answer.status_code, answer.content_type) == (status, "text/html; charset=utf-8")
    assert says in answer.text
    assert ("GET" in answer.headers.get("Allow", "")) == (status == 405)
    styles = re.search(r'rel="stylesheet" href="([^"]+)"', answer.text)
    assert styles is not None
    assert door.client.get(styles[1], base_url=base, buffered=True).status_code == 200


@pytest.mark.parametrize(("method", "path"), [("GET", PATH), ("POST", SNIPPET_PATH)])
def test_what_scripts_ask_for_is_refused_without_a_page(door: FrontDoor, method: str, path: str) -> None:
    answer = door.client.open(path, method=method)
    assert answer.status_code == 405
    assert "Ringback" not in answer.text


def test_the_cookie_alone_makes_a_browser_known_and_wins_over_the_body(door: FrontDoor) -> None:
    dana, eli = add_dana(door.setting), add_dana(door.setting, "Eli Okafor", "Castor")
    door.sends(view(), token=dana.token)
    with another_door(door) as other:
        elis = json.loads(other.sends(view(), token=eli.token).data)["credential"]
    door.sends(view(), credential=elis)
    people = {visit.id: visit.prospect_id for visit in door.rows(Visit)}
    assert [people[page.visit_id] for page in door.rows(PageView)] == [
        dana.prospect_id,
        eli.prospect_id,
        dana.prospect_id,
    ]


def test_p6_a_withdrawal_clears_the_cookie(door: FrontDoor) -> None:
    dana = add_dana(door.setting)
    door.sends(view(), token=dana.token)
    answer = door.sends(revoke=True)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Set-Cookie"].startswith("ringback=;")
    assert {"max-age=0", "path=/"} <= attributes(answer.headers["Set-Cookie"])
    door.sends(view())
    assert len(door.rows(PageView)) == 1
    assert door.rows(Browser)[0].revoked_at == door.now


def test_s11_pages_answer_only_under_names_that_are_ours(database: Database) -> None:
    base_url = "https://ringback.northwind.example"
    with open_front(database, base_url=base_url, trusted_hosts=["backup.northwind.example"]) as door:

        def status(path: str, host: str, **headers: str) -> int:
            return door.client.get(path, base_url=f"https://{host}", headers=headers).status_code

        assert status("/a/unknown", "ringback.northwind.example") == 404
        assert status("/a/unknown", "backup.northwind.example") == 404
        assert status("/a/unknown", "evil.example") == 400
        assert status("/a/unknown", "ringback.northwind.example.evil.example") == 400
        assert status("/nothing", "evil.example") == 400
        spoofed = {"X-Forwarded-Host": "ringback.northwind.example"}
        assert status("/a/unknown", "evil.example", **spoofed) == 400
        assert status(SNIPPET_PATH, "www.northwind.example") == 200


def test_the_endpoint_may_stand_behind_the_sites_own_host(door: FrontDoor) -> None:
    dana = add_dana(door.setting)
    sent = body(door.setting, view(), token=dana.token)
    answer = door.client.post(
        PATH, data=sent, base_url=ORIGIN, headers={"Origin": ORIGIN, "User-Agent": PERSON}
    )
    assert answer.status_code == 200


def test_the_snippet_is_cached_for_an_hour_and_then_only_asked_for(door: FrontDoor) -> None:
    answer = door.client.get(SNIPPET_PATH)
    assert (answer.status_code, answer.data) == (200, SNIPPET.read_bytes())
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert {"public", "max-age=3600"} <= set(answer.headers["Cache-Control"].split(", "))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    again = door.client.get(SNIPPET_PATH, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = door.client.get(SNIPPET_PATH, headers={"If-None-Match": '"older"'})
    assert other.status_code == 200


class Server:
    """Ringback as it is run: a process of its own, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.settings = Settings(data_dir=folder, port=self.port, hits_per_address=0, hits_per_person=0)
        installation = open_installation(self.settings)
        migrate(installation.database)
        self.setting: Setting = set_up(installation.database, self.settings, installation.signer)
        environ = {name: value for name, value in os.environ.items() if not name.startswith("RINGBACK_")}
        environ |= {"RINGBACK_DATA_DIR": str(folder), "RINGBACK_PORT": str(self.port)}
        environ |= {"RINGBACK_HITS_PER_ADDRESS": "0", "RINGBACK_HITS_PER_PERSON": "0"}
        command = [sys.executable, "-c", "from alerts.cli import main; main()", "run"]
        self.process = subprocess.Popen(command, env=environ)  # noqa: S603  (ourselves)

    def post(self, data: bytes, *, chunked: bool = False) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Origin": ORIGIN, "User-Agent": PERSON, "Content-Type": "text/plain"}
        if chunked:
            headers["Transfer-Encoding"] = "chunked"
        sent = iter([data[:50], data[50:]]) if chunked else data
        connection.request("POST", PATH, body=sent, headers=headers, encode_chunked=chunked)
        response = connection.getresponse()
        answer = response.status, response.read()
        connection.close()
        return answer

    def wait(self) -> None:
        deadline = time.monotonic() + UP_WITHIN_S
        while time.monotonic() < deadline:
            try:
                self.post(b"{}")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DOWN_WITHIN_S)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    try:
        running.wait()
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()
        running.setting.installation.database.dispose()


def test_r1_under_a_real_server_every_hit_is_stored_once_however_often_it_comes(server: Server) -> None:
    people: list[Dana] = [
        add_dana(server.setting, f"Person {number}", f"Company {number}") for number in range(8)
    ]
    pages = [view(f"{ORIGIN}/docs", id=hit_id()) for _ in range(100)]
    sent = [(page, people[number % 8]) for number, page in enumerate(pages)] * 3

    def send(one: tuple[dict[str, object], Dana]) -> int:
        page, person = one
        return server.post(body(server.setting, page, token=person.token), chunked=page is pages[0])[0]

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(send, sent))
    assert set(answers) == {200}
    with server.setting.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PageView)) == len(pages)
        assert session.scalar(select(func.count()).select_from(Browser)) == len(pages)
    assert server.post(b"x" * 9_000)[0] == 413
    assert server.post(b"x" * 9_000, chunked=True)[0] == 413
    assert server.post(body(server.setting, view())) == (204, b"")
    assert server.stop() == 0
    with server.setting.installation.database.reading() as session:
        counted = {drop.reason: drop.count for drop in session.scalars(select(Drop))}
    assert (counted["too large"], counted["no token"]) == (2, 1)
