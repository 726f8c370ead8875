"""NOW: what they are reading, how they came, and who it seems to be. Only what was seen is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import bindparam, func, select

from alerts.briefing.device import device_name
from alerts.briefing.facts import Seen
from alerts.briefing.moments import day_in_words, how_long, local_day, moment_in_words, ordinal
from alerts.plain import capital, plain
from tracker.ingest.identity import FORWARDED, NEW_BROWSER, NOT_THEIRS, SHARED
from tracker.models import Campaign, PageView, Visit
from tracker.months import of_visits
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

LIVE_FOR = timedelta(minutes=5)
"""Without a sign of them for longer, nobody is said to read something *now*."""
READ_TOGETHER = timedelta(minutes=30)
"""Of the pages read within this time before the last, the one read longest is named first."""
WEEK = timedelta(days=7)
PEOPLE = (State.ENGAGED, State.CONFIRMED, State.STRONG)
"""States of visits that count as a person's when earlier visits are counted."""
OTHERS_NAMED = 2
TITLE_LENGTH = 60
TOPIC_LENGTH = 40
LABEL_LENGTH = 64
PAGES_NAMED = 1_000
"""Pages of the sites whose names are remembered: visitors read the same."""
TITLED_TOPICS = frozenset({"case study", "docs", "feature", "blog"})
"""Topics with many pages: there the title says which."""
ADDRESS_SIGNS = ("://", "www.", "@")
"""With one of these a title or path could become a link in a mail program, to where its writer wants."""
STATES = {
    State.CONFIRMED: "confirmed",
    State.STRONG: "confirmed",
    State.ENGAGED: "engaged but not confirmed",
    State.UNCONFIRMED: "link opened, not confirmed",
    State.MACHINE: "a machine",
    State.INTERNAL: "one of us",
}

DOUBTS = (SHARED, FORWARDED, NOT_THEIRS)

_PAGES = select(PageView).where(PageView.visit_id == bindparam("visit")).order_by(PageView.at, PageView.id)
_EARLIER = select(
    func.count(),
    func.count().filter(Visit.started_at > bindparam("week")),
    func.count().filter(Visit.browser_id == bindparam("browser")),
    func.max(Visit.last_at, type_=Visit.last_at.type),
).where(
    Visit.prospect_id == bindparam("prospect"),
    Visit.id != bindparam("visit"),
    Visit.started_at <= bindparam("began"),
    Visit.state.in_(PEOPLE),
    # Where a rep said that it was not them, it was not.
    Visit.not_theirs.is_(False),
)


class PageRead(NamedTuple):
    """Of a page view what its name and time are made of; `at` is UTC."""

    at: datetime
    topic: str
    title: str
    url: str
    visible_ms: int


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What is known of their visits before this one."""

    visits: int
    this_week: int
    in_this_browser: int
    last_at: datetime | None


def seen(session: Session, visit: Visit, now: datetime, zone: ZoneInfo) -> Seen:
    """Say what was seen of `visit`, with times as the reader in `zone` counts them."""
    campaign = session.get(Campaign, visit.campaign_id) if visit.campaign_id else None
    pages = session.scalars(_PAGES.where(of_visits([visit])), {"visit": visit.id}).all()
    earlier = _earlier(session, visit)
    device = device_name(visit.user_agent)
    return Seen(
        at=visit.last_at,
        live=now - visit.last_at <= LIVE_FOR,
        when=moment_in_words(visit.last_at, now, zone),
        read=capital(reading(pages)),
        came=_came(visit, campaign),
        count=_count(earlier, now, zone),
        browser=_browser(visit, earlier, device),
        device=device,
    )


def reading(pages: Iterable[PageView | PageRead]) -> str:
    """Name what they read, longest first, e.g. `Pricing, 3 min; also docs`. Pages come in order of time."""
    everything = list(pages)
    if not everything:
        return ""
    names = [page_name(page.topic, page.title, page.url) for page in everything]
    times: dict[str, int] = {}
    for name, page in zip(names, everything, strict=True):
        # Taken out and put back: the order is that of when each was last read.
        times[name] = times.pop(name, 0) + page.visible_ms
    last = everything[-1].at
    recent = {name for name, page in zip(names, everything, strict=True) if last - page.at <= READ_TOGETHER}
    order = list(times)
    ranked = sorted(order, key=lambda name: (name in recent, times[name], order.index(name)), reverse=True)
    main, others = ranked[0], ranked[1 : 1 + OTHERS_NAMED]
    line = ", ".join(part for part in (main, how_long(times[main])) if part)
    return f"{line}; also {' and '.join(others)}" if others else line


@lru_cache(maxsize=PAGES_NAMED)
def page_name(topic: str, title: str, url: str) -> str:
    """Name a page: by its topic; by its title where that says more; else by its path."""
    topic = plain(topic, TOPIC_LENGTH)
    title = _harmless(plain(title, TITLE_LENGTH))
    if topic:
        return f'{topic} "{title}"' if title and topic in TITLED_TOPICS else topic
    if title:
        return f'"{title}"'
    path = plain(_path(url), TITLE_LENGTH)
    if len(path) <= 1:
        return "the home page"
    return f"the page {path}" if _harmless(path) else "a page"


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return url


def _harmless(text: str) -> str:
    """Give what a browser sent, unless a mail program would make a link of it."""
    return "" if any(sign in text.casefold() for sign in ADDRESS_SIGNS) else text


def _earlier(session: Session, visit: Visit) -> _Earlier:
    return _Earlier(
        *session.execute(
            _EARLIER,
            {
                "visit": visit.id,
                "prospect": visit.prospect_id,
                "browser": visit.browser_id,
                "began": visit.started_at,
                "week": visit.started_at - WEEK,
            },
        ).one()
    )


def _came(visit: Visit, campaign: Campaign | None) -> str:
    if not visit.by_link:
        return "came on their own"
    return (
        f'came by the mailing "{plain(campaign.label, LABEL_LENGTH)}"' if campaign else "came by their link"
    )


def _count(earlier: _Earlier, now: datetime, zone: ZoneInfo) -> str:
    if earlier.this_week:
        return f"{ordinal(earlier.this_week + 1)} visit this week"
    if earlier.last_at is not None:
        return f"first visit since {day_in_words(local_day(earlier.last_at, zone), local_day(now, zone))}"
    return "first visit seen"


def _browser(visit: Visit, earlier: _Earlier, device: str) -> str:
    """Say whose browser it seems to be; a doubt comes before what is usual."""
    parts = [name for name in DOUBTS if name in visit.identity]
    if not parts and NEW_BROWSER in visit.identity:
        parts.append(f"{NEW_BROWSER} ({device})" if device else NEW_BROWSER)
    elif not parts and earlier.in_this_browser:
        parts.append("usual browser")
    return capital(", ".join([*parts, STATES[visit.state]]))
