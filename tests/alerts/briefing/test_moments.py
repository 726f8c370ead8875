from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.briefing.moments import day_in_words, how_long, moment_in_words, ordinal, zone_named

NOW = datetime(2026, 2, 10, 9, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 2, 10, 8, 15, tzinfo=UTC), "today 08:15"),
        (datetime(2026, 2, 9, 17, 40, tzinfo=UTC), "yesterday 17:40"),
        (datetime(2026, 2, 7, 17, 40, tzinfo=UTC), "Sat 17:40"),
        (datetime(2026, 2, 2, 17, 40, tzinfo=UTC), "2 Feb 17:40"),
        (datetime(2025, 12, 2, 17, 40, tzinfo=UTC), "2 Dec 2025 17:40"),
    ],
)
def test_a_moment_is_said_as_people_say_it(at: datetime, said: str) -> None:
    assert moment_in_words(at, NOW, ZoneInfo("UTC")) == said


def test_yesterday_is_the_readers() -> None:
    late = datetime(2026, 2, 9, 23, 30, tzinfo=UTC)
    assert moment_in_words(late, NOW, ZoneInfo("UTC")) == "yesterday 23:30"
    assert moment_in_words(late, NOW, ZoneInfo("Europe/Berlin")) == "today 00:30"


def test_a_year_is_said_only_when_it_is_another() -> None:
    assert day_in_words(date(2026, 1, 12), NOW.date()) == "12 Jan"
    assert day_in_words(date(2025, 1, 12), NOW.date()) == "12 Jan 2025"


def test_ordinals() -> None:
    said = [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)]
    assert said == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"]


def test_a_time_on_a_page_never_says_more_than_was_seen() -> None:
    assert [how_long(ms) for ms in (0, 999, 40_000, 59_999, 60_000, 239_999)] == [
        "",
        "",
        "40 s",
        "59 s",
        "1 min",
        "3 min",
    ]


def test_a_misspelt_zone_is_no_zone() -> None:
    assert [zone_named(name) for name in ("", "Europe/Londn", "../etc/passwd", "a\0b")] == [None] * 4
