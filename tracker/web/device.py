"""The name of the browser and device behind a user agent, as a list of sessions shows it."""

from __future__ import annotations

from functools import lru_cache

from user_agents import parse

UNKNOWN = "Other"
PLAIN_NAMES = {
    "Mobile Safari": "Safari",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Mac OS X": "Mac",
}


@lru_cache(maxsize=256)
def device_name(user_agent: str) -> str:
    """Name browser and device, e.g. `Chrome on Mac`; what cannot be told is left out."""
    seen = parse(user_agent)
    system = seen.device.family if seen.os.family == "iOS" else seen.os.family
    names = [PLAIN_NAMES.get(name, name) for name in (seen.browser.family, system) if name != UNKNOWN]
    return " on ".join(names) or "A browser that gives no name"
