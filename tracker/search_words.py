"""Words by which somebody is found: small letters without accents, as people type them. PURE."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WORD_LENGTH = 40
"""Characters of a word that count."""
MOST_WORDS = 40
"""Words of one prospect: somebody with a hundred deals is found by their name."""
MOST_TYPED = 6
"""Words of a search: each narrows it down, and nobody needs a seventh."""
PAST_ALL_LETTERS = "\U0010ffff"
"""Stands behind every word that goes on with a letter, however letters are compared by their numbers."""
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Give a text in small letters, without accents and in single spaces."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text.casefold())
        text = unicodedata.normalize(
            "NFC", "".join(char for char in apart if not unicodedata.combining(char))
        )
    return " ".join(text.casefold().split())


def words_of(texts: Iterable[str], most: int = MOST_WORDS) -> list[str]:
    """Give the words of some texts, each once, the first ones first."""
    found = (word[:WORD_LENGTH] for text in texts for word in _WORD.findall(fold(text)))
    return list(dict.fromkeys(found))[:most]


def typed_words(text: str) -> list[str]:
    """Give the beginnings of words that somebody looks for."""
    return words_of([text], MOST_TYPED)
