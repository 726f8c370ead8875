"""The burst replay: a gateway's clicks must be folded back before a mail went out, a person's never."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from bench.signal.browser_http import Tab
from bench.signal.clicks import ACTS_AFTER_S, BURSTS, GATEWAYS, Kind, Writer
from bench.signal.party import become_colleagues, mail
from bench.signal.stage import stage
from bench.signal.verdict import Line, at_least, at_most, share
from tracker.ingest.history import CONFIRMED, PEOPLE
from tracker.models import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask

    from bench.signal.clicks import Case
    from bench.signal.party import Guest, Party
    from bench.signal.stage import Stage

PART = "bursts"
SEED = 836
EACH = 20
"""Cases of every kind but the first."""
SHORT_BURSTS, SHORT_EACH = 24, 2
PROCESSES = 4
MAILING = 300
"""Cases that one mailing brings, each mailing to an installation of its own: every person has a rep of their
own, so that no limit of a rep's hides what a rule lets through, and no company has a thousand reps.
"""
THREADS = 12
SLICE_S = 0.5
"""The replay's clock moves in steps of so much; what falls into one step comes at the same time."""
AFTERWARDS_S = 90
"""Longer than any mail waits."""
ORIGIN = "https://www.signal.example"
FOLDED, MISTAKEN = at_least(99), at_most(0)


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one case."""

    kind: Kind
    folded_back: bool
    """None of its visits counts as a person's."""
    confirmed: bool
    """All of them do."""
    mailed: bool
    """A rep was told."""


def measure(say: Callable[[str], None], *, short: bool) -> list[Line]:
    """Replay everything on SQLite with one web process, and on PostgreSQL with several."""
    bursts, each = (SHORT_BURSTS, SHORT_EACH) if short else (BURSTS, EACH)
    say(f"bursts: {bursts} bursts and {each} of each other case, replayed (synthetic), on SQLite …")
    cases = Writer.seeded(SEED).replay(bursts, each)
    lines = _lines(_replay(cases, postgres=False, processes=1), "SQLite, one process")
    say(f"bursts: the same on PostgreSQL with {PROCESSES} web processes' worth of fronts …")
    lines += _lines(_replay(cases, postgres=True, processes=PROCESSES), f"PostgreSQL, {PROCESSES} fronts")
    return lines


def _lines(found: Sequence[Became], where: str) -> list[Line]:
    by_kind: dict[Kind, list[Became]] = defaultdict(list)
    for case in found:
        by_kind[case.kind].append(case)
    lines = []
    for kind, cases in by_kind.items():
        name = f"{kind} ({where})"
        if kind is Kind.FEW_LINKS:
            mailed = [case for case in cases if case.mailed]
            known = f"{name}: an alert goes out, no rule sees it"
            lines.append(share(PART, known, None, len(mailed), len(cases)))
        elif kind in GATEWAYS:
            late = kind is Kind.SLOW_COMPANIES
            good = [case for case in cases if case.folded_back and (late or not case.mailed)]
            said = "folded back" if late else "folded back before an alert"
            lines.append(share(PART, f"{name}: {said}", FOLDED, len(good), len(cases)))
        else:
            wrong = [case for case in cases if not (case.confirmed and case.mailed)]
            lines.append(share(PART, f"{name}: not believed", MISTAKEN, len(wrong), len(cases)))
    return lines


def _replay(cases: Sequence[Case], *, postgres: bool, processes: int) -> list[Became]:
    mailings = -(-len(cases) // MAILING)
    return [
        became
        for number in range(mailings)  # every so manieth, so that all kinds and delays meet in each
        for became in _mailing(cases[number::mailings], postgres=postgres, processes=processes)
    ]


def _mailing(cases: Sequence[Case], *, postgres: bool, processes: int) -> list[Became]:
    with stage(postgres=postgres, processes=processes) as played:
        with played.installation.database.writing() as session:
            people = sum(case.people for case in cases)
            party = mail(session, played.installation, people, ORIGIN, played.clock.now)
            rest = iter(party.guests)
            guests = [tuple(islice(rest, case.people)) for case in cases]
            for case, of_case in zip(cases, guests, strict=True):
                if case.kind is Kind.OFFICE:
                    become_colleagues(session, of_case)
        _play(played, party, list(zip(cases, guests, strict=True)))
        return [_became(played, case, of_case) for case, of_case in zip(cases, guests, strict=True)]


def _play(played: Stage, party: Party, cases: Sequence[tuple[Case, tuple[Guest, ...]]]) -> None:
    """Let the time pass in slices: first the mails that are due, then at once all requests of the slice."""
    slices: dict[int, list[Callable[[Flask, Party], None]]] = defaultdict(list)
    jar: dict[int, str] = {}
    for case, guests in cases:
        for click in case.clicks:
            tab = Tab(click, guests[click.person].token, jar)
            for act, at_s in ((tab.opens, click.at_s), (tab.acts, click.at_s + ACTS_AFTER_S)):
                slices[int(at_s / SLICE_S)].append(act)
    began = played.clock.now
    with ThreadPoolExecutor(THREADS) as threads:
        # What happens at a time at which nothing is sent can wait for the next at which something is.
        for number in (*sorted(slices), max(slices) + int(AFTERWARDS_S / SLICE_S)):
            played.clock.now = began + timedelta(seconds=number * SLICE_S)
            played.work()
            sent = [
                threads.submit(act, app, party)
                for act, app in zip(slices.get(number, []), cycle(played.apps), strict=False)
            ]
            for each in sent:
                each.result()


def _became(played: Stage, case: Case, guests: tuple[Guest, ...]) -> Became:
    with played.installation.database.reading() as session:
        ids = [guest.prospect_id for guest in guests]
        states = session.scalars(select(Visit.state).where(Visit.prospect_id.in_(ids))).all()
    return Became(
        kind=case.kind,
        folded_back=bool(states) and not any(state in PEOPLE for state in states),
        confirmed=bool(states) and all(state in CONFIRMED for state in states),
        mailed=any(guest.rep in played.post.sent for guest in guests),
    )
