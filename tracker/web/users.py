"""*Users*, for admins: who is here, what they may do, who left, and where they are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from tracker.audit import by_user
from tracker.models import ProviderAccount, Team, User
from tracker.people.details import read_name, read_zone
from tracker.people.hours import WorkingHours, is_away
from tracker.people.own_passkeys import forget_ways
from tracker.people.passkeys import passkeys_of
from tracker.people.recorded import added, changing, sign_out_everywhere
from tracker.people.sessions import live_sessions
from tracker.people.staff import LastAdminError, enlist, keep_an_admin, read_role, team_named
from tracker.people.users import all_users
from tracker.people.written_hours import written
from tracker.web.again import looking_again
from tracker.web.device import device_name
from tracker.web.edits import HELD, SEEN
from tracker.web.forms import Filled, read_email
from tracker.web.person_form import (
    DAYS,
    ZONES,
    deputies_for,
    differing,
    filled_with,
    read_details,
    seen_of,
    typed,
)
from tracker.words import Role

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.web.me import Desk, Me

ROLES = [(str(role), str(role).capitalize()) for role in Role]
NEW = ("name", "email", "role", "team", "time_zone")


@dataclass(frozen=True, slots=True)
class Listed:
    """A user in the list."""

    user: User
    team: str
    hours: str
    is_away: bool


class Users:
    """The pages about everybody."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me) -> ResponseReturnValue:
        """List them; those who left come last."""
        blank = {"name": "", "email": "", "role": str(Role.REP), "team": ""}
        zone = self._desk.installation.settings.time_zone
        return self._list(me, Filled(blank | {"time_zone": zone}))

    @looking_again
    def add(self, me: Me) -> ResponseReturnValue:
        """Add one, who can then sign in."""
        form = Filled.of(request.form, *NEW)
        name, email = form.take("name", read_name), form.take("email", read_email)
        zone, role = form.take("time_zone", read_zone), form.take("role", read_role)
        if name is None or email is None or zone is None or role is None or form.problems:
            return self._list(me, form), HTTPStatus.UNPROCESSABLE_ENTITY
        now = me.reader.now
        with self._desk.database.writing() as session:
            user = form.check("email", lambda: enlist(session, name, email, role, zone))
            if user is not None:
                user.team_id = team_named(session, by_user(me.id), form.values["team"], now)
                session.flush()
                added(session, by_user(me.id), user, now)
        if user is None:
            return self._list(me, form), HTTPStatus.UNPROCESSABLE_ENTITY
        flash(f"{user.name} can sign in with {user.email} now.", "good")
        return redirect(url_for("desk.users"), HTTPStatus.SEE_OTHER)

    def one(self, me: Me, user_id: int) -> ResponseReturnValue:
        """Show what is on record of one."""
        return self._page(me, user_id)

    @looking_again
    def change(self, me: Me, user_id: int) -> ResponseReturnValue:
        """Change it; who changed the same meanwhile goes before, and is told."""
        form, late = typed(request.form, "role", "team"), None
        with self._desk.database.writing() as session:
            user = _there(session, user_id, hold=True)
            there = _filled(session, user)
            if request.form.get(SEEN) != seen_of(there):
                late = there
            else:
                self._change(session, me, user, form)
        if late or form.problems:
            status = HTTPStatus.CONFLICT if late else HTTPStatus.UNPROCESSABLE_ENTITY
            return self._page(me, user_id, form, late), status
        flash(f"Saved what is said of {user.name}.", "good")
        return redirect(url_for("desk.users"), HTTPStatus.SEE_OTHER)

    def _change(self, session: Session, me: Me, user: User, form: Filled) -> None:
        who, now = by_user(me.id), me.reader.now
        details = read_details(form, deputies_for(session, user.id))
        role = form.take("role", read_role)
        if role is not None:
            form.check("role", lambda: keep_an_admin(session, user, stays=role == Role.ADMIN))
        if details is None or role is None or form.problems:
            return
        with changing(session, who, user, now):
            details.give_to(user, by_self=False)
            user.role, user.team_id = role, team_named(session, who, form.values["team"], now)

    def left(self, me: Me, user_id: int) -> ResponseReturnValue:
        """Say that somebody left: nothing is sent to them any more, and they are signed out at once."""
        with self._desk.database.writing() as session:
            user = _there(session, user_id, hold=True)
            try:
                keep_an_admin(session, user, stays=False)
            except LastAdminError as error:
                flash(f"{error}.", "bad")
                return redirect(url_for("desk.one_user", user_id=user_id), HTTPStatus.SEE_OTHER)
            with changing(session, by_user(me.id), user, me.reader.now):
                user.left_at = user.left_at or me.reader.now
        flash(f"{user.name} gets nothing any more, and is signed out everywhere.", "good")
        return redirect(url_for("desk.users"), HTTPStatus.SEE_OTHER)

    def back(self, me: Me, user_id: int) -> ResponseReturnValue:
        """Say that somebody is back."""
        with self._desk.database.writing() as session:
            user = _there(session, user_id)
            with changing(session, by_user(me.id), user, me.reader.now):
                user.left_at = None
        flash(f"{user.name} is back, and can sign in.", "good")
        return redirect(url_for("desk.one_user", user_id=user_id), HTTPStatus.SEE_OTHER)

    def sign_out(self, me: Me, user_id: int) -> ResponseReturnValue:
        """End all of somebody's sessions at once."""
        with self._desk.database.writing() as session:
            user = _there(session, user_id)
            number = sign_out_everywhere(session, by_user(me.id), user, me.reader.now)
        flash(f"{user.name} is signed out in {number} browser{'' if number == 1 else 's'}.", "good")
        return redirect(url_for("desk.one_user", user_id=user_id), HTTPStatus.SEE_OTHER)

    def clear_passkeys(self, me: Me, user_id: int) -> ResponseReturnValue:
        """Take lost passkeys from somebody, and the provider's account, and sign them out everywhere."""
        with self._desk.database.writing() as session:
            user = _there(session, user_id)
            forget_ways(session, by_user(me.id), user, me.reader.now)
        flash(
            f"What {user.name} signed in with opens nothing any more; they are signed out everywhere.", "good"
        )
        return redirect(url_for("desk.one_user", user_id=user_id), HTTPStatus.SEE_OTHER)

    def _list(self, me: Me, form: Filled) -> str:
        with self._desk.database.reading() as session:
            teams = {team.id: team.name for team in session.scalars(select(Team).order_by(Team.name))}
            users = [
                Listed(
                    user,
                    teams.get(user.team_id or 0, ""),
                    _capital(written(WorkingHours.of(user))),
                    is_away(user, me.reader.now),
                )
                for user in all_users(session)
            ]
        return render_template(
            "house/users.html",
            here="desk.users",
            users=users,
            form=form,
            roles=ROLES,
            teams=teams.values(),
            zones=ZONES,
        )

    def _page(self, me: Me, user_id: int, form: Filled | None = None, late: Filled | None = None) -> str:
        """Show the form as it is now, or as it was typed; `late`: what somebody else saved meanwhile."""
        with self._desk.database.reading() as session:
            user = _there(session, user_id)
            there = _filled(session, user)
            teams = session.scalars(select(Team.name).order_by(Team.name)).all()
            deputies = deputies_for(session, user.id)
            passkeys, account = passkeys_of(session, user.id), session.get(ProviderAccount, user.id)
            sessions = live_sessions(session, user.id, me.reader.now)
        words = {"role": dict(ROLES), "deputy": dict(deputies), "days": dict(DAYS)}
        return render_template(
            "house/user.html",
            here="desk.users",
            user=user,
            form=form or there,
            seen=request.form.get(SEEN, "") if form and not late else seen_of(late or there),
            now=differing(late, form, words) if late and form else None,
            roles=ROLES,
            days=DAYS,
            zones=ZONES,
            teams=teams,
            deputies=deputies,
            passkeys=passkeys,
            account=account,
            sessions=[(one, device_name(one.user_agent)) for one in sessions],
        )


def _filled(session: Session, user: User) -> Filled:
    form = filled_with(user)
    form.values.update(role=str(user.role), team=_team(session, user))
    return form


def _there(session: Session, user_id: int, *, hold: bool = False) -> User:
    user = session.get(User, user_id, with_for_update=HELD if hold else None)
    if user is None:
        abort(HTTPStatus.NOT_FOUND)
    return user


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _team(session: Session, user: User) -> str:
    return session.get_one(Team, user.team_id).name if user.team_id else ""
