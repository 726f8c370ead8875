"""How things stand with a person before any visit: wishes, consent and links, in words. PURE."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from alerts.dossier import Dossier, LinkFacts
    from alerts.why.line import Line

WISHES: Mapping[str, str] = MappingProxyType(
    {
        SuppressionKind.UNSUBSCRIBED: "They want no mailings.",
        SuppressionKind.DO_NOT_CALL: "They do not want to be called, so nobody is alerted.",
        SuppressionKind.DO_NOT_TRACK: "They do not want to be recognised, so their visits are not stored.",
    }
)
"""What each wish means for alerts."""
WRITE_ANEW = "Write links anew for the next mailing: `ringback links`."
NO_LINK = (
    "They have no link: `ringback links` writes them for a mailing, `ringback link` for a personal mail."
)
NOT_SEEN = (
    "No visit has been seen. They did not open the link, did not agree to be recognised, or something in"
    " their browser kept the script out. `ringback check` tells whether the site's script works."
)


def standing(person: Dossier, now: datetime, *, visited: bool) -> tuple[Line, ...]:
    """Tell their wishes with their sources, their consent, and how good their link is."""
    wishes: list[Line] = [
        (f"{WISHES.get(wish.kind, wish.kind)} On record since ", wish.at, f", source: {wish.source}.")
        for wish in person.wishes
    ]
    lines = (*wishes, _consent(person), _link(person, now))
    waiting = not visited and not person.no_recognising and _good_link(person, now) is not None
    return (*lines, (NOT_SEEN,)) if waiting else lines


def why_nothing(person: Dossier, now: datetime) -> Line:
    """Answer for a person of whom no visit is on record."""
    if person.no_recognising:
        return ("No alert: they asked not to be recognised, so no visit of theirs is stored.",)
    if not person.links:
        return ("No alert: no link was ever made for them, so they cannot be recognised.",)
    if _good_link(person, now) is None:
        return ("No alert: no visit was seen, and their link is no longer good.",)
    return ("No alert: no visit of theirs has been seen.",)


def _consent(person: Dossier) -> Line:
    given = next((one for one in person.consents if one.revoked_at is None), None)
    if given is not None:
        return ("They agreed to be recognised ", given.given_at, f" ({given.text_version}, {given.source}).")
    for one in person.consents:
        if one.revoked_at is not None:
            return ("They took back their consent ", one.revoked_at, ".")
    if person.no_recognising:
        return ("No consent is on record with us.",)
    return ("No consent is on record with us: they are recognised once they agree on the website.",)


def _link(person: Dossier, now: datetime) -> Line:
    good = _good_link(person, now)
    if good is not None:
        return ("Their link was made ", good.issued_at, " and is good until ", good.expires_at, ".")
    if not person.links:
        return (NO_LINK,)
    last = person.links[0]
    if last.revoked_at is not None:
        return ("Their link was revoked ", last.revoked_at, f". {WRITE_ANEW}")
    return ("Their link expired ", last.expires_at, f". {WRITE_ANEW}")


def _good_link(person: Dossier, now: datetime) -> LinkFacts | None:
    return next((link for link in person.links if link.revoked_at is None and link.expires_at > now), None)
