"""Poison: a mail whose writing kills the process that does it, and a hit that the database refuses."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import Delivery, Message
from alerts.words import MessageState
from bench.faults.browser import ACKNOWLEDGED
from bench.faults.house import House, Wish
from bench.faults.odd_worker import odd_worker
from bench.faults.processes import wait_for
from bench.faults.stage import PATIENCE_S
from bench.faults.verdict import Check, Outcome, percentile, so
from bench.signal.verdict import at_most
from tracker.models import User

if TYPE_CHECKING:
    from bench.faults.stage import Stage

OTHERS = 12
ATTEMPTS = 5
OTHERS_BAR_S = 30
FULL_LEASE_S = 45
POISONED_PAGE = "/poison"
REFUSING = (
    "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$ LANGUAGE plpgsql",
    """
    CREATE TRIGGER refuse BEFORE INSERT ON page_views FOR EACH ROW
    WHEN (NEW.url LIKE '%/poison%') EXECUTE FUNCTION refuse()
    """,
)
"""What makes PostgreSQL refuse one hit and no other."""


def mail(house: House) -> Outcome:
    """Let one mail kill whoever writes it; it is set aside after five attempts, and the others go out."""
    lease_s = house.lengths.lease_s
    wish = Wish(people=OTHERS + 1, settings={"RINGBACK_SMTP_DEADLINE_S": "5"})
    with house.stage(wish) as stage:
        stage.start("serve")
        poisoned, *others = stage.guests
        oddity = ("kills", poisoned.visitor.rep, f"{lease_s:g}")
        with odd_worker(stage.environ, stage.folder / "odd.log", *oddity):
            stage.ledger.post(stage.base_url, poisoned, poisoned.call())
            stage.ledger.callers.clear()  # it is not to be mailed in the end
            sent_at = {}
            for guest in others:
                stage.ledger.post(stage.base_url, guest, guest.call())
                sent_at[guest.visitor.rep] = time.monotonic()
                time.sleep(lease_s / 4)
            lost = stage.lost()
            wait_for(
                lambda: _state(stage, poisoned.visitor.rep) is not MessageState.PENDING,
                8 * lease_s + PATIENCE_S,
            )
        waits = [at - sent_at[reader] for reader, _, at in stage.post.came]
        results = _results(stage, poisoned.visitor.rep)
        return Outcome(
            lost,
            stage.post.duplicates(),
            checks=(
                Check("attempts that killed a child", results.count("started"), at_most(ATTEMPTS, "")),
                so("set aside", true=_state(stage, poisoned.visitor.rep) is MessageState.FAILED),
                Check("the others' p95", percentile(waits, 0.95), at_most(OTHERS_BAR_S, "s")),
            ),
            note=house.lengths.said("a lease of", lease_s, FULL_LEASE_S),
        )


def hit(house: House) -> Outcome:
    """Let the database refuse one hit; its neighbours are stored, and it keeps nobody waiting."""
    with house.stage(Wish(people=OTHERS)) as stage:
        name = stage.environ["RINGBACK_DATABASE_URL"].rpartition("/")[2]
        for statement in REFUSING:
            house.postgres.tell(statement, name)
        stage.start("serve")
        stage.start("worker")
        stage.welcome(stage.guests)
        poison = stage.guests[0].view(POISONED_PAGE)
        status = stage.ledger.post(stage.base_url, stage.guests[0], [poison], timeout_s=10)
        stage.ledger.acknowledged.discard(poison["id"])
        began = time.monotonic()
        for guest in stage.guests[1:]:
            stage.ledger.post(stage.base_url, guest, guest.call())
        lost = stage.lost()
        took_s = time.monotonic() - began
        kept = "kept" if status in ACKNOWLEDGED else f"answered with {status}"
        return Outcome(
            lost,
            stage.post.duplicates(),
            checks=(Check("until all others were stored and mailed", took_s, at_most(OTHERS_BAR_S, "s")),),
            note=f"the poisoned hit was {kept}",
        )


def _state(stage: Stage, reader: str) -> MessageState:
    with stage.installation.database.reading() as session:
        query = select(Message.state).join(User, User.id == Message.user_id).where(User.email == reader)
        return session.scalars(query).first() or MessageState.PENDING


def _results(stage: Stage, reader: str) -> list[str]:
    with stage.installation.database.reading() as session:
        query = (
            select(Delivery.result)
            .join(Message, Message.id == Delivery.message_id)
            .join(User, User.id == Message.user_id)
            .where(User.email == reader)
        )
        return list(session.scalars(query))
