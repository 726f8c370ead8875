"""SINCE: what is known to have happened after the loss. What is only likely says *assumed*."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.briefing.lost import winner
from alerts.briefing.moments import about_month, day_in_words, local_day
from alerts.plain import capital, plain, sentence
from alerts.words import OutcomeKind
from tracker.renewal import DEFAULT_TERMS, next_renewal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from alerts.models import Outcome
    from tracker.models import Deal, User
    from tracker.renewal import Terms

RENEWAL_REMEMBERED = timedelta(days=90)
"""A known renewal that is past is still worth a word for so long."""
NOTE_LENGTH = 120
NAME_LENGTH = 60
TELLING = {
    OutcomeKind.SPOKE: "spoke {day}",
    OutcomeKind.NO_ANSWER: "no answer {day}",
    OutcomeKind.CALL_BACK: "on {day} asked to be called back",
    OutcomeKind.REOPENED: "reopened {day}",
    OutcomeKind.WON_BACK: "won back {day}",
    OutcomeKind.WRONG_PERSON: "on {day} somebody else's browser was taken for theirs",
    OutcomeKind.NOT_THEM: "on {day} it was not them",
    OutcomeKind.STOP: "on {day} asked to be left alone",
}

NO_TALK = frozenset({OutcomeKind.NO_ANSWER, OutcomeKind.WRONG_PERSON, OutcomeKind.NOT_THEM})


def since(
    reported: Sequence[tuple[Outcome, User]],
    deal: Deal | None,
    reader_id: int | None,
    now: datetime,
    zone: ZoneInfo,
    terms: Terms = DEFAULT_TERMS,
) -> tuple[str, ...]:
    """Say what is known since the loss, a sentence each; `reported` are all outcomes, the latest first."""
    today = local_day(now, zone)
    outcomes = [_told(outcome, user, reader_id, today, zone) for outcome, user in _last_outcomes(reported)]
    return tuple(sentence(fact) for fact in (*outcomes, renewal(deal, today, terms) if deal else "") if fact)


def renewal(deal: Deal, today: date, terms: Terms = DEFAULT_TERMS) -> str:
    """Say when the winner's contract renews: as imported, or assumed as intent assumes it; else nothing."""
    name = winner(deal)
    told = deal.renewal_on
    if told is not None and today - told <= RENEWAL_REMEMBERED:
        verb = "was" if told < today else "on"
        return capital(f"{name} renewal {verb} {day_in_words(told, today)}".strip())
    coming = next_renewal(deal.outcome, deal.closed_on, told, today, terms.of(deal.product))
    return (
        capital(f"{name} renewal about {about_month(coming.on, today)} (assumed)".strip()) if coming else ""
    )


def _last_outcomes(reported: Sequence[tuple[Outcome, User]]) -> list[tuple[Outcome, User]]:
    """Find the last report, and the last talk when nobody was spoken to at the last report."""
    standing = [
        (outcome, user)
        for outcome, user in reported
        if outcome.undone_at is None and outcome.kind is not OutcomeKind.CALLING
    ]
    found = standing[:1]
    if found and found[0][0].kind in NO_TALK:
        found += [each for each in standing if each[0].kind is OutcomeKind.SPOKE][:1]
    return found


def _told(outcome: Outcome, user: User, reader_id: int | None, today: date, zone: ZoneInfo) -> str:
    fact = TELLING[outcome.kind].format(day=day_in_words(local_day(outcome.at, zone), today))
    if outcome.call_back_on is not None:
        fact += f" on {day_in_words(outcome.call_back_on, today)}"
    teller = "" if user.id == reader_id else f" ({plain(user.name, NAME_LENGTH)})"
    note = plain(outcome.note, NOTE_LENGTH).rstrip(".")
    return capital(f'{fact}{teller}: "{note}"' if note else f"{fact}{teller}")
