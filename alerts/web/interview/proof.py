"""Was it a person who saved this answer? With JavaScript by their gesture, without it by what scanners omit.

With a script the rule is that of the alert's pages (`alerts.web.gesture`): a nonce reaches the form upon a
trusted gesture only. A page without one carries another nonce within `noscript`, which no browser that runs
scripts sends. It proves less, so more is asked beside it: something was typed or chosen, not sooner than a
person can, and the field that nobody sees stayed empty. What weighs more than a sentence, a yes to hear from
us and the emptying of an answer, is asked for once more, on a page that comes only after a first try.

What this cannot tell: a program that reads pages without a script, writes believable sentences, waits, and
goes on to the second page. That is why answers can be discarded, and why no yes comes with a first press.
"""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, NamedTuple

from alerts.web.gesture import shows_gesture
from tracker.signing import Purpose, SignatureError, new_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tracker.signing import Signer

PAGE_AGE = timedelta(hours=12)
"""How long a page may lie open before its button asks for one more press."""
TOO_QUICK = timedelta(seconds=2)
"""Without a script: nobody reads a question and answers it in less."""
TRAP = "nothing_here"
"""A field that nobody sees; what fills in every field fills in this one, too."""


class Proof(IntEnum):
    """How sure it is that a person is there; each holds those before it."""

    NONE = 0
    LIKELY = 1
    """Enough for an answer."""
    SURE = 2
    """Enough for a yes, and for emptying an answer."""


class _Kind(StrEnum):
    GESTURE = "gesture"
    NO_SCRIPT = "no-script"
    AGAIN = "again"


class Nonces(NamedTuple):
    """What one view of a form carries."""

    gesture: str
    """Beside the form; a script copies it in upon a trusted gesture."""
    plain: str
    """For browsers without a script."""


def make_nonces(signer: Signer, owner: str, now: datetime, *, again: bool) -> Nonces:
    """Write the nonces of one view of `owner`'s form; `again`: it comes after a press that did not count."""
    kinds = (_Kind.GESTURE, _Kind.AGAIN if again else _Kind.NO_SCRIPT)
    return Nonces(*(signer.sign(Purpose.ASKED, f"{kind}/{owner}/{new_key()}", now) for kind in kinds))


def prove(signer: Signer, owner: str, form: Mapping[str, str], now: datetime) -> Proof:
    """Tell how sure it is that a person sent this form, which `owner` names."""
    if shows_gesture(form) and _made_at(signer, _Kind.GESTURE, owner, form.get("nonce"), now):
        return Proof.SURE
    if form.get(TRAP):
        return Proof.NONE
    for kind, proof in ((_Kind.AGAIN, Proof.SURE), (_Kind.NO_SCRIPT, Proof.LIKELY)):
        made_at = _made_at(signer, kind, owner, form.get("plain"), now)
        if made_at is not None and now - made_at >= TOO_QUICK:
            return proof
    return Proof.NONE


def _made_at(signer: Signer, kind: _Kind, owner: str, nonce: str | None, now: datetime) -> datetime | None:
    try:
        signed = signer.verify(Purpose.ASKED, nonce, now, PAGE_AGE)
    except SignatureError:
        return None
    return signed.at if signed.value.startswith(f"{kind}/{owner}/") else None
