"""`ringback links`, `link` and `token`: links for a mailing, for one personal mail, and their end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from tracker.campaigns import check_label, ensure_campaign
from tracker.cli.common import portions, with_installation
from tracker.cli.noted import noted
from tracker.cli.writing import written_whole
from tracker.errors import PlainError
from tracker.links import PARAM, LinkError, tracked_url
from tracker.mailing_list import Link, LinkWriter, MailingList, More, mailing_list, write_csv
from tracker.merge_fields import MergeFields
from tracker.merge_tags import FIELD, SERVICES, MailingService, service_named
from tracker.models import Campaign, Prospect, SuppressionKind
from tracker.names import email_key
from tracker.own import own_link
from tracker.sites import site_with
from tracker.suppression import suppressed_kinds
from tracker.tokens import revoke, rotate
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.installation import Installation


MAX_SHOWN = 100
"""Characters of an address that nobody has, as a message repeats it."""


class ProspectError(PlainError):
    """There is no such person, or they may not be given a link."""


def _service(_context: click.Context, _parameter: click.Parameter, name: str | None) -> MailingService | None:
    service = service_named(name) if name else None
    if name and service is None:
        msg = f"{name!r} is not known here. Known are {', '.join(each.slug for each in SERVICES)}."
        raise click.BadParameter(msg)
    return service


_url = click.option("--url", required=True, help="The page the link leads to, with https://.")
_param = click.option(
    "--param",
    default=PARAM,
    show_default=True,
    metavar="NAME",
    help="The name before the token, where the site's tag says data-param.",
)
_in_query = click.option(
    "--in-query", is_flag=True, help="Put the token behind ?, for services that drop what follows #."
)


@click.command("links")
@click.argument("campaign")
@_url
@click.option(
    "--csv",
    "out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="Where to write the recipients; - for standard output.",
)
@click.option("--service", callback=_service, help="Show the link for this mailing service only.")
@click.option("--competitor", is_flag=True, help="Give who won a column of its own, too.")
@_param
@_in_query
@with_installation
def links_command(  # noqa: PLR0913  (a command's options)
    installation: Installation,
    campaign: str,
    url: str,
    out: Path,
    service: MailingService | None,
    param: str,
    *,
    competitor: bool,
    in_query: bool,
) -> None:
    """Write a CSV for the mailing service: everybody who may be mailed, with a token each.

    Import its column `ringback` once into a field of that name; a person's token stays the same in
    every campaign. What to write into the mail as its link is printed for each service.
    """
    check_label(campaign)
    writer = _writer(installation, param, in_query=in_query)
    merge_links = [
        (each, tracked_url(url, each.tag, campaign, param=param, in_query=in_query))
        for each in ([service] if service else SERVICES)
    ]
    now = datetime.now(UTC)
    with installation.database.reading() as session:
        site_with(session, url)
        chosen = mailing_list(session, installation.signer)
    links: dict[int, Link] = {}
    fields = MergeFields(installation.signer, installation.settings.base_url, competitor=competitor)
    cells: dict[int, Sequence[str]] = {}
    # Opened first: a place that cannot be written must not leave a campaign behind.
    with written_whole(out) as file:
        with installation.database.writing() as session:
            ensure_campaign(session, campaign, url, now)
            noted(session, "export", Thing.LINK, campaign=campaign, people=len(chosen.recipients))
        for some in portions(chosen.recipients):
            # A transaction each, so that visits get their turn meanwhile.
            with installation.database.writing() as session:
                links |= writer.links(session, [one.prospect_id for one in some], url, campaign, now)
            with installation.database.reading() as session:
                cells |= fields.of(session, some, now)
        write_csv(file, chosen.recipients, links, more=More(fields.headings, cells))
    _summarise(chosen, out)
    aside = str(out) == "-"
    click.echo(f"\nImport the column {FIELD} into a field of that name, then link your mail to:", err=aside)
    for each, link in merge_links:
        click.echo(f"  {each.name:<12}{link}", err=aside)
        if each.note:
            click.echo(f"  {'':<12}({each.note})", err=aside)


@click.command("link")
@click.argument("email")
@click.option("--url", default="", help="The page the link leads to; else the campaign's.")
@click.option("--campaign", default="", metavar="LABEL", help="Count the visit for this campaign.")
@click.option(
    "--own", is_flag=True, help="EMAIL is a user's: a test link, which makes the browser that opens it ours."
)
@_param
@_in_query
@with_installation
def link_command(  # noqa: PLR0913  (a command's options)
    installation: Installation, email: str, url: str, campaign: str, param: str, *, own: bool, in_query: bool
) -> None:
    """Print one person's tracked link, for a personal mail; with --own, a test link for a colleague.

    Put a test link where the mailing's link goes, send yourself the test, and open it in your browsers: what
    you do there alerts nobody from then on. It works for 14 days. Never leave it in the real mailing.
    """
    now = datetime.now(UTC)
    with installation.database.writing() as session:
        url = url or _page_of(session, campaign)
        site_with(session, url)
        if own:
            if campaign:
                check_label(campaign)
                _mind_campaign(session, campaign)
            link = own_link(
                session, installation.signer, email, url, campaign, now, param=param, in_query=in_query
            )
            click.echo(link)
            noted(session, "add a test link", Thing.LINK, user=email)
            return
        person = _prospect(session, email)
        kinds = suppressed_kinds(session, installation.signer, [email]).get(email, set())
        if SuppressionKind.DO_NOT_TRACK in kinds:
            msg = f"{email} asked not to be tracked: send the plain address, {url}"
            raise ProspectError(msg)
        if SuppressionKind.UNSUBSCRIBED in kinds:
            click.echo(f"Mind: {email} unsubscribed from mailings.", err=True)
        if campaign:
            ensure_campaign(session, campaign, url, now)
        links = _writer(installation, param, in_query=in_query).links(
            session, [person.id], url, campaign, now
        )
        link = links[person.id].url
        noted(session, "add", Thing.LINK, prospect_id=person.id, campaign=campaign)
    click.echo(link)


@click.group("token")
def token_command() -> None:
    """End a person's links: all that were ever sent to them."""


@token_command.command("revoke")
@click.argument("email")
@with_installation
def token_revoke(installation: Installation, email: str) -> None:
    """Kill all links of a person; the next campaign makes new ones."""
    with installation.database.writing() as session:
        killed = revoke(session, _prospect(session, email).id, datetime.now(UTC))
        noted(session, "revoke the links", Thing.PROSPECT, _prospect(session, email).id)
    click.echo(f"The links of {email} are dead." if killed else f"{email} had no living links.")


@token_command.command("rotate")
@click.argument("email")
@with_installation
def token_rotate(installation: Installation, email: str) -> None:
    """Kill all links of a person and make a token for new ones, e.g. when a mail was forwarded widely."""
    with installation.database.writing() as session:
        rotate(session, _prospect(session, email).id, datetime.now(UTC))
        noted(session, "rotate the token", Thing.PROSPECT, _prospect(session, email).id)
    click.echo(f"{email} has a new token; download the CSV again for your mailing service.")


def _writer(installation: Installation, param: str, *, in_query: bool) -> LinkWriter:
    max_age = timedelta(days=installation.settings.token_days)
    return LinkWriter(installation.signer, max_age, param, in_query)


def _page_of(session: Session, campaign: str) -> str:
    url = session.scalar(select(Campaign.url).where(Campaign.label == campaign))
    if not url:
        msg = "Say which page the link leads to, with --url, or a campaign that has one, with --campaign"
        raise LinkError(msg)
    return url


def _mind_campaign(session: Session, campaign: str) -> None:
    """Say when a test link names a mailing that is not there: mistyped, or it comes later."""
    if session.scalar(select(Campaign.id).where(Campaign.label == campaign)) is None:
        click.echo(
            f"Mind: there is no campaign {campaign} (yet); `ringback links` begins one. Check its spelling.",
            err=True,
        )


def _prospect(session: Session, email: str) -> Prospect:
    person = session.scalar(select(Prospect).where(Prospect.email_key == email_key(email)))
    if person is None:
        msg = (
            f"Nobody here has the address {email[:MAX_SHOWN]}; import them first, or look for a typing error."
        )
        raise ProspectError(msg)
    return person


def _summarise(chosen: MailingList, out: Path) -> None:
    aside = str(out) == "-"
    where = "" if aside else f" in {out}"
    count = len(chosen.recipients)
    click.echo(f"{count:,} {'person' if count == 1 else 'people'}{where}.", err=aside)
    for reason, number in chosen.left_out.most_common():
        click.echo(f"Left out: {number:,} {reason}.", err=aside)
