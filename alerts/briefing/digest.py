"""Gather a rep's morning: who looked in without it being a call-now, the strongest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.briefing.brief import brief
from alerts.briefing.facts import DigestBriefing, DigestEntry
from alerts.doors import Door, alert_links
from alerts.models import Alert

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.installation import Installation

LONGEST = 25
"""People in one mail; who reads more than that before the first call."""


def digest_briefing(
    session: Session, installation: Installation, user_id: int, alert_ids: Collection[int], now: datetime
) -> DigestBriefing:
    """Rank `alert_ids` by intent for the reader `user_id`, one entry a person; the gone are left out."""
    by_person: dict[int, list[Alert]] = {}
    found = session.scalars(select(Alert).where(Alert.id.in_(alert_ids)))
    for alert in sorted(found, key=lambda one: (-one.intent, -one.decided_at.timestamp(), one.id)):
        by_person.setdefault(alert.prospect_id, []).append(alert)
    entries = []
    base_url = installation.settings.base_url
    for strongest, *others in list(by_person.values())[:LONGEST]:
        links = alert_links(installation.signer, base_url, Door(strongest.id, user_id), now)
        entries.append(
            DigestEntry(
                briefing=brief(session, installation, strongest.id, now, reader_id=user_id),
                visits=1 + len(others),
                link=links.prospect,
            )
        )
    return DigestBriefing(tuple(entries), more=max(len(by_person) - LONGEST, 0), home=f"{base_url}/")
