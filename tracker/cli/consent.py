"""`ringback consent`: who agreed to be recognised, who took it back, and the proof of it."""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tracker import consent
from tracker.cli.common import portions, with_installation
from tracker.cli.listed import addresses_of, show_faulty_lines, show_people
from tracker.cli.noted import noted
from tracker.cli.writing import written_whole
from tracker.consent import SOURCE_LENGTH, VERSION_LENGTH, Proof, Verdict
from tracker.imports.cells.dates import DateOrder
from tracker.imports.cells.fault import CellError
from tracker.imports.cells.guard import guard
from tracker.imports.cells.text import clean
from tracker.imports.proofs import COLUMNS, Told, check_words, given_moment, lacks, read_proofs
from tracker.names import email_key
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.installation import Installation

HEADINGS = (
    "email",
    "name",
    "consent_given_at",
    "consent_text_version",
    "consent_source",
    "consent_revoked_at",
)
"""Of the export; recording reads them again."""
STRANGERS = "No prospects here, so nothing is stored about them:"
WRITE_ANEW = (
    "Write them anew with `ringback links` and import the column ringback into your mailing service again."
)
AFTER_RECORDING = (
    "Links that were written before do not say so yet: their visitors are still asked on the page, and a site"
    f" that counts only consent on record does not hear of them at all. {WRITE_ANEW}"
)
AFTER_REVOKING = (
    "Links that were written while consent was on record still say so, and are dropped whatever the visitor"
    f" answers on the page. {WRITE_ANEW} Who must not be recognised again even after a yes on the page:"
    " `ringback suppress FILE|EMAIL --kind do-not-track`."
)


@click.command("consent")
@click.argument("who", metavar="[FILE|EMAIL]", required=False)
@click.option("--text-version", default="", metavar="V", help="Which text they agreed to.")
@click.option("--source", default="", metavar="S", help="Where they agreed, e.g. 'demo form'.")
@click.option("--given", default="", metavar="DATE|TIME", help="When they agreed; default: now.")
@click.option(
    "--date-order",
    type=click.Choice([str(order) for order in DateOrder]),
    callback=lambda _context, _parameter, value: DateOrder(value) if value else None,
    help="How to read 03/04/2026.",
)
@click.option(
    "--revoke",
    "is_revoked",
    is_flag=True,
    help="They take it back: end what is on record, and let no earlier proof count.",
)
@click.option(
    "--export",
    "out",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="Write what is on record as CSV; - for standard output.",
)
@with_installation
def consent_command(  # noqa: PLR0913  (a command's options)
    installation: Installation,
    who: str | None,
    *,
    text_version: str,
    source: str,
    given: str,
    date_order: DateOrder | None,
    out: Path | None,
    is_revoked: bool,
) -> None:
    """Put on record that prospects agreed to be recognised: one address, or a list.

    A list is a CSV with an e-mail column, or an address a line. Columns consent_given_at,
    consent_text_version and consent_source tell of each person; the options, of who has none there.
    Dates and times without a zone are of RINGBACK_TIME_ZONE. Recording the same proof again changes
    nothing.
    """
    now = datetime.now(UTC)
    text_version, source = clean(text_version), clean(source)
    is_told = bool(text_version or source or given)
    if (out or is_revoked) and (is_told or (out and is_revoked)):
        msg = "--revoke and --export stand alone: leave out the other options."
        raise click.UsageError(msg)
    if out:
        _export(installation, who, out)
    elif who is None:
        msg = "Say whose consent: an e-mail address, or a file with a list."
        raise click.UsageError(msg)
    elif is_revoked:
        _revoke(installation, who, now)
    else:
        zone = ZoneInfo(installation.settings.time_zone)
        _record(installation, who, _told(Told(text_version, source, None, date_order, zone, now), given))


def _told(told: Told, given: str) -> Told:
    """Check the options.

    Raises:
        click.UsageError: one of them cannot stand in a proof.

    """
    try:
        if told.text_version:
            check_words(told.text_version, "version of the text", VERSION_LENGTH)
        if told.source:
            check_words(told.source, "source", SOURCE_LENGTH)
        return replace(told, given_at=given_moment(given, told)) if given else told
    except CellError as error:
        said = str(error)
        msg = f"{said[0].upper()}{said[1:]}."
        raise click.UsageError(msg) from error


def _record(installation: Installation, who: str, told: Told) -> None:
    listed, _ = addresses_of(who, COLUMNS)
    if missing := lacks(listed, told):
        msg = f"Say {', and '.join(missing)}."
        raise click.UsageError(msg)
    proofs, faults = read_proofs(listed, told)
    became: defaultdict[Verdict, list[str]] = defaultdict(list)
    for some in portions(proofs):
        with installation.database.writing() as session:
            verdicts = consent.record(session, installation.signer, some, told.now)
            noted(session, "record", Thing.CONSENT, people=len(some))
        for proof, verdict in zip(some, verdicts, strict=True):
            became[verdict].append(proof.email)
    show_faulty_lines(sorted([*listed.faults, *faults], key=lambda fault: fault.line))
    _say_recorded(proofs, became)
    if not (became[Verdict.NEW] or became[Verdict.KNOWN]):
        sys.exit(1)


def _say_recorded(proofs: Sequence[Proof], became: dict[Verdict, list[str]]) -> None:
    new, known = became[Verdict.NEW], became[Verdict.KNOWN]
    click.echo(f"Proofs of consent: {len(proofs):,}. Newly on record: {len(new):,}, before: {len(known):,}.")
    show_people(STRANGERS, became[Verdict.STRANGER])
    show_people("Not put on record, they asked not to be tracked:", became[Verdict.UNTRACKED])
    show_people(
        "Not put on record, they took their consent back and it is not said that they agreed again since"
        " (say when with --given):",
        became[Verdict.TAKEN_BACK],
    )
    if new:
        click.echo(AFTER_RECORDING)


def _revoke(installation: Installation, who: str, now: datetime) -> None:
    listed, _ = addresses_of(who)
    emails = list({email_key(email): email for email in listed.emails}.values())
    parts = []
    for some in portions(emails):
        with installation.database.writing() as session:
            parts.append(consent.revoke(session, some, now))
            noted(session, "revoke", Thing.CONSENT, people=len(some))
    show_faulty_lines(listed.faults)
    people = [email for part in parts for email in part.ended]
    click.echo(
        f"Consents ended: {sum(part.consents for part in parts):,}, of people: {len(people):,}. Browsers that"
        f" are not recognised any more: {sum(part.browsers for part in parts):,}."
    )
    without = [email for part in parts for email in part.without]
    show_people("Without a consent on record; that they took it back is on record now:", without)
    show_people(STRANGERS, [email for part in parts for email in part.strangers])
    if not (people or without):
        sys.exit(1)
    click.echo(AFTER_REVOKING)


def _export(installation: Installation, who: str | None, out: Path) -> None:
    emails = None if who is None else addresses_of(who)[0].emails
    count = 0
    with written_whole(out) as file, installation.database.reading() as session:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for row in consent.on_record(session, emails):
            ended = row.revoked_at.isoformat() if row.revoked_at else ""
            given = row.given_at.isoformat() if row.given_at else ""
            cells = (row.email, row.name, given, row.text_version, row.source, ended)
            writer.writerow([guard(cell) for cell in cells])
            count += 1
    click.echo(f"Consents, ended ones too: {count:,}.", err=str(out) == "-")
