"""What is known of prospects besides their deals, as a condition of a filter: tags, goals, what they said.

Each is found from its own few rows, so that who has none costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, not_, select, tuple_
from sqlalchemy.orm import aliased

from tracker.models import Finding, Goal, Interview, Listing, OfferConsent, Tag
from tracker.segments.filter import ANY, Agreed, Interviewed
from tracker.words import FindingKind, ReasonKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Select

    from tracker.segments.filter import Filter


def learned(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """Give the conditions on `Listing`."""
    if wanted.tag:
        yield _among(select(Tag.prospect_id).where(Tag.tag == wanted.tag))
    if wanted.goal:
        alive = select(Goal.prospect_id).where(Goal.ended_at.is_(None))
        yield _among(alive if wanted.goal == ANY else alive.where(Goal.topic == wanted.goal))
    if wanted.said:
        yield _among(
            select(Finding.prospect_id).where(
                Finding.kind == FindingKind.REASON, Finding.reason_kind == ReasonKind(wanted.said)
            )
        )
    if wanted.interview is not None:
        yield from _interviewed(wanted.interview)
    if wanted.willing is not None:
        yield _among(_said_last(willing=wanted.willing is Agreed.YES))
    if wanted.offers is not None:
        agreed = _among(select(OfferConsent.prospect_id).where(OfferConsent.revoked_at.is_(None)))
        yield agreed if wanted.offers is Agreed.YES else not_(agreed)


def _interviewed(how: Interviewed) -> Iterator[ColumnElement[bool]]:
    """Each of these is somebody else's: nobody is left out, nobody is in two."""
    finished = _among(_finished())
    if how is Interviewed.ANSWERED:
        yield finished
        return
    yield not_(finished)
    open_one = _among(
        select(Interview.prospect_id).where(Interview.finished_at.is_(None), Interview.ended_at.is_(None))
    )
    yield open_one if how is Interviewed.UNANSWERED else not_(open_one)


def _finished() -> Select[int]:
    return select(Interview.prospect_id).where(Interview.finished_at.is_not(None))


def _said_last(*, willing: bool) -> Select[int]:
    """Find who said so last: who said yes once and no later is not willing."""
    later = aliased(Interview)
    is_later = tuple_(later.finished_at, later.id) > tuple_(Interview.finished_at, Interview.id)
    said_since = exists().where(
        later.prospect_id == Interview.prospect_id, later.willing.is_not(None), is_later
    )
    return _finished().where(Interview.willing.is_(willing), not_(said_since))


def _among(found: Select[int]) -> ColumnElement[bool]:
    return Listing.prospect_id.in_(found)
