"""SIGHUP: new processes with a new key, and nobody is turned away meanwhile."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

import wsgi
from demo.crowd import SITE, invite
from demo.measure import AGENT
from demo.ports import HOST, free_port
from demo.serving import ringback
from tracker.settings import load_settings
from tracker.signing import new_key

if TYPE_CHECKING:
    from pathlib import Path

RELOADED_WITHIN_S = 40


def answer(port: int, site_key: str, token: str) -> int:
    page = {"id": new_key(24), "url": f"{SITE}/", "title": "Home", "kind": "view"}
    body = json.dumps({"site": site_key, "token": token, "hits": [page]})
    with closing(HTTPConnection(HOST, port, timeout=20)) as connection:
        connection.request("POST", "/ringback/v1/visit", body, {"Origin": SITE, "User-Agent": AGENT})
        return connection.getresponse().status


@pytest.mark.slow
def test_S4_a_new_key_is_taken_up_by_a_reload_and_every_request_is_answered(tmp_path: Path) -> None:  # noqa: N802  (names its line)
    keys = tmp_path / "secret"
    old, new = "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu", "Pz3mXc8VbN5qLk2Jh7Gf4Ds9Aw6Er1Ty"
    keys.write_text(old)
    port = free_port()
    environ = {
        "RINGBACK_DATA_DIR": str(tmp_path / "data"),
        "RINGBACK_PORT": str(port),
        "RINGBACK_KEYS_FILE": str(keys),
        "RINGBACK_HITS_PER_ADDRESS": "0",
        "RINGBACK_HITS_PER_PERSON": "0",
    }
    wsgi.prepare(load_settings(environ)).database.dispose()
    with ringback(("run",), environ, tmp_path / "log") as server:
        server.wait_until_ready(f"http://{HOST}:{port}/ringback.js")
        keys.write_text(f"{new}\n{old}")
        rotated = wsgi.prepare(load_settings(environ))
        with rotated.database.writing() as session:
            site_key, [visitor] = invite(session, rotated, 1, wsgi.utc_now())
        rotated.database.dispose()
        assert answer(port, site_key, visitor.token) == 204  # signed with a key that it does not know
        os.kill(server.pid, signal.SIGHUP)
        seen: list[int] = []
        ends = time.monotonic() + RELOADED_WITHIN_S
        # Both generations answer for a while; eight in a row are of the new one.
        while seen[-8:] != [200] * 8 and time.monotonic() < ends:
            seen.append(answer(port, site_key, visitor.token))
            time.sleep(0.1)
        assert set(seen) <= {200, 204}
        assert seen[-8:] == [200] * 8
