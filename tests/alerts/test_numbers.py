"""What came of the alerts, counted by week, rep and reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from alerts.known_weeks import KEPT, KnownWeeks
from alerts.numbers import piled, sums, sums_by, told, week_days, weeks_before
from alerts.words import Decision, OutcomeKind
from tests.alerts.scenes import MORNING, add_alert, add_outcome, add_visit
from tests.builders import add_deal, add_prospect, add_user
from tests.counting import all_counted
from tracker.words import ReasonKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.models import Alert
    from tracker.db import Database
    from tracker.models import User

UTC_ZONE = ZoneInfo("UTC")
BOUNDS = weeks_before(MORNING, UTC_ZONE, 3)


def tells(session: Session, rep: User, at: datetime = MORNING, **fields: Any) -> Alert:  # noqa: ANN401  (the columns of a deal)
    """A visit that began three minutes before `at`, and the call that was told at `at`."""
    person = add_prospect(session)
    deal = add_deal(session, person, **fields)
    return add_alert(session, add_visit(session, person, at=at), rep, sent_at=at, deal_id=deal.id)


def test_a_week_begins_on_monday_where_its_reader_is() -> None:
    """In the night to Sunday, 29 March 2026, clocks in Berlin go forward."""
    berlin = ZoneInfo("Europe/Berlin")
    bounds = weeks_before(datetime(2026, 3, 31, 12, tzinfo=UTC), berlin, 2)
    assert bounds == [
        datetime(2026, 3, 22, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
        datetime(2026, 4, 5, 22, tzinfo=UTC),
    ]
    assert week_days(bounds, berlin) == [date(2026, 3, 23), date(2026, 3, 30)]


def test_from_told_to_won_back(session: Session) -> None:
    sam = add_user(session)
    for minutes, kind in ((10, OutcomeKind.SPOKE), (30, OutcomeKind.WON_BACK), (20, OutcomeKind.REOPENED)):
        alert = tells(session, sam)
        add_outcome(session, alert, sam, kind, at=MORNING + timedelta(minutes=minutes))
    tells(session, sam)
    whole = sums(piled(told(session, BOUNDS)))
    assert (whole.alerts, whole.calls, whole.reopened, whole.won) == (4, 3, 1, 1)
    assert whole.wait_s == 23 * 60  # from the beginning of the visit, three minutes before the alert
    assert whole.value == {"GBP": 4_800_000}


def test_the_first_report_of_a_call_is_the_call(session: Session) -> None:
    sam = add_user(session)
    alert = tells(session, sam)
    for minutes, kind in ((2, OutcomeKind.CALLING), (9, OutcomeKind.SPOKE)):
        add_outcome(session, alert, sam, kind, at=MORNING + timedelta(minutes=minutes))
    assert sums(piled(told(session, BOUNDS))).wait_s == 5 * 60


def test_what_was_undone_or_was_no_call_does_not_count(session: Session) -> None:
    sam = add_user(session)
    add_outcome(session, tells(session, sam), sam, OutcomeKind.WON_BACK, undone_at=MORNING)
    add_outcome(session, tells(session, sam), sam, OutcomeKind.WRONG_PERSON)
    whole = sums(piled(told(session, BOUNDS)))
    assert (whole.alerts, whole.calls, whole.won, whole.wait_s, whole.value) == (2, 0, 0, None, {})


def test_digests_holds_and_what_nobody_was_told_do_not_count(session: Session) -> None:
    sam = add_user(session)
    tells(session, sam).decision = Decision.DIGEST
    tells(session, sam).decision = Decision.HOLD
    tells(session, sam).sent_at = None
    session.flush()
    assert told(session, BOUNDS) == []


def test_by_week_rep_and_reason(session: Session) -> None:
    sam, priya = add_user(session), add_user(session, "Priya Nair")
    tells(session, sam, at=MORNING - timedelta(days=7))
    tells(session, sam)
    tells(session, priya, reason_kind=ReasonKind.FEATURE)
    tells(session, priya, reason_kind=None)
    tells(session, priya, at=MORNING - timedelta(days=30))
    rows = piled(told(session, BOUNDS))
    assert {week: one.alerts for week, one in sums_by(rows, lambda row: row.week).items()} == {1: 1, 2: 3}
    assert {rep: one.alerts for rep, one in sums_by(rows, lambda row: row.user_id).items()} == {
        sam.id: 2,
        priya.id: 2,
    }
    reasons = sums_by(rows, lambda row: row.reason)
    assert {reason: one.alerts for reason, one in reasons.items()} == {"price": 2, "feature": 1, "": 1}


def test_weeks_that_are_over_are_remembered_this_one_is_not(database: Database) -> None:
    weeks = KnownWeeks(database)

    def tell_of_both(rep: User) -> None:
        with database.writing() as session:
            tells(session, rep, at=MORNING - timedelta(days=7))
            tells(session, rep)

    def counted(now: datetime = MORNING, reason: str | None = None) -> dict[int | None, int]:
        known = weeks.of(BOUNDS, now).weeks
        assert known is not None
        by_week = sums_by(known.by_week({sam.id}, reason), lambda pile: pile.week)
        assert sums(known.by_reason({sam.id}, reason)).alerts == sum(one.alerts for one in by_week.values())
        return {week: one.alerts for week, one in by_week.items()}

    with database.writing() as session:
        sam, priya = add_user(session), add_user(session, "Priya Nair")
    tell_of_both(sam)
    tell_of_both(priya)
    assert counted() == counted(reason=ReasonKind.PRICE) == {1: 1, 2: 1}
    assert counted(reason=ReasonKind.FEATURE) == {}
    tell_of_both(sam)
    assert counted(MORNING + KEPT) == {1: 1, 2: 2}
    assert counted(MORNING + KEPT * 2) == {1: 1, 2: 2}  # as far as they are known
    all_counted()
    assert counted(MORNING + KEPT * 2) == {1: 2, 2: 2}


def test_money_of_several_countries_is_not_added_up(session: Session) -> None:
    sam = add_user(session)
    for currency in ("GBP", "EUR", "GBP"):
        add_outcome(session, tells(session, sam, currency=currency), sam, OutcomeKind.WON_BACK)
    assert sums(piled(told(session, BOUNDS))).value == {"EUR": 4_800_000, "GBP": 9_600_000}
