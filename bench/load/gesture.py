"""From a gesture to the mail: under 200 hits a second, people confirm their visits, and a rep is told."""

from __future__ import annotations

import json
import time
from functools import partial
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import wsgi
from bench.load import bars
from bench.load.bodies import HEADERS, PATH, single
from bench.load.counted import found, last_view, lost, wait_until_worked_through
from bench.load.crowd import gather
from bench.load.generator import OWN, Aim, LoadError, finish, start
from bench.load.lines import of
from bench.load.memory import MemoryLog
from bench.load.place import running
from bench.load.plan import POSTGRESQL, SQLITE
from demo.crowd import SITE, invite
from demo.measure import OK, REQUEST_S, figures
from demo.ports import HOST
from tracker.signing import new_key

if TYPE_CHECKING:
    from datetime import datetime

    from bench.load.place import Place
    from bench.load.run import Kit
    from bench.signal.verdict import Line
    from demo.crowd import Visitor
    from demo.mailbox import Received

PART = "gesture to mail"
RATE = 200
"""Hits a second of known browsers, which confirm visits and cause mails as well."""
CONNECTIONS = 16
EVERY_S = 0.15
"""Between two people whose mails are timed."""
REPS = 8
"""Of those who come meanwhile: a sales team, each of whom gets five calls a day and then no more, so that
mails are few beside hits, as they are.
"""
SETTLED_S = 8.0
"""Of load before the first of those comes whose mails are timed: by then the others have had theirs."""
READS_S = 0.05
PATIENCE_S = 60
AFTERWARDS_S = 2
MS = 1e3


def measure(kit: Kit) -> list[Line]:
    """Measure scaled out, and embedded."""
    return [
        *_way(kit, "scaled out", POSTGRESQL, ("serve", "worker")),
        *_way(kit, "embedded", SQLITE, ("run",)),
    ]


def _way(kit: Kit, way: str, database: str, commands: tuple[str, ...]) -> list[Line]:
    kit.say(f"gesture to mail, {way} …")
    plan, now = kit.plan, wsgi.utc_now()
    with kit.ground.place(database, embedded=database == SQLITE) as place:
        crowd = gather(place, plan.people, plan.people, now, REPS)
        with place.installation.database.writing() as session:
            site_key, visitors = invite(session, place.installation, plan.alerts, now)
        bodies = single(crowd.site_key, crowd.credentials, kit.plan.prepared, kit.random)
        requests = kit.requests(bodies, place.port)
        seconds = int(SETTLED_S + plan.alerts * EVERY_S) + AFTERWARDS_S
        aim = Aim(place.port, CONNECTIONS, seconds, kit.serial(), RATE)
        with running(place, *commands):
            logs = {command: MemoryLog(place, command) for command in commands}
            after = last_view(place)
            with start(OWN, requests, aim) as process:
                time.sleep(SETTLED_S)
                waits = _wait_for_each(kit, place, site_key, visitors)
                sent = finish(process, aim)
            wait_until_worked_through(place)
            missing = lost(bodies, sent, found(place, aim.run, after))
            memory = [line for command in commands for line in _memory(kit, logs[command], command)]
    summed = figures(waits)
    kit.say(f"  {summed}")
    said, rate = f"{summed.visits} mails", sent.acknowledged / seconds
    return [
        of(plan, PART, f"{way}: p50", [summed.median_ms], bars.MAIL_P50, said),
        of(plan, PART, f"{way}: p99", [summed.p99_ms], bars.MAIL_P99, f"worst {summed.worst_ms:.0f} ms"),
        of(plan, PART, f"{way}: hits meanwhile", [rate], bars.BACKGROUND),
        of(plan, PART, f"{way}: lost", [missing], bars.LOST, f"of {sent.acknowledged:,} acknowledged"),
        *memory,
    ]


def _memory(kit: Kit, log: MemoryLog, command: str) -> list[Line]:
    name, bar = {
        "serve": ("web process, beside a worker", bars.WEB_MEMORY),
        "worker": ("worker, its largest process", bars.WORKER_MEMORY),
        "run": ("embedded, both processes", bars.EMBEDDED_MEMORY),
    }[command]
    return log.lines(kit.plan, name, bar)


def _wait_for_each(kit: Kit, place: Place, site_key: str, visitors: list[Visitor]) -> list[float]:
    """Let people come one after the other; gives how long each one's mail took, milliseconds.

    Raises:
        LoadError: a visit was refused, or a mail did not come.

    """
    pressed: dict[str, datetime] = {}
    for visitor in visitors:
        began = time.perf_counter()
        pressed[visitor.rep] = _come(place, site_key, visitor)
        time.sleep(max(EVERY_S - (time.perf_counter() - began), 0))
    waits = []
    for rep, at in pressed.items():
        wanted = partial(_is_answer, rep, at)
        mail = kit.ground.mailbox.wait_for(wanted, PATIENCE_S)
        if mail is None:
            msg = f"No mail came to {rep} within {PATIENCE_S} s of the gesture ({place.database})."
            raise LoadError(msg)
        waits.append((mail.at - at).total_seconds() * MS)
    return waits


def _is_answer(rep: str, at: datetime, mail: Received) -> bool:
    return mail.recipient == rep and mail.at >= at


def _come(place: Place, site_key: str, visitor: Visitor) -> datetime:
    """Open a page by a link, then press something; gives the moment at which that was sent, UTC."""
    page = {"id": new_key(24), "url": SITE + visitor.page, "title": visitor.page.strip("/").capitalize()}
    known = {"site": site_key, "token": visitor.token}
    seen = {**page, "kind": "view", "age": 6_000}
    pressed = {**page, "kind": "engagement", "visible": 6_000, "first": 2_100, "last": 6_000, "bursts": 1}
    connection = HTTPConnection(HOST, place.port, timeout=REQUEST_S, source_address=(visitor.address, 0))
    try:
        answer = _post(connection, {**known, "hits": [seen]})
        time.sleep(READS_S)
        at = wsgi.utc_now()
        _post(connection, {"site": site_key, **answer, "hits": [pressed]})
    finally:
        connection.close()
    return at


def _post(connection: HTTPConnection, body: dict[str, object]) -> dict[str, object]:
    headers = dict(header.split(": ", 1) for header in HEADERS) | {"Origin": SITE, "Referer": f"{SITE}/"}
    connection.request("POST", PATH, json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in OK:
        msg = f"A visit was answered with {answer.status}."
        raise LoadError(msg)
    return dict(json.loads(text)) if text else {}
