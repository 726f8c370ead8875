"""The mail in which a rep asks for an interview, from their own mailbox: Ringback never sends it. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.content.letter import Draft
from alerts.plain import plain

if TYPE_CHECKING:
    from alerts.interview.opened import Opened

NAME, GIFT = 60, 200


def draft(opened: Opened, link: str, first_name: str, sender: str, company: str) -> Draft:
    """Write it: why they are asked, how long it takes, the gift if there is one, and that silence is fine."""
    ours = plain(company, NAME)
    asks = (
        f"{opened.asker}, who had no part in the sale, asks on our behalf."
        if opened.independent
        else "I ask because we want to do better next time, not to change your mind."
    )
    parts = [
        f"Hi {plain(first_name, NAME)}," if first_name.strip() else "Hello,",
        "you decided against us, and I respect that. Would you tell us why?",
        f"{asks} It takes about five minutes, and you can leave out whatever you like:",
        link,
        f"As a thank-you: {plain(opened.gift, GIFT)}" if opened.gift else "",
        "If you would rather not, that is fine: just leave this mail unanswered.",
        "\n".join(filter(None, (plain(sender, NAME), ours))),
    ]
    return Draft("Would you tell us why?", "\n\n".join(filter(None, parts)))
