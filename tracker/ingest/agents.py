"""What a user agent says, and only that: PURE.

It says that it is a bot by name, or has no browser's shape: a machine. Or it claims a Chrome that never
existed, which proves nothing about who reads, but keeps a visit from being confirmed. Or it says nothing.
Everything runs in time linear in the text, which is cut before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tracker.ingest.bot_names import names_a_bot, under_re2
from tracker.ingest.chrome_builds import never_existed

READ = 512
"""Characters of a user agent that are read; the longest of in-app browsers stay below."""
AGENT_CACHE = 4_096
"""User agents whose verdict is remembered, so that memory stays flat."""

AGENT_IS_BOT = "user agent names a bot"
AGENT_IS_NO_BROWSER = "user agent is no browser's"
CHROME_NEVER_WAS = "user agent claims a Chrome that never existed"

_BRACKET = r"\((?:[^()]|\([^()]*\))*\)"
# Some devices forget to close the bracket behind their model.
_WEBKIT = rf"Mozilla/5\.0 *(?:{_BRACKET}+|\(Linux;[^()]*);? *Apple ?WebKit/[\d.+]*"
_WEBKIT_BROWSERS = (
    "Chr[o0]me|Chromium|CrMo|CriOS|Version|Mobile|FxiOS|EdgiOS|OPiOS|GSA|Silk|Maxthon|OmniWeb|Epiphany|Arora"
    "|Midori|QupZilla|Falkon|Dooble|Iris|OWB|QtWeb|SmartTV|QtCarBrowser|NetFront|Espial|w(?:eb)?OSBrowser"
)
_GECKO_BROWSERS = (
    "Firefox|Fennec|SeaMonkey|Ice(?:weasel|cat|ape)|PaleMoon|Waterfox|Camino|K-Meleon|Galeon|Epiphany|Minefield"
    "|Namoroka|Shiretoko|BonEcho|GranParadiso|Netscape6?|Navigator|Flock|Conkeror|Kazehakase|Servo|Goanna"
)
SHAPES = (
    # A web view says its engine and no more; Safari of old nothing before its own name.
    rf"{_WEBKIT} *\(KHTML[^();]*\)(?:$| *Safari\b|.*?\b(?:{_WEBKIT_BROWSERS})\b)",
    rf"{_WEBKIT}(?:$| ?Safari\b|[ ,;]+(?:[^( ,;].*?\b)?(?:{_WEBKIT_BROWSERS})\b)",
    rf"Mozilla/5\.0 {_BRACKET} ?Gecko.*?\b(?:{_GECKO_BROWSERS})/",
    # Internet Explorer up to 8 in compatibility view, then 9 and 10, which always name their engine; then 11.
    r"Mozilla/[1-5]\.\d+ \(compatible; ?MSIE \d{1,2}\.[^()]*(?:\([^()]*\)[^()]*)*\)?(?:$| ?\[[a-z]| Opera )",
    r"Mozilla/5\.0 \([^()]*\bTrident/[5-9][^()]*\)",
    r"Mozilla/5\.0 \((?:compatible; )?[^()]*Konqueror/|Mozilla/5\.0 \([^()]*\) KHTML/",
    r"Opera/\d+\.\d+ ?\(",
)
"""What browsers look like, from the first character on: whatever has another shape is not a page view.

Phones from before smartphones are left out: none of them can run the snippet.
"""

NO_SHAPES = (
    # From version 8 on Internet Explorer names its engine, Trident.
    r"^Mozilla/[45]\.0 \(compatible; ?MSIE (?:[89]|1\d)\.\d+;(?:[^T)]|T[^r])*\)$",
    # Behind the engine browsers put products with a version, not a word in brackets.
    r"\bSafari/[\d.]+ \(\w+\)$",
    # "Compatible" was how others than Netscape began; who says it behind the engine wants to be let in.
    r"\) .*\(compatible\b[^)]*\)$",
)
"""Slips that no browser makes in what has a browser's shape otherwise; all of them end in a bracket."""


@dataclass(frozen=True, slots=True)
class AgentSays:
    """What a user agent says; both empty when it says nothing."""

    machine: str = ""
    """Why it is a machine's."""
    demotion: str = ""
    """Why it is not to be believed, whoever sent it."""


_NOTHING = AgentSays()
_BOT = AgentSays(machine=AGENT_IS_BOT)
_NO_BROWSER = AgentSays(machine=AGENT_IS_NO_BROWSER)
_CHROME_NEVER_WAS = AgentSays(demotion=CHROME_NEVER_WAS)

_browser_shaped = under_re2(f"^(?:{'|'.join(SHAPES)})")
_misshaped = under_re2("|".join(NO_SHAPES))

_CHROME = re.compile(rb"Chrom(?:e|ium)/(\d{1,4})\.(\d{1,5})\.(\d{1,5})\.(\d{1,6})")
_CHROME_ON_IOS = re.compile(rb"CriOS/(\d{1,4})\.(\d{1,5})\.(\d{1,5})\.(\d{1,6})")


def judge_agent(user_agent: str) -> AgentSays:
    """Tell what a user agent says; any text will do, and what exceeds `READ` characters is not read."""
    text = user_agent[:READ].encode("utf-8", "replace")
    if not text.startswith((b"Mozilla/", b"Opera/")) or b"(" not in text:
        return _NO_BROWSER  # no need to know which of the libraries it is
    if names_a_bot(text):
        return _BOT
    if not _browser_shaped.search(text) or (text.endswith(b")") and _misshaped.search(text)):
        return _NO_BROWSER
    found = _CHROME.search(text) or _CHROME_ON_IOS.search(text)
    if found:
        major, minor, build, patch = map(int, found.groups())
        if never_existed((major, minor, build, patch)):
            return _CHROME_NEVER_WAS
    return _NOTHING


def read_agent(user_agent: str) -> AgentSays:
    """Tell what a user agent says, as `judge_agent` does, and remember it."""
    return _remembered(user_agent[:READ])


_remembered = lru_cache(maxsize=AGENT_CACHE)(judge_agent)
