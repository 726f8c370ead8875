"""How much one address, and one person, may send. Counted in each process's memory, by the minute."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

WINDOW_S = 60
REMEMBERED = 4_096
"""Addresses of which it is remembered how they are read."""
V6_HOME_BITS = 64
"""One home or office has a network of so many bits: its addresses count as one."""


class RateLimit:
    """Admits up to `per_minute` for each key; 0 admits everything."""

    window_s = WINDOW_S

    def __init__(self, per_minute: int) -> None:
        """Take the limit."""
        self._item = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def admits(self, key: str) -> bool:
        """Count one for `key`, and tell whether it is within the limit."""
        return self._item is None or self._limiter.hit(self._item, key)


@lru_cache(REMEMBERED)
def network_of(address: str) -> str:
    """Give the key of an address: itself, or the home network of an IPv6 address; a mapped one is IPv4."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> V6_HOME_BITS << V6_HOME_BITS))
    return str(parsed)
