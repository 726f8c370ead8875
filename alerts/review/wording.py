"""The mail of a review in words: the main figures, what is a pattern, what is still to be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.briefing.moments import day_in_words, how_long
from alerts.briefing.money import compact
from alerts.mail import Content
from alerts.plain import plain, shorten
from alerts.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from alerts.review.figures import Figures
    from alerts.review.notes import Row
    from alerts.review.patterns import Judged
    from tracker.calendar_month import Month

SUBJECT_LENGTH = 78
PATTERNS = 5
DECISIONS = 10
TEXT_LENGTH = 200
MS = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """What a manager is told of a month."""

    month: Month
    figures: Figures
    decisions: Sequence[Row]
    """Those still open."""
    today: date
    link: str


def content(told: Told) -> Content:
    """Write the mail."""
    values = {
        "month": told.month.name,
        "figures": list(_figures(told.figures)),
        "patterns": [_pattern(one) for one in told.figures.patterns[:PATTERNS]],
        "decisions": [_decision(row, told.today) for row in told.decisions[:DECISIONS]],
        "more": len(told.decisions[DECISIONS:]),
        "link": told.link,
    }
    return Content(
        subject=shorten(plain(_subject(told), SUBJECT_LENGTH * 2), SUBJECT_LENGTH),
        text=render("review/body.txt", **values),
        html=render("review/body.html", **values),
    )


def _subject(told: Told) -> str:
    it = told.figures.month
    counted = f"{it.lost:,} lost, {it.reopened:,} reopened, {it.won:,} won back"
    return f"Review of {told.month.name}: {counted}"


def _figures(it: Figures) -> Iterator[tuple[str, str]]:
    """Give each figure with its name, the month's first and the twelve months' behind it."""
    month, year = it.month, it.year
    yield "Lost", _beside(month.lost, year.lost, _money(month.value))
    yield "People who came back", f"{it.beside.people:,}"
    told = f"of {month.waits.told:,} told"
    yield "Called", _beside(month.waits.called, year.waits.called, told)
    if month.waits.median_s is not None:
        soon = how_long(round(month.waits.median_s * MS)) or "at once"
        yield "Visit to call", f"{soon} (median), {month.waits.within_hour:,} within the hour"
    yield "Reopened", _beside(month.reopened, year.reopened)
    yield "Won back", _beside(month.won, year.won, _money(month.won_value))


def _beside(month: int, year: int, more: str = "") -> str:
    return f"{month:,}{f' ({more})' if more else ''}; {year:,} in twelve months"


def _money(values: Mapping[str, int]) -> str:
    return ", ".join(words for currency, minor in values.items() if (words := compact(minor, currency)))


def _pattern(one: Judged) -> str:
    share = round(100 * one.voices / one.of)
    return f"{one.complaint.name}: {one.voices:,} of {one.of:,} companies of which it is known ({share}%)"


def _decision(row: Row, today: date) -> str:
    who = row.doer or "nobody named yet"
    until = f", until {day_in_words(row.note.until, today)}" if row.note.until else ""
    late = " (late)" if row.is_late(today) else ""
    return f"{shorten(row.note.text, TEXT_LENGTH)}: {who}{until}{late}"
