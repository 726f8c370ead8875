"""What the pages of today show. Everything here only reads."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, render_template, request, url_for

from alerts.briefing import NoSuchAlertError, brief
from alerts.ground import NotYoursError, Seat, behind
from alerts.stops import asked_for
from alerts.today.done import done_today
from alerts.today.follow_ups import due
from alerts.today.lack import next_digest, what_lacks
from alerts.today.live import gather
from alerts.today.look import Look, alerts_within, team
from alerts.today.waiting import count_waiting, list_waiting
from alerts.web.stories.reach import way
from alerts.words import FOLLOW_UPS
from tracker.people.rights import Reach
from tracker.words import SuppressionKind, Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.web.me import Desk, Me

POLL_S = 5
"""Seconds between two looks of a page that is open: a visitor shows within ten. No stream of events, which
would hold one of the server's few threads for every page that is open.
"""


class Today:
    """The page, its live part, and what lies one tap behind."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me) -> ResponseReturnValue:
        """Show all of it."""
        with self._desk.database.reading() as session:
            everybody = self._look(session, me)
            reps = team(everybody) if me.reach(Verb.CHANGE, Thing.ALERT) > Reach.OWN else ()
            look = replace(_narrowed(everybody, dict(reps)), names=dict(reps))
            live, done = gather(look), done_today(look)
            follow_ups, more = due(look)
            idle = not (live.calls or live.present)
            return render_template(
                "today/today.html",
                **_of_live(look, live),
                reps=reps,
                chosen=_chosen(look),
                waiting=count_waiting(look),
                done=done,
                due=follow_ups,
                more_due=more,
                kinds=FOLLOW_UPS,
                way=way,
                lack=what_lacks(look) if idle else None,
                digest_at=next_digest(look) if not live.calls else None,
                poll_s=POLL_S,
            )

    def live(self, me: Me) -> ResponseReturnValue:
        """Give what changes by itself; nothing where it is as it was."""
        with self._desk.database.reading() as session:
            everybody = self._look(session, me)
            reps = team(everybody) if request.args.get("rep") else ()
            look = _narrowed(everybody, dict(reps))
            live = gather(look)
            if request.args.get("seen") == live.stamp:
                return "", HTTPStatus.NO_CONTENT
            idle = not (live.calls or live.present)
            return render_template(
                "today/live.html",
                **_of_live(look, live),
                lack=what_lacks(look) if idle else None,
                digest_at=next_digest(look) if not live.calls else None,
            )

    def waiting(self, me: Me) -> ResponseReturnValue:
        """List what nobody is called about, and why."""
        with self._desk.database.reading() as session:
            everybody = self._look(session, me)
            reps = team(everybody) if request.args.get("rep") else ()
            look = _narrowed(everybody, dict(reps))
            return render_template(
                "today/waiting.html",
                rows=list_waiting(look),
                digest_at=next_digest(look),
                chosen=_chosen(look),
            )

    def brief(self, me: Me, alert_id: int) -> ResponseReturnValue:
        """Say what to say: a page, or its part for the page that asks for it."""
        with self._desk.database.reading() as session:
            look = self._look(session, me)
            seat = Seat(alert_id, me.id, alerts_within(look.scope))
            try:
                alert, _ = behind(session, seat)
                briefing = brief(session, look.installation, alert_id, look.now, reader_id=me.id)
            except (NotYoursError, NoSuchAlertError):
                abort(HTTPStatus.NOT_FOUND)
            asked = asked_for(session, look.installation.signer, alert.prospect_id)
            whole = "HX-Request" not in request.headers
            return render_template(
                "today/brief_page.html" if whole else "today/brief.html",
                it=briefing,
                corrected=alert.correction if alert.corrected_at else "",
                no_calls=SuppressionKind.DO_NOT_CALL in asked,
            )

    def _look(self, session: Session, me: Me) -> Look:
        scope = self._desk.scope(me, Verb.CHANGE, Thing.ALERT)
        return Look(session, self._desk.installation, me.id, scope, me.reader.zone, me.reader.now)


def _narrowed(look: Look, reps: dict[int, str]) -> Look:
    """Look at one rep's work only, where the address names one; nobody is found out of reach."""
    asked = request.args.get("rep", "")
    if not asked:
        return look
    if not asked.isdecimal() or int(asked) not in reps:
        abort(HTTPStatus.NOT_FOUND)
    return replace(look, scope=replace(look.scope, reach=Reach.OWN, user_id=int(asked), team_id=None))


def _chosen(look: Look) -> int | None:
    return look.scope.user_id if request.args.get("rep") else None


def _of_live(look: Look, live: object) -> dict[str, object]:
    """Give what the live part is written with: whose names it shows, and where its buttons come back to."""
    chosen = _chosen(look)
    return {
        "live": live,
        "of_several": look.scope.reach > Reach.OWN,
        "place": url_for("today.show", rep=chosen) if chosen else url_for("today.show"),
        "live_url": url_for("today.live", rep=chosen) if chosen else url_for("today.live"),
    }
