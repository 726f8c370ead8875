"""The form about a person, as *You* and *Users* show it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from sqlalchemy import select

from tracker.models import User
from tracker.people.details import (
    DetailError,
    Details,
    check_away,
    read_clock,
    read_day,
    read_days,
    read_name,
    read_zone,
    until,
)
from tracker.people.hours import WHOLE_DAY
from tracker.people.written_hours import DAY_NAMES
from tracker.web.edits import version_of
from tracker.web.forms import Filled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session
    from werkzeug.datastructures import MultiDict

FIELDS = ("name", "time_zone", "start", "end", "deputy", "away_from", "away_until")
DAYS = [(str(number), name) for number, name in enumerate(DAY_NAMES, start=1)]
ZONES = (
    *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
    "UTC",
)
LABELS = {
    "name": "Name",
    "role": "Role",
    "team": "Team",
    "time_zone": "Time zone",
    "start": "From",
    "end": "Until",
    "days": "On",
    "away_from": "First day away",
    "away_until": "Last day away",
    "deputy": "Calls go to",
}
NOBODY = ("", "Nobody: the team's manager")


def filled_with(user: User) -> Filled:
    """Give the form as it is about a user now."""
    return Filled(
        {
            "name": user.name,
            "time_zone": user.time_zone,
            "start": _clock(user.hours_start),
            "end": _clock(user.hours_end % WHOLE_DAY),
            "deputy": str(user.deputy_id or ""),
            "away_from": str(user.away_from or ""),
            "away_until": str(user.away_until or ""),
        },
        {"days": list(user.work_days)},
    )


def typed(form: MultiDict[str, str], *more: str) -> Filled:
    """Keep what was typed into it, and into `more` fields."""
    return Filled.of(form, *FIELDS, *more, several=("days",))


def seen_of(shown: Filled) -> str:
    """Name what the form showed, in short."""
    return version_of(shown.values | shown.chosen)


def differing(there: Filled, form: Filled, words: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """Say what is there now where something else was typed; `words` are those of fields with a choice."""
    told = []
    for name, label in LABELS.items():
        if there.values.get(name) != form.values.get(name):
            value = there.values[name]
            told.append((label, words.get(name, {}).get(value, value)))
        elif there.chosen.get(name) != form.chosen.get(name):
            told.append((label, ", ".join(words[name][value] for value in there.chosen[name])))
    return told


def read_details(form: Filled, deputies: Sequence[tuple[str, str]]) -> Details | None:
    """Read what was typed; None where anything of it cannot be, and why is beside its field then."""
    name, zone = form.take("name", read_name), form.take("time_zone", read_zone)
    start, end = form.take("start", read_clock), form.take("end", read_clock)
    hours = None
    if start is not None and end is not None:
        hours = form.check("end", lambda: until(start, end))
    days = form.check("days", lambda: read_days(form.chosen["days"]))
    deputy = form.take("deputy", lambda text: _one_of(text, deputies))
    first, last = form.take("away_from", read_day), form.take("away_until", read_day)
    if not {"away_from", "away_until"} & form.problems.keys():
        form.check("away_until" if first else "away_from", lambda: check_away(first, last))
    if form.problems or name is None or zone is None or hours is None or days is None:
        return None
    return Details(name, zone, hours, days, int(deputy) if deputy else None, first, last)


def deputies_for(session: Session, user_id: int | None) -> list[tuple[str, str]]:
    """Give who may stand in for a user: everybody else who is here."""
    others = select(User).where(User.left_at.is_(None)).order_by(User.name, User.id)
    return [NOBODY, *((str(one.id), one.name) for one in session.scalars(others) if one.id != user_id)]


def _one_of(text: str, options: Sequence[tuple[str, str]]) -> str:
    if text not in dict(options):
        msg = "Choose somebody of the list"
        raise DetailError(msg)
    return text


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
