"""The product's sentence as one story: link, hit, screen, visit, intent, alert, delivery, outcome, why.

Everything is real but the browser (see `tests/demo` for the same walk in Chromium): importer, links,
app, database, Celery's task function, SMTP.
"""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.delivery import deliver
from alerts.models import Alert, Message, Outcome
from alerts.policy import Policy
from alerts.why import explain
from alerts.words import OutcomeKind
from alerts.workplace import mailroom_of
from tests.builders import NOON, add_user
from tests.smtp_sink import smtp_sink
from tests.tracker.ingest.stories import KEYS, ORIGIN, PERSON, engagement, view
from tracker.imports.report import ImportOptions
from tracker.imports.run import import_file
from tracker.ingest.endpoint import PATH
from tracker.installation import Installation
from tracker.mailing_list import LinkWriter, mailing_list
from tracker.models import Prospect
from tracker.seeding import seed_defaults
from tracker.settings import Settings
from tracker.signing import Signer
from tracker.sites import SiteWishes, add_site
from wsgi import build_app

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.smtp_sink import SmtpSink
    from tracker.db import Database
    from tracker.ingest.pipeline import Nudge

EXPORT = {
    "Deal - ID": "7",
    "Deal - Title": "Pro for Brightwell",
    "Deal - Value": "48000",
    "Deal - Currency of value": "GBP",
    "Deal - Organization": "Brightwell",
    "Deal - Contact person": "Dana Ortiz",
    "Deal - Owner": "Sam Reed",
    "Deal - Status": "Lost",
    "Deal - Lost reason": "Price",
    "Deal - Lost time": "2025-03-14 10:00:00",
    "Person - Email - Work": "dana@brightwell.example",
    "Person - Phone - Work": "+44 20 7946 0018",
}


@dataclass
class Clock:
    """A clock that only moves by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.mark.parametrize("page", ["/pricing", "/contact"])
def test_a_lost_deal_comes_back_and_sam_calls(database: Database, tmp_path: Path, page: str) -> None:
    clock = Clock()
    nudges: list[Nudge] = []
    with smtp_sink() as sink, ExitStack() as stack:
        settings = Settings(smtp_port=sink.port, smtp_host=sink.host, company="Northwind")
        installation = Installation(settings, database, Signer(KEYS))
        site = _prepare(installation, tmp_path, clock.now)
        app = build_app(installation, nudges.extend, clock)
        stack.callback(app.extensions["ringback"].drops.close)
        client = app.test_client()

        token = _link_for_dana(installation, clock.now).rpartition("rb=")[2]
        visited = view(f"{ORIGIN}{page}")
        credential = _send(client, site, visited, token=token)["credential"]
        clock.now += timedelta(seconds=7)
        _send(client, site, engagement(visited), credential=credential)

        (nudge,) = nudges
        assert nudge.due_at - clock.now == (timedelta(0) if page == "/contact" else timedelta(seconds=20))
        clock.now = nudge.due_at
        deliver(mailroom_of(installation, Policy.of(settings), clock), [nudge.message_id])
        mail = _only_mail(sink)
        assert mail["To"] == "Sam Reed <sam@northwind.example>"
        assert mail["Subject"] == "Call Dana Ortiz, Brightwell: £48k, lost Mar 2025"

        text = _body(mail)
        assert "+44 20 7946 0018" in text
        assert "CRM says: price" in text
        _sam_reports(client, text)
        _everything_is_told(installation, mail["Message-ID"], clock.now)


def _prepare(installation: Installation, folder: Path, now: datetime) -> str:
    """Sam works around the clock, the site is known, and the export is imported; gives the site's key."""
    seed_defaults(installation.database)
    with installation.database.writing() as session:
        add_user(
            session,
            "Sam Reed",
            email="sam@northwind.example",
            hours_start=0,
            hours_end=1440,
            work_days="1234567",
        )
        key = add_site(session, SiteWishes((ORIGIN,))).key
    file = folder / "lost.csv"
    file.write_text(",".join(EXPORT) + "\n" + ",".join(EXPORT.values()) + "\n", encoding="utf-8")
    report = import_file(installation, file, ImportOptions(yes=True), now)
    assert (report.deals.new, report.deals.lost, report.rejected) == (1, 1, 0)
    return key


def _link_for_dana(installation: Installation, now: datetime) -> str:
    writer = LinkWriter(installation.signer, timedelta(days=installation.settings.token_days))
    with installation.database.writing() as session:
        (dana,) = mailing_list(session, installation.signer).recipients
        return str(
            writer.links(session, [dana.prospect_id], f"{ORIGIN}/", "spring-26", now)[dana.prospect_id].url
        )


def _send(client: FlaskClient, site: str, *hits: dict[str, object], **keys: str) -> dict[str, str]:
    answer = client.post(
        PATH,
        data=json.dumps({"site": site, "hits": hits} | keys),
        headers={"Origin": ORIGIN, "User-Agent": PERSON},
    )
    assert answer.status_code in (200, 204)
    return dict(answer.json or {}) if answer.status_code == 200 else {}


def _only_mail(sink: SmtpSink) -> EmailMessage:
    (mail,) = sink.wait(1)
    return mail


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _sam_reports(client: FlaskClient, text: str) -> None:
    """A scanner opens every link of the mail and changes nothing; then Sam taps."""
    links = re.findall(r"http://\S+/a/\S+", text)
    for link in links * 3:
        assert client.get(link).status_code == 200
    home = next(link for link in links if not link.endswith(("/calling", "/prospect", "/why")))
    nonce = re.search(r'data-nonce="([^"]+)"', client.get(home).text)
    assert nonce is not None
    proof = {"nonce": nonce[1], "gesture": "pointerdown 1800"}
    assert client.post(f"{home}/outcome", data=proof | {"kind": "spoke"}).status_code in (200, 302, 303)


def _everything_is_told(installation: Installation, mail_id: str, now: datetime) -> None:
    with installation.database.reading() as session:
        (alert,) = session.scalars(select(Alert))
        (message,) = session.scalars(select(Message))
        (outcome,) = session.scalars(select(Outcome))
        dana = session.scalars(select(Prospect)).one()
        assert (outcome.kind, alert.closed_at, message.mail_id) == (OutcomeKind.SPOKE, now, mail_id)
        told = explain(session, installation, dana.id, now)
    assert str(told.answer[0]).startswith("An alert went to Sam Reed")
