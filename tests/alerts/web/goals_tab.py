"""What the stories of the tab Goals share: the tab, what is noted, what there is to send, what was sent."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import ContentSent
from alerts.words import ContentKind
from tests.alerts.content.shelf import add_item
from tests.builders import add_site, add_token
from tracker.models import Goal, Prospect
from tracker.suppression import suppress

if TYPE_CHECKING:
    from tests.tracker.web.prospects.desk_of_sam import Desk
    from tracker.words import SuppressionKind

SITE = "https://www.northwind.example"
GUIDE = f"{SITE}/guides/onboarding"


def tab(desk: Desk, more: str = "") -> str:
    answer = desk.browser.gets(f"/prospects/{desk.dana}/goals{more}")
    assert answer.status_code == 200
    return unescape(answer.text)


def notes(desk: Desk, text: str = "Train new people in a week", topic: str = "onboarding") -> int:
    answer = desk.browser.sends(f"/prospects/{desk.dana}/goals", text=text, topic=topic, kind="goal")
    assert answer.status_code == 303
    return goals(desk)[-1].id


def goals(desk: Desk) -> list[Goal]:
    with desk.company.database.reading() as session:
        return list(session.scalars(select(Goal).order_by(Goal.id)))


def shelve(desk: Desk, *, linked: bool = True) -> list[int]:
    """A guide that helps with onboarding, and a page about prices elsewhere; Dana may have a link."""
    with desk.company.database.writing() as session:
        add_site(session)
        if linked:
            add_token(session, session.get_one(Prospect, desk.dana), desk.company.door.now)
        guide = add_item(session, "A guide to onboarding", GUIDE, "onboarding")
        prices = add_item(
            session,
            "What it costs now",
            "https://press.example/prices",
            "pricing",
            kind=ContentKind.PRODUCT,
        )
        return [guide.id, prices.id]


def asks(desk: Desk, kind: SuppressionKind) -> None:
    with desk.company.database.writing() as session:
        signer = desk.company.door.setting.installation.signer
        suppress(session, signer, ["dana@brightwell.example"], kind, "a list", desk.company.door.now)


def sent_rows(desk: Desk) -> list[ContentSent]:
    with desk.company.database.reading() as session:
        return list(session.scalars(select(ContentSent).order_by(ContentSent.id)))
