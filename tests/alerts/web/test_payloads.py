"""S7: whatever a visitor's browser or an import brought is text on the pages, and nothing runs."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.models import Alert, Delivery, MessageState
from alerts.outcome import record
from alerts.words import Decision, OutcomeKind
from tests.alerts.scenes import MORNING, add_message, add_page
from tests.alerts.test_payloads import PAYLOADS, Outline
from tests.alerts.web.front import Front, open_front, served
from tests.builders import add_campaign, add_owner_name
from tracker import db
from tracker.models import Account, Base, Consent, Deal, Prospect, User, Visit
from tracker.suppression import suppress
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Dialog
    from sqlalchemy.orm import Session

PAGES = ("", "/calling", "/prospect", "/why")


def fill(front: Front, text: str) -> None:
    """Put `text` into every field that comes from outside, and make every part of the pages show."""
    with front.installation.database.writing() as session:
        _fill_person(session, front, text)
        visit = session.get_one(Visit, front.scene.visit.id)
        visit.state_reasons = [text]
        visit.intent_reasons = [{"name": text, "points": 30, "sentence": text}]
        visit.by_link, visit.campaign_id = True, add_campaign(session, text[:64]).id
        visit.identity = [text]
        add_page(session, visit, text[:60], url=text[:2000], title=text[:200], referrer=text[:200])
        add_page(session, visit, text[:60], url=f"https://www.northwind.example/{text}"[:2000])
        alert = session.get_one(Alert, front.scene.alert.id)
        alert.decision, alert.why, alert.sentence = Decision.HOLD, text[:60], text
        message = add_message(
            session, front.scene.sam, alert, state=MessageState.FAILED, last_reason=text, attempts=1
        )
        session.add(
            Delivery(
                message_id=message.id,
                attempt=1,
                to_address=text[:320],
                started_at=MORNING,
                result="refused",
                reason=text,
            )
        )
        record(
            session,
            front.installation.signer,
            front.door,
            OutcomeKind.CALLING,
            front.now - timedelta(minutes=9),
        )
        record(session, front.installation.signer, front.door, OutcomeKind.SPOKE, front.now, note=text)


def _fill_person(session: Session, front: Front, text: str) -> None:
    session.get_one(User, front.scene.sam.id).name = text[:200]
    dana = session.get_one(Prospect, front.scene.dana.id)
    dana.name = dana.first_name = text[:100]
    dana.email, dana.job_title, dana.phone, dana.time_zone = text[:320], text[:200], text[:40], text[:64]
    session.get_one(Account, dana.account_id).name = text[:300]
    deal = session.get_one(Deal, front.scene.deal.id)
    deal.title = deal.product = deal.competitor = text[:200]
    deal.reason = deal.notes = text
    deal.currency = text[:3]
    deal.owner_name_id = add_owner_name(session, None, text[:100]).id
    session.add(Consent(prospect_id=dana.id, given_at=MORNING, text_version=text[:100], source=text[:200]))
    signer = front.installation.signer
    suppress(session, signer, [dana.email], SuppressionKind.UNSUBSCRIBED, text, MORNING)


def all_pages(front: Front, text: str) -> list[str]:
    """The four pages, one that asks for another tap, and one with a complaint: all with the text."""
    form = {"kind": "call_back", "note": text, "call_back_on": text}
    once_more = front.app.test_client().post(f"{front.home()}/outcome", data=form)
    return [*(front.get(page).text for page in PAGES), once_more.text, front.tap(**form).text]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_s7_a_payload_in_every_field_is_text(front: Front, payload: str) -> None:
    allowed = {mark for page in all_pages(front, "Plain words") for mark in Outline(page).marks}
    fill(front, "Plain words")
    allowed |= {mark for page in all_pages(front, "Plain words") for mark in Outline(page).marks}
    fill(front, payload)
    for page in all_pages(front, payload):
        found = Outline(page)
        assert found.marks <= allowed
        assert all(href.startswith(("/a/", "https://", "tel:")) for href in found.hrefs)
        assert not {one for one in page if unicodedata.category(one) in {"Cc", "Cf", "Cs"}} - set("\n")


@pytest.mark.browser
def test_s7_no_payload_runs_in_a_real_browser(chromium: Chromium, tmp_path: Path) -> None:
    database = db.connect(f"sqlite:///{tmp_path / 'ringback.db'}")
    Base.metadata.create_all(database.write_engine)
    front = open_front(database)
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    dialogs: list[str] = []

    def close(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", close)
    with served(front.app) as address:
        for payload in PAYLOADS:
            fill(front, payload)
            for path in PAGES:
                page.goto(f"{address}{front.home()}{path}")
                assert page.evaluate("document.documentElement.scrollWidth") == 390
                assert page.locator("script:not([src$='/gesture.js'])").count() == 0
    assert dialogs == []
    page.close()
    database.dispose()
