"""Counts of what was decided and what became of it, for `ringback stats`; every name, also at zero."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import func, select

from alerts.models import Alert, Message, Outcome
from alerts.policy import Hold, Trigger
from alerts.precision import FEW, Precision, Reported, tally, verdict
from alerts.words import Decision, MessageKind, MessageState, OutcomeKind
from tracker.ingest.identity import NOT_THEIRS
from tracker.models import Visit
from tracker.stats import Section, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

PRECISION = "Alerts that were right, by what reps reported"
COLUMNS = ("kind", "name", "judged", "right", "share", "low", "high")
NOTE = (
    "share: of the alerts judged, how many told of who was there; low and high: where it may lie, by 95 %."
    f" Fewer than {FEW} reports are too few for one. Of a sign that speaks against a person, a low share"
    " speaks for the sign."
)

Judged: TypeAlias = "list[tuple[Alert, Visit, bool]]"


def sections(session: Session) -> list[Section | Table]:
    """Count alerts by decision and its name, mails by state, outcomes by kind, and what was right."""
    return [
        Section("Alerts by decision", _rows(decisions(session))),
        Section("Alerts told", _rows(told(session))),
        Section("Mails by state", _rows(mails(session))),
        Section("Outcomes", _rows(outcomes(session))),
        Table(PRECISION, COLUMNS, tuple(_cells(kind, row) for kind, row in precision(session)), NOTE),
    ]


def decisions(session: Session) -> dict[str, int]:
    """Count alerts by decision and the name of its trigger or hold."""
    names = [f"{Decision.CALL}: {why}" for why in Trigger if why is not Trigger.ORDINARY]
    names += [f"{Decision.DIGEST}: {Trigger.ORDINARY}", *(f"{Decision.HOLD}: {why}" for why in Hold)]
    rows = session.execute(
        select(Alert.decision, Alert.why, func.count()).group_by(Alert.decision, Alert.why)
    )
    return _known_first(names, {f"{what}: {why}": number for what, why, number in rows})


def told(session: Session) -> dict[str, int]:
    """Count what reps were told, what of it they answered, and what was taken back."""
    sent = Alert.sent_at.is_not(None)
    conditions = {
        "told": (sent,),
        "answered": (sent, Alert.closed_at.is_not(None)),
        "taken back": (sent, Alert.corrected_at.is_not(None)),
    }
    return {
        name: session.scalar(select(func.count()).where(*those)) or 0 for name, those in conditions.items()
    }


def mails(session: Session) -> dict[str, int]:
    """Count mails by kind and state."""
    names = [f"{kind}: {state}" for kind in MessageKind for state in MessageState]
    rows = session.execute(
        select(Message.kind, Message.state, func.count()).group_by(Message.kind, Message.state)
    )
    return _known_first(names, {f"{kind}: {state}": number for kind, state, number in rows})


def outcomes(session: Session) -> dict[str, int]:
    """Count outcomes by kind; those undone do not count."""
    rows = session.execute(
        select(Outcome.kind, func.count()).where(Outcome.undone_at.is_(None)).group_by(Outcome.kind)
    )
    names = [_words(kind) for kind in OutcomeKind]
    return _known_first(names, {_words(kind): number for kind, number in rows})


def precision(session: Session) -> list[tuple[str, Precision]]:
    """Say how often alerts were right: all of them, and by trigger, intent reason, screening and identity.

    An alert whose reps said nothing about who was there is not judged.
    """
    judged = _judged(session)
    kinds: dict[str, list[tuple[Collection[str], bool]]] = {
        "all": [(["all alerts"], right) for _, _, right in judged],
        "trigger": [([alert.why], right) for alert, _, right in judged],
        "intent": [
            ([reason["name"] for reason in visit.intent_reasons], right) for _, visit, right in judged
        ],
        "screening": [(visit.state_reasons, right) for _, visit, right in judged],
        # That it is somebody else's browser follows from the report itself: it would always be right.
        "identity": [(set(visit.identity) - {NOT_THEIRS}, right) for _, visit, right in judged],
    }
    return [(kind, row) for kind, those in kinds.items() for row in tally(those)]


def _judged(session: Session) -> Judged:
    reports: dict[int, list[Reported]] = defaultdict(list)
    for alert_id, at, kind in session.execute(
        select(Outcome.alert_id, Outcome.at, Outcome.kind)
        .where(Outcome.undone_at.is_(None))
        .order_by(Outcome.at, Outcome.id)
    ):
        reports[alert_id].append(Reported(at, kind))
    answers = {alert_id: verdict(those) for alert_id, those in reports.items()}
    rows = session.execute(
        select(Alert, Visit)
        .join(Visit, Visit.id == Alert.visit_id)
        .where(Alert.id.in_(select(Outcome.alert_id)))
        .order_by(Alert.id)
    )
    return [(alert, visit, right) for alert, visit in rows if (right := answers.get(alert.id)) is not None]


def _cells(kind: str, row: Precision) -> tuple[str | int | float | None, ...]:
    if row.few:
        return kind, row.name, row.judged, row.right, None, None, None
    low, high = row.interval
    return kind, row.name, row.judged, row.right, round(row.share, 3), round(low, 3), round(high, 3)


def _known_first(names: list[str], counted: Mapping[str, int]) -> dict[str, int]:
    """Give the counts of all `names`, at zero what never was, and behind them those of other times."""
    return dict.fromkeys(names, 0) | dict(sorted(counted.items()))


def _rows(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(counts.items())


def _words(kind: OutcomeKind) -> str:
    return kind.value.replace("_", " ")
