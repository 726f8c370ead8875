"""What came of a call: the rep's reports, each of which closes, claims or silences something.

The row is the report; what the alert says (claimed, closed) follows from the rows that stand. Nothing
is deleted: an outcome undone keeps its row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from alerts.briefing.moments import UTC_ZONE, zone_named
from alerts.ground import NotYoursError, OutcomeError, behind, claim_of, refuse_closed
from alerts.models import Alert, Outcome
from alerts.plain import printable
from alerts.stops import asked_for, lift_stop, put_stop, stop_source
from alerts.upshot import settle
from alerts.words import OutcomeKind
from alerts.wrong_person import hold_browser, lift_wrong_person, put_wrong_person
from tracker.audit import What, by_user
from tracker.audit import note as put_on_record
from tracker.words import SuppressionKind, Thing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from alerts.doors import Door
    from alerts.ground import Claim, Ground
    from tracker.signing import Signer

SAME_POST = timedelta(minutes=1)
"""Two like reports within this time are one: a double tap, or a browser that sent its form again."""
CALL_BACK_AHEAD = timedelta(days=366)
"""How far ahead a call back may be agreed: the same day next year, leap years included."""
MAX_NOTE = 2_000
"""Characters kept of a note."""
CALLS_AHEAD = frozenset({OutcomeKind.CALLING, OutcomeKind.CALL_BACK})
"""Reports that promise a call, which nobody may promise once the person asked for none."""
NO_CALLS = (
    "They asked not to be called. If that was a mistake, undo the report of it first, or ask your admin to"
    " lift it."
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a report."""

    outcome_id: int | None
    """None when it was not taken."""
    repeated: bool = False
    """The same report was there already; nothing new was written."""
    taken: Claim | None = None
    """Somebody else got there first and is calling."""
    browser_id: int | None = None
    """The browser that the report made somebody else's: its visits are to be derived anew."""


def record(  # noqa: PLR0913  (what is reported, on what, by whom, when: each its own)
    session: Session,
    signer: Signer,
    door: Door,
    kind: OutcomeKind,
    now: datetime,
    *,
    note: str = "",
    call_back_on: date | None = None,
) -> Recorded:
    """Take a rep's report on an alert, other than *stop*, which `record_stop` takes.

    *Calling* claims the alert and leaves it open; every other outcome closes it. `call_back_on` is a
    day in the reader's own zone and counts with *call back* only.

    Raises:
        NotYoursError: the door's user is not the alert's.
        ClosedError: it was closed since a page showed it as open.
        OutcomeError: *call back* without a day, or with one that is past or too far ahead; *calling* or
            *call back* for a person who asked not to be called.

    """
    if kind == OutcomeKind.STOP:
        msg = "a stop is recorded by record_stop: it says what is to stop"
        raise ValueError(msg)
    browser = hold_browser(session, door.alert_id) if kind == OutcomeKind.WRONG_PERSON else None
    ground = behind(session, door, lock=True)
    report = Outcome(kind=kind, note=clean_note(note))
    if kind in CALLS_AHEAD:
        _refuse_unwanted(session, signer, ground.alert.prospect_id)
    if kind == OutcomeKind.CALL_BACK:
        today = now.astimezone(zone_named(ground.user.time_zone) or UTC_ZONE).date()
        report.call_back_on = checked_day(call_back_on, today)
    if kind == OutcomeKind.CALLING:
        return _claim(session, door, ground, report, now)
    recorded = _write(session, door, ground, report, now)
    if browser is not None and put_wrong_person(session, ground.alert, browser, now):
        return replace(recorded, browser_id=browser.id)
    return recorded


def record_stop(
    session: Session,
    signer: Signer,
    door: Door,
    wishes: Collection[SuppressionKind],
    now: datetime,
    *,
    note: str = "",
) -> Recorded:
    """Take the report that the person asked to be left alone, and see to it.

    Raises:
        NotYoursError: the door's user is not the alert's.
        ClosedError: it was closed since a page showed it as open.
        OutcomeError: no wish was named.

    """
    if not wishes:
        msg = "Tick what is to stop: calls, mails, or recognising them on the website."
        raise OutcomeError(msg)
    ground = behind(session, door, lock=True)
    stops = sorted(wish.value for wish in wishes)
    report = Outcome(kind=OutcomeKind.STOP, note=clean_note(note), stops=stops)
    recorded = _write(session, door, ground, report, now)
    if recorded.outcome_id is not None and not recorded.repeated:
        source = stop_source(recorded.outcome_id)
        put_stop(session, signer, ground.alert.prospect_id, wishes, source, now)
    return recorded


def undo(session: Session, door: Door, outcome_id: int, now: datetime) -> int | None:
    """Take a report back: the claim, the closing or the suppressions that only it brought go with it.

    Undoing twice is undoing once. Gives the browser that is the person's again, if one is: its visits are
    to be derived anew.

    Raises:
        NotYoursError: the door's user is not the alert's, or did not report this outcome.

    """
    kind = session.scalar(select(Outcome.kind).where(Outcome.id == outcome_id))
    browser = hold_browser(session, door.alert_id) if kind == OutcomeKind.WRONG_PERSON else None
    alert = behind(session, door, lock=True).alert
    outcome = session.scalar(
        select(Outcome).where(
            Outcome.id == outcome_id, Outcome.alert_id == alert.id, Outcome.user_id == door.user_id
        )
    )
    if outcome is None:
        msg = "This report is not yours, or it is no longer there."
        raise NotYoursError(msg)
    if outcome.undone_at is not None:
        return None
    outcome.undone_at = now
    session.flush()
    settle(session, alert)
    _put_on_record(session, "undo report", outcome, now)
    standing = session.scalars(
        select(Outcome).where(Outcome.alert_id == alert.id, Outcome.undone_at.is_(None))
    ).all()
    if outcome.kind == OutcomeKind.CALLING:
        alert.claimed_by = alert.claimed_at = None
    alert.closed_at = min((one.at for one in standing if one.kind != OutcomeKind.CALLING), default=None)
    if outcome.kind == OutcomeKind.STOP:
        lift_stop(session, outcome.prospect_id, stop_source(outcome.id), outcome.at)
    given_back = browser is not None and lift_wrong_person(session, outcome, browser)
    return browser.id if browser is not None and given_back else None


def clean_note(note: str) -> str:
    r"""Keep of a note what can be seen, and its line ends as `\n`; at most `MAX_NOTE` characters."""
    return printable(note.replace("\r\n", "\n")).strip()[:MAX_NOTE].rstrip()


def _refuse_unwanted(session: Session, signer: Signer, prospect_id: int) -> None:
    if SuppressionKind.DO_NOT_CALL in asked_for(session, signer, prospect_id):
        raise OutcomeError(NO_CALLS)


def checked_day(day: date | None, today: date) -> date:
    """Give the day of an agreed call back.

    Raises:
        OutcomeError: there is none, it is past, or more than a year ahead.

    """
    if day is None:
        msg = "Choose the day on which to call back."
    elif day < today:
        msg = "That day is past: choose today or a later day to call back."
    elif day > today + CALL_BACK_AHEAD:
        msg = "That day is more than a year ahead: choose an earlier one to call back."
    else:
        return day
    raise OutcomeError(msg)


def _write(session: Session, door: Door, ground: Ground, report: Outcome, now: datetime) -> Recorded:
    """Add the row, unless the same report was made within the last minute."""
    alert, user = ground
    report.alert_id, report.prospect_id, report.user_id, report.at = alert.id, alert.prospect_id, user.id, now
    lately = session.scalars(
        select(Outcome).where(
            Outcome.alert_id == alert.id,
            Outcome.user_id == user.id,
            Outcome.kind == report.kind,
            Outcome.at > now - SAME_POST,
            Outcome.undone_at.is_(None),
        )
    )
    for one in lately:
        if (one.note, one.call_back_on, one.stops) == (report.note, report.call_back_on, report.stops or []):
            return Recorded(one.id, repeated=True)
    refuse_closed(ground, door)
    session.add(report)
    if report.kind != OutcomeKind.CALLING:
        alert.closed_at = alert.closed_at or now
    session.flush()
    settle(session, alert)
    _put_on_record(session, "report", report, now)
    return Recorded(report.id)


def _put_on_record(session: Session, verb: str, report: Outcome, now: datetime) -> None:
    said = {"outcome": report.id, "kind": report.kind.value}
    put_on_record(session, by_user(report.user_id), verb, What(Thing.ALERT, report.alert_id, after=said), now)


def _claim(session: Session, door: Door, ground: Ground, report: Outcome, now: datetime) -> Recorded:
    """Claim by compare-and-set: of two who tap at once, one calls, and the other is told."""
    alert, user = ground
    refuse_closed(ground, door)
    won = session.scalar(
        update(Alert)
        .where(Alert.id == alert.id, Alert.claimed_by.is_(None))
        .values(claimed_by=user.id, claimed_at=now)
        .returning(Alert.id)
    )
    if won is not None:
        return _write(session, door, ground, report, now)
    session.refresh(alert)
    if alert.claimed_by == user.id:
        mine = session.scalar(
            select(Outcome.id)
            .where(Outcome.alert_id == alert.id, Outcome.user_id == user.id, Outcome.undone_at.is_(None))
            .where(Outcome.kind == OutcomeKind.CALLING)
        )
        return Recorded(mine, repeated=True)
    return Recorded(None, taken=claim_of(session, alert))
