"""Visits, their pages and browsers as the rows that are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tracker.demo_data.reading import SEARCH
from tracker.demo_data.shelf import written, written_or_none

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tracker.demo_data.shelf import Shelf
    from tracker.demo_data.visits import Came

ORDER = (
    (
        "browsers",
        (
            "id", "key", "prospect_id", "created_at", "shared", "revoked_at", "unbound_at", "own_user_id",
            "own_at",
        ),
    ),
    (
        "visits",
        (
            "id", "prospect_id", "browser_id", "site_id", "campaign_id", "started_at", "last_at", "by_link",
            "user_agent", "address_hash", "signs", "burst", "pages", "forgotten_at", "state",
            "state_reasons", "demoted", "identity", "not_theirs", "points", "intent", "intent_reasons",
        ),
    ),
    (
        "page_views",
        (
            "id", "hit_id", "part", "visit_id", "at", "url", "title", "referrer", "landed", "topic",
            "base_visible_ms", "base_gesture_ms", "base_bursts", "visible_ms", "first_gesture_ms",
            "last_gesture_ms", "bursts", "driver",
        ),
    ),
)  # fmt: skip
"""The tables and their columns, in the order of the flow."""
SEARCHED_SHARE = 0.4
"""Of the visits on their own; of the others the browser does not say where they come from."""

_encode = msgspec.json.Encoder().encode


def shelve(came: Came, shelf: Shelf, page_ids: Iterator[int], random: Random) -> None:
    """Put a visit on the shelf, with its pages, and its browser if that is new."""
    visit = came.visit
    if came.new_browser:
        shelf.rows["browsers"].append(
            (
                visit.browser_id,
                came.new_browser,
                visit.prospect_id,
                written(visit.started_at),
                False,
                None,
                written_or_none(came.unbound_at),
                None,
                None,
            )
        )
    shelf.rows["visits"].append(
        (
            visit.id,
            visit.prospect_id,
            visit.browser_id,
            visit.site_id,
            visit.campaign_id,
            written(visit.started_at),
            written(visit.last_at),
            visit.by_link,
            visit.user_agent,
            visit.address_hash,
            _json(visit.signs),
            visit.burst,
            visit.pages,
            written_or_none(visit.forgotten_at),
            visit.state.value,
            _json(visit.state_reasons),
            visit.demoted,
            _json(visit.identity),
            visit.not_theirs,
            visit.points,
            visit.intent,
            _json(visit.intent_reasons),
        )
    )
    _shelve_pages(came, shelf, page_ids, random)


def _shelve_pages(came: Came, shelf: Shelf, page_ids: Iterator[int], random: Random) -> None:
    visit, rows = came.visit, shelf.rows["page_views"]
    searched = not visit.by_link and random.random() < SEARCHED_SHARE
    landed, start = visit.by_link, visit.started_at
    start_ms = int(start.timestamp() * 1000)
    for page in came.walk.pages:
        # As the snippet makes them: milliseconds, then a random part.
        hit_id = f"{start_ms + page.begins_ms}{random.getrandbits(48):012x}"
        referrer = page.referrer or (SEARCH if searched else "")
        rows.append(
            (
                next(page_ids),
                hit_id,
                0,
                visit.id,
                written(start + page.begins),
                page.url,
                page.title,
                referrer,
                landed,
                page.topic,
                0,
                None,
                0,
                page.visible_ms,
                page.first_gesture_ms,
                page.last_gesture_ms,
                page.bursts,
                page.driver,
            )
        )
        landed = False


def _json(value: object) -> str:
    return _encode(value).decode()
