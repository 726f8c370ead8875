"""Times in the reader's own words and zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders import NOON
from tests.tracker.ingest.stories import PERSON
from tracker.web.device import device_name
from tracker.web.reader import Reader


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
