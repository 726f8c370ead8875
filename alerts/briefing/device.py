"""The name of the browser and device behind a user agent.

The library takes half a millisecond a call: for workers and pages, never while a hit is answered.
"""

from __future__ import annotations

from functools import lru_cache

from user_agents import parse

from alerts.plain import plain

USER_AGENT_LENGTH = 512
NAME_LENGTH = 40
UNKNOWN = "Other"
FAMILIES = {"Mobile Safari": "Safari", "Chrome Mobile": "Chrome", "Chrome Mobile iOS": "Chrome"}
SYSTEMS = {"Mac OS X": "Mac"}


def device_name(user_agent: str) -> str:
    """Name browser and device, e.g. `Chrome on Mac`; empty when they are unknown."""
    return _named(user_agent[:USER_AGENT_LENGTH])


@lru_cache(maxsize=1024)
def _named(user_agent: str) -> str:
    seen = parse(user_agent)
    browser = FAMILIES.get(seen.browser.family, seen.browser.family)
    system = seen.device.family if seen.os.family == "iOS" else SYSTEMS.get(seen.os.family, seen.os.family)
    if UNKNOWN in (browser, system):
        return ""
    return plain(f"{browser} on {system}", NAME_LENGTH)
