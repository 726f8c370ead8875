"""Calls to make: what somebody was told, or is due to be told, and nobody has reported on yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, or_, select

from alerts.briefing.local_time import local_time, read_phone
from alerts.briefing.seen import reading
from alerts.models import Alert
from alerts.plain import capital, plain
from alerts.today.lead import Facts, Lead, lead
from alerts.today.look import NAME_LENGTH
from alerts.words import Decision, OutcomeKind
from tracker.models import Prospect, User
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from alerts.briefing.facts import Phone
    from alerts.briefing.known import Known
    from alerts.models import Outcome
    from alerts.today.look import Look

CALLS_FOR = timedelta(days=7)
"""After the decision: a call that nobody made in a week is none any more. The person's story keeps it."""
MOST_CALLS = 20
"""Calls shown, the strongest first; a rep gets five a day. The others are counted."""
SENTENCE_LENGTH = 240
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Call:
    """A call to make. Moments are UTC."""

    alert_id: int
    lead: Lead
    phone: Phone | None
    clock: str
    """What time it is for them, e.g. `09:42 for Dana (London)`; empty when nobody knows."""
    reads: str
    intent: int
    tier: str
    why: str
    """A sentence."""
    at: datetime
    """When it was told, or was due to be."""
    age: str
    """The same, e.g. `12 min ago`."""
    tells: str
    """Whose call it is."""
    claimed_by: str = ""
    """Who is calling; empty: nobody yet."""
    claimed_at: datetime | None = None
    mine: bool = False
    """The reader is the one who is calling."""
    claim_id: int | None = None
    """The reader's own report of that, which they may take back."""


class Open(NamedTuple):
    """The open calls' alerts, and how many more there are than are shown."""

    alert_ids: tuple[int, ...]
    more: int


def look_for_calls(look: Look) -> Open:
    """Find the open calls of these users, by intent and then the newest first. One query."""
    rows = look.session.execute(
        select(Alert.id, func.count().over())
        .where(
            Alert.user_id.in_(look.scope.users()),
            Alert.decided_at > look.now - CALLS_FOR,
            Alert.decision == Decision.CALL,
            Alert.closed_at.is_(None),
            Alert.corrected_at.is_(None),
            or_(Alert.sent_at.is_not(None), Alert.due_at <= look.now),
        )
        .order_by(Alert.intent.desc(), Alert.decided_at.desc(), Alert.id.desc())
        .limit(MOST_CALLS)
    ).all()
    return Open(tuple(row[0] for row in rows), (rows[0][1] if rows else 0) - len(rows))


def names_of(look: Look, alerts: Iterable[Alert]) -> dict[int | None, str]:
    """Name whose calls they are, and who is calling. One query, where they are not known already."""
    wanted = {user for alert in alerts for user in (alert.user_id, alert.claimed_by)} - {None, *look.names}
    rows = look.session.execute(select(User.id, User.name).where(User.id.in_(wanted))) if wanted else ()
    read: dict[int | None, str] = {user: plain(name, NAME_LENGTH) for user, name in rows}
    return read | dict(look.names.items())


def calls(facts: Facts, open_ids: Iterable[int], uncallable: Collection[int]) -> tuple[Call, ...]:
    """Say whom to call, one call a person; not who asked for no calls, or was reported on since."""
    names = names_of(facts.look, facts.alerts.values())
    rows: dict[int, Call] = {}
    for alert in (facts.alerts[each] for each in open_ids if each in facts.alerts):
        person = facts.look.session.get_one(Prospect, alert.prospect_id)
        reports = [one for one, _ in facts.known.outcomes(person) if one.undone_at is None]
        if person.id in uncallable or person.id in rows or _answered(alert, reports):
            continue
        rows[person.id] = _call(facts, alert, person, reports, names)
    return tuple(rows.values())


def asked_for_no_calls(known: Known, person: Prospect, wishes: Collection[SuppressionKind]) -> bool:
    """Whether somebody asked not to be called: by the list of wishes, or, without an address, by a report."""
    if person.email:
        return SuppressionKind.DO_NOT_CALL in wishes
    reports = (one for one, _ in known.outcomes(person) if one.undone_at is None)
    return any(SuppressionKind.DO_NOT_CALL in one.stops for one in reports)


def ago(at: datetime, now: datetime) -> str:
    """Write how long ago something was, e.g. `12 min ago`."""
    passed = now - at
    if passed < MINUTE:
        return "just now"
    if passed < HOUR:
        return f"{passed // MINUTE} min ago"
    if passed < DAY:
        return f"{passed // HOUR} h ago"
    days = passed // DAY
    return f"{days} day{'' if days == 1 else 's'} ago"


def _answered(alert: Alert, reports: Iterable[Outcome]) -> bool:
    """Whether something came of another alert about the same person since this one was decided."""
    return any(one.kind != OutcomeKind.CALLING and one.at >= alert.decided_at for one in reports)


def _call(
    facts: Facts,
    alert: Alert,
    person: Prospect,
    reports: Iterable[Outcome],
    names: Mapping[int | None, str],
) -> Call:
    look = facts.look
    phone = read_phone(person.phone, person.country, look.installation.settings.phone_region)
    clock = local_time(person.time_zone, phone, person.country, look.now)
    at = alert.sent_at or alert.due_at or alert.decided_at
    mine = alert.claimed_by == look.user_id
    claims = (one.id for one in reports if one.kind == OutcomeKind.CALLING and one.alert_id == alert.id)
    return Call(
        alert_id=alert.id,
        lead=lead(facts, alert),
        phone=phone,
        clock=clock.for_whom(plain(person.first_name, NAME_LENGTH) or "them") if clock else "",
        reads=capital(reading(facts.pages.get(alert.visit_id, ()))),
        intent=alert.intent,
        tier=alert.tier,
        why=plain(alert.sentence, SENTENCE_LENGTH),
        at=at,
        age=ago(at, look.now),
        tells=names.get(alert.user_id, ""),
        claimed_by=names.get(alert.claimed_by, "") if alert.claimed_by else "",
        claimed_at=alert.claimed_at,
        mine=mine,
        claim_id=next(claims, None) if mine else None,
    )
