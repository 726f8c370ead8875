"""Times in the reader's own words and zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.builders import NOON
from tests.tracker.ingest.stories import PERSON
from tracker.web.device import device_name
from tracker.web.reader import Reader, locale_of


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOON, "today 13:00"),
        (datetime(2026, 3, 9, 23, 30, tzinfo=UTC), "today 00:30"),
        (datetime(2026, 3, 9, 22, 30, tzinfo=UTC), "yesterday 23:30"),
        (datetime(2026, 3, 1, 8, 0, tzinfo=UTC), "Sun 1 Mar, 09:00"),
        (datetime(2025, 7, 1, 8, 0, tzinfo=UTC), "1 Jul 2025, 10:00"),
    ],
)
def test_a_moment_in_berlin(at: datetime, words: str) -> None:
    written = Reader.of("Europe/Berlin", NOON).time(at)
    assert f">{words}</time>" in written
    assert 'title="' in written
    assert "Central European" in written


def test_a_zone_that_is_none_any_more_is_utc() -> None:
    assert Reader.of("Mars/Base", NOON).zone.key == "UTC"


PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Safari on iPhone"),
        (PERSON, "Chrome on Mac"),
        ("", "A browser that gives no name"),
    ],
)
def test_a_browser_has_a_name(agent: str, name: str) -> None:
    assert device_name(agent) == name


@pytest.mark.parametrize(
    ("languages", "day", "money"),
    [
        (["en-GB", "en"], "14 Mar 2025", "£48,000"),
        (["en-US"], "Mar 14, 2025", "£48,000"),
        (["de", "en"], "14 Mar 2025", "48.000\N{NO-BREAK SPACE}£"),
        (["*"], "14 Mar 2025", "£48,000"),
        (["../../etc/passwd", "x" * 300, "fr-CH"], "14 Mar 2025", "£\N{NO-BREAK SPACE}48’000"),  # noqa: RUF001  (as the Swiss write)
        ([], "14 Mar 2025", "£48,000"),
    ],
)
def test_figures_are_written_as_in_the_readers_country(languages: list[str], day: str, money: str) -> None:
    reader = Reader.of("UTC", NOON, locale_of(languages))
    assert f">{day}</time>" in reader.day(date(2025, 3, 14))
    assert reader.money(4_800_000, "GBP") == money


def test_hundredths_are_written_when_there_are_any() -> None:
    reader = Reader.of("UTC", NOON)
    assert reader.money(4_800_050, "GBP") == "£48,000.50"
    assert reader.money(4_800_000, "") == "48,000"
    assert reader.money(4_800_000, "CHF") == "CHF\N{NO-BREAK SPACE}48,000"
    assert reader.share(1, 3) == "33%"
    assert reader.share(0, 0) == "\N{EN DASH}"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example/", "http://["])
def test_s7_only_addresses_of_the_web_are_linked_to(url: str) -> None:
    assert Reader.of("UTC", NOON).address(url) == ""
