"""The words of the thank-you after a loss: the one place where they are written. PURE.

They respect the decision. Nothing here offers a lower price, asks to think again, or speaks of what anybody
saw: `tests/alerts/followups/test_thanks.py` holds them to it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from tracker.words import LossOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping

SUBJECT = "Thank you, {first_name}"
SUBJECT_TO_NOBODY = "Thank you for your time"
HELLO = "Hello {first_name},"
HELLO_TO_NOBODY = "Hello,"

THANKS = "Thank you for telling us how you decided, and for the time you gave us{about}."
ABOUT = " while you considered {product}"

RESPECT: Mapping[LossOutcome | None, str] = MappingProxyType(
    {
        LossOutcome.CHOSE_COMPETITOR: (
            "You have chosen somebody else for this, and we respect that. I hope that it does what you are"
            " looking for, and that the start goes smoothly."
        ),
        LossOutcome.DECIDED_NOTHING: (
            "You have decided to leave things as they are, and we respect that. You know best what your team"
            " needs now."
        ),
        LossOutcome.POSTPONED: (
            "You have put the project off, and we respect that. There is no hurry on our side; I wish you a"
            " good hand with what comes first."
        ),
        None: "We respect your decision, and I wish you all the best with it.",
    }
)

ASK = (
    "May I ask you for one thing: a quarter of an hour on the phone in about two weeks, around {day}?"
    " I should like to understand what we could have done better for you. It is to learn from you, not to"
    " change your mind."
)
AGREED = (
    "As agreed, I will call you on {slot}. I should like to understand what we could have done better for"
    " you: it is to learn from you, not to change your mind. If another time suits you better, just tell me."
)
ASK_FOR_A_LINE = (
    "If you ever like to tell me what we could have done better for you, a line in reply is welcome. It is to"
    " learn from you, not to change your mind."
)
"""For those who asked not to be called."""
WHEN = "Which day that week would suit you?"

CLOSE = "Kind regards"

NOTE = "{hello}\n\n{thanks} {respect}\n\nI have learned from it, and I wish you well.\n\n{close}\n{signature}"
"""To write by hand, where no mail may go."""
