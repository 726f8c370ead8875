"""What reps report of made-up calls, minutes or hours after the mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.stops import stop_source
from alerts.words import OutcomeKind
from tracker.demo_data.shelf import written, written_or_none
from tracker.suppression import email_hash
from tracker.words import DealStatus, SuppressionKind

if TYPE_CHECKING:
    from random import Random

    from tracker.demo_data.shelf import Numbers, Shelf
    from tracker.demo_data.visits import Came
    from tracker.models import User
    from tracker.signing import Signer

CALLED_SHARE, READ_SHARE = 0.86, 0.05
"""How many calls are reported on, and how many lines of a digest."""
CLAIMED_SHARE, FORGOTTEN_SHARE, UNDONE_SHARE = 0.6, 0.04, 0.02
"""Of those: claimed first; claimed and never reported; taken back and reported anew."""
MEDIAN_MIN, SPREAD = 2.5, 1.1
"""Of the logarithm of the minutes from mail to report."""
BACK_SOON = 120
"""Days before a deal is opened or won in which a call may have led to it."""

KINDS = (
    (OutcomeKind.SPOKE, 40),
    (OutcomeKind.NO_ANSWER, 38),
    (OutcomeKind.CALL_BACK, 11),
    (OutcomeKind.NOT_THEM, 3),
    (OutcomeKind.REOPENED, 4),
    (OutcomeKind.WRONG_PERSON, 2),
    (OutcomeKind.STOP, 1),
)
SPOKEN = (
    "Roll-out is slower than they were told.",
    "Content where they are. Nice talk, no hurry.",
    "Budget round is in two months.",
    "New head of department; wants a fresh look.",
    "Contract ends next spring, they are comparing.",
    "Asked for the customer story of Harbour Lane.",
    "",
)


@dataclass(frozen=True, slots=True)
class Reported:
    """An outcome, as far as it keeps somebody quiet."""

    kind: OutcomeKind
    at: datetime
    call_back_on: date | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reports on one alert come to."""

    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    reports: tuple[Reported, ...] = ()
    wrong_person: bool = False


@dataclass(slots=True)
class Reports:
    """Writes outcomes, and the wishes that come with them."""

    random: Random
    numbers: Numbers
    shelf: Shelf
    signer: Signer
    now: datetime
    _zones: dict[str, ZoneInfo] = field(default_factory=dict)

    def on(self, came: Came, alert_id: int, user: User, sent_at: datetime, *, call: bool) -> Answer:
        """Report on an alert, or not (yet)."""
        if self.random.random() >= (CALLED_SHARE if call else READ_SHARE):
            return Answer()
        minutes = min(600.0, 1.5 + self.random.lognormvariate(MEDIAN_MIN, SPREAD))
        at = sent_at + timedelta(seconds=round(minutes * 60))
        claimed_at = None
        if self.random.random() < CLAIMED_SHARE:
            claimed_at = sent_at + (at - sent_at) * self.random.uniform(0.3, 0.9)
            if claimed_at > self.now:
                return Answer()
            self._write(came, alert_id, user, Reported(OutcomeKind.CALLING, claimed_at, None, None), "")
        if at > self.now or (claimed_at and self.random.random() < FORGOTTEN_SHARE):
            return Answer(claimed_at)
        reports = [self._made(came, user, at)]
        if self.random.random() < UNDONE_SHARE and at + timedelta(minutes=2) < self.now:
            first = Reported(OutcomeKind.NO_ANSWER, at, None, at + timedelta(minutes=1))
            reports = [first, self._made(came, user, at + timedelta(minutes=2))]
        for report in reports:
            self._write(came, alert_id, user, report, self._note(report.kind))
        last = reports[-1]
        wrong = last.kind is OutcomeKind.WRONG_PERSON
        return Answer(claimed_at, last.at, tuple(reports), wrong)

    def _made(self, came: Came, user: User, at: datetime) -> Reported:
        kind = self._kind(came, at.date())
        day = None
        if kind is OutcomeKind.CALL_BACK:
            zone = self._zones.setdefault(user.time_zone, ZoneInfo(user.time_zone))
            day = at.astimezone(zone).date() + timedelta(days=self.random.choice((1, 2, 7, 14, 30, 60)))
        return Reported(kind, at, day, None)

    def _kind(self, came: Came, day: date) -> OutcomeKind:
        """Pick a kind that can be: nobody is won back whose company never bought."""
        for since, status in came.who.firm.not_lost:
            if 0 < (since - day).days <= BACK_SOON and self.random.random() < 0.5:  # noqa: PLR2004
                won = status is DealStatus.WON and (since - day).days < BACK_SOON // 4
                return OutcomeKind.WON_BACK if won else OutcomeKind.REOPENED
        kind = self.random.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0]
        # Somebody else can only be in a browser that was not known before; who asked to stop, asks once.
        impossible = (kind is OutcomeKind.WRONG_PERSON and not came.new_browser) or (
            kind is OutcomeKind.STOP and (came.who.email is None or came.who.no_calls_since is not None)
        )
        return OutcomeKind.NO_ANSWER if impossible else kind

    def _note(self, kind: OutcomeKind) -> str:
        if kind in (OutcomeKind.SPOKE, OutcomeKind.CALL_BACK, OutcomeKind.REOPENED):
            return self.random.choice(SPOKEN)
        return "Left a message." if kind is OutcomeKind.NO_ANSWER and self.random.random() < 0.3 else ""  # noqa: PLR2004

    def _write(self, came: Came, alert_id: int, user: User, report: Reported, note: str) -> None:
        number = next(self.numbers.of("outcomes"))
        stops = report.kind is OutcomeKind.STOP
        self.shelf.rows["outcomes"].append(
            (
                number,
                alert_id,
                came.who.id,
                user.id,
                report.kind.value,
                note,
                report.call_back_on.isoformat() if report.call_back_on else None,
                f'["{SuppressionKind.DO_NOT_CALL.value}"]' if stops else "[]",
                written(report.at),
                written_or_none(report.undone_at),
            )
        )
        if stops and came.who.email is not None:
            came.who.no_calls_since = report.at
            self.shelf.rows["suppressions"].append(
                (
                    next(self.numbers.of("suppressions")),
                    email_hash(self.signer, came.who.email),
                    SuppressionKind.DO_NOT_CALL.value,
                    stop_source(number),
                    written(report.at),
                )
            )
