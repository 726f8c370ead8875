"""The functions of `make signal`: what is set aside and replayed, and what the rig's result means."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from bench.signal.clicks import BURSTS, LATE_S, LATE_SHARE, MEDIAN_S, WITHIN_S, Case, Kind, Writer, delays
from bench.signal.data import BARS, is_set_aside, lines
from bench.signal.rig.measure import APART, AUTOMATA, CONTROL, Result
from bench.signal.rig.measure import lines as rig_lines
from bench.signal.rig.stage import Seen
from bench.signal.screening import made_up, requests_of, screen_hit, screener
from bench.signal.table import BEGIN, END
from bench.signal.verdict import Standing
from tracker.agent_lists import Tally
from tracker.words import State

DOCUMENT = Path(__file__).parents[2] / "docs" / "signal.md"
CONFIRMED = (Seen(State.CONFIRMED, ("trusted gesture",)),)
UNCONFIRMED = (Seen(State.UNCONFIRMED, ("no trusted gesture yet",)),)


def test_a_third_of_the_list_is_set_aside() -> None:
    aside = sum(is_set_aside(user_agent) for user_agent in made_up(3_000))
    assert 900 < aside < 1_100


def test_half_a_character_is_set_aside_or_not_like_any_other() -> None:
    assert is_set_aside("Mozilla/5.0 \ud800") in (True, False)


def test_counts_of_the_list_stand_against_the_bars() -> None:
    found = {
        "bot": Tally(1000, 996, 0),
        "tool": Tally(100, 97, 0),
        "human_modern": Tally(10_000, 14, 51),
        "forged": Tally(100, 0, 99),
    }
    standings = [line.standing for line in lines(found, "")]
    assert standings == [Standing.MET, Standing.MISSED, Standing.MET, Standing.MET, Standing.MISSED]


def test_a_label_that_the_list_lacks_is_not_measured() -> None:
    assert [line.standing for line in lines({}, "")] == [Standing.NOT_RUN] * len(BARS)


def test_the_delays_have_the_two_figures_that_were_published() -> None:
    found = delays()
    assert len(found) == BURSTS
    assert found == sorted(found)
    assert median(found) == pytest.approx(MEDIAN_S, rel=0.01)
    assert sum(delay > LATE_S for delay in found) / BURSTS == pytest.approx(LATE_SHARE, abs=0.002)


def cases(seed: int = 1) -> list[Case]:
    return Writer.seeded(seed).replay(50, 5)


def test_the_same_seed_replays_the_same() -> None:
    assert cases() == cases()
    assert cases() != cases(seed=2)


def test_every_kind_is_replayed() -> None:
    assert Counter(case.kind for case in cases()) == {kind: 50 if kind is Kind.LINKS else 5 for kind in Kind}


@pytest.mark.parametrize("kind", Kind)
def test_cases_are_what_they_are_called(kind: Kind) -> None:
    for case in (case for case in cases() if case.kind is kind):
        browsers = {click.browser.number for click in case.clicks}
        senders = {(click.browser.address, click.browser.major) for click in case.clicks}
        paths = {click.path for click in case.clicks}
        times = [click.at_s for click in case.clicks]
        people = {click.person for click in case.clicks}
        assert people == set(range(case.people))
        match kind:
            case Kind.LINKS:
                assert len(browsers) == len(paths) == 3
                assert max(times) - min(times) <= WITHIN_S
            case Kind.FEW_LINKS:
                assert len(paths) == 2
            case Kind.COMPANIES | Kind.SLOW_COMPANIES:
                assert (len(people), len(senders), len(browsers)) == (3, 1, 3)
                assert max(times) - min(times) < 600
            case Kind.OFFICE:
                assert (len(people), len(senders)) == (5, 1)
            case Kind.TWO_LINKS:
                assert (len(browsers), len(paths)) == (1, 2)
            case Kind.ONE_LINK_OFTEN:
                assert (len(browsers), len(paths), len(times)) == (1, 1, 3)
            case Kind.SHARED_ADDRESS:
                assert (len(people), len(senders), len({address for address, _ in senders})) == (3, 3, 1)


def test_no_two_cases_share_an_address() -> None:
    seen: set[str] = set()
    for case in cases():
        here = {click.browser.address for click in case.clicks}
        assert not here & seen
        seen |= here


def test_made_up_requests_are_different_and_can_be_screened() -> None:
    asked = list(requests_of(made_up(200)))
    assert len({each.user_agent for each in asked}) == len(asked)
    table = screener()
    for each in asked:
        screen_hit(table, each)


def rig(*, fooled: tuple[str, ...] = (), missing: tuple[str, ...] = ()) -> list[Standing]:
    """What the bars say when these confirm, and those did not run."""
    results = [
        Result(
            actor,
            CONFIRMED if actor.name in fooled else UNCONFIRMED,
            "not here" if actor.name in missing else "",
        )
        for actor in (*AUTOMATA, *APART, CONTROL)
    ]
    held = [line for line in rig_lines(results) if line.bar]
    assert len(held) == 3
    return [line.standing for line in held]


(PROTOCOL,) = (actor.name for actor in AUTOMATA if actor.by_protocol)
OTHER = next(actor.name for actor in AUTOMATA if not actor.by_protocol)


@pytest.mark.parametrize(
    ("fooled", "missing", "standings"),
    [
        ((PROTOCOL, CONTROL.name), (), "met met met"),
        ((PROTOCOL, CONTROL.name, *(actor.name for actor in APART)), (), "met met met"),
        ((PROTOCOL,), (), "met met missed"),
        ((OTHER, CONTROL.name), (), "met missed met"),
        ((OTHER, PROTOCOL, CONTROL.name), (), "missed missed met"),
        ((CONTROL.name,), (OTHER,), "not run,not run,met"),
        ((PROTOCOL, OTHER, CONTROL.name), (AUTOMATA[2].name,), "missed missed met"),
        ((), (CONTROL.name,), "met,met,not run"),
    ],
)
def test_only_protocol_driven_input_may_pass_for_a_person(
    fooled: tuple[str, ...], missing: tuple[str, ...], standings: str
) -> None:
    wanted = standings.split("," if "," in standings else " ")
    assert [standing.value for standing in rig(fooled=fooled, missing=missing)] == wanted


def test_the_document_has_a_place_for_the_figures() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    assert text.index(BEGIN) < text.index(END)
