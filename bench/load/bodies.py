"""What known browsers send: request bodies, prepared, but for the beginning of each hit's id. PURE.

A generator sends them in their order, over and over, and puts a text of its own in the place of `PLACE`:
the run, and which time around it is. So ids are unique, however long it lasts, and it can be told which page
views must be there after so many requests.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

SITE = "https://www.visits.example"
PATH = "/ringback/v1/visit"
PLACE = "@@@@@@@@@@"
"""Ten characters, so that an id has 18: run (4), time around (6), request (6), hit in it (2)."""
RUN_LENGTH, ROUND_LENGTH = 4, 6
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Safari/537.36"
)
HEADERS = (
    "Connection: keep-alive",
    'sec-ch-ua: "Google Chrome";v="141", "Not?A_Brand";v="8", "Chromium";v="141"',
    "sec-ch-ua-mobile: ?0",
    'sec-ch-ua-platform: "Windows"',
    f"User-Agent: {AGENT}",
    "Content-Type: text/plain;charset=UTF-8",
    "Accept: */*",
    f"Origin: {SITE}",
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Mode: cors",
    "Sec-Fetch-Dest: empty",
    f"Referer: {SITE}/",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Accept-Language: en-GB,en;q=0.9",
)
"""As Chrome sends them with the snippet's `fetch` from another host than the endpoint's."""
PAGES = (
    ("/", "Northwind", 30),
    ("/features/planning", "Planning", 14),
    ("/blog/monday", "What Monday costs", 14),
    ("/docs/start", "Getting started", 10),
    ("/pricing", "Pricing", 9),
    ("/customers/quay", "How Quay does it", 8),
    ("/vs/acme", "Northwind and Acme", 6),
    ("/careers", "Careers", 5),
    ("/features/sso", "Single sign-on", 3),
    ("/contact", "Contact", 1),
)
"""Path, title, and how often of a hundred."""
ENGAGED = 0.15
"""Share of requests that tell more of a page that was told of before."""
PRESSED = 0.3
"""Share of those in which somebody pressed or tapped, too; the others moved and read."""
SEARCHED = 0.2
"""Share of page views that came from a search."""
NEXT_PAGE_MS = 30_000
"""Between two pages of a batch that was kept back."""

Hit: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Bodies:
    """Bodies in the order in which they are sent, and what must be there after the first so many."""

    texts: tuple[str, ...]
    hits_each: int
    views: tuple[int, ...]
    """Page views that the first 0, 1, 2 … of them leave."""
    grown: tuple[int, ...]
    """How many of these page views hold evidence then."""

    def expected(self, requests: int) -> tuple[int, int]:
        """Give the page views, and those with evidence, that so many requests leave."""
        around, rest = divmod(requests, len(self.texts))
        return (
            around * self.views[-1] + self.views[rest],
            around * self.grown[-1] + self.grown[rest],
        )


def single(site_key: str, credentials: Sequence[str], count: int, random: Random) -> Bodies:
    """Prepare bodies of one hit: page views, and now and then the evidence of one."""
    told: list[tuple[Hit, str]] = []
    texts, views, grown = [], [], []
    for index in range(count):
        if told and random.random() < ENGAGED:
            # Nobody engages twice: one that is told of is taken out.
            place = random.randrange(len(told))
            told[place], told[-1] = told[-1], told[place]
            page, credential = told.pop()
            hit = _engagement(page, random)
        else:
            credential = random.choice(credentials)
            hit = _view(index, 0, random)
            told.append((hit, credential))
        engaged = hit["kind"] == "engagement"
        texts.append(_body(site_key, credential, [hit]))
        views.append(int(not engaged))
        grown.append(int(engaged))
    return _bodies(texts, 1, views, grown)


def batches(site_key: str, credentials: Sequence[str], count: int, size: int, random: Random) -> Bodies:
    """Prepare bodies of `size` hits of one browser each, as the snippet sends what it kept back offline.

    The browsers take turns: who sent more than others would soon have more pages than a visit takes.
    """
    texts, grown = [], []
    for index in range(count):
        hits = [_view(index, slot, random) | {"age": (size - slot) * NEXT_PAGE_MS} for slot in range(size)]
        engaged = random.randrange(size)
        hits[engaged] = _engagement(hits[engaged], random)
        texts.append(_body(site_key, credentials[index % len(credentials)], hits))
        grown.append(1)
    return _bodies(texts, size, [size] * count, grown)


def strangers(site_key: str, forged: Sequence[str], count: int, random: Random) -> Bodies:
    """Prepare bodies of browsers that nobody knows: half without a credential, half with a forged one."""
    texts = []
    for index in range(count):
        credential = random.choice(forged) if index % 2 else ""
        texts.append(_body(site_key, credential, [_view(index, 0, random)]))
    return _bodies(texts, 1, [0] * count, [0] * count)


def _bodies(texts: Sequence[str], hits_each: int, views: Sequence[int], grown: Sequence[int]) -> Bodies:
    return Bodies(tuple(texts), hits_each, (0, *accumulate(views)), (0, *accumulate(grown)))


def _view(index: int, slot: int, random: Random) -> Hit:
    path, title, _ = random.choices(PAGES, [share for *_, share in PAGES])[0]
    hit: Hit = {
        "id": f"{PLACE}{index:06d}{slot:02d}",
        "kind": "view",
        "url": SITE + path,
        "title": title,
        "visible": 0,
        "bursts": 0,
    }
    return hit | {"referrer": "https://www.google.com/"} if random.random() < SEARCHED else hit


def _engagement(page: Hit, random: Random) -> Hit:
    visible = random.randrange(16_000, 90_000)
    hit = page | {"kind": "engagement", "visible": visible, "bursts": random.randrange(2, 9)}
    if random.random() < PRESSED:
        hit |= {"first": random.randrange(2_000, 9_000), "last": random.randrange(9_000, visible)}
    return hit


def _body(site_key: str, credential: str, hits: Sequence[Hit]) -> str:
    known = {"credential": credential} if credential else {}
    return json.dumps({"site": site_key, **known, "hits": hits}, separators=(",", ":"))
