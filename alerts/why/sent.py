"""Whether an alert followed a visit, how its mail fared, and what came of it, in words. PURE."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from alerts.plain import sentence
from alerts.policy import DIGEST_HOLDS
from alerts.why.judged import STATES, because
from alerts.words import LABELS, Decision, MessageKind, MessageState
from tracker.ingest.history import PEOPLE
from tracker.ingest.identity import NOT_THEIRS
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.happened import Attempt, Letter, Report, Sighting, Verdict
    from alerts.why.line import Line

RESULTS: Mapping[str, str] = MappingProxyType(
    {
        "started": "begun, no result yet",
        "sent": "accepted by the mail server",
        "retry": "not taken, to be tried again",
        "refused": "refused for good",
        "misconfigured": "the mail server would not let us in",
        "withdrawn": "not sent, no longer wanted",
        "broken": "stopped by an error of Ringback's own, to be tried again",
        "set aside": "given up unsent",
        "put off": "not sent, left to the next digest",
        "unreachable": "not sent, this reader cannot be reached",
    }
)
"""What each result of an attempt means."""
NOBODY_TOLD = "it was reported that this browser is somebody else's, before anybody was told of this visit."
NAMES: Mapping[str, str] = MappingProxyType(
    {MessageKind.DIGEST: "The digest", MessageKind.CORRECTION: "The mail that takes it back"}
)
"""What each kind of mail is called."""


AGAIN = "By now their visit counts as a person's again."
"""Of an alert that was taken back, with what is known since."""


def answer(sighting: Sighting) -> Line:
    """Answer the question: was there an alert about this visit, why or why not, and does it stand?"""
    verdict = sighting.verdict
    if verdict is not None and verdict.corrected_at is not None:
        again = f"{AGAIN} " if sighting.state in PEOPLE else ""
        return ("Taken back ", verdict.corrected_at, f": {verdict.correction} {again}", *_told(sighting))
    if verdict is not None and verdict.sent_at is None and NOT_THEIRS in sighting.identity:
        return (f"No alert: {NOBODY_TOLD}",)
    return _told(sighting)


def _told(sighting: Sighting) -> Line:
    verdict = sighting.verdict
    if verdict is None:
        nobody = sighting.state in (State.INTERNAL, State.MACHINE, State.UNCONFIRMED)
        return (f"No alert: {STATES[sighting.state] if nobody else 'nothing is decided about it yet.'}",)
    whom = verdict.tells or "nobody"
    if verdict.decision == Decision.CALL:
        return _alert(verdict, whom)
    letter = verdict.letter
    if letter is not None and letter.kind == MessageKind.DIGEST and letter.sent_at is not None:
        if verdict.sent_at is None:
            left_out = f"It was left out of {whom}'s digest, since something spoke against it by then."
            return (f"No alert: {because(verdict)} {left_out}",)
        return (
            f"No call-now alert: {because(verdict)} It was in {whom}'s digest, sent ",
            letter.sent_at,
            ".",
        )
    if verdict.decision == Decision.DIGEST or verdict.why in DIGEST_HOLDS:
        return (f"No call-now alert: {because(verdict)} It waits for {whom}'s next digest.",)
    return (f"No alert: {because(verdict)}",)


def done(verdict: Verdict | None) -> tuple[Line, ...]:
    """Tell of the mail and each attempt, of the claim, and of every outcome, undone ones included."""
    if verdict is None:
        return ()
    lines: list[Line] = []
    if verdict.letter is not None:
        lines.append(_mail(verdict.letter))
        lines += [_attempt(attempt) for attempt in verdict.letter.attempts]
    if verdict.correction_letter is not None:
        lines.append(_mail(verdict.correction_letter))
        lines += [_attempt(attempt) for attempt in verdict.correction_letter.attempts]
    if verdict.claimed_at is not None:
        lines.append((f"{verdict.claimed_by or 'Somebody'} claimed it ", verdict.claimed_at, "."))
    lines += [_report(report) for report in reversed(verdict.reports)]
    return tuple(lines)


def _alert(verdict: Verdict, whom: str) -> Line:
    letter = verdict.letter
    sent_at = verdict.sent_at or (letter.sent_at if letter else None)
    if sent_at is not None:
        return (f"An alert went to {whom} ", sent_at, f": {because(verdict)}")
    if letter is None:
        return (f"A call is due to {whom}, but no mail has been written: {because(verdict)}",)
    if letter.state == MessageState.PENDING:
        return (f"An alert to {whom} is on its way, due ", letter.next_attempt_at, f": {because(verdict)}")
    what = "was withdrawn" if letter.state == MessageState.WITHDRAWN else "could not be delivered"
    return (f"No alert reached {whom}: the mail {what}. {sentence(letter.last_reason)}".rstrip(),)


def _mail(letter: Letter) -> Line:
    name = NAMES.get(letter.kind, "The mail")
    reason = f" {sentence(letter.last_reason)}" if letter.last_reason else ""
    if letter.state == MessageState.SENT and letter.sent_at is not None:
        return (f"{name} was accepted ", letter.sent_at, ".")
    if letter.state == MessageState.PENDING:
        return (f"{name} is due ", letter.next_attempt_at, f".{reason}")
    what = "was withdrawn" if letter.state == MessageState.WITHDRAWN else "was given up"
    return (f"{name} {what}.{reason}",)


def _attempt(attempt: Attempt) -> Line:
    result = RESULTS.get(attempt.result, attempt.result)
    reason = f": {attempt.reason}" if attempt.reason else ""
    to = f" by {attempt.channel} to {attempt.to_address}: {sentence(f'{result}{reason}')}"
    return (f"Attempt {attempt.number}, ", attempt.at, f",{to}")


def _report(report: Report) -> Line:
    on = f" on {report.call_back_on:%Y-%m-%d}" if report.call_back_on else ""
    note = f' "{" ".join(report.note.split())}"' if report.note else ""
    stops = f" ({', '.join(report.stops).replace('_', ' ')})" if report.stops else ""
    told: Line = (f"{report.by} reported ", report.at, f": {LABELS[report.kind]}{on}{stops}.{note}")
    return (*told, " Undone ", report.undone_at, ".") if report.undone_at is not None else told
