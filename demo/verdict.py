"""Is this the right mail for the right rep? PURE: what is missing is said in plain sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alerts.plain import ELLIPSIS, plain

if TYPE_CHECKING:
    from demo.cast import Part
    from demo.mailbox import Received

SHOWN = 30
"""Characters of a name that a mail shows in any case; longer ones may be cut."""


def faults(mail: Received, part: Part) -> list[str]:
    """Say what is wrong with the mail about this prospect; empty when nothing is."""
    text = " ".join(f"{mail.subject} {mail.text}".split())
    found = []
    if mail.recipient != part.rep_email:
        found.append(f"The mail went to {mail.recipient}, and not to {part.rep_email}, whose deal it was.")
    if not _shows(text, part.name or part.email):
        found.append(f"The mail does not name {part.name or part.email}.")
    if part.account and not _shows(text, part.account):
        found.append(f"The mail does not name the account, {part.account}.")
    if part.phone and _digits(part.phone)[-6:] not in _digits(mail.text):
        found.append(f"The mail does not give the number, {part.phone}.")
    if not re.search(r"^LOST\b", mail.text, re.MULTILINE):
        found.append("The mail does not say what was lost.")
    elif part.competitor and not _shows(text, part.competitor):
        found.append(f"The mail does not say that they chose {part.competitor}.")
    return found


def _shows(text: str, name: str) -> bool:
    return plain(name, SHOWN).removesuffix(ELLIPSIS).casefold() in text.casefold()


def _digits(text: str) -> str:
    """Keep the digits alone, up to an extension."""
    return re.sub(r"\D", "", text.partition(";ext")[0])
