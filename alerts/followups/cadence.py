"""When is a rep to turn to a prospect who said no? PURE.

A thank-you on the day of the loss, a talk about why two weeks on, then check-ins: every four weeks while
their project is hot, rarer later, never fewer than four a year, until they unsubscribe or buy. What happens
moves the next one; nothing is stored here, so that every date can be told anew from what is on record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.followups.working_days import LONGEST_REST, on_or_after
from alerts.words import FollowUpKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from alerts.followups.working_days import Calendar

THANKED_WITHIN = timedelta(days=3)
"""A thank-you that comes later reads like a form letter."""
POST_MORTEM_AFTER = timedelta(days=14)
"""The decision is made and still remembered."""
POST_MORTEM_WITHIN = timedelta(weeks=6)
"""Later nobody remembers why."""
AGREED_KEPT = timedelta(days=7)
"""For how long a talk or call that was agreed for a day, and missed, is still asked for."""
HOT = timedelta(days=182)
"""Half a year in which their project runs and may go wrong, unless the rep says otherwise."""
HOT_EVERY = timedelta(weeks=4)
COOLING = timedelta(days=182)
COOLING_EVERY = timedelta(weeks=8)
LONGEST = timedelta(weeks=11)
"""So that with the longest rest of any country there are still four check-ins in any year."""
WARM_WITHIN = timedelta(days=7)
"""After a visit that nobody called about, and after a call that was not answered."""
RENEWAL_AHEAD = timedelta(days=90)
"""Contracts are given notice one to three months before they renew: a call after that comes too late."""
MOST_TRIES = 3
"""Calls in a row without an answer; then they are left in peace until the next check-in."""


@dataclass(frozen=True, slots=True)
class Case:
    """One lost deal and what came after it; days are the rep's."""

    lost_on: date
    known_on: date
    """When it came here: by an import, or noted by hand."""
    post_mortem_on: date | None = None
    """For when the talk about why was agreed."""
    hot_until: date | None = None
    """As the rep says; else half a year after the loss."""
    call_back_on: date | None = None
    """For when they agreed to a call, where nobody talked with them since."""
    thanked: bool = False
    asked_why: bool = False
    """The talk about why took place, or is not wanted."""
    touched_on: date | None = None
    """When somebody last talked with them, or last checked in."""
    tries: int = 0
    """Calls without an answer since then."""
    tried_on: date | None = None
    visited_on: date | None = None
    """The first visit of theirs since then: later ones must not put the check-in off."""
    renews_on: date | None = None
    """When the contract that they chose instead comes up next, as told or assumed."""
    ended: bool = False
    """They unsubscribed, bought, have it open again, or never were a real chance."""


@dataclass(frozen=True, slots=True)
class Next:
    """One thing to do, and from which day on."""

    kind: FollowUpKind
    on: date
    agreed: bool = False
    """The prospect expects it on this very day."""


def next_follow_up(case: Case, calendar: Calendar, today: date) -> Next | None:
    """Give what is due next, or has been for a while; None where there is nothing any more.

    Days on which nobody works in `calendar` are passed over, but for those that were agreed.
    """
    if case.ended:
        return None
    pending = [one for one in (_thank_you(case, calendar, today), _post_mortem(case, calendar, today)) if one]
    back = case.call_back_on
    if back is not None and today <= back + AGREED_KEPT and not _was_tried(case, back):
        pending.append(Next(FollowUpKind.CHECK_IN, back, agreed=True))
    if pending:
        return min(pending, key=lambda one: one.on)
    return Next(FollowUpKind.CHECK_IN, on_or_after(_check_in(case), calendar))


def done(case: Case, kind: FollowUpKind, day: date) -> Case:
    """Give the case after this was done: but for a thank-you, somebody turned to them."""
    if kind is FollowUpKind.THANK_YOU:
        return replace(case, thanked=True)
    return replace(
        case,
        asked_why=case.asked_why or kind is FollowUpKind.POST_MORTEM,
        touched_on=day,
        call_back_on=None,
        tries=0,
        tried_on=None,
        visited_on=None,
    )


def plan(case: Case, calendar: Calendar, today: date, until: date) -> Iterator[Next]:
    """Give what is to come up to and with `until`, if each is done on its day and nothing else happens."""
    while (one := next_follow_up(case, calendar, today)) and one.on <= until:
        yield one
        today = max(today, one.on)
        case = done(case, one.kind, today)


def _thank_you(case: Case, calendar: Calendar, today: date) -> Next | None:
    now = max(case.known_on, today)
    if case.thanked or now > case.lost_on + THANKED_WITHIN + LONGEST_REST:
        return None  # most are long over: nobody looks up the holidays of their year
    on = on_or_after(case.lost_on, calendar)
    if now > max(case.lost_on + THANKED_WITHIN, on):
        return None
    # Who is west of UTC knows of it today, whatever day it is there.
    return Next(FollowUpKind.THANK_YOU, max(on, min(case.known_on, today)))


def _post_mortem(case: Case, calendar: Calendar, today: date) -> Next | None:
    agreed = case.post_mortem_on
    last = case.lost_on + POST_MORTEM_WITHIN
    if agreed is not None:
        last = max(last, agreed + AGREED_KEPT)
    if case.asked_why or case.tries >= MOST_TRIES or max(case.known_on, today) > last:
        return None
    if agreed is not None and not _was_tried(case, agreed):
        return Next(FollowUpKind.POST_MORTEM, agreed, agreed=True)
    on = max(case.lost_on + POST_MORTEM_AFTER, case.known_on)
    if case.tried_on is not None:
        on = max(on, case.tried_on + WARM_WITHIN)
    return Next(FollowUpKind.POST_MORTEM, on_or_after(on, calendar))


def _was_tried(case: Case, agreed: date) -> bool:
    """Tell whether they were called on the day that was agreed, or since, and did not answer."""
    return case.tried_on is not None and case.tried_on >= agreed


def _check_in(case: Case) -> date:
    """Give the day of the next check-in, whether anybody works on it or not."""
    base = max(case.lost_on, case.touched_on or case.lost_on)
    if case.tried_on is not None and case.tries >= MOST_TRIES:
        base = max(base, case.tried_on)
    if case.tried_on is not None and 0 < case.tries < MOST_TRIES:
        return max(case.tried_on + WARM_WITHIN, case.known_on)  # whatever brought that call
    on = base + _interval(case, base)
    if case.renews_on is not None and base < case.renews_on - RENEWAL_AHEAD:
        on = min(on, case.renews_on - RENEWAL_AHEAD)
    if case.visited_on is not None and case.visited_on >= base:
        on = min(on, case.visited_on + WARM_WITHIN)
    return max(on, case.known_on)


def _interval(case: Case, base: date) -> timedelta:
    cool = case.hot_until or case.lost_on + HOT
    if base < cool:
        return HOT_EVERY
    return COOLING_EVERY if base < cool + COOLING else LONGEST
