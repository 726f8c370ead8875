"""What the page says of each choice. PURE."""

from __future__ import annotations

from tracker.preferences import OFFER_WORDS

ONE_CLICK_FIELD, ONE_CLICK_VALUE = "List-Unsubscribe", "One-Click"
"""What RFC 8058 has mail programs send."""
CHOICES = (
    ("mailings", "You may send me mailings.", ""),
    ("offers", OFFER_WORDS, "Only while you get mailings, too."),
    ("calls", "You may call me.", ""),
    (
        "recognition",
        "You may recognise me on your website.",
        "Only if you agreed to that there. Without it you get no mailings either: their links recognise you.",
    ),
)
"""The name of each choice, what a yes says, and what else one should know."""
CHANGES = {
    ("mailings", True): "You want mailings again.",
    ("mailings", False): "You want no more mailings.",
    ("offers", True): "You want to hear of offers.",
    ("offers", False): "You want to hear of no offers.",
    ("calls", True): "We may call you again.",
    ("calls", False): "You want no calls.",
    ("recognition", True): "We may recognise you on our website again, where you agree to it there.",
    ("recognition", False): (
        "You do not want to be recognised on our website. We forget the browsers in which we recognised you,"
        " and send no mailings."
    ),
}
"""What a change says, by the name of the choice and what it is then."""
