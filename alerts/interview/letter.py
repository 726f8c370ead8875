"""The mail in which a rep asks for an interview, from their own mailbox: Ringback never sends it. PURE."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.content.letter import Draft
from alerts.plain import plain

NAME, GIFT = 60, 200


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes."""

    name: str
    company: str
    """Ours; may be empty."""


def draft(link: str, first_name: str, sender: Sender, independent: str, gift: str) -> Draft:
    """Write it: why they are asked, how long it takes, the gift if there is one, and that silence is fine.

    `independent` names who asks on our behalf; empty: the sender asks.
    """
    asks = (
        f"{plain(independent, NAME)}, who had no part in the sale, asks on our behalf."
        if independent
        else "I ask because we want to do better next time, not to change your mind."
    )
    parts = [
        f"Hi {plain(first_name, NAME)}," if first_name.strip() else "Hello,",
        "you did not go ahead with us, and I respect that. Would you tell us why?",
        f"{asks} It takes about five minutes, and you can leave out whatever you like:",
        link,
        f"As a thank-you: {plain(gift, GIFT)}" if gift else "",
        "If you would rather not, that is fine: just leave this mail unanswered.",
        "\n".join(filter(None, (plain(sender.name, NAME), plain(sender.company, NAME)))),
    ]
    return Draft("Would you tell us why?", "\n\n".join(filter(None, parts)))
