"""Clocks that are an hour off, or two seconds apart, by libfaketime."""

from __future__ import annotations

import time
from pathlib import Path

from bench.faults.house import House, Wish
from bench.faults.processes import kill_group, wait_for
from bench.faults.stage import PATIENCE_S
from bench.faults.verdict import Check, Outcome, none_of, so
from bench.signal.verdict import at_least

LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib*/faketime/libfaketimeMT.so.1")
MISSING = "needs libfaketime (apt-get install libfaketime)"
PEOPLE = 12
RECOVERY_S = 60
HOUR_S = 3600


def behind(house: House) -> Outcome:
    """Set web processes an hour behind those that issued the tokens."""
    return _tokens(house, -HOUR_S)


def ahead(house: House) -> Outcome:
    """Set web processes an hour ahead."""
    return _tokens(house, HOUR_S)


def apart(house: House) -> Outcome:
    """Set web and worker two seconds off, one either way, and let two workers disagree."""
    library = _library()
    if library is None:
        return Outcome(skipped=MISSING)
    with house.stage(Wish(people=PEOPLE)) as stage:
        stage.start("serve", settings=moved(library, -2))
        stage.start("worker", settings=moved(library, 2))
        stage.start("worker", settings=moved(library, -2))
        for guest in stage.guests:
            stage.ledger.post(stage.base_url, guest, guest.call())
        return Outcome(
            stage.lost(),
            stage.post.duplicates(),
            checks=(none_of("tokens refused", PEOPLE - stage.ledger.statuses[200]),),
        )


def lease(house: House) -> Outcome:
    """Kill a worker that is an hour ahead over its claim: another must not wait for that hour."""
    library = _library()
    if library is None:
        return Outcome(skipped=MISSING)
    deadline_s = house.lengths.smtp_deadline_s
    settings = {"RINGBACK_SMTP_DEADLINE_S": f"{deadline_s:g}", "RINGBACK_SMTP_TIMEOUT_S": "60"}
    with house.stage(Wish(people=1, settings=settings)) as stage:
        stage.sink.manners.stall_at_recipient = True
        stage.start("serve")
        ahead_of_us = stage.start("worker", settings=moved(library, HOUR_S))
        (guest,) = stage.guests
        stage.ledger.post(stage.base_url, guest, guest.call())
        claimed = wait_for(stage.sink.stalled.is_set, PATIENCE_S) is not None
        kill_group(ahead_of_us)
        killed = time.monotonic()
        stage.sink.manners.stall_at_recipient = False
        stage.start("worker")
        return Outcome(
            stage.lost(PATIENCE_S + deadline_s),
            stage.post.duplicates(),
            recovered_s=stage.post.first_after(killed),
            recovered_bar_s=RECOVERY_S,
            checks=(so("it had claimed", true=claimed),),
        )


def _tokens(house: House, by_s: float) -> Outcome:
    library = _library()
    if library is None:
        return Outcome(skipped=MISSING)
    with house.stage(Wish(people=PEOPLE)) as stage:
        stage.start("serve", settings=moved(library, by_s))
        stage.start("worker")
        for guest in stage.guests:
            stage.ledger.post(stage.base_url, guest, [guest.view()])
        known = sum(bool(guest.credential) for guest in stage.guests)
        for guest in stage.guests:
            stage.ledger.post(stage.base_url, guest, [guest.view()])
        return Outcome(
            stage.lost(),
            checks=(
                Check("tokens taken", known, at_least(PEOPLE, "")),
                none_of("answers beside 2xx", stage.ledger.beside()),
            ),
        )


def moved(library: Path, by_s: float) -> dict[str, str]:
    """Give the environment in which a process's clock is off."""
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{by_s:+g}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def _library() -> Path | None:
    return next((path for pattern in LIBRARIES for path in Path("/").glob(pattern.lstrip("/"))), None)
