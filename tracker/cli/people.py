"""`ringback user` and `ringback team`: who gets the calls, when, and who stands in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import select

from tracker.audit import COMMAND, What, note
from tracker.cli.common import with_installation
from tracker.cli.first_admin import offer_first_admin
from tracker.models import Team
from tracker.people.hours import WorkingHours, is_away
from tracker.people.recorded import added as note_added
from tracker.people.recorded import changing
from tracker.people.sign_in import LINK_AGE, make
from tracker.people.users import (
    UserWishes,
    add_team,
    add_user,
    all_users,
    change_user,
    set_away,
    set_back,
    set_left,
    user_with,
)
from tracker.people.written_hours import written
from tracker.words import Role, Thing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.installation import Installation
    from tracker.models import User

_DAY = click.DateTime(formats=["%Y-%m-%d"])


def _wishes(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say something of a user."""
    roles = click.Choice([str(role) for role in Role])
    for option in (
        click.option("--deputy", metavar="EMAIL", help="Who stands in while they are away."),
        click.option("--days", metavar="DAYS", help="Working days, e.g. 1-5 for Monday to Friday."),
        click.option("--hours", metavar="HOURS", help="Working hours, e.g. 09:00-18:00, or always."),
        click.option("--time-zone", metavar="ZONE", help="Their own, e.g. Europe/London."),
        click.option("--team", metavar="NAME", help="What nobody owns goes to the team's manager."),
        click.option("--role", type=roles, help="What they do here; a new user is a rep."),
    ):
        command = option(command)
    return command


def _as_wishes(options: dict[str, str | None]) -> UserWishes:
    role = options.pop("role")
    return UserWishes(role=Role(role) if role else None, **options)


@click.group("user")
def user_command() -> None:
    """People who work here: add them, their hours, their absences."""


@user_command.command("add")
@click.argument("name")
@click.argument("email")
@_wishes
@with_installation
def user_add(installation: Installation, /, name: str, email: str, **options: str | None) -> None:
    """Add a user, e.g. `ringback user add "Sam Reed" sam@example.com`."""
    options["time_zone"] = options["time_zone"] or installation.settings.time_zone
    with installation.database.writing() as session:
        added = add_user(session, name, email, _as_wishes(options))
        note_added(session, COMMAND, added.user, datetime.now(UTC))
    click.echo(f"Added {_line(added.user)}.")
    if added.names_mapped:
        click.echo(f"Owners' names found to be theirs: {added.names_mapped}.")
    offer_first_admin(installation)


@user_command.command("change")
@click.argument("email")
@_wishes
@with_installation
def user_change(installation: Installation, /, email: str, **options: str | None) -> None:
    """Change role, team, hours or deputy of a user."""
    with (
        installation.database.writing() as session,
        changing(session, COMMAND, user_with(session, email), datetime.now(UTC)),
    ):
        user = change_user(session, email, _as_wishes(options))
    click.echo(f"Now {_line(user)}.")
    offer_first_admin(installation)


@user_command.command("list")
@with_installation
def user_list(installation: Installation) -> None:
    """List users with their hours, and who is away or has left."""
    now = datetime.now(UTC)
    with installation.database.reading() as session:
        users = all_users(session)
        teams = {team.id: team.name for team in session.scalars(select(Team))}
    if not users:
        click.echo("There is no user yet: add one with `ringback user add NAME EMAIL`.")
    names = {user.id: user.name for user in users}
    for user in users:
        parts = [_line(user), str(user.role)]
        if user.team_id:
            parts.append(f"team {teams[user.team_id]}")
        if user.deputy_id:
            parts.append(f"deputy {names[user.deputy_id]}")
        if user.left_at:
            parts.append(f"left on {user.left_at:%Y-%m-%d}")
        elif is_away(user, now):
            parts.append(f"away until {user.away_until or 'told otherwise'}")
        click.echo("  ".join(parts))
    offer_first_admin(installation)


@user_command.command("away")
@click.argument("email")
@click.argument("first", metavar="FROM", type=_DAY)
@click.argument("last", metavar="UNTIL", type=_DAY)
@with_installation
def user_away(installation: Installation, email: str, first: datetime, last: datetime) -> None:
    """Say that a user is away, from one day until another, e.g. 2026-08-03 2026-08-14."""
    with installation.database.writing() as session:
        with changing(session, COMMAND, user_with(session, email), datetime.now(UTC)):
            user = set_away(session, email, first.date(), last.date())
        deputy = user.deputy_id
    click.echo(f"{user.name} is away from {user.away_from} until {user.away_until}.")
    if deputy is None:
        click.echo("Their calls go to the team's manager; name a deputy with `ringback user change`.")


@user_command.command("back")
@click.argument("email")
@with_installation
def user_back(installation: Installation, email: str) -> None:
    """Say that a user is back."""
    with (
        installation.database.writing() as session,
        changing(session, COMMAND, user_with(session, email), datetime.now(UTC)),
    ):
        user = set_back(session, email)
    click.echo(f"{user.name} is back.")


@user_command.command("left")
@click.argument("email")
@with_installation
def user_left(installation: Installation, email: str) -> None:
    """Say that a user left the company: nothing is sent to them any more, and they are signed out."""
    now = datetime.now(UTC)
    with (
        installation.database.writing() as session,
        changing(session, COMMAND, user_with(session, email), now),
    ):
        user, owned = set_left(session, email, now)
    click.echo(f"{user.name} gets nothing any more.")
    if owned:
        click.echo(
            f"Deals and accounts that still carry their name: {owned}. Those calls go to a manager;"
            " `ringback owners map` gives them to somebody else."
        )


@user_command.command("link")
@click.argument("email")
@with_installation
def user_link(installation: Installation, email: str) -> None:
    """Show an address that signs a user in once, for when no mail gets through."""
    now = datetime.now(UTC)
    with installation.database.writing() as session:
        user = user_with(session, email)
        if user.left_at is not None:
            msg = f"{user.name} left: `ringback user back {email}` has them back."
            raise click.ClickException(msg)
        ticket = make(session, installation.signer, user, None, now)
        note(session, COMMAND, "make a sign-in link", What(Thing.USER, user.id), now)
    click.echo(f"{installation.settings.base_url}/sign-in/{ticket.signed}")
    minutes = round(LINK_AGE.total_seconds() / 60)
    click.echo(f"It signs {user.name} in once, in any browser, within {minutes} minutes.", err=True)


@click.group("team")
def team_command() -> None:
    """Teams and their managers."""


@team_command.command("add")
@click.argument("name")
@click.option("--manager", metavar="EMAIL", help="Gets what nobody owns.")
@with_installation
def team_add(installation: Installation, name: str, manager: str | None) -> None:
    """Add a team, or give the one there is another manager."""
    with installation.database.writing() as session:
        team = add_team(session, name, manager)
        what = What(Thing.TEAM, team.id, after={"name": team.name, "manager_id": team.manager_id})
        note(session, COMMAND, "add", what, datetime.now(UTC))
        managed = team.manager_id is not None
    click.echo(f"Team {team.name}{'' if managed else ', without a manager yet'}.")


def _line(user: User) -> str:
    return f"{user.name} <{user.email}>  {written(WorkingHours.of(user))} {user.time_zone}"
