"""Figures of what we do about it, read from the rows: decisions, mails, attempts, and how old calls were."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from sqlalchemy import func, select

from alerts import stats
from alerts.models import Alert, Breaker, Delivery, Message
from alerts.outbox import Result
from alerts.words import Decision, MessageKind, MessageState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric
    from sqlalchemy.orm import Session

AGE_OF = timedelta(hours=1)
"""Over how long the ages of calls are taken."""
MOST_CALLS = 1000
"""Of that time, the latest so many."""
QUANTILES = (0.5, 0.99, 1.0)


def look(session: Session, now: datetime) -> Iterator[Metric]:
    """Read all figures of alerts and mails."""
    yield _decisions(session)
    yield _attempts(session)
    yield from _outbox(session, now)
    yield from _ages(session, now)
    yield _stopped(session)


def _decisions(session: Session) -> Metric:
    family = GaugeMetricFamily(
        "ringback_alerts",
        "Alerts by decision, and the name of its trigger or hold.",
        labels=["decision", "why"],
    )
    for name, number in stats.decisions(session).items():
        decision, _, why = name.partition(": ")
        family.add_metric([decision, why], number)
    return family


def _attempts(session: Session) -> Metric:
    family = CounterMetricFamily(
        "ringback_deliveries", "Attempts to send a mail, by result.", labels=["result"]
    )
    counted = dict(session.execute(select(Delivery.result, func.count()).group_by(Delivery.result)).all())
    for result in Result:
        family.add_metric([result.value], counted.get(result.value, 0))
    return family


def _outbox(session: Session, now: datetime) -> Iterator[Metric]:
    due = (Message.state == MessageState.PENDING, Message.next_attempt_at <= now)
    waiting, oldest_at = session.execute(
        select(func.count(), func.min(Message.next_attempt_at)).select_from(Message).where(*due)
    ).one()
    age_s = (now - oldest_at).total_seconds() if waiting else 0
    yield GaugeMetricFamily("ringback_outbox_waiting", "Mails that are due and not sent.", value=waiting)
    yield GaugeMetricFamily(
        "ringback_outbox_oldest_seconds", "For how long the oldest of them has been due.", value=age_s
    )


def _ages(session: Session, now: datetime) -> Iterator[Metric]:
    """Tell how long a mail took: since the sign that decided the call, and since it was due."""
    sent = session.execute(
        select(Alert.decided_at, Alert.due_at, Alert.sent_at)
        .join(Message, Message.id == Alert.message_id)
        .where(
            Alert.sent_at > now - AGE_OF,
            Alert.decision == Decision.CALL,
            Message.kind == MessageKind.ALERT,
        )
        .order_by(Alert.sent_at.desc())
        .limit(MOST_CALLS)
    ).all()
    family = GaugeMetricFamily(
        "ringback_alert_age_seconds",
        "Calls of the last hour: from the visitor's sign that decided it, or from when the mail was due after"
        " the wait for context, to the mail server's yes.",
        labels=["since", "quantile"],
    )
    for since, column in (("decided", 0), ("due", 1)):
        ages = sorted((row.sent_at - row[column]).total_seconds() for row in sent if row[column])
        for quantile in QUANTILES if ages else ():
            family.add_metric([since, f"{quantile:g}"], ages[min(int(quantile * len(ages)), len(ages) - 1)])
    yield family
    yield GaugeMetricFamily("ringback_alerts_mailed_last_hour", "How many calls that were.", value=len(sent))


def _stopped(session: Session) -> Metric:
    family = GaugeMetricFamily(
        "ringback_channel_stopped",
        "Whether a channel failed so often that it is only probed.",
        labels=["channel"],
    )
    for channel, open_until in session.execute(select(Breaker.channel, Breaker.open_until)):
        family.add_metric([channel], float(open_until is not None))
    return family
