"""The whole screening of one hit, as the endpoint does it but for what it remembers of earlier ones."""

from __future__ import annotations

from ipaddress import IPv4Address
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.datastructures import EnvironHeaders

from bench.signal.browser_http import headers
from bench.signal.clicks import Browser
from tracker.ingest.agents import judge_agent
from tracker.ingest.headers import header_signs
from tracker.ingest.senders import Rule, SenderTable, tells_apart
from tracker.words import SenderKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RULES = (
    *(Rule(SenderKind.SECURITY, f"203.0.{third}.0/24") for third in range(20)),
    *(Rule(SenderKind.OFFICE, f"198.51.100.{last}/32") for last in range(5)),
    Rule(SenderKind.PEOPLE, "192.0.2.0/24"),
    Rule(SenderKind.PROGRAM, "AcmeScanner|NorthwindCheck"),
)
"""A table of senders as long as an installation's may be."""
NUMBERS = 1 << 32


class Asked(NamedTuple):
    """What is screened of a request."""

    user_agent: str
    headers: EnvironHeaders
    address: str


def screener() -> SenderTable:
    """Open the table of senders."""
    return SenderTable(RULES)


def screen_hit(table: SenderTable, asked: Asked) -> tuple[object, ...]:
    """Name everything that a request shows of who sent it, and whether its address tells anything."""
    says = judge_agent(asked.user_agent)
    signs = header_signs(asked.user_agent, asked.headers, https=True)
    known = table.signs(asked.address, asked.user_agent)
    return says.machine, says.demotion, *signs, *known, tells_apart(asked.address)


def requests_of(user_agents: Iterable[str], seed: int = 0) -> Iterator[Asked]:
    """Give each user agent a browser's headers, and an address from anywhere."""
    random = Random(seed)  # noqa: S311  (made-up requests, no secret)
    sent = headers(Browser(0, "", 145), "https://www.signal.example")
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in sent.items()}
    for user_agent in user_agents:
        address = str(IPv4Address(random.randrange(NUMBERS)))
        yield Asked(user_agent, EnvironHeaders(environ | {"HTTP_USER_AGENT": user_agent}), address)


def made_up(number: int, seed: int = 0) -> Iterator[str]:
    """Make up so many different user agents: phones nobody built, and plain noise every fourth time."""
    random = Random(seed)  # noqa: S311
    for each in range(number):
        word = f"{random.getrandbits(64):x}{each:x}"
        if each % 4 == 0:
            yield f"Mozilla/5.0 ({word}; {word[::-1]}) {word}/{each % 90}.0 ({word[:9]}) like {word[4:20]}"
        else:
            yield (
                f"Mozilla/5.0 (Linux; Android {each % 12 + 5}; {word}) AppleWebKit/537.36 (KHTML, like Gecko)"
                f" Chrome/{each % 60 + 90}.0.{each % 7000}.{each % 200} Mobile Safari/537.36"
            )
