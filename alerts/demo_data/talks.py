"""Made-up talks: thank-yous sent, post-mortems held, calls agreed, and reps' own looks back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, insert, select, update

from alerts.followups.calendar import talk_uid
from alerts.mail import mail_domain
from alerts.models import FollowUp, Invitation, PostMortem
from alerts.talks.about import Talk
from alerts.talks.debrief import LookBack
from alerts.talks.debrief import save as look_back
from alerts.talks.post_mortem import UNSEEN, Answers
from alerts.talks.post_mortem import save as keep
from alerts.talks.questions import Answer, Question
from alerts.words import FollowUpKind, FollowUpResult
from tracker.models import Deal, DealStatus, OwnerName, Prospect, User, deal_prospects
from tracker.words import LossOutcome, ReasonKind

if TYPE_CHECKING:
    from random import Random

    from sqlalchemy.orm import Session

MOST = 400
"""Losses that were talked about, however many there are: the latest."""
TALKED_SHARE, LOOKED_BACK_SHARE, OFFER_SHARE = 0.5, 0.6, 0.3
AGREED = 8
"""Calls that are still to come."""
REASONS = (
    ("Single sign-on was missing, and their IT insisted on it.", (ReasonKind.FEATURE,)),
    ("The board wanted one number, and ours was the higher one.", (ReasonKind.PRICE,)),
    ("A reorganisation came between; nobody could sign.", (ReasonKind.TIMING,)),
    (
        "They knew the other team from before, and support had not answered for two days.",
        (ReasonKind.RELATIONSHIP, ReasonKind.SUPPORT),
    ),
    ("In the end nobody wanted to change what works well enough.", (ReasonKind.NO_DECISION,)),
)
WHY_NOT_US = (
    "We came late.",
    "We never met the people in operations.",
    "The demo came before the questions.",
    "",
)
DIFFERENTLY = (
    "Ask about sign-on in the first call.",
    "Bring a customer of their size along.",
    "Ask who else decides.",
    "",
)
PROJECT = ("Slower than promised, but it runs.", "The roll-out begins next quarter.", "Well, they say.", "")
NOTES = (
    "I showed too much, too early.",
    "Should have asked who signs.",
    "A good talk; they will call themselves.",
    "",
)


class _Lost(NamedTuple):
    deal: Deal
    person: Prospect
    rep_id: int
    at: datetime


def fill_talks(session: Session, random: Random, mail_from: str, now: datetime) -> int:
    """Write what came of some of the latest losses; gives how many were talked about."""
    lost = _lost(session, now)
    talked = [one for one in lost if one.at < now - timedelta(days=16) and random.random() < TALKED_SHARE]
    for one in talked:
        _talk(session, random, one)
    waiting = [one for one in lost if one.at >= now - timedelta(days=40) and one not in talked]
    _agree(session, random, waiting[:AGREED], mail_domain(mail_from), now)
    return len(talked)


def _lost(session: Session, now: datetime) -> list[_Lost]:
    person_id = func.min(deal_prospects.c.prospect_id)
    latest = (
        select(Deal.id, person_id.label("person_id"), OwnerName.user_id)
        .join(deal_prospects, deal_prospects.c.deal_id == Deal.id)
        .join(OwnerName, OwnerName.id == Deal.owner_name_id)
        .join(User, User.id == OwnerName.user_id)
        .where(
            Deal.status == DealStatus.LOST,
            Deal.closed_on <= now.date(),
            Deal.not_qualified.is_(False),
            User.left_at.is_(None),
            Deal.id.not_in(select(PostMortem.deal_id)),
            Deal.post_mortem_at.is_(None),
        )
        .group_by(Deal.id, OwnerName.user_id)
        .order_by(Deal.closed_on.desc(), Deal.id)
        .limit(MOST)
        .subquery()
    )
    rows = session.execute(
        select(Deal, Prospect, latest.c.user_id)
        .join(latest, latest.c.id == Deal.id)
        .join(Prospect, Prospect.id == latest.c.person_id)
        .order_by(Deal.closed_on.desc(), Deal.id)
    )
    return [
        _Lost(deal, person, rep, datetime.combine(deal.closed_on, time(15), UTC))
        for deal, person, rep in rows
        if deal.closed_on is not None
    ]


def _talk(session: Session, random: Random, one: _Lost) -> None:
    at = one.at + timedelta(days=14, minutes=random.randint(-300, 120))
    done: dict[str, Any] = {
        "deal_id": one.deal.id,
        "prospect_id": one.person.id,
        "user_id": one.rep_id,
        "done_by": one.rep_id,
        "agreed": False,
        "call_back_on": None,
    }
    session.execute(
        insert(FollowUp),
        [
            done
            | {
                "kind": kind,
                "not_before": day.date(),
                "due_on": day.date(),
                "done_at": day,
                "result": result,
                "note": note,
            }
            for kind, day, result, note in (
                (FollowUpKind.THANK_YOU, one.at + timedelta(hours=1), FollowUpResult.SENT, ""),
                (FollowUpKind.POST_MORTEM, at, FollowUpResult.SPOKE, random.choice(NOTES)),
            )
        ],
    )
    reasons, kinds = random.choice(REASONS)
    chose = one.deal.competitor if one.deal.outcome is LossOutcome.CHOSE_COMPETITOR else ""
    answers = Answers(
        chose,
        kinds,
        reasons,
        random.choice(WHY_NOT_US),
        random.choice(DIFFERENTLY),
        random.choice(PROJECT),
        random.random() < OFFER_SHARE,
    )
    keep(session, Talk(one.deal, one.person, "", None), one.rep_id, answers, UNSEEN, at)
    if random.random() < LOOKED_BACK_SHARE:
        said = {question: random.choice(list(Answer)) for question in Question}
        look = LookBack(said, random.choice(NOTES))
        look_back(session, one.deal.id, one.rep_id, look, UNSEEN, at + timedelta(hours=1))


def _agree(session: Session, random: Random, waiting: list[_Lost], domain: str, now: datetime) -> None:
    """Agree on calls in the days to come; nobody is mailed about them."""
    for place, one in enumerate(waiting):
        hour = time(random.randint(9, 15), random.choice((0, 30)))
        at = datetime.combine(now.date() + timedelta(days=1 + place), hour, UTC)
        session.execute(update(Deal).where(Deal.id == one.deal.id).values(post_mortem_at=at))
        session.add(
            Invitation(
                deal_id=one.deal.id,
                prospect_id=one.person.id,
                user_id=one.rep_id,
                kind=FollowUpKind.POST_MORTEM,
                uid=talk_uid(one.deal.id, domain),
                sequence=0,
                at=at,
                to_prospect=False,
                changed_at=now,
            )
        )
    session.flush()
