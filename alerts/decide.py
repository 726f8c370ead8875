"""From judged visits to alert rows: load what the policy asks for, let it decide, write what follows.

Called inside the transaction that stores the visits, so that a visit and its alert are one fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from alerts.circumstances import Circumstances
from alerts.correction import Corrections, hold_readers, is_due, waiting_for
from alerts.models import Alert, Message
from alerts.policy import Hold, Ruling, decide
from alerts.rules.numbers import fixed_by, policy_with
from alerts.standing import standing_alerts
from alerts.step import Mails
from alerts.words import Decision, MessageKind, MessageState
from tracker.among import among
from tracker.ingest.history import PEOPLE
from tracker.ingest.intent import tier_of
from tracker.ingest.rows import visits_in_hand
from tracker.models import Visit
from tracker.rules.words import RuleName

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from alerts.policy import Policy
    from tracker.ingest.pipeline import Nudge
    from tracker.ingest.rows import VisitRow
    from tracker.installation import Installation


class Decider:
    """The policy at work for one installation."""

    def __init__(self, installation: Installation, policy: Policy) -> None:
        """Take where mails come from, and the policy's numbers: what is stored of them goes before."""
        self._installation = installation
        self._policy = policy

    def __call__(
        self, session: Session, visits: Sequence[VisitRow], now: datetime, *, news_only: bool = False
    ) -> list[Nudge]:
        """Decide about each visit, whenever it was; gives the mails that became due, or will.

        What was told already is looked at, too: it may have to be taken back. Where a call turns out to be
        none, those that were held for its sake are decided about again. With `news_only`, visits of which
        nothing is new to the policy are left as they are: most hits bring nothing.
        """
        session.flush()
        if news_only:
            standing = standing_alerts(session, visits, now)
            visits = [visit for visit in visits if visit.id not in standing]
            if not visits:
                return []
        policy = self._in_force(session)
        circumstances = Circumstances.load(session, self._installation, visits, now, policy)
        alerts, messages = _locked(session, visits)
        corrections = Corrections(session, self._installation.settings.mail_from, now, messages.values())
        mails = Mails(session, self._installation.settings.mail_from, now)
        freed: list[tuple[int | None, int]] = []
        # What takes up no place comes first, and what is long over last: the present visit is the news.
        for visit in sorted(
            visits, key=lambda one: (one.state in PEOPLE, now - one.last_at > policy.stale_call)
        ):
            alert = alerts.get(visit.id)
            message = messages.get(alert.message_id) if alert and alert.message_id is not None else None
            took_place = alert is not None and _takes_place(alert)
            if alert is not None and alert.sent_at is not None:
                corrections.look_at(visit, alert)
            elif alert is not None and _is_settled(alert, message):
                continue
            else:
                alert = self._decide(visit, alert, message, circumstances, mails)
            circumstances.count(visit, alert)
            if took_place and not _takes_place(alert):
                freed.append((alert.account_id, alert.prospect_id))
        nudges = mails.write()
        if freed:
            # Their accounts are locked, so nobody decides about them now.
            held = _held_by(freed, now - policy.account_cooldown)
            waiting = visits_in_hand(session).load(held, lock=False)
            nudges += self._decide_held(session, waiting, now)
        return nudges

    def again(self, session: Session, alert_ids: Collection[int], now: datetime) -> list[Nudge]:
        """Decide again about those who were held for the sake of alerts that keep nobody quiet any more.

        Where that is learnt otherwise than by a decision. A transaction of its own, since visits are locked
        before accounts; an alert that stands after all changes nothing. Gives the mails that became due.
        """
        freed = session.execute(
            select(Alert.account_id, Alert.prospect_id).where(among(Alert.id, alert_ids))
        ).all()
        held = _held_by(freed, now - self._in_force(session).account_cooldown).order_by(Visit.id)
        waiting = visits_in_hand(session).load(held)
        return self._decide_held(session, waiting, now)

    def _in_force(self, session: Session) -> Policy:
        """Give the policy as it holds now."""
        stored = self._installation.rules.current(session).of(RuleName.POLICY)
        return policy_with(self._policy, stored, fixed_by(self._installation.settings))

    def _decide_held(self, session: Session, waiting: Iterable[VisitRow], now: datetime) -> list[Nudge]:
        """Decide about visits that waited, the latest first: it is the news, and one call is enough."""
        visits = sorted(waiting, key=lambda one: (now - one.last_at, one.id))
        return self(session, visits, now) if visits else []

    def _decide(
        self,
        visit: VisitRow,
        alert: Alert | None,
        message: Message | None,
        circumstances: Circumstances,
        mails: Mails,
    ) -> Alert:
        """Decide about a visit of which nobody was told; a digest that has gone has left it out."""
        alert = mails.new_alert(visit.id) if alert is None else mails.take(alert)
        if message is not None and message.kind is MessageKind.DIGEST:
            alert.message_id = message = None
        ruling = decide(circumstances.case_of(visit, mails.now), mails.now, circumstances.policy)
        _write(alert, visit, ruling, circumstances)
        mails.keep_in_step(alert, message, ruling)
        return alert


def _write(alert: Alert, visit: VisitRow, ruling: Ruling, circumstances: Circumstances) -> None:
    """Write the decision to the visit's one row. A call keeps the moment at which it was decided."""
    standing_call = alert.decision is Decision.CALL and ruling.decision is Decision.CALL
    if alert.why != ruling.why and not standing_call:
        alert.decided_at = circumstances.now
    if not standing_call:
        alert.due_at = ruling.due_at
    elif ruling.due_at is not None and alert.due_at is not None:
        alert.due_at = min(alert.due_at, ruling.due_at)
    alert.prospect_id = visit.prospect_id
    alert.account_id = circumstances.account_of(visit.prospect_id)
    alert.deal_id = circumstances.deal_of(visit.prospect_id)
    alert.user_id = circumstances.receiver_of(visit.prospect_id)
    alert.decision = ruling.decision
    alert.why = ruling.why.value
    alert.sentence = ruling.sentence
    alert.intent = visit.intent
    alert.tier = tier_of(visit.intent, circumstances.policy.tiers).value


def _locked(session: Session, visits: Sequence[VisitRow]) -> tuple[dict[int, Alert], dict[int, Message]]:
    """Load these visits' alerts by visit and their mails by id, as they are now.

    With them come the corrections that wait for a reader who is to be told of another. All are held until
    the commit: a worker that claims a mail, a rep who reports, or the planner of a digest comes before or
    after this decision, never in its middle.
    """
    as_now = {"populate_existing": True}
    by_id = {visit.id: visit for visit in visits}
    alerts = session.scalars(
        select(Alert).where(among(Alert.visit_id, by_id)).order_by(Alert.id).with_for_update(key_share=True),
        execution_options=as_now,
    ).all()
    message_ids = {each for one in alerts for each in (one.message_id, one.correction_id) if each is not None}
    readers = {one.user_id for one in alerts if is_due(one, by_id[one.visit_id])}
    if not message_ids and not readers:
        return {one.visit_id: one for one in alerts}, {}
    hold_readers(session, readers)
    waiting = waiting_for(readers)
    messages = session.scalars(
        select(Message)
        .where(or_(among(Message.id, message_ids), waiting) if readers else among(Message.id, message_ids))
        .order_by(Message.id)
        .with_for_update(key_share=True),
        execution_options=as_now,
    )
    return {one.visit_id: one for one in alerts}, {message.id: message for message in messages}


def _takes_place(alert: Alert) -> bool:
    """Tell whether it keeps others of its account from being called about."""
    return alert.decision is Decision.CALL and alert.corrected_at is None


def _held_by(freed: Iterable[tuple[int | None, int]], since: datetime) -> Select[Visit]:
    """Find the people's visits that were held for the sake of calls that are none any more.

    Of each of those the account, if there is one, and the person.
    """
    whom = list(freed)
    accounts = {account_id for account_id, _ in whom if account_id is not None}
    alone = {prospect_id for account_id, prospect_id in whom if account_id is None}
    return (
        select(Visit)
        .join(Alert, Alert.visit_id == Visit.id)
        .where(
            Alert.decision == Decision.HOLD,
            Alert.why == Hold.COOLDOWN,
            or_(among(Alert.account_id, accounts), among(Alert.prospect_id, alone)),
            Visit.state.in_(PEOPLE),
            Visit.last_at > since,
        )
    )


def _is_settled(alert: Alert, message: Message | None) -> bool:
    """Tell whether the decision is out of our hands: answered, or on its way in a mail or a digest.

    A mail that was withdrawn, or a digest that has gone without it, is on no way any more.
    """
    if alert.claimed_at is not None or alert.closed_at is not None:
        return True
    if message is None:
        return alert.message_id is not None
    if message.kind is MessageKind.DIGEST:
        return message.state not in (MessageState.SENT, MessageState.WITHDRAWN)
    return message.attempts > 0 and message.state is not MessageState.WITHDRAWN
