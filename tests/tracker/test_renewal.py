"""When the contract they chose comes up again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.ingest.intent import Facts, PageRead, score
from tracker.renewal import DEFAULT_TERMS, LONGEST_MONTHS, Renewal, Terms, next_renewal
from tracker.rules.numbers import RuleError
from tracker.rules.terms import changes_of, terms_of, with_term
from tracker.rules.words import RuleName, StoredRules
from tracker.words import LossOutcome

CHOSE = LossOutcome.CHOSE_COMPETITOR
TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("lost_on", "renewal"),
    [
        (date(2025, 3, 14), date(2026, 3, 14)),
        (date(2025, 3, 10), TODAY),
        (date(2025, 3, 9), date(2027, 3, 9)),
        (date(2026, 3, 10), date(2027, 3, 10)),
        (date(2019, 12, 31), date(2026, 12, 31)),
        (date(2024, 2, 29), date(2027, 2, 28)),
    ],
)
def test_without_a_date_it_is_assumed_yearly_after_the_loss(lost_on: date, renewal: date) -> None:
    assert next_renewal(CHOSE, lost_on, None, TODAY) == Renewal(renewal, assumed=True)


@pytest.mark.parametrize("outcome", [None, LossOutcome.DECIDED_NOTHING, LossOutcome.POSTPONED])
def test_who_chose_nobody_has_nothing_to_renew(outcome: LossOutcome | None) -> None:
    assert next_renewal(outcome, date(2025, 3, 14), None, TODAY) is None


def test_a_loss_without_a_day_tells_nothing() -> None:
    assert next_renewal(CHOSE, None, None, TODAY) is None


def test_a_date_that_is_told_is_used_as_it_is() -> None:
    for told in (TODAY, TODAY + timedelta(days=1), date(2031, 1, 1)):
        assert next_renewal(None, None, told, TODAY) == Renewal(told, assumed=False)


def test_a_date_that_is_past_is_assumed_to_come_again_every_year() -> None:
    assert next_renewal(None, None, date(2026, 3, 9), TODAY) == Renewal(date(2027, 3, 9), assumed=True)


def test_a_leap_day_comes_on_the_twenty_eighth_and_in_leap_years_as_itself() -> None:
    leap = date(2024, 2, 29)
    assert next_renewal(None, None, leap, TODAY) == Renewal(date(2027, 2, 28), assumed=True)
    assert next_renewal(None, None, leap, date(2027, 3, 1)) == Renewal(date(2028, 2, 29), assumed=True)
    assert next_renewal(None, None, leap, date(2028, 2, 29)) == Renewal(date(2028, 2, 29), assumed=True)


dates = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@given(st.none() | st.sampled_from(LossOutcome), st.none() | dates, st.none() | dates, dates)
def test_the_next_renewal_is_never_past_and_within_a_year_when_assumed(
    outcome: LossOutcome | None, lost_on: date | None, renewal_on: date | None, today: date
) -> None:
    renewal = next_renewal(outcome, lost_on, renewal_on, today)
    if renewal is None:
        return
    assert renewal.on >= today
    first = renewal_on or lost_on or today
    if renewal.assumed and first <= today:
        assert renewal.on - today <= timedelta(days=366)


@pytest.mark.parametrize(("assumed", "ending"), [(True, "soon (assumed)"), (False, "soon")])
def test_points_for_a_guessed_renewal_say_that_it_is_assumed(assumed: bool, ending: str) -> None:  # noqa: FBT001
    judged = score(Facts(pages=(), by_link=True, renewal_in=timedelta(days=30), renewal_assumed=assumed))
    assert [reason.sentence for reason in judged.reasons] == [f"Their present contract renews {ending}"]


def test_minutes_are_never_more_than_were_seen() -> None:
    judged = score(Facts(pages=(PageRead("docs", visible_ms=230_000),), by_link=True))
    assert "Stayed for 3 minutes" in [reason.sentence for reason in judged.reasons]


def test_a_product_may_run_for_longer_than_others() -> None:
    terms = with_term(with_term(DEFAULT_TERMS, "Pro  Suite", "36"), "", "24")
    assert (terms.of("pro suite"), terms.of("Starter")) == (36, 24)
    assert next_renewal(CHOSE, date(2025, 3, 14), None, TODAY, terms.of("Pro suite")) == Renewal(
        date(2028, 3, 14), assumed=True
    )
    assert with_term(terms, "PRO suite", " ").of("pro suite") == 24


@given(
    st.dictionaries(st.text(min_size=1, max_size=20).filter(str.strip), st.integers(1, LONGEST_MONTHS)),
    st.integers(1, LONGEST_MONTHS),
)
def test_what_is_stored_of_terms_is_what_was_said(products: dict[str, int], every: int) -> None:
    terms = with_term(DEFAULT_TERMS, "", str(every))
    for product, months in products.items():
        terms = with_term(terms, product, str(months))
    stored = StoredRules({RuleName.TERMS: changes_of(terms)})
    assert terms_of(stored).months == every
    assert dict(terms_of(stored).by_product) == dict(terms.by_product)


def test_what_cannot_be_a_term_is_said_and_never_used() -> None:
    for typed in ("0", "121", "a year", ""):
        with pytest.raises(RuleError, match="whole number from 1 to 120"):
            with_term(DEFAULT_TERMS, "", typed)
    assert terms_of(StoredRules({RuleName.TERMS: {"every product": 0, "product pro": "x"}})) == Terms()
