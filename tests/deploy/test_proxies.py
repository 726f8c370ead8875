"""A real proxy, set up by the recipe, in front of a real Ringback."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

import wsgi
from demo.crowd import SITE, Visitor, invite
from demo.measure import AGENT
from demo.ports import HOST, free_port
from demo.serving import ringback
from tests.deploy.proxies import PAGES_HOST, SITE_HOST, Name, Proxy, proxy
from tracker.models import Visit
from tracker.settings import load_settings
from tracker.signing import new_key
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.installation import Installation

PATH = "/ringback/v1/visit"
THREADS = 4
STORED_WITHIN_S = 20
OF_A_BROWSER = {
    "Content-Type": "text/plain;charset=UTF-8",
    "Origin": SITE,
    "User-Agent": AGENT,
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Dest": "empty",
    "X-Forwarded-For": "198.51.100.9",  # what a visitor claims
    "X-Forwarded-Host": "evil.example",
}


@dataclass(frozen=True, slots=True)
class Behind:
    """A Ringback that stands behind one proxy, and people who may come."""

    installation: Installation
    port: int
    site_key: str
    visitors: list[Visitor]


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    folder = tmp_path_factory.mktemp("behind")
    port = free_port()
    environ = {
        "RINGBACK_DATA_DIR": str(folder),
        "RINGBACK_PORT": str(port),
        "RINGBACK_BASE_URL": f"https://{PAGES_HOST}",
        "RINGBACK_PROXY_HOPS": "1",
        "RINGBACK_WEB_THREADS": str(THREADS),
    }
    installation = wsgi.prepare(load_settings(environ))
    with installation.database.writing() as session:
        site_key, visitors = invite(session, installation, 2, wsgi.utc_now())
    with ringback(("run",), environ, folder / "log") as server:
        server.wait_until_ready(f"http://{HOST}:{port}/ringback.js")
        yield Behind(installation, port, site_key, visitors)
    installation.database.dispose()


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def front(
    request: pytest.FixtureRequest, behind: Behind, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Proxy, Visitor]]:
    name: Name = request.param
    if not (shutil.which(name) and shutil.which("openssl")):
        pytest.skip(f"{name} is not installed: its recipe was not tried (apt-get install {name})")
    with proxy(name, behind.port, tmp_path_factory.mktemp(name)) as listening:
        yield listening, behind.visitors[name == "caddy"]


def visit(behind: Behind, visitor: Visitor) -> str:
    page = {"id": new_key(24), "url": f"{SITE}/pricing", "title": "Pricing"}
    evidence = {"visible": 6_000, "first": 2_100, "last": 2_100, "bursts": 1}
    hits = [{**page, "kind": "view", "age": 6_000}, {**page, **evidence, "kind": "engagement"}]
    return json.dumps({"site": behind.site_key, "token": visitor.token, "hits": hits})


def stored(behind: Behind, before: int) -> Visit:
    """Wait for the next visit to be worked through."""
    ends = time.monotonic() + STORED_WITHIN_S
    while time.monotonic() < ends:
        with behind.installation.database.reading() as session:
            visits = session.query(Visit).order_by(Visit.id).all()
        if len(visits) > before:
            return visits[-1]
        time.sleep(0.05)
    pytest.fail("the visit was not stored")


def count(behind: Behind) -> int:
    with behind.installation.database.reading() as session:
        return session.query(Visit).count()


def test_a_visit_by_the_sites_own_host_counts_and_keeps_its_cookie(
    behind: Behind, front: tuple[Proxy, Visitor]
) -> None:
    listening, visitor = front
    before = count(behind)
    answer = listening.ask(SITE_HOST, PATH, visit(behind, visitor), OF_A_BROWSER)
    assert answer.status == 200
    assert answer.getheader("Set-Cookie", "").startswith("__Host-")
    made = stored(behind, before)
    assert made.state == State.CONFIRMED, made.state_reasons  # the browser's own headers came through
    assert not made.address_hash  # of our own network nothing is kept; of what a visitor claims it would be
    assert listening.ask(SITE_HOST, "/ringback.js").status == 200


def test_a_body_that_is_too_long_is_refused_as_such(behind: Behind, front: tuple[Proxy, Visitor]) -> None:
    del behind
    assert front[0].ask(SITE_HOST, PATH, "x" * 9_000, OF_A_BROWSER).status == 413


def test_the_reps_pages_get_to_know_their_own_host_name(front: tuple[Proxy, Visitor]) -> None:
    listening, _ = front
    assert listening.ask(PAGES_HOST, "/alerts/made-up").status == 404  # 400: under another's name
    assert listening.ask(PAGES_HOST, "/ringback.js").status == 200


def test_senders_who_never_finish_keep_nobody_out(behind: Behind, front: tuple[Proxy, Visitor]) -> None:
    listening, _ = front
    slow = [listening.open(SITE_HOST) for _ in range(2 * THREADS)]
    for each in slow:
        head = f"POST {PATH} HTTP/1.1\r\nHost: {SITE_HOST}\r\nContent-Length: 100\r\nOrigin: {SITE}\r\n\r\nx"
        each.sendall(head.encode())
    assert listening.ask(SITE_HOST, PATH, json.dumps({"site": behind.site_key}), OF_A_BROWSER).status == 204
    for each in slow:
        each.close()
