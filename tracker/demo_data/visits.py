"""A year of visits, one after the other, each judged by the rules that judge real ones as of its own time.

What a visit shows is made up; its state, its intent and what is odd about whose it is follow from that by
`tracker.ingest`. So it all fits together, and earlier visits count for later ones.
"""

from __future__ import annotations

import hashlib
import string
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tracker.demo_data.browsers import DESKTOPS, PHONES, SCANNERS, UsedBrowser
from tracker.demo_data.reading import Manner
from tracker.ingest.history import CONFIRMED, LATEST, PEOPLE
from tracker.ingest.identify import BROWSER_KEY_LENGTH
from tracker.ingest.identity import Identities
from tracker.ingest.intent import WINDOW, EarlierVisit, Facts, score
from tracker.ingest.judge import COLLEAGUE_WINDOW
from tracker.ingest.rows import VisitRow
from tracker.ingest.screen import Evidence, screen
from tracker.ingest.signs import NO_FETCH_HEADERS, OFFICE, SECURITY
from tracker.rules.kept import EVIDENCE_KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from tracker.demo_data.calendar import Mailing
    from tracker.demo_data.reading import Walk, Walks
    from tracker.demo_data.world import Somebody
    from tracker.ingest.intent import Points
    from tracker.ingest.people import PersonsDeal
    from tracker.renewal import Renewal

MAILING_FRESH = timedelta(days=4)
LINK_SHARE, FRESH_LINK_SHARE = 0.12, 0.55
"""Of the visits of those who are known: by a link, usually, and while a mailing is fresh."""
SCANNED_SHARE, GATEWAY_SHARE, OFFICE_SHARE, HASTY_SHARE = 0.2, 0.05, 0.03, 0.012
"""Of links opened: by programs, behind a gateway that checks mails, from our own office, by a script."""
WANDERER_SHARE, GLANCE_SHARE = 0.19, 0.16
NEW_BROWSER_SHARE, MOST_BROWSERS, SECOND_SHARE = 0.1, 3, 0.25
_LETTERS = string.ascii_letters + string.digits


@dataclass(slots=True)
class Past:
    """What somebody did so far."""

    browsers: list[UsedBrowser] = field(default_factory=list)
    people: list[tuple[datetime, int]] = field(default_factory=list)
    """Their own visits: begin and points, oldest first."""
    confirmed: set[int] = field(default_factory=set)
    """Browsers in which they were."""
    last_at: datetime | None = None


@dataclass(slots=True)
class Came:
    """One visit, judged, and not written yet: what is decided about it may still change whose it was."""

    visit: VisitRow
    walk: Walk
    who: Somebody
    told_at: datetime
    """When it showed what it is."""
    new_browser: str = ""
    """Its key, if this visit made a browser known; else empty."""
    unbound_at: datetime | None = None
    """When a rep said that the new browser was somebody else's."""


@dataclass(slots=True)
class Visiting:
    """Lets people visit, in the order of time."""

    random: Random
    walks: Walks
    sites: Sequence[int]
    """The ids of `tracker.demo_data.reading.SITES`."""
    mailings: Sequence[Mailing]
    """Oldest first; the first was sent before anybody came."""
    visit_ids: Iterator[int]
    browser_ids: Iterator[int]
    points: Points
    """What each reason is worth here."""
    now: datetime
    _past: dict[int, Past] = field(default_factory=lambda: defaultdict(Past))
    _renewals: dict[int, Renewal | None] = field(default_factory=dict)
    """By deal."""
    _identities: Identities = field(default_factory=Identities)

    def come(self, who: Somebody, at: datetime) -> Came:
        """Let somebody come at that time (aware, UTC), as they may."""
        past = self._past[who.id]
        mailing = self.mailings[max(0, bisect_right(self.mailings, at, key=lambda one: one.sent_at) - 1)]
        share = FRESH_LINK_SHARE if at - mailing.sent_at < MAILING_FRESH else LINK_SHARE
        by_link = not past.browsers or self.random.random() < share
        signs, manner = self._sender(by_link=by_link)
        return self._judge(who, self._visit(who, at, mailing if by_link else None, signs, manner))

    def come_now(self, who: Somebody, walk: Walk, ended_ago: timedelta) -> Came:
        """Let somebody have come whose walk ended just now."""
        return self._judge(who, self._begin(who, self.now - ended_ago - walk.length, walk))

    def last_seen(self, who: Somebody) -> datetime | None:
        """Say when somebody's last visit ended."""
        return self._past[who.id].last_at

    def known_browsers(self, who: Somebody) -> int:
        """Count the browsers in which somebody is known."""
        return len(self._past[who.id].browsers)

    def lose(self, came: Came, at: datetime) -> None:
        """Have a rep say that it was somebody else, in the browser that this visit made known."""
        self.leave_out(came)
        came.unbound_at, came.visit.not_theirs = at, True
        came.visit.identity = self._identities.odd(came.visit)

    def leave_out(self, came: Came) -> None:
        """Let a visit, and the browser that it made known, count for nothing that comes later."""
        past, visit = self._past[came.who.id], came.visit
        past.browsers = [browser for browser in past.browsers if browser.id != visit.browser_id]
        past.confirmed.discard(visit.browser_id)
        past.people = [one for one in past.people if one[0] != visit.started_at]
        came.who.firm.seen.pop(came.who.id, None)

    def _sender(self, *, by_link: bool) -> tuple[tuple[str, ...], Manner]:
        """Say who opens it, by the signs of their requests, and what they show."""
        luck = self.random.random()
        if by_link:
            for share, signs, manner in (
                (SCANNED_SHARE, (), Manner.SCANNER),
                (GATEWAY_SHARE, (SECURITY,), Manner.SCANNER),
                (OFFICE_SHARE, (OFFICE,), Manner.PERSON),
                (HASTY_SHARE, (), Manner.HASTY),
            ):
                if luck < share:
                    return signs, manner
                luck -= share
        luck = self.random.random()
        if luck < GLANCE_SHARE:
            return (), Manner.GLANCE
        return (), Manner.WANDERER if luck < GLANCE_SHARE + WANDERER_SHARE else Manner.PERSON

    def _visit(
        self, who: Somebody, at: datetime, mailing: Mailing | None, signs: tuple[str, ...], manner: Manner
    ) -> Came:
        walk = self.walks.pick(manner)
        passing = bool(signs) or manner in (Manner.SCANNER, Manner.HASTY)
        if passing and not signs and manner is Manner.SCANNER:
            agent = self.random.choice(SCANNERS)
            signs = (NO_FETCH_HEADERS,) if agent in DESKTOPS else ()
        else:
            agent = self.random.choice(DESKTOPS)
        past = self._past[who.id]
        new = mailing is not None and (passing or not past.browsers or self._in_another(past))
        if new:
            if not passing and past.browsers and self.random.random() < 0.7:  # noqa: PLR2004  (mostly a phone)
                agent = self.random.choice(PHONES)
            browser = UsedBrowser(next(self.browser_ids), agent)
            if not passing:
                past.browsers.append(browser)
        else:
            browser = self._usual(past)
        came = self._row(who, at, walk, browser, signs)
        came.visit.by_link = mailing is not None
        came.visit.campaign_id = mailing.id if mailing else None
        came.new_browser = "".join(self.random.choices(_LETTERS, k=BROWSER_KEY_LENGTH)) if new else ""
        return came

    def _begin(self, who: Somebody, at: datetime, walk: Walk) -> Came:
        return self._row(who, at, walk, self._usual(self._past[who.id]), ())

    def _in_another(self, past: Past) -> bool:
        return len(past.browsers) < MOST_BROWSERS and self.random.random() < NEW_BROWSER_SHARE

    def _usual(self, past: Past) -> UsedBrowser:
        second = len(past.browsers) > 1 and self.random.random() < SECOND_SHARE
        return past.browsers[-1] if second else past.browsers[0]

    def _row(
        self, who: Somebody, at: datetime, walk: Walk, browser: UsedBrowser, signs: tuple[str, ...]
    ) -> Came:
        last_at = at + walk.length
        forgotten_at = last_at + EVIDENCE_KEPT + timedelta(minutes=self.random.randrange(60))
        visit = VisitRow(
            id=next(self.visit_ids),
            prospect_id=who.id,
            browser_id=browser.id,
            site_id=self.sites[walk.site],
            campaign_id=None,
            started_at=at,
            last_at=last_at,
            by_link=False,
            user_agent=browser.agent,
            address_hash="",
            signs=list(signs),
            pages=len(walk.pages),
            forgotten_at=forgotten_at if forgotten_at <= self.now else None,
        )
        return Came(visit, walk, who, at + walk.told_after)

    def _judge(self, who: Somebody, came: Came) -> Came:
        visit, past = came.visit, self._past[who.id]
        screening = screen(
            Evidence(
                user_agent=visit.user_agent,
                pages=came.walk.shown,
                signs=tuple(visit.signs),
                confirmed_before=visit.browser_id in past.confirmed,
            )
        )
        visit.state, visit.state_reasons = screening.state, list(screening.reasons)
        visit.demoted = screening.demoted
        self._score(came, past)
        visit.identity = self._identities.odd(visit)
        if visit.forgotten_at is not None:
            visit.user_agent, visit.signs = "", []
        else:
            visit.address_hash = hashlib.sha256(f"{who.id} at {visit.browser_id}".encode()).hexdigest()
        self._remember(came, past)
        return came

    def _score(self, came: Came, past: Past) -> None:
        visit, who, today = came.visit, came.who, came.visit.started_at.date()
        _, deal = who.deals_on(today)
        renewal = self._renewal(deal, today) if deal else None
        since = visit.started_at - COLLEAGUE_WINDOW
        intent = score(
            Facts(
                pages=came.walk.read,
                by_link=visit.by_link,
                earlier=tuple(_earlier(past, visit.started_at)),
                reason_kind=deal.reason_kind if deal else None,
                reason_text=f"{deal.reason} {deal.notes}" if deal else "",
                renewal_in=renewal.on - today if renewal else None,
                renewal_assumed=renewal is not None and renewal.assumed,
                colleague_active=any(at >= since for other, at in who.firm.seen.items() if other != who.id),
            ),
            self.points,
        )
        visit.points, visit.intent = intent.points, intent.score
        visit.intent_reasons = [
            {"name": reason.name, "points": reason.points, "sentence": reason.sentence}
            for reason in intent.reasons
        ]

    def _renewal(self, deal: PersonsDeal, today: date) -> Renewal | None:
        """Give the next renewal: it stays the same until its day, and days only go forward."""
        known = self._renewals.get(deal.id)
        if deal.id not in self._renewals or (known is not None and known.on < today):
            known = deal.next_renewal(today, self.points.terms)
            self._renewals[deal.id] = known
        return known

    def _remember(self, came: Came, past: Past) -> None:
        visit = came.visit
        past.last_at = visit.last_at
        if visit.state in PEOPLE:
            past.people.append((visit.started_at, visit.points))
            del past.people[:-LATEST]
            came.who.firm.seen[came.who.id] = visit.last_at
        if visit.state in CONFIRMED:
            past.confirmed.add(visit.browser_id)


def _earlier(past: Past, at: datetime) -> Iterator[EarlierVisit]:
    """Give what counts of earlier visits, the latest first: it counts for silence however long ago it was."""
    for began, points in reversed(past.people):
        ago = at - began
        yield EarlierVisit(points, ago)
        if ago > WINDOW:
            return
