"""Text from outside, made fit to be read: one line, nothing invisible, not too long. PURE.

Names, titles, notes and reasons come from imports and from visitors' browsers. Whatever shows them
(mail, page, subject) may rely on what comes out of here being a single printable line.
"""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
LOOSE_ENDS = " ,;:.-(\"'"
"""What looks torn off before an ellipsis."""
JOINERS = "\u200c\u200d"
"""Invisible, yet spelling needs them (Persian, Hindi, emoji)."""
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories nobody can see: controls, bidi and zero-width marks, surrogates, unassigned."""
BREAKS = frozenset({"Zs", "Zl", "Zp"})
_HARMLESS = re.compile(r"[\n -~]*")
"""Most texts: nothing in them to look up character by character."""


def printable(text: str) -> str:
    r"""Drop what cannot be seen (controls, NUL, bidi overrides), but `\n`; other space becomes a blank."""
    if _HARMLESS.fullmatch(text):
        return text
    return "".join(_seen(character) for character in text)


def plain(text: str, limit: int) -> str:
    """Make `text` one printable line with single blanks, of at most `limit` characters."""
    # Far more than the limit is never looked at: notes may be books.
    return shorten(" ".join(printable(text[: limit * 8]).split()), limit)


def shorten(text: str, limit: int) -> str:
    """Cut `text` to at most `limit` characters: after a word where one ends near, always with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = max(limit - len(ELLIPSIS), 0)
    while cut and (unicodedata.combining(text[cut]) or text[cut] in JOINERS or text[cut - 1] in JOINERS):
        cut -= 1
    kept = text[:cut]
    at_word = kept.rpartition(" ")[0]
    if not text[cut].isspace() and len(at_word) >= cut // 2:
        kept = at_word
    return (kept.rstrip(LOOSE_ENDS) + ELLIPSIS)[:limit]


def sentence(text: str) -> str:
    """End `text` with a full stop, unless it already ends like a sentence; nothing stays nothing."""
    return text if not text or text.endswith((".", "!", "?", ELLIPSIS)) else f"{text}."


def capital(text: str) -> str:
    """Begin with a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def _seen(character: str) -> str:
    if character in "\n" + JOINERS or "!" <= character <= "~":
        return character
    category = unicodedata.category(character)
    if category in BREAKS or character in "\t\r\v\f":
        return " "
    return "" if category in UNSEEN else character
