"""Before the journey: a fresh installation, the file imported, owners with mailboxes, links in a CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import wsgi
from demo.cast import Part, choose, hire
from demo.ports import HOST, free_port
from tracker.campaigns import ensure_campaign
from tracker.errors import PlainError
from tracker.imports import ImportOptions, import_file
from tracker.mailing_list import LinkWriter, mailing_list, write_csv
from tracker.settings import load_settings
from tracker.sites import SiteWishes, add_site

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from tracker.imports import ImportReport
    from tracker.installation import Installation

CAMPAIGN = "journey"
MAILING_LIST = "for-the-mailing-service.csv"


class NobodyError(PlainError):
    """Nobody in the file can come back and cause an alert; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An installation in which everything stands ready."""

    installation: Installation
    report: ImportReport
    links: dict[str, str]
    """Address to link, as read back from the CSV for the mailing service."""
    part: Part
    site_key: str


def environ_in(folder: Path, smtp_port: int) -> dict[str, str]:
    """Give settings for an embedded Ringback of its own, on a free port."""
    port = free_port()
    return {
        "RINGBACK_DATA_DIR": str(folder / "data"),
        "RINGBACK_PORT": str(port),
        "RINGBACK_BASE_URL": f"http://{HOST}:{port}",
        "RINGBACK_SMTP_HOST": HOST,
        "RINGBACK_SMTP_PORT": str(smtp_port),
        "RINGBACK_MAIL_FROM": "Ringback <ringback@journey.example>",
        "RINGBACK_COMPANY": "Northwind",
        "RINGBACK_WEB_THREADS": "4",
    }


def prepare(
    environ: dict[str, str], deals: Path, options: ImportOptions, site_url: str, say: Callable[[str], None]
) -> Prepared:
    """Import the file, hire the owners, write the links, and choose who comes back.

    Raises:
        NobodyError: nobody in the file can cause an alert.
        tracker.imports.ImportFailedError: the file cannot be read.

    """
    now = wsgi.utc_now()
    installation = wsgi.prepare(load_settings(environ))
    report = import_file(installation, deals, options, now)
    say(
        f"{deals.name} ({report.family}): {report.deals.new} deals, {report.people.new} people,"
        f" {report.rejected} rows rejected."
    )
    with installation.database.writing() as session:
        site_key = add_site(session, SiteWishes((site_url,))).key
        hired = hire(session)
        ensure_campaign(session, CAMPAIGN, f"{site_url}/", now)
        links = _links(session, installation, f"{site_url}/", now)
        part = choose(session, links)
    say(f"{len(hired)} owners have a mailbox now, {len(links)} people a link.")
    if part is None:
        msg = (
            f"{deals.name} holds no lost deal with an owner, and a person with an address, about which an"
            " alert may go out. An open or won deal of the same account holds alerts."
        )
        raise NobodyError(msg)
    return Prepared(installation, report, links, part, site_key)


def _links(session: Session, installation: Installation, url: str, now: datetime) -> dict[str, str]:
    """Write the CSV for the mailing service, and read the links back from it as the service would."""
    people = mailing_list(session, installation.signer).recipients
    writer = LinkWriter(installation.signer, timedelta(days=installation.settings.token_days))
    links = writer.links(session, [person.prospect_id for person in people], url, CAMPAIGN, now)
    path = installation.settings.data_dir / MAILING_LIST
    with path.open("w", encoding="utf-8", newline="") as file:
        write_csv(file, people, links)
    with path.open(encoding="utf-8", newline="") as file:
        return {row["email"]: row["link"] for row in csv.DictReader(file)}
