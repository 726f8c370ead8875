"""What the year is played with: the company, its export, its mail, and a clock that is moved."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.celeryconfig import SCHEDULE
from alerts.delivery import deliver
from alerts.followups.agenda import plan_agendas
from alerts.followups.morning import has_due
from alerts.policy import Policy
from alerts.tasks import add_tasks
from alerts.worker import create_celery
from alerts.workplace import mailroom_of
from tests.house import open_house
from tests.smtp_sink import smtp_sink
from tests.tracker.ingest.stories import ORIGIN, PERSON, engagement, view
from tracker.imports.report import ImportOptions
from tracker.imports.run import import_file
from tracker.ingest.endpoint import PATH
from tracker.mailing_list import LinkWriter
from tracker.models import Prospect
from tracker.sites import SiteWishes, add_site
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from email.message import EmailMessage
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.house import House
    from tests.smtp_sink import SmtpSink
    from tracker.models import User

BEGIN = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
"""A Monday."""
WEEK = timedelta(days=7)
LOST = {
    # name: company, value, days before the export, reason, competitor
    "Dana Ortiz": ("Brightwell", 48_000, 0, "Price", "Acme"),
    "Ola Nord": ("Fjordly", 12_000, 0, "Missing feature: SSO", ""),
    "Ida Sund": ("Sundry", 9_000, 1, "Price", ""),
    "Gus Stone": ("Stonework", 30_000, 20, "Timing", ""),
    "Eve Hall": ("Hallmark", 22_000, 60, "Price", "Acme"),
    "Fay Ito": ("Foxglove", 7_500, 120, "", ""),
    "Hal Berg": ("Bergen", 61_000, 200, "Missing feature: SSO", "Acme"),
    "Jon Lind": ("Linden", 5_000, 300, "Timing", ""),
    "Kit Moss": ("Mossy", 18_000, 400, "Price", ""),
    "Lou Reed": ("Reedbed", 40_000, 500, "Champion left", ""),
}
HEADINGS = (
    "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of value,Deal - Organization,Deal - Contact person,"
    "Deal - Owner,Deal - Status,Deal - Lost reason,Deal - Lost time,Person - Email - Work,"
    "Person - Phone - Work"
)


@dataclass
class Clock:
    """Goes on by itself, and jumps when it is told to."""

    ahead: timedelta = field(default_factory=lambda: BEGIN - datetime.now(UTC))

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def jump_to(self, moment: datetime) -> None:
        self.ahead = moment - datetime.now(UTC)


@dataclass
class Year:
    """The company, its mail, its clock, and what Sam did."""

    house: House
    chromium: Browser
    clock: Clock
    sink: SmtpSink
    sam: User
    lea: User
    site: str
    did: dict[str, list[tuple[int, str, str]]] = field(default_factory=lambda: defaultdict(list))
    """By name: in which week, what kind of follow-up, and what came of it."""

    def monday(self, week: int) -> Page:
        """Jump to a Monday morning; all that goes by the clock is done, and Sam has a browser of his own."""
        self.clock.jump_to(BEGIN + week * WEEK)
        self.by_the_clock()
        return self.house.page(self.chromium, self.sam)

    def is_anything_due(self) -> bool:
        with self.house.installation.database.reading() as session:
            return bool(session.scalar(select(has_due(self.sam.id, self.clock().date()))))

    def by_the_clock(self) -> None:
        """Do once all that is scheduled, by the tasks themselves."""
        self.tasks["ringback.relist"]()
        plan_agendas(self.house.installation.database, self.clock())  # what an hour of minutes does
        for entry in SCHEDULE.values():
            self.tasks[str(entry["task"])]()

    @cached_property
    def tasks(self) -> Mapping[str, Callable[[], None]]:
        installation = self.house.installation
        app = create_celery(installation.settings)
        mailroom = mailroom_of(installation, Policy.of(installation.settings), self.clock)

        def publish(ids: Sequence[int]) -> None:
            deliver(mailroom, ids)

        add_tasks(
            app,
            mailroom,
            installation.settings.mail_from,
            publish,
            installation.signer,
        )
        return dict(app.tasks)

    def mails(self) -> list[EmailMessage]:
        """What was mailed since the last look."""
        mails = list(self.sink.mails)
        self.sink.mails.clear()
        return mails

    def id_of(self, name: str) -> int:
        with self.house.installation.database.reading() as session:
            return session.scalars(select(Prospect.id).where(Prospect.name == name)).one()

    def phone(self) -> Page:
        return self.chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()

    def visits(self, name: str) -> None:
        """Somebody opens their link on the pricing page, reads, and clicks."""
        installation, client = self.house.installation, self.house.app.test_client()
        writer = LinkWriter(installation.signer, timedelta(days=installation.settings.token_days))
        with installation.database.writing() as session:
            links = writer.links(session, [self.id_of(name)], f"{ORIGIN}/", "", self.clock())
        token = links[self.id_of(name)].token

        def send(hit: dict[str, object], **keys: str) -> dict[str, str]:
            body = json.dumps({"site": self.site, "hits": [hit]} | keys)
            headers = {"Origin": ORIGIN, "User-Agent": PERSON}
            answer = client.post(PATH, data=body, headers=headers, base_url=self.house.home)
            assert answer.status_code in (200, 204)
            return dict(answer.json or {}) if answer.status_code == 200 else {}

        visited = view(f"{ORIGIN}/pricing")
        credential = send(visited, token=token)["credential"]
        self.clock.ahead += timedelta(seconds=7)
        send(engagement(visited), credential=credential)
        self.house.front.drain.all()
        self.clock.ahead += timedelta(seconds=30)


@contextmanager
def opened(folder: Path, chromium: Browser) -> Iterator[Year]:
    clock = Clock()
    with (
        smtp_sink() as sink,
        open_house(
            folder, clock=clock, smtp_host=sink.host, smtp_port=sink.port, company="Northwind"
        ) as house,
    ):
        lea = house.hire("Lea Roth", Role.ADMIN, email="lea@northwind.example")
        sam = house.hire("Sam Reed", Role.REP, email="sam@northwind.example")
        with house.installation.database.writing() as session:
            site = add_site(session, SiteWishes((ORIGIN,))).key
        rows = [HEADINGS]
        for number, (name, (company, value, ago, reason, _)) in enumerate(LOST.items(), 1):
            first, lost_on = name.split()[0].lower(), BEGIN.date() - timedelta(days=ago)
            rows.append(
                f"{number},Pro for {company},{value},GBP,{company},{name},Sam Reed,Lost,{reason},"
                f"{lost_on} 08:00:00,{first}@{company.lower()}.example,+44 20 7946 00{number:02}"
            )
        file = folder / "lost.csv"
        file.write_text("\n".join(rows), encoding="utf-8")
        report = import_file(house.installation, file, ImportOptions(yes=True), clock())
        assert report.deals.new == len(LOST)
        yield Year(house, chromium, clock, sink, sam, lea, site)
