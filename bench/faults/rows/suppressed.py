"""Somebody asks not to be called after a worker has claimed the mail about them, before it is sent."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from alerts.models import Message
from alerts.words import MessageState
from bench.faults.house import House, Wish
from bench.faults.odd_worker import odd_worker
from bench.faults.processes import wait_for
from bench.faults.stage import PATIENCE_S
from bench.faults.verdict import Outcome, none_of, so
from tracker.models import SuppressionKind
from tracker.suppression import suppress


def tell(house: House) -> Outcome:
    """Claim, suppress, then let the worker go on: no mail."""
    with house.stage(Wish(people=1)) as stage:
        stage.start("serve")
        (guest,) = stage.guests
        with odd_worker(stage.environ, stage.folder / "odd.log", "waits", str(stage.folder)):
            stage.ledger.post(stage.base_url, guest, guest.call())
            stage.ledger.callers.clear()
            claimed = wait_for((stage.folder / "claimed").exists, PATIENCE_S) is not None
            email = f"visitor{guest.number + 1}@account{guest.number + 1}.example"
            here = stage.installation
            with here.database.writing() as session:
                now = datetime.now(UTC)
                suppress(session, here.signer, [email], SuppressionKind.DO_NOT_CALL, "by phone", now)
            (stage.folder / "go").touch()
            states = select(Message.state)

            def withdrawn() -> bool:
                with here.database.reading() as session:
                    return session.scalars(states).all() == [MessageState.WITHDRAWN]

            ended = wait_for(withdrawn, PATIENCE_S) is not None
        return Outcome(
            stage.lost(),
            checks=(
                so("claimed before", true=claimed),
                so("withdrawn", true=ended),
                none_of("mails sent", len(stage.sink.mails)),
            ),
        )
