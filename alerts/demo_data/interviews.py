"""Made-up interviews: some waiting, some left half-way, some finished, with what was learned by them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, insert, select

from alerts.interview.addresses import USUAL_DAYS
from alerts.interview.answering import NO, YES
from alerts.interview.learning import kinds_in
from alerts.interview.questions import VERSION, Loss, Question, Topic, questions
from tracker.imports.reasons import reason_kinds
from tracker.models import (
    Deal,
    Finding,
    Interview,
    InterviewAnswer,
    OfferConsent,
    OwnerName,
    User,
    deal_prospects,
)
from tracker.signing import ALPHABET
from tracker.words import DealStatus, FindingKind, FindingSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

    from sqlalchemy.orm import Session

    from tracker.imports.loss import ReasonKinds

ASKED_SHARE = 0.12
"""Of lost deals."""
STARTED_SHARE, FINISHED_SHARE, SKIPPED_SHARE, WILLING_SHARE = 0.7, 0.75, 0.2, 0.55
"""Of those: begun; of these finished; of questions left out; of last answers a yes."""
INDEPENDENT_SHARE, GIFT_SHARE = 0.25, 0.4
ASKERS = ("Lena Moss", "Noor Haddad")
GIFTS = ("A book voucher of £25", "A donation of £20 to a cause of your choice")
MOST = 5_000
"""Interviews, however many deals there are."""
TEXTS: Mapping[Topic, tuple[str, ...]] = MappingProxyType(
    {
        Topic.REASON: (
            "Price, mostly. The board wanted one number and yours was the higher one.",
            "A missing integration with our accounting.",
            "We had the feeling that onboarding would take too long.",
            "It was not the right time, we had a reorganisation.",
            "The other team simply knew our business better.",
        ),
        Topic.BENEFITS: (
            "Single sign-on without an extra charge.",
            "A shorter roll-out, and they promised a date.",
            "They were here already for another product.",
        ),
        Topic.SELLER: (
            "Friendly and quick to answer.",
            "Good, but we got the demo before anybody asked what we need.",
            "Knew the product very well.",
        ),
        Topic.RIGHT: ("The trial was easy to set up.", "Honest about what is missing.", "Good documents."),
        Topic.HELPER: ("Their solution engineer.", "A consultant, Lou.", "The account manager."),
        Topic.HELPED: (
            "Sat down with our operations people for a day.",
            "Made a plan for the first three months with us.",
        ),
        Topic.LOOKED_AT: ("Zenith", "Zenith and Corvid", "Nobody else."),
        Topic.ADVICE: (
            "Ask more before you show anything.",
            "Publish prices.",
            "Let us talk to a customer of our size.",
        ),
    }
)


class _Lost(NamedTuple):
    """A deal and one of its people."""

    deal_id: int
    prospect_id: int
    owner_id: int
    lost_at: datetime
    loss: Loss


def fill_interviews(session: Session, random: Random, company: str, now: datetime) -> int:
    """Write interviews about some of the lost deals that users own; gives how many."""
    filling = _Filling(
        random, reason_kinds(session), now, session.scalar(select(func.max(Interview.id))) or 0
    )
    for lost in _lost(session, company):
        if random.random() < ASKED_SHARE and len(filling.rows[Interview]) < MOST:
            filling.ask(lost)
    for table, rows in filling.rows.items():
        if rows:
            session.execute(insert(table), rows)
    made = filling.rows[Interview]
    if made and session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.setval(func.pg_get_serial_sequence("interviews", "id"), made[-1]["id"])))
    return len(filling.rows[Interview])


def _lost(session: Session, company: str) -> Iterator[_Lost]:
    found = session.execute(
        select(
            Deal.id,
            func.min(deal_prospects.c.prospect_id),
            OwnerName.user_id,
            Deal.closed_on,
            Deal.outcome,
            Deal.product,
            Deal.competitor,
        )
        .join(deal_prospects, deal_prospects.c.deal_id == Deal.id)
        .join(OwnerName, OwnerName.id == Deal.owner_name_id)
        .join(User, User.id == OwnerName.user_id)
        .where(Deal.status == DealStatus.LOST, Deal.closed_on.is_not(None), Deal.not_qualified.is_(False))
        .group_by(Deal.id, OwnerName.user_id)
        .order_by(Deal.closed_on.desc(), Deal.id)
    )
    for deal_id, person_id, owner_id, closed_on, outcome, product, competitor in found:
        lost_at = datetime.combine(closed_on, time(12), UTC)
        yield _Lost(deal_id, person_id, owner_id, lost_at, Loss(outcome, product, competitor, company))


class _Filling:
    """Rows put aside until they are written together."""

    def __init__(self, random: Random, rules: ReasonKinds, now: datetime, last_id: int) -> None:
        self._random = random
        self._rules = rules
        self._now = now
        self._ids = count(last_id + 1)
        self.rows: dict[type[Any], list[dict[str, Any]]] = {
            table: [] for table in (Interview, InterviewAnswer, Finding, OfferConsent)
        }

    def ask(self, lost: _Lost) -> None:
        """Ask some days after the loss; whoever answers does so within the links' time."""
        random = self._random
        made_at = lost.lost_at + timedelta(days=random.randint(10, 40), minutes=random.randint(0, 400))
        begun_at = made_at + timedelta(minutes=random.randint(20, USUAL_DAYS * 1_000))
        if made_at > self._now:
            return
        begun = random.random() < STARTED_SHARE and begun_at < self._now
        finished = begun and random.random() < FINISHED_SHARE
        asked = questions(lost.loss)
        given = asked if finished else asked[: random.randint(1, 4)]
        row: dict[str, Any] = {
            "id": next(self._ids),
            "key": "".join(random.choices(ALPHABET, k=16)),
            "deal_id": lost.deal_id,
            "prospect_id": lost.prospect_id,
            "made_by": lost.owner_id,
            "made_at": made_at,
            "asker": random.choice(ASKERS) if random.random() < INDEPENDENT_SHARE else "",
            "gift": random.choice(GIFTS) if random.random() < GIFT_SHARE else "",
            "expires_at": made_at + timedelta(days=USUAL_DAYS),
            "ended_at": None,
            "started_at": begun_at if begun else None,
            "finished_at": begun_at + timedelta(minutes=6) if finished else None,
            "willing": random.random() < WILLING_SHARE if finished else None,
        }
        self.rows[Interview].append(row)
        if begun:
            for place, question in enumerate(given):
                self._answer(lost, row, question, begun_at + timedelta(seconds=40 * place))

    def _answer(self, lost: _Lost, interview: dict[str, Any], question: Question, at: datetime) -> None:
        topic, source = question.topic, f"interview {interview['id']}, {VERSION}"
        if topic is Topic.WILLING:
            text = YES if interview["willing"] else NO
            if interview["willing"]:
                proof = {"given_at": at, "text": question.proof, "source": source, "revoked_at": None}
                self.rows[OfferConsent].append({"prospect_id": lost.prospect_id} | proof)
        elif topic is not Topic.REASON and self._random.random() < SKIPPED_SHARE:
            return
        else:
            text = self._random.choice(TEXTS[topic])
        answer = {"interview_id": interview["id"], "question": topic.value, "text": text, "at": at}
        keyed = bool(interview["asker"])
        self.rows[InterviewAnswer].append(answer | {"keyed": keyed, "version": 1})
        self._learn(lost, interview["id"], question, text, at)

    def _learn(self, lost: _Lost, interview_id: int, question: Question, text: str, at: datetime) -> None:
        kind = _KINDS.get(question.topic)
        if kind is None and not question.asks_whom:
            return
        about = {"deal_id": lost.deal_id, "prospect_id": lost.prospect_id, "text": text, "at": at}
        about |= {"source": FindingSource.INTERVIEW, "source_id": interview_id}
        reasons = kinds_in(text, self._rules) if kind is FindingKind.REASON else (None,)
        self.rows[Finding] += [
            about | {"kind": kind or FindingKind.COMPETITOR, "reason_kind": reason} for reason in reasons
        ]


_KINDS = {
    Topic.REASON: FindingKind.REASON,
    Topic.HELPER: FindingKind.HELPER,
    Topic.LOOKED_AT: FindingKind.LOOKED_AT,
}
