"""Names that give a bot away: PURE. The list is is-bot's, refreshed by updating that library.

RE2 runs it, in time linear in the text whatever the text is. RE2 knows no look-around, which a few of the
patterns use for exceptions ("google, but not Google Pixel"). Those first run without their exceptions, and
only a text that they match is shown to the pattern as it was written, in the engine it was written for. A
pattern that RE2 refuses even so always runs in that engine. `WITH_EXCEPTIONS` and `REFUSED` name them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import re2
import regex
from is_bot import Bots

if TYPE_CHECKING:
    from collections.abc import Iterable

MEMORY = 32 << 20
"""Bytes in which RE2 may keep its states; with less it would be slower, never wrong."""

PROGRAMS = (
    r"screen-?shot",
    r"thumb(?:nail|shot|s)?\b",
    r"websnap",
    r"wkhtml",
    r"slimerjs",
    r"jsdom",
    r"happy-?dom",
    r"htmlunit",
    r"zombie\.?js",
    r"casperjs",
    r"puppeteer",
    r"harvest",
    r"sitemap",
    r"uptime",
    r"monitoring",
    r"indexer",
    r"snapshot",
    r"extract",
    r"aggregator",
    r"backlink",
    r"favicon",
    r"phish",
    r"plagiar",
    r"verifi(?:er|cation)",
    r"pre-?(?:fetch|render)",
    r"render(?:er|ing|tron)?\b",
    r"\bseo",
    r"unfurl",
    r"web(?:hook|mention)",
    r"\bwww\.",
    # Office asks for a mail's link by itself before it hands it to a browser.
    r"\bms-?office\b",
    r"\bmicrosoft (?:office|outlook|word|excel|powerpoint)\b",
    r"\b(?:excel|word|powerpoint|outlook)/\d",
)
"""Programs in the shape of a browser that is-bot does not list; some leave an address behind."""

INNOCENT = {
    "An Android device's model is its maker's word: BOT Tab, CUBOT, Google TV, Discovery, Spider 8.": (
        r"\(Linux(?:; arm(?:_64)?)?(?:; U)?; Android [\w.]+(?:; [a-z]{2}[-_][\w-]{2,10})?"
        r"; [^();/@]+(?: Build/[^();@]*)?(?:; wv)?\) AppleWebKit/"
    ),
    "CUBOT makes phones, and writes itself in more than one way.": r"\bCUBOT[\w-]*",
    "Opera News is a browser for people who read the news.": r"\bOpera ?News\b|\bOPRNews\b",
    "Google TV is a television.": r"\bGoogle ?TV\b",
    "A listed word before Browser (or Fox) is the name of a browser that people install.": (
        r"\b(?:discover|download(?:er)?|feed|insight|manager|news|preview|proxy|radar|scan(?:ner)?|search|spider"
        r"|tools?)(?:browser|fox)\b"
    ),
    "Behind this mark Google's relay speaks of itself; the browser's own words stand before it.": (
        r",gzip\(gfe\).*"
    ),
    "Windows offered its next version by a mark in the user agent.": r"\bGWX:\w+",
    "Internet Explorer as MSN gave it away.": r"\bmsn OptimizedIE8\b",
    "Google's plug-in for Internet Explorer.": r"\bchromeframe(?:/[\d.]+)?",
    "Opera's platform for televisions, by the name of a release.": r"\.Catcher\d[\w.]*",
}
"""Where is-bot is known to be wrong: the reason, and the words that are passed over.

Only words are passed over: another name in the same text still gives a bot away, and so does one of
`PROGRAMS` anywhere.
"""


class Pattern(Protocol):
    """What a pattern under RE2 can do here."""

    def search(self, text: bytes, /) -> object | None:
        """Find the pattern anywhere in a text."""


def under_re2(pattern: str) -> Pattern:
    """Compile a pattern that ignores case, in linear time.

    Raises:
        re2.error: RE2 does not know something in the pattern.

    """
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.dot_nl = True
    options.log_errors = False
    options.max_mem = MEMORY
    compiled: Pattern = re2.compile(pattern, options)
    return compiled


_PIECES = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<?[!=]|.", regex.DOTALL)


def without_exceptions(pattern: str) -> str:
    """Leave a pattern's look-arounds out: what is left matches all that it matched, and more."""
    kept, depth = [], 0
    for piece in _PIECES.findall(pattern):
        if depth:
            depth += 1 if piece.startswith("(") else -1 if piece == ")" else 0
        elif piece in ("(?!", "(?<!", "(?=", "(?<="):
            depth = 1
        else:
            kept.append(piece)
    return "".join(kept)


def _taken(pattern: str) -> bool:
    try:
        under_re2(pattern)
    except re2.error:
        return False
    return True


def _any_of(patterns: Iterable[str]) -> str:
    # Without patterns: what matches nothing, not what matches everything.
    return "|".join(f"(?:{pattern})" for pattern in patterns) or r"[^\x00-\x{10FFFF}]"


_LISTED = tuple(sorted(Bots().patterns))
_PLAIN = tuple(pattern for pattern in _LISTED if _taken(pattern))
WITH_EXCEPTIONS = tuple(
    pattern for pattern in _LISTED if pattern not in _PLAIN and _taken(without_exceptions(pattern))
)
REFUSED = tuple(pattern for pattern in _LISTED if pattern not in (*_PLAIN, *WITH_EXCEPTIONS))

_suspicious = under_re2(_any_of((*_PLAIN, *PROGRAMS, *map(without_exceptions, WITH_EXCEPTIONS))))
_listed = under_re2(_any_of(_PLAIN))
_programs = under_re2(_any_of(PROGRAMS))
_innocent = under_re2(_any_of(INNOCENT.values()))
_passed_over = re.compile("|".join(INNOCENT.values()), re.IGNORECASE | re.DOTALL)
_slow = tuple(regex.compile(pattern, regex.IGNORECASE) for pattern in (*WITH_EXCEPTIONS, *REFUSED))


def names_a_bot(text: bytes) -> bool:
    """Tell whether something in a user agent, as UTF-8, is a bot's name."""
    # Nearly every person's user agent is let go after this first look.
    if not REFUSED and not _suspicious.search(text):
        return False
    if _programs.search(text):
        return True
    if not _innocent.search(text):
        return _is_listed(text)
    return _is_listed(_passed_over.sub("", text.decode()).encode())


def _is_listed(text: bytes) -> bool:
    if _listed.search(text):
        return True
    words = text.decode()
    return any(pattern.search(words) for pattern in _slow)
