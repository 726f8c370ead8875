"""`ringback site` and `ringback topics`: the sites, their tag, and what their pages are about."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from tracker.cli.common import with_installation
from tracker.cli.noted import noted
from tracker.doctor.connections import LOCAL_HOSTS
from tracker.links import PARAM
from tracker.sites import SiteWishes, add_site, all_sites, hidden_link, script_tag, site_with
from tracker.topics import all_rules, remove_topic, seed_topic_rules, set_topic
from tracker.words import ConsentSource, Thing

if TYPE_CHECKING:
    from tracker.installation import Installation

WHERE_TO_PUT_IT = (
    "Paste it into the head of every page, before every other script, so that the token leaves the address"
    " bar first."
)
WHERE_TO_PUT_THE_LINK = (
    "Paste the link at the end of the body of every page: nobody sees it, only programs follow it."
)


@click.group("site")
def site_command() -> None:
    """Your own sites: add them, list them, get the tag to paste."""


@site_command.command("add")
@click.argument("origins", metavar="ORIGIN...", nargs=-1, required=True)
@click.option("--name", default="", help="What you call it; by default its host.")
@click.option(
    "--consent",
    type=click.Choice([str(source) for source in ConsentSource]),
    default=str(ConsentSource.API),
    show_default=True,
    help="Who tells the snippet that the visitor agreed.",
)
@click.option(
    "--legal-basis", default="consent", show_default=True, help="On what ground you recognise people."
)
@with_installation
def site_add(
    installation: Installation, origins: tuple[str, ...], name: str, consent: str, legal_basis: str
) -> None:
    """Add a site by its addresses, e.g. https://www.example.com, and print its tag."""
    with installation.database.writing() as session:
        site = add_site(session, SiteWishes(origins, name, ConsentSource(consent), legal_basis))
        noted(session, "add", Thing.SITE, site.id, name=site.name, origins=site.origins)
    click.echo(f"Added {site.name} ({', '.join(site.origins)}).\n{WHERE_TO_PUT_IT}\n", err=True)
    warn_of_home(installation.settings.base_url, site.origins)
    click.echo(script_tag(site, installation.settings.base_url))


def warn_of_home(base_url: str, origins: list[str]) -> None:
    """Say so when a public site would be given a tag that leads to this machine."""
    if urlsplit(base_url).hostname in LOCAL_HOSTS and any(
        urlsplit(origin).hostname not in LOCAL_HOSTS for origin in origins
    ):
        click.echo(
            f"Mind: RINGBACK_BASE_URL is {base_url}, which only this machine can reach. Set it to the address"
            " at which your site's visitors reach Ringback, and get the tag again: `ringback site tag"
            f" {origins[0]}`\n",
            err=True,
        )


@site_command.command("list")
@with_installation
def site_list(installation: Installation) -> None:
    """List the sites."""
    with installation.database.reading() as session:
        sites = all_sites(session)
    if not sites:
        click.echo("There is no site yet: add yours with `ringback site add https://www.example.com`.")
    for site in sites:
        seen = f"last hit {site.seen_at:%Y-%m-%d %H:%M} UTC" if site.seen_at else "no hit yet"
        click.echo(f"{site.name}  {', '.join(site.origins)}  consent: {site.consent_source}  {seen}")


@site_command.command("tag")
@click.argument("origin")
@click.option("--param", default=PARAM, show_default=True, help="Another name before the token.")
@click.option("--own-host", is_flag=True, help="The site's own server passes /ringback.js and /ringback/ on.")
@click.option("--hidden-link", "link", is_flag=True, help="Also the link that only programs follow.")
@with_installation
def site_tag(installation: Installation, origin: str, param: str, *, own_host: bool, link: bool) -> None:
    """Print the script tag of a site, to paste into its pages."""
    with installation.database.reading() as session:
        site = site_with(session, origin)
    click.echo(WHERE_TO_PUT_IT, err=True)
    home = "" if own_host else installation.settings.base_url
    click.echo(script_tag(site, home, param))
    if link:
        click.echo(WHERE_TO_PUT_THE_LINK, err=True)
        click.echo(hidden_link(home))


@click.group("topics", invoke_without_command=True)
@click.pass_context
def topics_command(context: click.Context) -> None:
    """What pages are about: list the rules, in the order in which they are asked."""
    if context.invoked_subcommand is None:
        context.invoke(topics_list)


@topics_command.command("list")
@with_installation
def topics_list(installation: Installation) -> None:
    """List the rules; the first that matches wins."""
    with installation.database.writing() as session:
        seed_topic_rules(session)
        names = {site.id: f"  (only {site.name})" for site in all_sites(session)}
        for rule in all_rules(session):
            only = names.get(rule.site_id, "") if rule.site_id else ""
            click.echo(f"{rule.pattern:<24}{rule.topic}{only}")


@topics_command.command("set")
@click.argument("pattern")
@click.argument("topic")
@click.option("--site", metavar="ORIGIN", help="Only for this site.")
@with_installation
def topics_set(installation: Installation, pattern: str, topic: str, site: str | None) -> None:
    """Give the pages of a path a topic, e.g. `/pricing*` pricing; asked before the rules there are."""
    with installation.database.writing() as session:
        seed_topic_rules(session)
        rule = set_topic(session, pattern, topic, site_with(session, site).id if site else None)
        noted(session, "set a topic", Thing.RULE, pattern=pattern, topic=topic)
    click.echo(f"Pages like {rule.pattern} are about {rule.topic} from now on.")


@topics_command.command("remove")
@click.argument("pattern")
@click.option("--site", metavar="ORIGIN", help="The rule that is for this site only.")
@with_installation
def topics_remove(installation: Installation, pattern: str, site: str | None) -> None:
    """Take a rule away."""
    with installation.database.writing() as session:
        remove_topic(session, pattern, site_with(session, site).id if site else None)
        noted(session, "remove a topic", Thing.RULE, pattern=pattern)
    click.echo(f"The rule {pattern} is gone.")
