"""`ringback own`: the browsers of our own people, whose visits are *internal*."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tracker.browsers import clear_own
from tracker.cli.common import with_installation
from tracker.cli.noted import noted
from tracker.ingest.rescreen import remembered_in, rescreen
from tracker.own import own_browsers
from tracker.people.users import user_with
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.ingest.pipeline import Decide
    from tracker.installation import Installation
    from tracker.own import OwnBrowser


def own_command(decide_of: Callable[[Installation], Decide]) -> click.Group:
    """Make the command; `decide_of` gives what decides about visits that turn out to be a prospect's."""

    @click.group("own", invoke_without_command=True)
    @click.pass_context
    def own(context: click.Context) -> None:
        """List the browsers of your own people by user. Visits in them are internal and alert nobody.

        A browser becomes a user's by a test link (`ringback link --own EMAIL`), or when they report on an
        alert in it.
        """
        if context.invoked_subcommand is None:
            _list()

    @own.command("clear")
    @click.argument("email")
    @with_installation
    def clear(installation: Installation, email: str) -> None:
        """Let a user's browsers be prospects' again, and end their test links, e.g. when one was mailed."""
        now = datetime.now(UTC)
        with installation.database.writing() as session:
            user = user_with(session, email)
            name = user.name
            browsers = clear_own(session, user, now)
            noted(session, "give own browsers back", Thing.USER, user.id, browsers=len(browsers))
            session.flush()
            visits = [visit for browser in browsers for visit in remembered_in(session, browser)]
            rescreen(session, visits, now, decide_of(installation))
        number = _count(len(browsers), "browser")
        click.echo(f"{number} no longer marked as {name}'s; test links made for them until now are dead.")
        if visits:
            click.echo(f"{_count(len(visits), 'visit')} judged anew.")

    return own


@with_installation
def _list(installation: Installation) -> None:
    with installation.database.reading() as session:
        users = own_browsers(session)
    if not users:
        click.echo(
            "In no browser of your own people a prospect's link was opened yet. (One in which only a test"
            " link was opened is remembered by itself, and is not listed.) Write a test link:"
            " ringback link --own EMAIL"
        )
    for user, browsers in users:
        left = ", left" if user.left_at else ""
        click.echo(f"{user.name} <{user.email}>{left}: {_count(len(browsers), 'browser')}")
        for browser in browsers:
            click.echo(f"  {_line(browser)}")
    if users:
        click.echo("\nIf one is a prospect's: ringback own clear EMAIL", err=True)


def _line(browser: OwnBrowser) -> str:
    visit = f"last visit {browser.last_visit_at:%Y-%m-%d}" if browser.last_visit_at else "no visit"
    return f"since {browser.since:%Y-%m-%d %H:%M} UTC, {visit}, last opened the link of {browser.opened}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
