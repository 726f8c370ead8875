"""A share with what chance may have made of it; few reports are said to be few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.precision import FEW, RIGHT, WRONG, Precision, Reported, tally, verdict, wilson
from alerts.words import OutcomeKind
from tests.builders import NOON

shares = st.integers(1, 5_000).flatmap(lambda judged: st.tuples(st.integers(0, judged), st.just(judged)))


def reported(*kinds: OutcomeKind) -> list[Reported]:
    """Reports one minute after the other."""
    return [Reported(NOON + timedelta(minutes=minute), kind) for minute, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"),
    [(8, 10, 0.490, 0.943), (1, 1, 0.207, 1.0), (0, 10, 0.0, 0.278), (50, 100, 0.404, 0.596)],
)
def test_it_is_the_interval_of_the_textbooks(right: int, judged: int, low: float, high: float) -> None:
    found = wilson(right, judged)
    assert (round(found.low, 3), round(found.high, 3)) == (low, high)


def test_of_nothing_everything_is_possible() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("right", "judged"), [(2, 1), (-1, 1), (1, 0)])
def test_more_right_ones_than_there_are_is_no_share(right: int, judged: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(right, judged)


@given(shares)
def test_the_share_lies_within_and_all_within_what_is_possible(share: tuple[int, int]) -> None:
    right, judged = share
    low, high = wilson(right, judged)
    assert 0 <= low <= right / judged <= high <= 1
    assert low < high


@given(shares, st.integers(2, 50))
def test_more_reports_of_the_same_share_say_more(share: tuple[int, int], times: int) -> None:
    right, judged = share
    few, many = wilson(right, judged), wilson(right * times, judged * times)
    assert many.high - many.low < few.high - few.low


@given(shares)
def test_right_and_wrong_mirror_each_other(share: tuple[int, int]) -> None:
    right, judged = share
    low, high = wilson(right, judged)
    mirrored = wilson(judged - right, judged)
    assert mirrored.low == pytest.approx(1 - high, abs=1e-9)
    assert mirrored.high == pytest.approx(1 - low, abs=1e-9)


def test_few_is_where_half_of_everything_is_possible() -> None:
    def widest(judged: int) -> float:
        return max(high - low for low, high in (wilson(right, judged) for right in range(judged + 1)))

    assert widest(FEW - 2) > 0.5 > widest(FEW)
    assert [Precision("x", judged, 0).few for judged in (0, FEW - 1, FEW)] == [True, True, False]


def test_every_outcome_says_yes_no_or_nothing() -> None:
    assert not RIGHT & WRONG
    assert set(OutcomeKind) - RIGHT - WRONG == {OutcomeKind.CALLING, OutcomeKind.NO_ANSWER}


@pytest.mark.parametrize(
    ("kinds", "right"),
    [
        ((), None),
        ((OutcomeKind.CALLING, OutcomeKind.NO_ANSWER), None),
        ((OutcomeKind.CALLING, OutcomeKind.SPOKE), True),
        ((OutcomeKind.STOP,), True),
        ((OutcomeKind.NOT_THEM,), False),
        ((OutcomeKind.CALL_BACK, OutcomeKind.WRONG_PERSON), False),
        ((OutcomeKind.WRONG_PERSON, OutcomeKind.REOPENED), True),
        ((OutcomeKind.SPOKE, OutcomeKind.NO_ANSWER), True),
    ],
)
def test_the_last_report_that_says_so_counts(kinds: tuple[OutcomeKind, ...], right: bool | None) -> None:  # noqa: FBT001  (what is expected)
    assert verdict(reported(*kinds)) is right
    assert verdict(reversed(reported(*kinds))) is right


def test_a_name_counts_once_an_alert_and_the_most_judged_come_first() -> None:
    rows = tally([(["pricing", "demo", "demo"], True), (["pricing"], False), ([], True)])
    assert rows == (Precision("pricing", 2, 1), Precision("demo", 1, 1))
    assert rows[0].share == 0.5
    assert Precision("never", 0, 0).share == 0.0
