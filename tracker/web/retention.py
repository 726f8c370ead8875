"""*Retention*, a page of *Upkeep*: how long what is kept, and what of it an admin says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select

from tracker.audit import by_user, entries
from tracker.imports.history import UNDO_KEPT
from tracker.models import AuditEntry, UserSession, Visit
from tracker.people.sessions import IDLE_LIFE, LIFE
from tracker.people.sessions import KEPT as SESSIONS_KEPT
from tracker.retention import COUNTED, going, store_kept
from tracker.rules.kept import RULES, VISITS_KEPT, kept_of, kept_with
from tracker.rules.stored import StaleRulesError, load_rules
from tracker.rules.words import RuleName
from tracker.web.edits import SEEN, seen_version
from tracker.web.forms import Filled
from tracker.words import Thing

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.rules.kept import KeptFor
    from tracker.web.me import Desk, Me

CONFIRMED = "confirmed"
"""The field that carries what somebody was told the consequences of."""
SETTLING = timedelta(days=1)
"""After a shorter time was saved, nothing is overdue for so long: workers delete in portions."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept for a while."""

    what: str
    span: timedelta
    then: str
    """What happens then."""


@dataclass(frozen=True, slots=True)
class Oldest:
    """The last signs of the oldest visits on record, UTC; None: there is none."""

    remembered: datetime | None
    """Of those whose evidence is there."""
    forgotten: datetime | None

    @classmethod
    def load(cls, session: Session) -> Oldest:
        """Look at the ends of two indexes."""
        remembered, forgotten = Visit.forgotten_at.is_(None), Visit.forgotten_at.is_not(None)
        oldest = select(func.min(Visit.last_at))
        return cls(session.scalar(oldest.where(remembered)), session.scalar(oldest.where(forgotten)))

    @property
    def of_both(self) -> datetime | None:
        """Give the older of both."""
        return min((at for at in (self.remembered, self.forgotten) if at is not None), default=None)

    def is_behind(self, kept: KeptFor, now: datetime) -> bool:
        """Whether something should be gone for a day already: upkeep runs more often than that."""
        bounds = ((self.remembered, now - kept.evidence), (self.forgotten, now - kept.visits))
        return any(at is not None and at < bound - timedelta(days=1) for at, bound in bounds)


class RetentionPage:
    """Shown to admins, and changed by them."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me) -> ResponseReturnValue:
        """Show how long what is kept, and the oldest that is there."""
        with self._desk.database.reading() as session:
            return self._page(session, me, None)

    def change(self, me: Me) -> ResponseReturnValue:
        """Save what was typed; where less is kept, tell first what goes, and wait for a yes to just that."""
        form = Filled.of(request.form, *(rule.name for rule in RULES))
        typed = {rule.name: form.take(rule.name, rule.read) for rule in RULES}
        if form.problems:
            with self._desk.database.reading() as session:
                return self._page(session, me, form), HTTPStatus.UNPROCESSABLE_ENTITY
        kept, seen = kept_with(typed), seen_version()
        with self._desk.database.reading() as session:
            stored = load_rules(session)
            if seen != stored.version(RuleName.RETENTION):
                return self._beaten(session, me, form)
            before = kept_of(stored)
            if _is_less(kept, before) and request.form.get(CONFIRMED) != _named(kept):
                return self._told_first(session, me, kept, before, seen)
        try:
            with self._desk.database.writing() as session:
                is_new = store_kept(session, kept, by_user(me.id), me.reader.now, seen)
        except StaleRulesError:
            with self._desk.database.reading() as session:
                return self._beaten(session, me, form)
        self._desk.installation.rules.forget()
        flash(_saved(kept, before) if is_new else "This is how long they were kept already.", "good")
        return redirect(url_for("upkeep.retention"), HTTPStatus.SEE_OTHER)

    def _told_first(
        self, session: Session, me: Me, kept: KeptFor, before: KeptFor, seen: int
    ) -> ResponseReturnValue:
        """Say what the next runs would delete, before it is saved."""
        now = me.reader.now
        return render_template(
            "upkeep/retention_confirm.html",
            going=going(session, kept, now),
            counted=COUNTED,
            kept=kept,
            before=before,
            last=(now - kept.visits).astimezone(me.reader.zone).date(),
            first=(now - kept.evidence).astimezone(me.reader.zone).date(),
            seen=(SEEN, seen),
            confirmed=(CONFIRMED, _named(kept)),
        )

    def _beaten(self, session: Session, me: Me, form: Filled) -> ResponseReturnValue:
        """Say that somebody else was faster, and keep what was typed."""
        last = entries(session, 1, AuditEntry.thing == Thing.RETENTION)
        other = last[0].who if last else "Somebody else"
        return self._page(session, me, form, other), HTTPStatus.CONFLICT

    def _page(self, session: Session, me: Me, form: Filled | None, other: str = "") -> str:
        stored, now = load_rules(session), me.reader.now
        kept = kept_of(stored)
        oldest = Oldest.load(session)
        behind = oldest.is_behind(kept, now)
        changes = entries(session, 1, AuditEntry.thing == Thing.RETENTION) if behind else ()
        live = select(func.count()).select_from(UserSession).where(UserSession.ended_at.is_(None))
        return render_template(
            "upkeep/retention.html",
            kept=_all_kept(kept),
            longest=VISITS_KEPT,
            oldest=oldest.of_both,
            behind=behind,
            settling=any(now - one.entry.at < SETTLING for one in changes),
            signed_in=session.scalar(live),
            form=form or Filled({rule.name: rule.written(kept.values[rule.name]) for rule in RULES}),
            rules=RULES,
            there=kept.values,
            seen=(SEEN, stored.version(RuleName.RETENTION)),
            other=other,
        )


def _all_kept(kept: KeptFor) -> tuple[Kept, ...]:
    return (
        Kept(
            "Visits and their pages, with alerts and reports about them",
            kept.visits,
            "Deleted, also a day agreed for a call back and the silence after a talk. Wishes to be left alone"
            " stay.",
        ),
        Kept(
            "Evidence of who was there: user agent, hash of the address, headers",
            kept.evidence,
            "Blanked. The state and its reasons stay.",
        ),
        Kept("Hits that could not be stored, and are set aside", kept.evidence, "Deleted."),
        Kept("What takes an import back", UNDO_KEPT, "Deleted. The import stays on record."),
        Kept(
            "A browser that is signed in", LIFE, f"Signed out; after {IDLE_LIFE.days} days without use, too."
        ),
        Kept("Ended sign-ins", SESSIONS_KEPT, "Deleted."),
    )


def _is_less(kept: KeptFor, before: KeptFor) -> bool:
    return kept.visits < before.visits or kept.evidence < before.evidence


def _named(kept: KeptFor) -> str:
    """Name what is confirmed, so that a yes is never taken for one to something else."""
    return f"{kept.visits.days}/{kept.evidence.days}"


def _saved(kept: KeptFor, before: KeptFor) -> str:
    said = "Saved. It holds from the next run of upkeep on."
    is_more = kept.visits > before.visits or kept.evidence > before.evidence
    return f"{said} What is gone already does not come back." if is_more else said
