"""Four people who were lost for different reasons, and how a page lists them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

from tests.builders import NOON, add_account, add_deal, add_owner_name, add_prospect
from tests.tracker.test_listing import add_visit
from tracker.listing import relist
from tracker.models import Campaign, Consent, Prospect, ReasonKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.tracker.web.company import Browser, Company
    from tracker.models import User

NAMES = re.compile(r'<td><a href="[^"]+">([^<]+)</a>')


def found(browser: Browser, query: str = "") -> list[str]:
    answer = browser.gets(f"/prospects?{query}")
    assert answer.status_code == 200, answer.location
    return [unescape(name) for name in NAMES.findall(answer.text)]


def lose(
    session: Session,
    name: str,
    owner: User | None = None,
    **deal: Any,  # noqa: ANN401  (columns differ)
) -> Prospect:
    account = add_account(session, f"{name.rsplit(maxsplit=1)[-1]} Works", add_owner_name(session, owner))
    prospect = add_prospect(session, account, name)
    add_deal(session, prospect, **{"title": f"Pro for {name}"} | deal)
    relist(session, [prospect.id])
    return prospect


def lose_four(company: Company) -> dict[str, Prospect]:
    """Four people who were lost for different reasons; two have come back."""
    now = company.door.now
    with company.database.writing() as session:
        people = {
            "dana": lose(session, "Dana Ortiz", competitor="Acme", value_minor=4_800_000),
            "kim": lose(
                session, "Kim Lee", reason_kind=ReasonKind.FEATURE, competitor="", value_minor=900_000
            ),
            "omar": lose(session, "Omar Müller", reason_kind=ReasonKind.TIMING, value_minor=None),
            "zoe": lose(session, "Zoë Adler", reason_kind=None, competitor="Zenith", value_minor=7_000_000),
        }
        spring = session.get_one(Campaign, 1)
        add_visit(session, people["kim"], now - timedelta(days=2), intent=85, campaign_id=spring.id)
        add_visit(session, people["zoe"], now - timedelta(days=200), intent=40)
        session.add(Consent(prospect_id=people["dana"].id, given_at=NOON, text_version="1", source="form"))
        relist(session, [one.id for one in people.values()])
    return people
