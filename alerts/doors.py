"""The links in a rep's mail: signed addresses of an alert's pages.

A door says which alert and which user; it opens those pages only, for `DOOR_AGE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.signing import InvalidSignatureError, Purpose, Signer

DOOR_AGE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Door:
    """Who may act on which alert."""

    alert_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class AlertLinks:
    """The four buttons of an alert mail."""

    calling: str
    result: str
    prospect: str
    why: str


def alert_links(signer: Signer, base_url: str, door: Door, now: datetime) -> AlertLinks:
    """Write the four addresses for one alert and reader."""
    signed = signer.sign(Purpose.ALERT, f"{door.alert_id}-{door.user_id}", now)
    home = f"{base_url}/a/{signed}"
    return AlertLinks(calling=f"{home}/calling", result=home, prospect=f"{home}/prospect", why=f"{home}/why")


def open_door(signer: Signer, text: str, now: datetime) -> Door:
    """Read a door's signed text back.

    Raises:
        tracker.signing.SignatureError: forged, mangled or older than `DOOR_AGE`.

    """
    value = signer.verify(Purpose.ALERT, text, now, DOOR_AGE).value
    alert, _, user = value.partition("-")
    if not (alert.isdigit() and user.isdigit()):
        raise InvalidSignatureError
    return Door(int(alert), int(user))
