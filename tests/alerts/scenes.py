"""Scenes of visits and alerts for the stories of what a rep reads, around the product's own example."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from alerts.models import Alert, Decision, Message, MessageKind, Outcome, OutcomeKind
from alerts.upshot import settle
from tests.builders import add_account, add_deal, add_owner_name, add_prospect, add_site, add_user
from tracker.installation import Installation
from tracker.models import Browser, PageView, Visit
from tracker.settings import Settings
from tracker.signing import Signer, new_key
from tracker.words import State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.models import Deal, Prospect, User

MORNING = datetime(2026, 2, 10, 9, 42, tzinfo=UTC)
"""A Tuesday; 09:42 in London, too."""
CHROME_ON_MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/144.0.0.0 Safari/537.36"
)
SAFARI_ON_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)

_serial = count(1)


def installation(database: Database, **settings: object) -> Installation:
    values: dict[str, object] = {"company": "Northwind", "base_url": "https://ringback.northwind.example"}
    return Installation(
        Settings.model_validate(values | settings), database, Signer(["0123456789abcdefghijklmnopqrstuv"])
    )


def add_browser(session: Session, prospect: Prospect, **fields: object) -> Browser:
    browser = Browser(key=new_key(16), prospect_id=prospect.id, created_at=MORNING, **fields)
    session.add(browser)
    session.flush()
    return browser


def add_visit(
    session: Session,
    prospect: Prospect,
    browser: Browser | None = None,
    at: datetime = MORNING,
    **fields: object,
) -> Visit:
    """A confirmed visit whose last sign was at `at`, begun three minutes before."""
    values: dict[str, object] = {
        "started_at": at - timedelta(minutes=3),
        "last_at": at,
        "state": State.CONFIRMED,
        "user_agent": CHROME_ON_MAC,
        "site_id": add_site(session).id,
    } | fields
    browser = browser or add_browser(session, prospect)
    visit = Visit(prospect_id=prospect.id, browser_id=browser.id, **values)
    session.add(visit)
    session.flush()
    return visit


def add_page(session: Session, visit: Visit, topic: str = "pricing", **fields: object) -> PageView:
    values: dict[str, object] = {
        "at": visit.started_at,
        "url": f"https://www.northwind.example/{topic.replace(' ', '-')}",
        "topic": topic,
        "visible_ms": 185_000,
    } | fields
    page = PageView(hit_id=f"hit{next(_serial)}", visit_id=visit.id, **values)
    session.add(page)
    visit.pages += 1
    session.flush()
    return page


def add_alert(session: Session, visit: Visit, user: User | None, **fields: object) -> Alert:
    values: dict[str, object] = {
        "decision": Decision.CALL,
        "why": "high intent page",
        "sentence": "Read a page about pricing.",
        "intent": 62,
        "tier": "hot",
        "decided_at": visit.last_at,
    } | fields
    alert = Alert(
        visit_id=visit.id, prospect_id=visit.prospect_id, user_id=user.id if user else None, **values
    )
    session.add(alert)
    session.flush()
    return alert


def add_message(
    session: Session, user: User, *alerts: Alert, kind: MessageKind = MessageKind.ALERT, **fields: object
) -> Message:
    number = next(_serial)
    values: dict[str, object] = {
        "dedupe_key": f"{kind}:{number}",
        "mail_id": f"<{number}@ringback.example>",
        "next_attempt_at": MORNING,
        "created_at": MORNING,
    } | fields
    message = Message(kind=kind, user_id=user.id, **values)
    session.add(message)
    session.flush()
    for alert in alerts:
        alert.message_id = message.id
    session.flush()
    return message


def add_outcome(session: Session, alert: Alert, user: User, kind: OutcomeKind, **fields: object) -> Outcome:
    values: dict[str, object] = {"at": MORNING} | fields
    outcome = Outcome(alert_id=alert.id, prospect_id=alert.prospect_id, user_id=user.id, kind=kind, **values)
    session.add(outcome)
    session.flush()
    settle(session, session.get_one(Alert, outcome.alert_id))
    return outcome


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is in the product's example."""

    sam: User
    dana: Prospect
    deal: Deal
    visit: Visit
    alert: Alert


def dana_reads_pricing(session: Session) -> Scene:
    """The product's example: Dana, who chose Acme, reads the pricing page for the second time this week."""
    sam = add_user(session, time_zone="Europe/London", email="sam@northwind.example")
    owner = add_owner_name(session, sam)
    account = add_account(session, owner=owner)
    dana = add_prospect(session, account, time_zone="Europe/London")
    deal = add_deal(session, dana, owner=owner, imported_at=MORNING - timedelta(hours=4))
    browser = add_browser(session, dana)
    spoken_of = add_visit(session, dana, browser, at=datetime(2026, 1, 12, 10, tzinfo=UTC))
    add_outcome(
        session,
        add_alert(session, spoken_of, sam),
        sam,
        OutcomeKind.SPOKE,
        note="rollout slow",
        at=spoken_of.last_at,
    )
    add_visit(session, dana, browser, at=MORNING - timedelta(days=2))
    visit = add_visit(session, dana, browser)
    add_page(session, visit)
    return Scene(sam, dana, deal, visit, add_alert(session, visit, sam, deal_id=deal.id))
