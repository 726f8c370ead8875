"""The table of senders applied to stored visits, after it changed.

An address is not stored, only its keyed hash. So the hashes of every address in the table's networks are
made, and looked up; that is possible for small networks only.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Address, ip_network
from typing import TYPE_CHECKING

from tracker.ingest.limits import V6_HOME_BITS
from tracker.ingest.senders import SIGN_OF, SenderTable
from tracker.ingest.signs import HOSTING, LISTED_PROGRAM, REDERIVED
from tracker.words import SenderKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tracker.ingest.rows import VisitRow
    from tracker.ingest.senders import Network, Rule
    from tracker.signing import Signer

MOST_ADDRESSES = 65_536
"""In one network whose hashes are made: an IPv4 /16, an IPv6 /48 (of which a /64 counts as one address)."""
MOST_HASHES = 8 * MOST_ADDRESSES
"""In all networks together, the smallest first: some seconds, and less than 100 MB while it lasts."""


class Resigner:
    """Signs stored visits anew by the rules as they are now. Built once, then asked for many visits."""

    def __init__(self, rules: Iterable[Rule], signer: Signer) -> None:
        """Make the hashes of every address of the networks that are small enough."""
        self._table = SenderTable(rules := tuple(rules))
        readable = [rule for rule in rules if rule not in self._table.unreadable]
        self._kinds: dict[int, SenderKind] = {}
        small, large = _by_size(readable)
        self.from_now_on: Sequence[Rule] = tuple(large)
        """Rules about networks too large to be found again in stored visits."""
        networks = {rule.kind for rule in readable} - {SenderKind.PROGRAM}
        self._given = {SIGN_OF[kind] for kind in networks if kind in SIGN_OF}
        # From the widest to the most specific, which wins.
        for network, rule in sorted(small, key=lambda one: one[0].prefixlen):
            for address in _addresses(network):
                self._kinds[_short(signer.pseudonym(address))] = rule.kind

    def resign(self, visit: VisitRow) -> list[str]:
        """Give a visit's signs as the rules are now; the visit itself is not changed.

        What cannot be derived again stays: signs of headers, of the hidden link and of hosting companies,
        and those that a network still in the table may have given. For a visit's signs are gathered over all
        its requests, and only the first one's address is known, by its hash: a colleague's telephone may
        come from outside first, and then from the office. So they go when the table has no network of their
        kind any more, or says something else about that address. HOSTING goes where the table now says that
        there are people; as only the hash is kept, nothing brings it back. A visit whose evidence is
        forgotten keeps what it has.
        """
        if visit.forgotten_at is not None:
            return list(visit.signs)
        kind = self._kinds.get(_short(visit.address_hash)) if visit.address_hash else None
        signs = [sign for sign in visit.signs if self._stays(sign, kind)]
        now = [SIGN_OF[kind]] if kind in SIGN_OF else []
        now += [LISTED_PROGRAM] if self._table.names_program(visit.user_agent) else []
        return signs + [sign for sign in now if sign not in signs]

    def _stays(self, sign: str, kind: SenderKind | None) -> bool:
        if sign == HOSTING:
            return kind is not SenderKind.PEOPLE
        return sign not in REDERIVED or (kind is None and sign in self._given)


def not_found_again(rules: Iterable[Rule]) -> Sequence[Rule]:
    """Give those of the table's rules that cannot be applied to stored visits, without making a hash."""
    unreadable = SenderTable(rules := tuple(rules)).unreadable
    return _by_size(rule for rule in rules if rule not in unreadable)[1]


def is_found_again(rule: Rule) -> bool:
    """Tell whether a rule can be applied to stored visits: by its size."""
    return not _by_size([rule])[1]


def _by_size(rules: Iterable[Rule]) -> tuple[list[tuple[Network, Rule]], list[Rule]]:
    """Part networks into those whose hashes are made, and those too large (or finer than what is hashed)."""
    networks = [(ip_network(rule.what), rule) for rule in rules if rule.kind is not SenderKind.PROGRAM]
    small, large, room = [], [], MOST_HASHES
    for network, rule in sorted(networks, key=lambda one: (_size(one[0]), one[1].what)):
        size = _size(network)
        if 0 < size <= min(MOST_ADDRESSES, room):
            small.append((network, rule))
            room -= size
        else:
            large.append(rule)
    return small, large


def _size(network: Network) -> int:
    """Count what is hashed apart in a network; 0 when it is less than that."""
    if isinstance(network, IPv4Network):
        return network.num_addresses
    return network.num_addresses >> (128 - V6_HOME_BITS)


def _addresses(network: Network) -> Iterator[str]:
    """Give every address as it is hashed, spelled as by `network_of`."""
    if isinstance(network, IPv4Network):
        return map(str, network)
    first = int(network.network_address)
    return (str(IPv6Address(first + (home << (128 - V6_HOME_BITS)))) for home in range(_size(network)))


def _short(address_hash: str) -> int:
    """Cut a hash to what tells millions apart in little memory: 64 bits."""
    return int(address_hash[:16], 16)
