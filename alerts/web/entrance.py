"""Who comes in by a signed address, and what they may see: one alert, its prospect, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from alerts.briefing.moments import UTC_ZONE, zone_named
from alerts.doors import open_door
from alerts.ground import NotYoursError, behind, claim_of
from alerts.plain import printable
from alerts.web.reader import Reader
from tracker.ingest.history import PEOPLE
from tracker.models import Visit
from tracker.signing import ExpiredSignatureError, SignatureError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.doors import Door
    from alerts.ground import Claim
    from tracker.installation import Installation
    from tracker.signing import Signer


class RefusedError(Exception):
    """Nobody comes in; what the one who tried is told."""

    def __init__(self, status: HTTPStatus, heading: str, advice: str) -> None:
        """Take the status, what is the matter, and what to do."""
        super().__init__(heading)
        self.status = status
        self.heading = heading
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Guest:
    """The reader of an alert's pages."""

    signed: str
    """The address that let them in."""
    door: Door
    reader: Reader
    prospect_id: int
    claim: Claim | None
    closed_at: datetime | None
    corrected_at: datetime | None = None
    """When what was told turned out not to hold, and why."""
    correction: str = ""
    person_again: bool = False
    """Since then their visit counts as a person's again."""

    @property
    def taken_back(self) -> bool:
        """The alert is no reason to call any more."""
        return self.corrected_at is not None and not self.person_again

    @property
    def calling(self) -> bool:
        """The reader is the one who is calling."""
        return self.claim is not None and self.claim.user_id == self.door.user_id

    @property
    def taken(self) -> bool:
        """Somebody else is calling."""
        return self.claim is not None and not self.calling


def unlock(signer: Signer, signed: str, now: datetime) -> Door:
    """Read a signed address.

    Raises:
        RefusedError: 410 when it has expired, 404 when it is none of ours.

    """
    try:
        return open_door(signer, signed, now)
    except ExpiredSignatureError as error:
        raise RefusedError(
            HTTPStatus.GONE,
            "This link has expired",
            "Links in alert mails work for 30 days. Open a newer mail about the same person, or log the"
            " call in your CRM.",
        ) from error
    except SignatureError as error:
        raise nothing_here() from error


def enter(session: Session, installation: Installation, signed: str, now: datetime) -> Guest:
    """Let the reader of a signed address in.

    Raises:
        RefusedError: the address is none of ours or expired, or the alert is not this reader's (any more).

    """
    door = unlock(installation.signer, signed, now)
    try:
        alert, user = behind(session, door)
    except NotYoursError as error:
        raise nothing_here() from error
    return Guest(
        signed=signed,
        door=door,
        reader=Reader(zone_named(user.time_zone) or UTC_ZONE, now),
        prospect_id=alert.prospect_id,
        claim=claim_of(session, alert),
        closed_at=alert.closed_at,
        corrected_at=alert.corrected_at,
        correction=printable(alert.correction),
        person_again=session.get_one(Visit, alert.visit_id).state in PEOPLE,
    )


def nothing_here() -> RefusedError:
    """Say the same of what never was, what is gone, and what is somebody else's."""
    return RefusedError(
        HTTPStatus.NOT_FOUND,
        "There is nothing here",
        "The link may have been cut in two by a mail program: open it from the alert mail itself. If it"
        " still ends here, the alert is now with a colleague, or its person was erased.",
    )
