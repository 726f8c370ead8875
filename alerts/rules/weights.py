"""What visits come to under some rules: their own points, and with what earlier ones left, a score. PURE."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tracker.ingest import intent
from tracker.ingest.intent import EarlierVisit, own_points

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from alerts.rules.replay import Past, Record, Rules


class Read(NamedTuple):
    """What a visit read, where it is not as it was stored."""

    topics: frozenset[str]
    answers: bool


class Weighed(NamedTuple):
    """What a visit's own reasons come to under some rules."""

    points: int
    topics: frozenset[str]
    answers: bool


class Weights:
    """Gives each visit's intent under some rules."""

    def __init__(self, past: Past, rules: Rules, *, weigh: bool) -> None:
        """Take the rules; without `weigh` scores are those of then."""
        self._rules = rules
        self._weigh = weigh
        self._known: dict[tuple[tuple[str, ...], Read | None], Weighed] = {}
        self._earlier: dict[int, list[tuple[datetime, int]]] = {
            person: list(visits) for person, visits in past.earlier.items()
        }

    def all(
        self, records: Sequence[Record], before: Sequence[tuple[Weighed, int]] | None = None
    ) -> list[tuple[Weighed, int]]:
        """Give what the reasons of each record come to, and its score.

        `before` are those under other rules by which points fade alike: the scores of people none of whose
        visits weighs otherwise are taken from there.
        """
        weighed = [self._of(record) for record in records]
        if not self._weigh:
            return [(one, record.intent) for one, record in zip(weighed, records, strict=True)]
        if before is None:
            return [(one, self._score(record, one)) for one, record in zip(weighed, records, strict=True)]
        otherwise = {
            record.prospect_id
            for record, one, (other, _) in zip(records, weighed, before, strict=True)
            if one.points != other.points
        }
        return [
            (one, self._score(record, one) if record.prospect_id in otherwise else score)
            for record, one, (_, score) in zip(records, weighed, before, strict=True)
        ]

    def _of(self, record: Record) -> Weighed:
        read = self._rules.read.get(record.visit_id)
        weighed = self._known.get((record.names, read))
        if weighed is None:
            weighed = self._known[record.names, read] = self._weighed(record.names, read)
        return weighed

    def _score(self, record: Record, weighed: Weighed) -> int:
        """Add what their earlier visits left; a person's records come in order, and all of them."""
        earlier = self._earlier.setdefault(record.prospect_id, [])
        score = weighed.points
        if earlier:
            first = bisect_left(earlier, (record.started_at - intent.WINDOW, 0))
            before = [EarlierVisit(points, record.started_at - at) for at, points in earlier[first:]]
            score += intent.carry(before, weighed.points, self._rules.points.half_life)
        earlier.append((record.started_at, weighed.points))
        return score

    def _weighed(self, names: tuple[str, ...], read: Read | None) -> Weighed:
        if read is None:
            read = Read(topics_of(names), intent.ANSWERS in names)
        return Weighed(own_points(self._points(names, read)), read.topics, read.answers)

    def _points(self, names: tuple[str, ...], read: Read) -> Iterator[int]:
        table = self._rules.points
        yield from (table.topics.get(topic, 0) for topic in read.topics)
        if read.answers:
            yield table.answers_reason
        worth = {
            intent.ACTIVE: table.active,
            intent.ON_THEIR_OWN: table.on_their_own,
            intent.SILENCE: table.long_silence,
            intent.THIS_WEEK: table.third_visit,
            intent.RENEWAL: table.renewal,
            intent.COLLEAGUE: table.colleague,
        }
        yield from (worth[name] for name in names if name in worth)


@lru_cache(maxsize=10_000)
def topics_of(names: tuple[str, ...]) -> frozenset[str]:
    """Give the topics that are among the names of reasons."""
    return frozenset(name.removeprefix(intent.PAGE) for name in names if name.startswith(intent.PAGE))
