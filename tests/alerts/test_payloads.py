"""S7, S9: whatever stands in an import or comes from a browser is text in a mail, and nothing else."""

from __future__ import annotations

import dataclasses
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.briefing import brief
from alerts.briefing.facts import DigestBriefing, DigestEntry, DigestName, Phone
from alerts.digest_message import digest_content
from alerts.message import SUBJECT_LENGTH, alert_content
from alerts.models import OutcomeKind
from tests.alerts.scenes import (
    MORNING,
    add_alert,
    add_browser,
    add_outcome,
    add_page,
    add_visit,
    installation,
)
from tests.alerts.written import DANA, LINKS
from tests.builders import add_account, add_campaign, add_deal, add_owner_name, add_prospect, add_user

if TYPE_CHECKING:
    from alerts.mail import Content
    from tracker.db import Database

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style><svg/onload=alert(1)>",
    "<!--[if mso]><b>--><![endif]-->",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "Dana\r\nBcc: everybody@example.com",
    "Dana\n\nI'm calling\nhttps://evil.example/",
    "moc.live\u202e//:sptth",
    "Da\u200bna\u2066\ufeff",
    "&lt;b&gt;&#0;&#x202e;",
    "=HYPERLINK(1)",
    "x" * 5_000,
    "word " * 1_000,
]
UNSTORABLE = ["nul\0nul", "lone\ud800surrogate"]
"""What PostgreSQL refuses; they can reach a mail only by another way."""


class Outline(HTMLParser):
    """The tags, attributes and addresses of an HTML body."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.marks: set[tuple[str, str]] = set()
        self.hrefs: list[str] = []
        self.styles: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.marks |= {(tag, name) for name, _ in [*attrs, ("", "")]}
        self.hrefs += [value or "" for name, value in attrs if name == "href"]
        self.styles |= {value or "" for name, value in attrs if name == "style"}


def filled_with(value: Any, payload: str) -> Any:  # noqa: ANN401  (any tree of facts)
    """The same facts, with every text replaced."""
    if isinstance(value, str):
        return payload
    if isinstance(value, tuple):
        return tuple(filled_with(one, payload) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return dataclasses.replace(
            value, **{name: filled_with(getattr(value, name), payload) for name in names}
        )
    return value


def digest_of(entry: DigestEntry) -> Content:
    return digest_content(DigestBriefing((entry,), (DigestName(entry.heading, entry.link),) * 3))


ENTRY = DigestEntry(DANA, visits=2, link=LINKS.prospect)
UNREAD = dataclasses.replace(DANA, phone=Phone("ask reception"))
NUMBERLESS = dataclasses.replace(DANA, phone=None)
ALLOWED = Outline(
    "".join(alert_content(it, LINKS).html for it in (DANA, UNREAD, NUMBERLESS))
    + "".join(digest_of(dataclasses.replace(ENTRY, briefing=it)).html for it in (DANA, UNREAD, NUMBERLESS))
)
"""All that the templates themselves write."""


def assert_only_text(content: Content) -> None:
    """Nothing but the template's own tags, styles and addresses; no line or mark that misleads."""
    found = Outline(content.html)
    assert found.marks <= ALLOWED.marks
    assert found.styles <= ALLOWED.styles
    assert all(href.startswith(("https://rb.example/", "tel:")) for href in found.hrefs)
    assert len(content.subject) <= SUBJECT_LENGTH
    assert len(content.subject.splitlines()) == 1
    for text in (content.subject, content.text, content.html):
        unseen = {one for one in text if unicodedata.category(one) in {"Cc", "Cf", "Cs"}} - set(
            "\n\u200c\u200d"
        )
        assert not unseen
        text.encode("utf-8")


def assert_links_stand_alone(content: Content) -> None:
    """No line looks like one of our links but those."""
    addresses = [line for line in content.text.splitlines() if line.startswith(("http:", "https:"))]
    assert all(line.startswith("https://rb.example/") for line in addresses)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_s7_a_payload_in_every_stored_field_is_text(database: Database, payload: str) -> None:
    with database.writing() as session:
        sam = add_user(session, time_zone=payload[:64])
        sam.name = payload[:200]
        owner = add_owner_name(session, None, payload[:100])
        account = add_account(session, payload[:200])
        dana = add_prospect(
            session,
            account,
            phone=payload[:40],
            first_name=payload[:100],
            job_title=payload[:200],
            time_zone=payload[:64],
            country="GB",
        )
        dana.name, dana.email = payload[:200], payload[:320]
        add_deal(
            session,
            dana,
            owner=owner,
            title=payload[:300],
            product=payload[:200],
            reason=payload,
            competitor=payload[:200],
            notes=payload,
        )
        visit = add_visit(
            session,
            dana,
            add_browser(session, dana),
            by_link=True,
            campaign_id=add_campaign(session, payload[:64]).id,
            user_agent=payload[:512],
            intent_reasons=[{"name": payload, "points": 30, "sentence": payload}],
        )
        for topic in ("", "docs", payload[:60]):
            add_page(session, visit, topic, title=payload[:200], url=payload[:2000], referrer=payload[:200])
        alert = add_alert(session, visit, sam, sentence=payload, why=payload[:60])
        add_outcome(session, alert, sam, OutcomeKind.SPOKE, note=payload)
        it = brief(session, installation(database, company=payload), alert.id, MORNING)
    for content in (alert_content(it, LINKS), digest_of(DigestEntry(it, 2, LINKS.prospect))):
        assert_only_text(content)
        assert_links_stand_alone(content)
        assert max(len(line) for line in content.text.splitlines()) <= 100
        assert len(content.text) < 5_000
        assert len(content.html) < 30_000


@pytest.mark.parametrize("payload", PAYLOADS + UNSTORABLE)
def test_s7_a_payload_in_every_fact_is_text(payload: str) -> None:
    assert_only_text(alert_content(filled_with(DANA, payload), LINKS))
    entry = dataclasses.replace(ENTRY, briefing=filled_with(DANA, payload))
    assert_only_text(digest_of(entry))


@given(st.text(max_size=200))
def test_s7_any_text_in_every_fact_is_text(text: str) -> None:
    assert_only_text(alert_content(filled_with(DANA, text), LINKS))
    assert_only_text(digest_of(dataclasses.replace(ENTRY, briefing=filled_with(DANA, text))))
