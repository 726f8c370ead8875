"""What is known of a sender's network and program, beyond what their requests say: PURE.

The table of senders, kept by people, comes first: the most specific network that holds an address decides.
Of an address that it does not name, a list of hosting companies (iporigin, offline) is asked. VPNs, relays
and CDNs have people behind them, so nothing follows from those.
"""

from __future__ import annotations

import socket
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import re2
from iporigin import BOT, CDN, classify
from iporigin import HOSTING as HOSTED

from tracker.ingest.agents import READ
from tracker.ingest.bot_names import under_re2
from tracker.ingest.signs import HOSTING, LISTED_PROGRAM, OFFICE, SECURITY
from tracker.words import SenderKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.ingest.bot_names import Pattern

Network: TypeAlias = IPv4Network | IPv6Network

SIGN_OF = {SenderKind.OFFICE: OFFICE, SenderKind.SECURITY: SECURITY, SenderKind.PROGRAM: LISTED_PROGRAM}
"""What a rule of the table says of a sender; of a network with people behind it nothing is said."""
MACHINE_ROOMS = frozenset({HOSTED, BOT})
"""What iporigin calls networks in which machines stand, and hardly anybody sits."""

V4 = 4
NOT_PUBLIC = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::/127",
    "fc00::/7",
    "fe80::/10",
)
"""Networks of machines and houses, never of a visitor who comes across the internet (RFC 6890)."""
ADDRESSES = 4_096
"""That are remembered with their kind of network, which is asked for twice a request; memory stays flat."""
_MAPPED = bytes(10) + b"\xff\xff"
"""How an IPv6 address begins that is an IPv4 address, as servers that listen to both write it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table of senders."""

    kind: SenderKind
    what: str
    """A network, or a program's pattern."""
    note: str = field(default="", compare=False)


class Address(NamedTuple):
    """An address as a number."""

    version: int
    number: int


class _V4(IPv4Address):
    """An IPv4 address of which iporigin is asked only in which network it is.

    Whether it is reserved, and how it is spelled, takes most of a look-up's time otherwise.
    """

    __slots__ = ()
    is_global = True

    def __str__(self) -> str:
        return ""


class _V6(IPv6Address):
    """The same of IPv6."""

    __slots__ = ()
    is_global = True

    def __str__(self) -> str:
        return ""


def _edges(version: int) -> list[int]:
    """Give in turns where networks that are not public begin, and where the public ones go on."""
    networks = [network for text in NOT_PUBLIC if (network := ip_network(text)).version == version]
    return sorted(
        edge
        for network in networks
        for edge in (int(network.network_address), int(network.broadcast_address) + 1)
    )


_NOT_PUBLIC = {version: _edges(version) for version in (V4, 6)}


class _Networks:
    """Networks of one kind of address, flattened to a sorted row of intervals, each with its rule."""

    def __init__(self, rules: Iterable[tuple[Network, Rule]]) -> None:
        """Flatten them: within a network, a more specific one has its own interval."""
        self._starts = [0]
        self._rules: list[Rule | None] = [None]
        around: list[tuple[int, Rule | None]] = [(-1, None)]
        for network, rule in sorted(rules, key=lambda one: (int(one[0].network_address), one[0].prefixlen)):
            self._end(around, before=int(network.network_address))
            self._begin(int(network.network_address), rule)
            around.append((int(network.broadcast_address), rule))
        self._end(around, before=None)

    def find(self, number: int) -> Rule | None:
        """Give the rule of the most specific network around an address."""
        return self._rules[bisect_right(self._starts, number) - 1]

    def _end(self, around: list[tuple[int, Rule | None]], before: int | None) -> None:
        """End the innermost networks that end before an address; what lies around them goes on."""
        while len(around) > 1 and (before is None or around[-1][0] < before):
            last, _ = around.pop()
            self._begin(last + 1, around[-1][1])

    def _begin(self, number: int, rule: Rule | None) -> None:
        if self._starts[-1] == number:
            self._rules[-1] = rule
        else:
            self._starts.append(number)
            self._rules.append(rule)


class SenderTable:
    """The rules of the table, ready to be asked."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        """Take the rules, in any order; what cannot be read of them is left out, and named."""
        networks: dict[int, list[tuple[Network, Rule]]] = {4: [], 6: []}
        programs: list[tuple[Pattern, Rule]] = []
        unreadable = []
        for rule in rules:
            try:
                if rule.kind is SenderKind.PROGRAM:
                    programs.append((under_re2(rule.what), rule))
                else:
                    network = ip_network(rule.what)
                    networks[network.version].append((network, rule))
            except (ValueError, re2.error):
                unreadable.append(rule)
        self.unreadable: Sequence[Rule] = tuple(unreadable)
        self._networks = {version: _Networks(found) for version, found in networks.items()}
        self._programs = tuple(programs)
        self._any_program = _any_of([rule.what for _, rule in programs])

    def signs(self, address: str, user_agent: str) -> tuple[str, ...]:
        """Name what is known of a sender; any text will do."""
        program = (LISTED_PROGRAM,) if self.names_program(user_agent) else ()
        place = read_address(address)
        if place is None:
            return program
        rule = self._networks[place.version].find(place.number)
        if rule is None:
            return (*program, HOSTING) if is_hosting(place) else program
        return (*program, SIGN_OF[rule.kind]) if rule.kind in SIGN_OF else program

    def names_program(self, user_agent: str) -> bool:
        """Tell whether a user agent is a listed program's."""
        if not self._programs:
            return False
        text = _bytes(user_agent)
        if self._any_program is None:
            return any(pattern.search(text) for pattern, _ in self._programs)
        return bool(self._any_program.search(text))

    def network_rule(self, address: Address) -> Rule | None:
        """Give the rule that decides about an address."""
        return self._networks[address.version].find(address.number)

    def program_rule(self, user_agent: str) -> Rule | None:
        """Give a rule by which a user agent is a program's."""
        text = _bytes(user_agent)
        return next((rule for pattern, rule in self._programs if pattern.search(text)), None)


@lru_cache(maxsize=ADDRESSES)
def read_address(text: str) -> Address | None:
    """Read an address, an IPv4 one within IPv6 as such; None when it is none."""
    try:
        if ":" not in text:
            return Address(4, int.from_bytes(socket.inet_pton(socket.AF_INET, text)))
        packed = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError):
        return None
    if packed.startswith(_MAPPED):
        return Address(4, int.from_bytes(packed[12:]))
    return Address(6, int.from_bytes(packed))


def tells_apart(text: str) -> bool:
    """Tell whether an address is one visitor's or office's, rather than a proxy's that stands before us.

    Behind a proxy that we were not told of, everybody has its address: one of its own machine or network,
    or one of a CDN, from which no visitor ever comes.
    """
    address = read_address(text)
    if address is None or bisect_right(_NOT_PUBLIC[address.version], address.number) % 2:
        return False
    return _listed_as(address) != CDN


def is_hosting(address: Address) -> bool:
    """Tell whether an address is in a hosting company's network, or one of declared crawlers."""
    if _listed_as(address) not in MACHINE_ROOMS:
        return False
    # Few come here: the lists name some reserved networks, too.
    return (IPv4Address(address.number) if address.version == V4 else IPv6Address(address.number)).is_global


@lru_cache(maxsize=ADDRESSES)
def _listed_as(address: Address) -> str:
    """Give the kind of network that iporigin knows an address of."""
    asked = _V4(address.number) if address.version == V4 else _V6(address.number)
    kind: str = classify(asked).kind  # type: ignore[no-untyped-call]  # the library has no types
    return kind


def _any_of(patterns: Sequence[str]) -> Pattern | None:
    """Compile patterns into one; None when all of them together are too much for RE2."""
    try:
        return under_re2("|".join(f"(?:{pattern})" for pattern in patterns))
    except re2.error:
        return None


def _bytes(user_agent: str) -> bytes:
    return user_agent[:READ].encode("utf-8", "replace")
