"""The tasks: they take ids and call the function below."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from alerts import delivery, digest, sweep
from alerts.followups import agenda
from alerts.review import mailing
from alerts.talks import invitations
from tracker import months, relisting, retention
from tracker.imports.forgetting import forget_imports
from tracker.ingest.inbox import Inbox
from tracker.rules.kept import EVIDENCE_KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from celery import Celery
    from sqlalchemy.orm import Session

    from alerts.delivery import Mailroom
    from tracker.db import Database
    from tracker.signing import Signer

Plan: TypeAlias = "Callable[[Session, str, datetime], list[int]]"
"""Writes mails from some address into the outbox, as of a moment (UTC); gives their ids."""


def add_tasks(
    app: Celery,
    mailroom: Mailroom,
    mail_from: str,
    publish: Callable[[Sequence[int]], None],
    signer: Signer,
    country: str = "",
) -> None:
    """Register the tasks with `app`; `publish` is how they hand mails on.

    The holidays of the `country`, by its ISO code, are no working days. By the `signer` lists come to know
    whose address is whose among those that asked for something.
    """

    def deliver(message_ids: list[int]) -> None:
        delivery.deliver(mailroom, message_ids)

    def sweep_outbox() -> None:
        now = mailroom.clock()
        with mailroom.database.reading() as session:
            batches = sweep.sweep(session, mailroom.channel.name, now, mailroom.lease)
        for batch in batches:
            publish(batch)

    def planned(plan: Plan) -> Callable[[], None]:
        def run() -> None:  # Celery leaves out what is no function, without a word
            _plan(mailroom, mail_from, publish, plan)

        return run

    def forget_evidence() -> None:
        now = mailroom.clock()
        retention.forget_evidence(mailroom.database, now)
        with mailroom.database.reading() as session:
            kept = retention.kept_now(session)
        # What still waits was acknowledged: it is never given up for a shorter time that somebody chose.
        Inbox(mailroom.database).expire(now - EVIDENCE_KEPT, set_aside_before=now - kept.evidence)
        forget_imports(mailroom.database, now)

    def by_the_clock(work: Callable[[Database, datetime], object]) -> Callable[[], None]:
        def run() -> None:
            work(mailroom.database, mailroom.clock())

        return run

    for name, task in (
        ("deliver", deliver),
        ("sweep", sweep_outbox),
        ("plan_digests", planned(digest.plan_digests)),
        ("plan_reviews", planned(partial(mailing.plan_reviews, country=country))),
        ("forget_evidence", forget_evidence),
        ("forget_visits", by_the_clock(retention.forget_visits)),
        ("make_months", by_the_clock(months.make_months)),
        ("keep_invitations", by_the_clock(partial(invitations.keep_invitations, mail_from=mail_from))),
        ("plan_follow_ups", by_the_clock(agenda.plan_lately)),
        ("relist", by_the_clock(partial(relisting.relist_lately, signer=signer))),
    ):
        app.task(name=f"ringback.{name}", shared=False)(task)


def _plan(mailroom: Mailroom, mail_from: str, publish: Callable[[Sequence[int]], None], plan: Plan) -> None:
    """Write mails whose time has come into the outbox, and hand them on."""
    with mailroom.database.writing() as session:
        ids = plan(session, mail_from, mailroom.clock())
    if ids:
        publish(ids)
