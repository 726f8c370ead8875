"""The rig: automated browsers open a prospect's link each, stay, and try to be taken for a person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.signal.rig import by_driver, by_hand, by_playwright
from bench.signal.rig.chromium import MissingError, chromium
from bench.signal.rig.stage import rig_stage
from bench.signal.verdict import Line, at_least, at_most
from tracker.ingest.history import CONFIRMED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.signal.rig.stage import Seen

PART = "rig"
STAY_S, SHORT_STAY_S = 17.0, 6.0
"""Longer than what *engaged* takes; longer than what *confirmed* takes."""
AT_ONCE = 3
"""Browsers at the same time: more would keep a small machine from drawing pages in time."""
AUTOMATED = at_most(1, "browsers")
NONE = at_most(0, "browsers")
PERSON = at_least(1, "browser")


@dataclass(frozen=True, slots=True)
class Actor:
    """One browser of the rig."""

    name: str
    act: Callable[[str, float], None]
    by_protocol: bool = False
    """Its input comes by a debugging protocol, and nothing says so."""


AUTOMATA = (
    Actor("headless, no driver", by_hand.headless),
    Actor("Playwright as it comes", by_playwright.as_it_comes),
    Actor("Selenium as it comes", by_driver.as_it_comes),
    Actor("masked, events dispatched by script", by_playwright.dispatched),
    Actor("masked, in a window, events dispatched by script", by_playwright.dispatched_in_window),
    Actor("in a window, pointer moved and wheel turned by xdotool", by_hand.moved),
    Actor("masked, in a window, mouse by the DevTools protocol", by_playwright.by_protocol, by_protocol=True),
)
APART = (
    Actor("in a window, button pressed by xdotool", by_hand.pressed),
    Actor("in a window, key pressed by xdotool", by_hand.keyed),
)
"""To the browser this is a hand at the hardware: it confirms, and can by nothing be told from one."""
CONTROL = Actor("a person, as in the journey", by_playwright.person)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one of them."""

    actor: Actor
    seen: Sequence[Seen] = ()
    missing: str = ""
    """Why it did not run."""

    @property
    def confirmed(self) -> bool:
        """Whether it was taken for a person."""
        return any(visit.state in CONFIRMED for visit in self.seen)

    @property
    def note(self) -> str:
        """Say what was seen."""
        if self.missing:
            return self.missing
        return "; ".join(f"{visit.state}: {', '.join(visit.reasons)}" for visit in self.seen)


def measure(say: Callable[[str], None], *, short: bool) -> list[Line]:
    """Let all of them come, and tell what they were taken for."""
    actors = (*AUTOMATA, *APART, CONTROL)
    try:
        chromium()
    except MissingError as error:
        say(f"rig: {error}, so no browser is tried.")
        return lines([Result(actor, missing=str(error)) for actor in actors])
    say(f"rig: {len(actors)} browsers, {AT_ONCE} at a time …")
    stay_s = SHORT_STAY_S if short else STAY_S
    with rig_stage(len(actors)) as stage:
        links = [stage.link(number) for number in range(len(actors))]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            missing = list(threads.map(lambda actor, link: _run(actor, link, stay_s), actors, links))
        results = []
        for number, actor in enumerate(actors):
            seen = stage.seen(number)
            lack = missing[number] or ("" if seen else "no visit arrived")
            results.append(Result(actor, seen, lack))
    for result in results:
        if result.missing:
            say(f"rig: {result.actor.name}: not run, {result.missing}")
    return lines(results)


def lines(results: Sequence[Result]) -> list[Line]:
    """Hold what became of them against the bar; each by itself is told as well."""
    automata = [result for result in results if result.actor in AUTOMATA]
    absent = [result.actor.name for result in automata if result.missing]
    fooled = [result for result in automata if result.confirmed]
    other = [result for result in fooled if not result.actor.by_protocol]
    note = f"of {len(automata)}" + (f"; not run: {', '.join(absent)}" if absent else "")
    told = [
        # Of those that did not run nobody knows: what is within the bar without them is no pass.
        Line(PART, name, None if absent and bar.admits(len(some)) else float(len(some)), bar, note=note)
        for name, some, bar in (
            ("automated browsers that confirm", fooled, AUTOMATED),
            ("of these, by other input than a debugging protocol's", other, NONE),
        )
    ]
    for result in results:
        bar = PERSON if result.actor is CONTROL else None
        apart = "cannot be told apart: " if result.actor in APART else ""
        value = None if result.missing else float(result.confirmed)
        told.append(Line(PART, f"confirmed: {apart}{result.actor.name}", value, bar, note=result.note))
    return told


def _run(actor: Actor, link: str, stay_s: float) -> str:
    """Let one come; says why it could not."""
    try:
        actor.act(link, stay_s)
    except MissingError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  (whatever a browser stumbles over, the others still run)
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    return ""
