"""What the pages of rules share: the tabs, the rules in force, a preview with its names, who was faster."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.rules.in_force import policy_in_force
from alerts.rules.preview import InForce, Preview, preview
from tracker.among import among
from tracker.imports.reasons import list_reason_lines
from tracker.models import Account, AuditEntry, Prospect, User
from tracker.rules.points import points_of
from tracker.rules.stored import load_rules
from tracker.topics import topic_lines
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.rules.compared import Difference
    from alerts.rules.preview import Proposal
    from tracker.installation import Installation
    from tracker.rules.words import RuleName
    from tracker.web.me import Desk, Me

TABS = (
    ("rules.policy", "Alerts"),
    ("rules.points", "Intent"),
    ("rules.topics", "Page topics"),
    ("rules.reasons", "Loss reasons"),
    ("rules.hours", "Working hours"),
)
_ONE_AT_A_TIME = Lock()
"""A preview keeps a processor busy for a second or two, and hits come in meanwhile."""
_EVERY = {2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth"} | {
    tens + digit: f"{tens + digit}{end}"
    for tens in range(20, 1000, 10)
    if tens % 100 != 10  # noqa: PLR2004  (eleventh, twelfth, thirteenth)
    for digit, end in ((1, "st"), (2, "nd"), (3, "rd"))
}


@dataclass(frozen=True, slots=True)
class Differs:
    """A visit that would have been told of otherwise, and whose it was."""

    difference: Difference
    person: str
    company: str
    rep: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A preview as a page shows it."""

    preview: Preview
    listed: tuple[Differs, ...]
    """Of those within the reader's reach."""

    @property
    def counted_on(self) -> str:
        """Say on which companies it was counted; empty: on all of them."""
        every = self.preview.every
        return "" if every == 1 else f"every {_EVERY.get(every) or f'{every}th'} company"


def try_out(session: Session, desk: Desk, me: Me, proposal: Proposal) -> Trial:
    """Replay the last weeks by other rules, for somebody to see."""
    stored = load_rules(session)
    in_force = InForce(
        points_of(stored),
        policy_in_force(desk.installation, session),
        topic_lines(session),
        list_reason_lines(session),
    )
    with _ONE_AT_A_TIME:
        found = preview(session, in_force, proposal, me.reader.now)
    return Trial(found, _named(session, desk, me, found))


def faster(session: Session, name: RuleName) -> str:
    """Say who changed a set of rules last."""
    last = session.scalar(
        select(User.name)
        .join(AuditEntry, AuditEntry.user_id == User.id)
        .where(AuditEntry.thing == Thing.RULE, AuditEntry.verb == f"change {name}")
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return last or "Somebody else"


def forget(installation: Installation) -> None:
    """Have the rules that were just changed hold in this process at once."""
    installation.rules.forget()


def _named(session: Session, desk: Desk, me: Me, found: Preview) -> tuple[Differs, ...]:
    """Put names to those that differ, where the reader may see both the alerts and the people."""
    if not me.may(Verb.SEE, Thing.ALERT):
        return ()
    shown = found.compared.shown
    people = {
        number: (name, company or "")
        for number, name, company in session.execute(
            select(Prospect.id, Prospect.name, Account.name)
            .outerjoin(Account, Account.id == Prospect.account_id)
            .where(
                among(Prospect.id, {one.prospect_id for one in shown}),
                desk.scope(me, Verb.SEE, Thing.PROSPECT).prospects(),
            )
        )
    }
    reps = dict(session.execute(select(User.id, User.name)).all())
    return tuple(
        Differs(one, *people[one.prospect_id], reps.get(one.user_id or 0, ""))
        for one in shown
        if one.prospect_id in people
    )
