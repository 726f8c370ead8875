"""Gather a rep's morning: who looked in without it being a call-now, the strongest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.briefing.brief import brief
from alerts.briefing.facts import DigestBriefing, DigestEntry, DigestName
from alerts.briefing.known import Known
from alerts.doors import Door, alert_links
from alerts.models import Alert
from alerts.plain import plain
from tracker.among import among
from tracker.models import Account, Prospect

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.installation import Installation

LONGEST = 25
"""People told of at length in one mail; of all others the names, so that nobody is lost."""

LABEL_LENGTH = 60
NAMELESS = "Somebody without a name"


def digest_briefing(
    session: Session,
    installation: Installation,
    user_id: int,
    alert_ids: Collection[int],
    now: datetime,
    known: Known | None = None,
) -> DigestBriefing:
    """Rank `alert_ids` by intent for the reader `user_id`, one entry a person; the gone are left out.

    `known` is the alerts and what is on record of their people, if that was loaded before.
    """
    by_person: dict[int, list[Alert]] = {}
    known = known or Known.load(session, among(Alert.id, alert_ids))
    found = [alert for alert in known.alerts if alert.id in alert_ids]
    for alert in sorted(found, key=lambda one: (-one.intent, -one.decided_at.timestamp(), one.id)):
        by_person.setdefault(alert.prospect_id, []).append(alert)
    base_url = installation.settings.base_url
    entries, names = [], []
    for rank, (strongest, *others) in enumerate(by_person.values()):
        link = alert_links(installation.signer, base_url, Door(strongest.id, user_id), now).prospect
        if rank < LONGEST:
            briefing = brief(session, installation, strongest.id, now, reader_id=user_id, known=known)
            entries.append(DigestEntry(briefing, visits=1 + len(others), link=link))
        else:
            names.append(DigestName(_label(session, strongest), link))
    return DigestBriefing(tuple(entries), tuple(names))


def _label(session: Session, alert: Alert) -> str:
    who = session.get_one(Prospect, alert.prospect_id)
    account = session.get(Account, alert.account_id) if alert.account_id is not None else None
    parts = (who.name, account.name if account else "")
    return ", ".join(plain(part, LABEL_LENGTH) for part in parts if part) or NAMELESS
