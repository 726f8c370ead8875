"""Does consent on record let anybody in, where a site counts nothing else?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.doctor.finding import Finding, mind, well
from tracker.models import Consent
from tracker.sites import all_sites
from tracker.words import ConsentSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session


def check_consents(session: Session) -> Iterator[Finding]:
    """Look whether there is consent on record for the sites that rely on it."""
    sites = [site for site in all_sites(session) if site.consent_source is ConsentSource.RECORDED]
    if not sites:
        return
    people = session.scalar(
        select(func.count(Consent.prospect_id.distinct())).where(Consent.revoked_at.is_(None))
    )
    if people:
        yield well(f"People whose consent is on record: {people:,}.")
        return
    for site in sites:
        yield mind(
            f"{site.name}: counts only consent on record, and there is none, so nobody is recognised there."
            " `ringback consent FILE --text-version V --source S` puts it on record; then write links anew."
        )
