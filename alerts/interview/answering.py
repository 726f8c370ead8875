"""Answers are saved one by one, as they are given: what a later device did not see, it does not overwrite."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from alerts.interview.learning import learn_from
from alerts.interview.questions import VERSION, Topic
from alerts.plain import printable
from tracker.audit import SYSTEM, What, note
from tracker.models import Interview, InterviewAnswer
from tracker.offers import agree_to_offers, end_offers
from tracker.words import Thing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.interview.opened import Opened
    from alerts.interview.questions import Question

LONGEST = 10_000
"""Characters of an answer: what a person writes in an hour."""
YES, NO = "yes", "no"


class Saved(StrEnum):
    """What became of an answer."""

    SAVED = "saved"
    SAME = "same"
    """It is what stands there, so nothing was to be saved."""
    LATE = "late"
    """Another device saved something else meanwhile."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it comes in."""

    question: Question
    text: str
    """Read by `read_answer`; to the last question `YES` or `NO`."""
    seen: int
    """The version that its writer saw; 0: there was none."""
    keyed: bool
    """The interviewer typed it."""


def read_answer(text: str) -> str:
    """Read an answer as it was typed: its lines stay, what cannot be seen goes."""
    return printable(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def save_answer(session: Session, opened: Opened, given: Given, now: datetime) -> Saved:
    """Save an answer to an interview that is held; an emptied one is forgotten, but for its version.

    The last question's finishes the interview. What is learned follows at once, so that it also counts of
    those who stop half-way.
    """
    interview = session.get_one(Interview, opened.id)
    topic = given.question.topic
    row = session.get(InterviewAnswer, (interview.id, topic.value))
    if given.text == (row.text if row else ""):
        return Saved.SAME
    if given.seen != (row.version if row else 0):
        return Saved.LATE
    if row is None:
        row = InterviewAnswer(interview_id=interview.id, question=topic.value, version=0)
        session.add(row)
    row.text, row.keyed, row.at, row.version = given.text, given.keyed, now, row.version + 1
    if interview.started_at is None:
        interview.started_at = now
        _note(session, interview, "begin", now)
    if topic is Topic.WILLING:
        _willing(session, interview, given, now)
        _finish(session, interview, now)
    session.flush()
    learn_from(session, interview, opened, now)
    return Saved.SAVED


def finish(session: Session, opened: Opened, now: datetime) -> None:
    """End one that is held, without an answer to the last question; without any answer nothing is kept."""
    interview = session.get_one(Interview, opened.id)
    if interview.started_at is not None:
        _finish(session, interview, now)


def _willing(session: Session, interview: Interview, given: Given, now: datetime) -> None:
    interview.willing = given.text == YES
    if interview.willing:
        source = f"interview {interview.id}, {VERSION}{', keyed by who asked' if given.keyed else ''}"
        agree_to_offers(session, interview.prospect_id, given.question.proof, source, now)
    else:
        end_offers(session, interview.prospect_id, now)
    _note(session, interview, f"answer {given.text}", now)


def _finish(session: Session, interview: Interview, now: datetime) -> None:
    if interview.finished_at is None:
        interview.finished_at = now
        _note(session, interview, "finish", now)


def _note(session: Session, interview: Interview, verb: str, now: datetime) -> None:
    note(session, SYSTEM, verb, What(Thing.INTERVIEW, interview.id), now)
