"""Who came back, was called and reopened: by reason, by competitor, and by rep. PURE."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from alerts.review.complaints import competitors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from alerts.review.rows import Calls, Loss

K = TypeVar("K")
SHOWN = 12
"""Lines of a table; the rest is few voices each."""


@dataclass(slots=True)
class Rate(Generic[K]):
    """What came of the losses of twelve months, and of the calls that were told in them."""

    key: K
    losses: int = 0
    returned: int = 0
    """Of the losses: somebody of the deal came back to the website after it."""
    told: int = 0
    called: int = 0
    """Of the calls that were told."""
    reopened: int = 0


def rates(
    losses: Iterable[Loss],
    calls: Iterable[Calls],
    of_loss: Callable[[Loss], Iterable[K]],
    of_call: Callable[[Calls], Iterable[K]],
) -> list[Rate[K]]:
    """Add up by something; the most losses come first."""
    rows: dict[K, Rate[K]] = {}

    def row(key: K) -> Rate[K]:
        return rows.setdefault(key, Rate(key))

    for loss in losses:
        for key in of_loss(loss):
            one = row(key)
            one.losses += 1
            one.returned += loss.returned
    for call in calls:
        for key in of_call(call):
            one = row(key)
            one.told += call.told
            one.called += call.called
            one.reopened += call.reopened
    return sorted(rows.values(), key=lambda one: (-one.losses, -one.told, str(one.key)))


def by_reason(losses: Iterable[Loss], calls: Iterable[Calls]) -> list[Rate[str]]:
    """Add up by the kind of the CRM's reason; empty: nobody said."""
    return rates(losses, calls, lambda loss: (loss.reason_kind,), lambda call: (call.reason_kind,))


def by_competitor(losses: Iterable[Loss], calls: Iterable[Calls]) -> list[Rate[str]]:
    """Add up by the competitor that the CRM names, where it names one."""
    named: dict[str, dict[str, str]] = defaultdict(dict)
    words: dict[str, str] = {}

    def keys(text: str) -> Iterable[str]:
        if text and text not in named:
            named[text] = competitors_of(text)
            words.update(named[text] | words)
        return named[text] if text else ()

    rows = rates(losses, calls, lambda loss: keys(loss.competitor), lambda call: keys(call.competitor))
    for one in rows:
        one.key = words[one.key]
    return rows[:SHOWN]


def by_rep(losses: Iterable[Loss], calls: Iterable[Calls]) -> list[Rate[int | None]]:
    """Add up by who owns the loss, and by who was told of the call."""
    return rates(losses, calls, lambda loss: (loss.user_id,), lambda call: (call.user_id,))
