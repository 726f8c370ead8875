"""`ringback senders`: networks and programs of which you know more than their requests say."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click
from iporigin import classify

from tracker.cli.common import with_installation
from tracker.cli.noted import noted
from tracker.ingest.agents import judge_agent
from tracker.ingest.senders import SIGN_OF, SenderTable, is_hosting, read_address, tells_apart
from tracker.ingest.signs import HOSTING, LISTED_PROGRAM
from tracker.resign import not_found_again
from tracker.sender_file import read_rules
from tracker.sender_reach import from_now_on
from tracker.senders import (
    SenderError,
    add_rule,
    all_rules,
    read_rule,
    remove_rule,
    replace_rules,
    shown,
)
from tracker.words import SenderKind, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.ingest.senders import Address, Rule
    from tracker.installation import Installation

FOR_EARLIER_VISITS = (
    "It holds for new visits within seconds; `ringback rescreen --since …` applies it to earlier ones."
)
WHAT_FOLLOWS = MappingProxyType(
    {
        SenderKind.OFFICE: "visits from there are internal, and never an alert",
        SenderKind.SECURITY: "visits from there stay unconfirmed until a later one is clean",
        SenderKind.PEOPLE: "people sit there, whatever lists of hosting companies say",
        SenderKind.PROGRAM: "such visits are a machine's",
    }
)


NOT_ON_THE_INTERNET = (
    "Mind: {} is of no visitor on the internet. They appear under it only behind a proxy while"
    " RINGBACK_PROXY_HOPS is not set, and then all of them do. It counts from now on only: nothing is kept of"
    " such addresses."
)


@click.group("senders", invoke_without_command=True)
@click.pass_context
def senders_command(context: click.Context) -> None:
    """Networks and programs you know: your office, mail filters, people behind clouds, programs."""
    if context.invoked_subcommand is None:
        context.invoke(senders_list)


@senders_command.command("list")
@with_installation
def senders_list(installation: Installation) -> None:
    """List the rules. Of several networks around an address the most specific one decides."""
    rules = _rules(installation)
    if not rules:
        click.echo("The table is empty: add your office with `ringback senders add office 203.0.113.0/24`.")
    for rule in rules:
        click.echo(f"{rule.kind:<10}{rule.what:<24}{rule.note}".rstrip())


@senders_command.command("add")
@click.argument("kind", type=click.Choice([str(kind) for kind in SenderKind]))
@click.argument("what")
@click.option("--note", default="", help="Whose it is, and where you know it from.")
@with_installation
def senders_add(installation: Installation, kind: str, what: str, note: str) -> None:
    """Add a network (203.0.113.0/24, 2001:db8:7::/48) or, of a program, an RE2 pattern for its user agent.

    KIND is office (our own), security (mails are checked from there), people (somebody sits there, though
    lists call it hosting) or program.
    """
    rule = read_rule(SenderKind(kind), what, note)
    with installation.database.writing() as session:
        add_rule(session, rule)
        noted(session, "add", Thing.SENDER, kind=rule.kind, what=rule.what, note=rule.note)
        rules = all_rules(session)
    click.echo(f"{rule.what}: {WHAT_FOLLOWS[rule.kind]}.")
    if rule.kind is not SenderKind.PROGRAM and not tells_apart(rule.what.partition("/")[0]):
        click.echo(NOT_ON_THE_INTERNET.format(rule.what), err=True)
    before = set(not_found_again(one for one in rules if one != rule))
    # A small network may also push a larger one out.
    _say_when([one for one in not_found_again(rules) if one not in before])


@senders_command.command("remove")
@click.argument("what")
@with_installation
def senders_remove(installation: Installation, what: str) -> None:
    """Take the rule for a network or pattern away."""
    with installation.database.writing() as session:
        rule = remove_rule(session, what)
        noted(session, "remove", Thing.SENDER, kind=rule.kind, what=rule.what)
    click.echo(f"{rule.what} is no longer {rule.kind}.")
    _say_when([])


@senders_command.command("load")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@with_installation
def senders_load(installation: Installation, file: Path) -> None:
    """Put the rules of FILE in the place of the whole table, or of nothing at all.

    A rule a line: KIND, WHAT and NOTE, by tabs or commas. Lines that begin with # are comments, and a line
    of these names is passed over.
    """
    rules = read_rules(file)
    with installation.database.writing() as session:
        replace_rules(session, rules)
        noted(session, "replace all", Thing.SENDER, rules=len(rules))
    click.echo(f"Rules: {len(rules):,}.")
    _say_when(not_found_again(rules))


@senders_command.command("check")
@click.argument("address")
@click.option("--user-agent", metavar="TEXT", help="What the browser says of itself.")
@with_installation
def senders_check(installation: Installation, address: str, user_agent: str | None) -> None:
    """Say what would be concluded from an address, and from a user agent, and by which rule."""
    place = read_address(address.strip())
    if place is None:
        msg = f"{shown(address)} is no address: write one like 203.0.113.7 or 2001:db8:7::1"
        raise SenderError(msg)
    table = SenderTable(_rules(installation))
    click.echo(f"{address.strip()}: {_of_network(table, place, address.strip())}.")
    for said in [] if user_agent is None else _of_agent(table, user_agent):
        click.echo(f"User agent: {said}.")


def _rules(installation: Installation) -> Sequence[Rule]:
    with installation.database.reading() as session:
        return all_rules(session)


def _say_when(left_out: Sequence[Rule]) -> None:
    click.echo(FOR_EARLIER_VISITS)
    for sentence in from_now_on(left_out):
        click.echo(sentence)


def _of_network(table: SenderTable, place: Address, address: str) -> str:
    rule = table.network_rule(place)
    if rule is not None:
        sign = SIGN_OF.get(rule.kind, "nothing speaks against a person")
        return f"{sign}, by your rule {_named(rule)}: {WHAT_FOLLOWS[rule.kind]}"
    if is_hosting(place):
        company = classify(address).provider  # type: ignore[no-untyped-call]  # the library has no types
        return (
            f"{HOSTING}, by the list of iporigin ({company}): {WHAT_FOLLOWS[SenderKind.SECURITY]}. If people"
            " sit there, add it with `ringback senders add people`"
        )
    return "nothing is known, and nothing follows"


def _of_agent(table: SenderTable, user_agent: str) -> Iterator[str]:
    says = judge_agent(user_agent)
    rule = table.program_rule(user_agent)
    if rule is not None:
        yield f"{LISTED_PROGRAM}, by your rule {_named(rule)}: {WHAT_FOLLOWS[rule.kind]}"
    if says.machine:
        yield f"{says.machine}: {WHAT_FOLLOWS[SenderKind.PROGRAM]}"
    if says.demotion:
        yield f"{says.demotion}: the visit stays unconfirmed until a later one is clean"
    if rule is None and says.machine == says.demotion == "":
        yield "nothing speaks against a person"


def _named(rule: Rule) -> str:
    return f"{rule.kind} {rule.what}" + (f" ({rule.note})" if rule.note else "")
