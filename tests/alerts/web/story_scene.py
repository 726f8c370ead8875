"""A story worth telling: Dana of Brightwell, lost to Acme, called, mailed, and back on the pricing page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from alerts.models import Delivery, MessageState
from alerts.words import Decision, OutcomeKind
from tests.alerts.scenes import (
    add_alert,
    add_browser,
    add_message,
    add_outcome,
    add_page,
    add_visit,
)
from tests.builders import (
    NOON,
    add_account,
    add_campaign,
    add_deal,
    add_owner_name,
    add_prospect,
    add_token,
    add_user,
)
from tracker.models import Consent, DealStatus
from tracker.words import Role

if TYPE_CHECKING:
    from alerts.models import Alert, Outcome
    from tests.tracker.web.company import Company
    from tracker.models import Account, Deal, Prospect, User

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass
class Told:
    """Who is in it."""

    sam: User
    brightwell: Account
    dana: Prospect
    eli: Prospect
    deal: Deal
    alert: Alert
    spoke: Outcome


def tell(company: Company) -> Told:
    """Dana came by a mailing and was called, then came back on her own; Eli, her colleague, looked around."""
    with company.database.writing() as session:
        sam = add_user(session, "Sam Reed", role=Role.REP, time_zone="Europe/London")
        owner = add_owner_name(session, sam)
        brightwell = add_account(session, owner=owner)
        dana = add_prospect(session, brightwell, job_title="Head of Operations", time_zone="Europe/London")
        eli = add_prospect(session, brightwell, "Eli Brook", phone="")
        deal = add_deal(session, dana, owner=owner, title="Brightwell rollout", renewal_on=date(2026, 5, 1))
        add_deal(session, eli, owner=owner, title="Pilot", status=DealStatus.OPEN)
        add_token(session, dana, NOON - 60 * DAY)
        session.add(
            Consent(prospect_id=dana.id, given_at=NOON - 59 * DAY, text_version="2026-01", source="banner")
        )
        browser = add_browser(session, dana)
        first = add_visit(
            session,
            dana,
            browser,
            NOON - 30 * DAY,
            by_link=True,
            campaign_id=add_campaign(session, "winter-26").id,
            intent=40,
            state_reasons=["scrolled and clicked"],
        )
        add_page(session, first, "case study", title="How Hill & Co. rolled out")
        told = add_alert(session, first, sam, why="ordinary visit", decision=Decision.DIGEST)
        spoke = add_outcome(session, told, sam, OutcomeKind.SPOKE, note="rollout slow", at=NOON - 29 * DAY)
        held = add_visit(session, eli, at=NOON - 2 * DAY, intent=12)
        add_page(session, held, "docs")
        sentence = "They have an open deal, so somebody is talking to them."
        add_alert(session, held, sam, decision=Decision.HOLD, why="open deal", sentence=sentence)
        back = add_visit(
            session,
            dana,
            browser,
            NOON - 10 * MINUTE,
            intent=62,
            intent_reasons=[{"name": "page: pricing", "points": 30, "sentence": "Read a page about pricing"}],
        )
        for topic in ("pricing", "comparison", "security", "docs", "demo", "contact"):
            add_page(session, back, topic, title=topic.capitalize())
        alert = add_alert(session, back, sam, deal_id=deal.id, account_id=brightwell.id)
        mail = add_message(
            session, sam, alert, state=MessageState.SENT, created_at=NOON - 9 * MINUTE, attempts=2
        )
        for number, result, reason in ((1, "retry", "450 busy"), (2, "sent", "")):
            session.add(
                Delivery(
                    message_id=mail.id,
                    attempt=number,
                    to_address=sam.email,
                    started_at=NOON - (10 - number) * MINUTE,
                    result=result,
                    reason=reason,
                )
            )
        alert.sent_at = NOON - 8 * MINUTE
        return Told(sam, brightwell, dana, eli, deal, alert, spoke)
