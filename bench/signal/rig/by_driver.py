"""Selenium as it comes: its driver, spoken to in the W3C's protocol as Selenium does."""

from __future__ import annotations

import json
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.signal.rig.chromium import chromium, needed, started
from demo.ports import HOST, free_port
from demo.walk import QUIET

if TYPE_CHECKING:
    from collections.abc import Iterator

READY_WITHIN_S = 20
REQUEST_S = 60
PRESS = {
    "actions": [
        {
            "type": "pointer",
            "id": "mouse",
            "actions": [
                {"type": "pointerMove", "duration": 200, "x": 4, "y": 400},
                {"type": "pointerDown", "button": 0},
                {"type": "pause", "duration": 80},
                {"type": "pointerUp", "button": 0},
            ],
        }
    ]
}


def as_it_comes(link: str, stay_s: float) -> None:
    """Press with the driver's mouse."""
    with _driver() as address, _session(address) as session:
        _ask("POST", f"{session}/url", {"url": link})
        for _ in range(int(stay_s)):
            time.sleep(1)
            _ask("POST", f"{session}/actions", PRESS)


@contextmanager
def _driver() -> Iterator[str]:
    program, port = needed("chromedriver", "chromium-driver"), free_port()
    address = f"http://{HOST}:{port}"
    with started(program, f"--port={port}"):
        ends = time.monotonic() + READY_WITHIN_S
        while True:
            try:
                _ask("GET", f"{address}/status")
                break
            except OSError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)
        yield address


@contextmanager
def _session(address: str) -> Iterator[str]:
    options = {"binary": chromium(), "args": ["--headless=new", *QUIET]}
    wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
    found = _ask("POST", f"{address}/session", wanted)
    session = f"{address}/session/{found['sessionId']}"
    try:
        yield session
    finally:
        _ask("DELETE", session)


def _ask(method: str, url: str, body: object = None) -> dict[str, str]:
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310
    with urllib.request.urlopen(asked, timeout=REQUEST_S) as answer:  # noqa: S310  (the driver on this machine)
        found: dict[str, str] = json.load(answer)["value"]
    return found
