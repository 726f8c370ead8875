"""Deals that only a change of the rules of loss reasons has touched: nobody has edited them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.imports.loss import outcome_of
from tracker.words import ReasonKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.imports.loss import ReasonKinds


def as_sorted(row: Mapping[str, Any], kinds: ReasonKinds) -> Iterator[Mapping[str, Any]]:
    """Give a deal as it is, and as it would have been under any other rules if it follows those of today."""
    yield row
    now = row["reason_kind"]
    if now is None or now is not kinds.kind_of(row["reason"]):
        return
    follows = row["outcome"] is outcome_of(row["status"], now, row["competitor"])
    for kind in ReasonKind:
        if follows:
            yield {**row, "reason_kind": kind, "outcome": outcome_of(row["status"], kind, row["competitor"])}
        yield {**row, "reason_kind": kind}
