from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.quiet import FOR_GOOD, SPOKE_QUIET, quiet_until
from alerts.words import OutcomeKind
from tests.builders import NOON


@dataclass(frozen=True)
class Told:
    kind: OutcomeKind
    at: datetime = NOON
    call_back_on: date | None = None
    undone_at: datetime | None = None


def test_nothing_reported_asks_for_no_silence() -> None:
    assert quiet_until([], NOON) is None


def test_a_talk_is_followed_by_a_quiet_week() -> None:
    spoke = Told(OutcomeKind.SPOKE)
    assert quiet_until([spoke], NOON) == NOON + SPOKE_QUIET
    assert quiet_until([spoke], NOON + SPOKE_QUIET) is None


def test_a_call_back_is_quiet_until_its_day_begins_for_the_rep() -> None:
    agreed = Told(OutcomeKind.CALL_BACK, call_back_on=date(2026, 5, 4))
    auckland = ZoneInfo("Pacific/Auckland")
    assert quiet_until([agreed], NOON, auckland) == datetime(2026, 5, 3, 12, tzinfo=UTC)


def test_a_later_call_back_replaces_an_earlier_one() -> None:
    first = Told(OutcomeKind.CALL_BACK, call_back_on=date(2026, 6, 1))
    second = Told(OutcomeKind.CALL_BACK, at=NOON + timedelta(hours=1), call_back_on=date(2026, 4, 1))
    assert quiet_until([second, first], NOON) == datetime(2026, 4, 1, tzinfo=UTC)


def test_a_stop_is_quiet_for_good() -> None:
    assert quiet_until([Told(OutcomeKind.STOP)], NOON + timedelta(days=3000)) == FOR_GOOD


@pytest.mark.parametrize(
    "kind",
    [
        OutcomeKind.CALLING,
        OutcomeKind.NO_ANSWER,
        OutcomeKind.REOPENED,
        OutcomeKind.WON_BACK,
        OutcomeKind.WRONG_PERSON,
        OutcomeKind.NOT_THEM,
    ],
)
def test_the_others_ask_for_no_silence(kind: OutcomeKind) -> None:
    assert quiet_until([Told(kind)], NOON) is None


reports = st.builds(
    Told,
    st.sampled_from(list(OutcomeKind)),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  (given its zone beside)
    st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.none() | st.just(NOON),
)


@given(st.lists(reports, max_size=6))
def test_what_was_undone_never_counts(told: list[Told]) -> None:
    assert quiet_until(told, NOON) == quiet_until([one for one in told if one.undone_at is None], NOON)


@given(st.lists(reports, max_size=6))
def test_silence_always_lies_ahead(told: list[Told]) -> None:
    until = quiet_until(told, NOON)
    assert until is None or until > NOON
