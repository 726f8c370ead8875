"""What is a pattern, and what are single voices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.precision import wilson
from alerts.review.complaints import About, Complaint
from alerts.review.patterns import FEWEST, judged


def complaint(name: str, companies: range | set[int], people: int | None = None) -> Complaint:
    number = len(companies) if people is None else people
    return Complaint(
        about=About.REASON,
        name=name,
        companies=frozenset(("company", one) for one in companies),
        people=frozenset(range(number)),
        month=0,
        deals=len(companies),
        value={},
        in_talks=0,
    )


def patterns(*those: Complaint) -> list[str]:
    return [one.complaint.name for one in judged(those) if one.is_pattern]


def test_what_many_say_more_often_than_the_rest_is_a_pattern() -> None:
    assert patterns(complaint("price", range(30)), complaint("timing", range(30, 34))) == ["price"]


def test_two_voices_are_two_voices_whatever_their_share() -> None:
    assert patterns(complaint("price", range(2))) == []


def test_three_people_of_one_company_are_one_voice_and_one_person_is_no_three() -> None:
    assert patterns(complaint("price", range(1), people=3)) == []
    assert patterns(complaint("price", range(3), people=1)) == []
    assert patterns(complaint("price", range(3), people=3)) == ["price"]


def test_what_all_say_alike_does_not_stand_clear() -> None:
    assert patterns(*(complaint(str(at), range(at * 10, at * 10 + 10)) for at in range(5))) == []


def test_the_share_is_of_companies_that_said_anything_of_the_kind() -> None:
    price, timing = judged([complaint("price", range(6)), complaint("timing", range(4, 10))])
    assert (price.of, price.voices) == (10, 6)
    assert price.rest == pytest.approx(0.6)
    assert timing.interval == wilson(6, 10)


@given(
    st.lists(st.tuples(st.sets(st.integers(0, 40), min_size=1), st.integers(0, 40)), min_size=1, max_size=8)
)
def test_a_pattern_has_three_prospects_of_three_companies_and_a_clear_interval(
    those: list[tuple[set[int], int]],
) -> None:
    made = [complaint(str(at), companies, people) for at, (companies, people) in enumerate(those)]
    everybody = len(set().union(*(companies for companies, _ in those)))
    rows = judged(made)
    assert [row.complaint for row in rows] == made
    for at, row in enumerate(rows):
        others = [len(companies) for place, (companies, _) in enumerate(those) if place != at]
        rest = sum(others) / len(others) / everybody if others else 0
        assert row.rest == pytest.approx(rest)
        assert 0 <= row.interval.low <= row.voices / row.of <= row.interval.high <= 1
        if row.is_pattern:
            assert row.voices >= FEWEST
            assert len(row.complaint.people) >= FEWEST
            assert row.interval.low > rest - 1e-9
