"""How names are told apart: companies and owners are the same when only case and spacing differ. PURE."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

REMEMBERED = 1 << 14
"""Names whose keys are kept: an import asks for each several times while it works on a batch."""


@lru_cache(maxsize=REMEMBERED)
def name_key(text: str, length: int = 300) -> str:
    """Give the key under which a name is stored: casefolded, single spaces, composed letters.

    At most `length` characters, as wide as the column that holds it.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.casefold().split())[:length]


def email_key(address: str) -> str:
    """Give the key under which an e-mail address is stored."""
    return address.strip().casefold()
