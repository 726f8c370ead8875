"""Sam's desk: Dana of Brightwell with an open and a lost deal of his, and Kim's people out of his reach."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from tests.builders import add_account, add_deal, add_owner_name, add_prospect
from tracker.models import Deal, DealStatus, Prospect, Role

if TYPE_CHECKING:
    from tests.tracker.web.company import Browser, Company
    from tracker.models import User

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}",
    "=HYPERLINK(1)",
    "' OR 1=1 --",
)


@dataclass
class Desk:
    """`browser` is Sam's."""

    company: Company
    sam: User
    browser: Browser
    dana: int
    open_deal: int
    lost_deal: int
    stranger: int
    """A prospect of Kim's."""

    def person(self, number: int = 0) -> Prospect:
        with self.company.database.reading() as session:
            return session.get_one(Prospect, number or self.dana)

    def deal(self, number: int = 0) -> Deal:
        with self.company.database.reading() as session:
            return session.get_one(Deal, number or self.open_deal)


def desk_of_sam(company: Company, role: Role = Role.REP) -> Desk:
    sam = company.hire("Sam Reed", role=role, time_zone="Europe/London")
    kim = company.hire("Kim Berg")
    with company.database.writing() as session:
        his, hers = add_owner_name(session, sam), add_owner_name(session, kim)
        brightwell = add_account(session, "Brightwell", his)
        brightwell.name_key = "brightwell"
        dana = add_prospect(session, brightwell, email="dana@brightwell.example")
        running = add_deal(
            session,
            dana,
            owner=his,
            title="Seats for Brightwell",
            status=DealStatus.OPEN,
            closed_on=None,
            outcome=None,
            reason="",
            reason_kind=None,
            competitor="",
            notes="Wants SSO.",
        )
        lost = add_deal(session, dana, owner=his)
        account = add_account(session, "Larkfield", hers)
        account.name_key = "larkfield"
        stranger = add_prospect(session, account, "Lee Chan", email="lee@larkfield.example")
        add_deal(session, stranger, owner=hers, title="Pro for Larkfield")
        numbers = (dana.id, running.id, lost.id, stranger.id)
    return Desk(company, sam, company.browser(sam), *numbers)


def field(page: str, name: str) -> str:
    """What a page's field of this name holds."""
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', page)
    assert found is not None, name
    return unescape(found[1])


def is_harmless(page: str) -> bool:
    """Whether nothing that was typed became more than text in this page."""
    return not any(sign in page for sign in ("<script>alert", "<img src=x", 'href="javascript', ">49<"))
