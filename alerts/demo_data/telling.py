"""From a made-up visit to its alert: decided, mailed, reported on, and now and then taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.correction import CORRECTION_WAIT
from alerts.found import found
from alerts.step import is_for_digest
from alerts.upshot import CALLS
from alerts.words import Decision, OutcomeKind
from tracker.demo_data.shelf import written, written_or_none
from tracker.ingest.bursts import SEVERAL_COMPANIES
from tracker.ingest.intent import tier_of
from tracker.words import State

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from alerts.demo_data.desk import Decided, Desk
    from alerts.demo_data.post import Post, Sent
    from alerts.demo_data.reports import Answer, Reports
    from alerts.policy import Ruling
    from tracker.demo_data.shelf import Numbers, Shelf
    from tracker.demo_data.visits import Came, Visiting
    from tracker.models import User

ORDER = (
    (
        "messages",
        (
            "id", "dedupe_key", "kind", "user_id", "day", "mail_id", "state", "attempts", "next_attempt_at",
            "lease_until", "last_reason", "created_at", "sent_at",
        ),
    ),
    (
        "alerts",
        (
            "id", "visit_id", "prospect_id", "account_id", "deal_id", "user_id", "decision", "why",
            "sentence", "intent", "tier", "decided_at", "due_at", "sent_at", "message_id", "claimed_by",
            "claimed_at", "closed_at", "corrected_at", "correction", "correction_id", "called_after_s",
            "reopened_at", "won_at",
        ),
    ),
    (
        "outcomes",
        (
            "id", "alert_id", "prospect_id", "user_id", "kind", "note", "call_back_on", "stops", "at",
            "undone_at",
        ),
    ),
    (
        "deliveries",
        (
            "id", "message_id", "attempt", "channel", "to_address", "started_at", "ended_at", "result",
            "reason",
        ),
    ),
    ("suppressions", ("id", "email_hash", "kind", "source", "at")),
)  # fmt: skip
"""The tables and their columns, in the order of the flow."""
OVERTURNED_SHARE = 0.02
"""Of calls about a browser that was not known before: it turned out to be a mail filter's."""
FOUND_OUT_AFTER = timedelta(minutes=6)


@dataclass(slots=True)
class _Made:
    """What becomes of an alert."""

    sent: Sent | None = None
    answer: Answer | None = None
    closed_at: datetime | None = None
    corrected_at: datetime | None = None
    correction: str = ""
    correction_id: int | None = None


@dataclass(slots=True)
class Telling:
    """Writes an alert for each visit, with all that follows from it."""

    random: Random
    numbers: Numbers
    shelf: Shelf
    visiting: Visiting
    desk: Desk
    post: Post
    reports: Reports
    now: datetime

    def of(self, came: Came) -> None:
        """Decide about a visit, and let happen what follows."""
        decided, number = self.desk.decide(came), next(self.numbers.of("alerts"))
        intent, made = came.visit.intent, self._follow(came, decided, number)
        answer, ruling, sent = made.answer, decided.ruling, made.sent
        closed_at = answer.closed_at if answer else made.closed_at
        claimed_at = answer.claimed_at if answer else None
        user_id = decided.user.id if decided.user else None
        self.shelf.rows["alerts"].append(
            (
                number,
                came.visit.id,
                came.who.id,
                came.who.firm.id,
                decided.deal_id,
                user_id,
                ruling.decision.value,
                ruling.why.value,
                ruling.sentence,
                intent,
                tier_of(intent, self.desk.policy.tiers).value,
                written(decided.at),
                written_or_none(ruling.due_at),
                written_or_none(sent.at) if sent else None,
                sent.message_id if sent else None,
                user_id if claimed_at else None,
                written_or_none(claimed_at),
                written_or_none(closed_at),
                written_or_none(made.corrected_at),
                made.correction,
                made.correction_id,
                *_came_of_it(came, answer),
            )
        )

    def _follow(self, came: Came, decided: Decided, number: int) -> _Made:
        ruling, user = decided.ruling, decided.user
        if user is None:
            return _Made()
        if ruling.decision is Decision.CALL and ruling.due_at is not None:
            sent = self.post.call(user, number, decided.at, ruling.due_at)
            if self._is_overturned(came, sent):
                return self._overturn(came, user, number, sent)
            return self._answered(came, user, number, sent, ruling)
        if is_for_digest(ruling):
            listed = self.post.digest(user, decided.at)
            if listed is None:
                # The next digest would list it, and be mailed to an address that is made up.
                return _Made(closed_at=decided.at)
            return self._answered(came, user, number, listed, ruling)
        return _Made()

    def _answered(self, came: Came, user: User, number: int, sent: Sent, ruling: Ruling) -> _Made:
        if sent.at is None:
            return _Made(sent)
        call = ruling.decision is Decision.CALL
        answer = self.reports.on(came, number, user, sent.at, call=call)
        self.desk.reports[came.who.id] += answer.reports
        if answer.wrong_person and answer.closed_at is not None:
            self.visiting.lose(came, answer.closed_at)
            if call:
                self.desk.take_back(came)
        return _Made(sent, answer)

    def _is_overturned(self, came: Came, sent: Sent) -> bool:
        return (
            bool(came.new_browser)
            and sent.at is not None
            and sent.at < self.now - FOUND_OUT_AFTER - 2 * CORRECTION_WAIT
            and self.random.random() < OVERTURNED_SHARE
        )

    def _overturn(self, came: Came, user: User, number: int, sent: Sent) -> _Made:
        """Find a burst that the visit was part of, and take the alert back."""
        visit, at = came.visit, (sent.at or self.now) + FOUND_OUT_AFTER
        self.visiting.leave_out(came)
        visit.burst, visit.state, visit.demoted = SEVERAL_COMPANIES, State.UNCONFIRMED, True
        visit.state_reasons = [SEVERAL_COMPANIES]
        self.desk.take_back(came)
        mail = self.post.correct(user, number, at, at + CORRECTION_WAIT)
        return _Made(
            sent,
            corrected_at=at,
            correction=found(visit.state, visit.state_reasons),
            correction_id=mail.message_id,
        )


def _came_of_it(came: Came, answer: Answer | None) -> tuple[int | None, str | None, str | None]:
    """Give what `alerts.upshot` writes: seconds to the first call, when reopened, when won back."""
    reports = [one for one in answer.reports if one.undone_at is None] if answer else []
    called = [one.at for one in reports if one.kind in CALLS]
    if answer and answer.claimed_at is not None:
        called.append(answer.claimed_at)
    wait = (min(called) - came.visit.started_at).total_seconds() if called else None
    reopened, won = (
        next((written(one.at) for one in reports if one.kind is kind), None)
        for kind in (OutcomeKind.REOPENED, OutcomeKind.WON_BACK)
    )
    return None if wait is None else max(round(wait), 0), reopened, won
