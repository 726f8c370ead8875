"""What is changed of people and deals, put on record in the same transaction.

Of a person and of free texts only the names of the fields are kept: the audit log outlives whom it tells of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.audit import What, by_user, note
from tracker.by_hand.deals import DealWords
from tracker.words import Thing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.by_hand.people import Words
    from tracker.models import Deal, Prospect
    from tracker.web.me import Me

PLAIN = frozenset(
    {
        "status",
        "outcome",
        "value_minor",
        "currency",
        "closed_on",
        "renewal_on",
        "not_qualified",
        "post_mortem_at",
    }
)
"""Fields of a deal whose values say nothing of a person."""


def person_added(session: Session, me: Me, person: Prospect) -> None:
    """Somebody was added by hand."""
    note(session, by_user(me.id), "add", What(Thing.PROSPECT, person.id), me.reader.now)


def person_changed(session: Session, me: Me, person: Prospect, before: Words, after: Words) -> None:
    """Something else is said of somebody; nothing is put on record where nothing is."""
    old, new = before.told(), after.told()
    fields = sorted(name for name in new if old[name] != new[name])
    if fields:
        what = What(Thing.PROSPECT, person.id, after={"fields": fields})
        note(session, by_user(me.id), "change", what, me.reader.now)


def deal_added(session: Session, me: Me, deal: Deal) -> None:
    """A deal was noted that no file named yet."""
    note(session, by_user(me.id), "add", What(Thing.DEAL, deal.id), me.reader.now)


def deal_changed(session: Session, me: Me, deal: Deal, before: DealWords, verb: str = "change") -> None:
    """Something else is said of a deal; nothing is put on record where nothing is."""
    old, new = before.told(), DealWords.of(deal).told()
    fields = sorted(name for name in new if old[name] != new[name])
    if not fields:
        return
    shown = [name for name in fields if name in PLAIN]
    what = What(
        Thing.DEAL,
        deal.id,
        {name: old[name] for name in shown},
        {name: new[name] for name in shown} | {"fields": fields},
    )
    note(session, by_user(me.id), verb, what, me.reader.now)
