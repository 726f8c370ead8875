"""Was it a person who pressed the button? A nonce that our script hands over upon a trusted gesture only.

Mail scanners open every link, and some fill in and submit the forms they find. A form here carries its
nonce beside its fields, not in them; `static/gesture.js` copies it into the form when, and only when,
the browser itself says that a press, key or tap was made by its user (`event.isTrusted`), and says how
long after the page appeared. So a scanner that submits forms without a script, or calls
`button.click()` or `form.submit()` by one, sends no nonce and changes nothing.

What this cannot tell: a scanner written for this page, that reads the nonce out of it; a browser driven
through a debugging protocol or by a robot hand, whose input the browser itself trusts, if it waits
longer than `QUICKEST`; a person who opens a mail that was forwarded to them. That is why every outcome
can be undone.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from tracker.ingest.screen import TOO_QUICK_MS
from tracker.signing import Purpose, SignatureError, new_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from alerts.doors import Door
    from tracker.signing import Signer

NONCE_AGE = timedelta(hours=2)
"""How long a page may lie open before its buttons ask for one more tap."""
QUICKEST = timedelta(milliseconds=TOO_QUICK_MS)
"""A gesture sooner than this after the page appeared is a program's."""

_GESTURE = re.compile(r"(?:pointerdown|keydown|click) (\d{1,12})")


def make_nonce(signer: Signer, door: Door, now: datetime) -> str:
    """Write a nonce for the forms of one page view."""
    return signer.sign(Purpose.FORM, f"{_owner(door)}{new_key()}", now)


def shows_gesture(form: Mapping[str, str]) -> bool:
    """Tell whether a form says that its user did something, not too soon; a nonce must prove it."""
    gesture = _GESTURE.fullmatch(form.get("gesture", ""))
    return gesture is not None and timedelta(milliseconds=int(gesture[1])) >= QUICKEST


def is_persons(signer: Signer, door: Door, form: Mapping[str, str], now: datetime) -> bool:
    """Tell whether a submitted form shows a person's gesture on a page of this door, lately."""
    if not shows_gesture(form):
        return False
    try:
        signed = signer.verify(Purpose.FORM, form.get("nonce"), now, NONCE_AGE)
    except SignatureError:
        return False
    return signed.value.startswith(_owner(door))


def _owner(door: Door) -> str:
    return f"{door.alert_id}-{door.user_id}-"
