"""Other points are suggested only where chance does not explain it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.review.weights import Led, suggestions
from tracker.ingest.intent import DEFAULT_POINTS, EARLIER, ON_THEIR_OWN, PAGE

PRICING = f"{PAGE}pricing"
POINTS = {"page.pricing": 30, "on_their_own": 10, "page.careers": -25}


def test_what_leads_to_talks_is_worth_more_what_does_not_less() -> None:
    more, less = Led(PRICING, 40, 36, 100, 60), Led(ON_THEIR_OWN, 40, 8, 100, 60)
    found = suggestions([more, less], POINTS)
    assert [(one.number, one.now, one.new) for one in found] == [
        ("page.pricing", 30, 36),
        ("on_their_own", 10, 8),
    ]


def test_few_calls_or_a_middling_share_suggest_nothing() -> None:
    assert suggestions([Led(PRICING, 8, 8, 100, 50), Led(ON_THEIR_OWN, 40, 22, 100, 50)], POINTS) == []


def test_nothing_is_suggested_of_what_speaks_against_a_call_or_has_no_number() -> None:
    assert suggestions([Led(f"{PAGE}careers", 40, 36, 100, 60), Led(EARLIER, 40, 36, 100, 60)], POINTS) == []


def test_every_reason_of_the_table_has_its_number() -> None:
    assert all(Led(f"{PAGE}{topic}", 1, 1, 1, 1).number == f"page.{topic}" for topic in DEFAULT_POINTS.topics)


@given(
    st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(1, 100)
)
def test_a_step_is_small_and_in_the_direction_of_what_was_seen(
    calls: int, talks: int, others: int, others_talked: int, points: int
) -> None:
    talks, others_talked = min(talks, calls), min(others_talked, others)
    row = Led(PRICING, calls, talks, calls + others, talks + others_talked)
    for one in suggestions([row], {"page.pricing": points}):
        assert 1 <= one.new <= 100
        assert abs(one.new - points) <= max(round(points * 0.2), 1)
        assert (one.new > points) is (talks * others > others_talked * calls)
