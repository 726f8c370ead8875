"""The editable table that maps loss reasons to kinds, and the deals that follow its changes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from tracker.among import among
from tracker.errors import PlainError
from tracker.imports.loss import DEFAULT_RULES, ReasonKinds, ReasonLine, Rule, outcome_of
from tracker.listing import relist_kinds
from tracker.models import Deal, ReasonRule
from tracker.rules.stored import take_turn
from tracker.rules.words import RuleName

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.words import LossOutcome, ReasonKind

PHRASE_LENGTH = 200


class ReasonRuleError(PlainError):
    """There is no such rule; the message says what to do."""


def seed_reason_rules(session: Session) -> None:
    """Write the default rules where there are none at all; what people changed or removed stays so."""
    if session.scalar(select(ReasonRule.id).limit(1)) is not None:
        return
    rules = [(phrase, kind) for kind, phrases in DEFAULT_RULES.items() for phrase in phrases]
    session.add_all(
        ReasonRule(position=position, phrase=phrase, kind=kind)
        for position, (phrase, kind) in enumerate(rules, start=1)
    )
    session.flush()


def list_reason_rules(session: Session) -> list[Rule]:
    """Give the rules, the first to be tried first."""
    return [line.rule for line in list_reason_lines(session)]


def list_reason_lines(session: Session) -> tuple[ReasonLine, ...]:
    """Give the same, with their rows' ids."""
    rows = session.execute(
        select(ReasonRule.id, ReasonRule.phrase, ReasonRule.kind).order_by(ReasonRule.position, ReasonRule.id)
    )
    return tuple(ReasonLine._make(row) for row in rows)


def read_phrase(text: str) -> str:
    """Read a phrase: small letters, single blanks.

    Raises:
        ReasonRuleError: it is blank or too long.

    """
    phrase = " ".join(text.casefold().split())
    if not phrase or len(phrase) > PHRASE_LENGTH:
        msg = f"A phrase takes 1 to {PHRASE_LENGTH} characters."
        raise ReasonRuleError(msg)
    return phrase


def reason_kinds(session: Session) -> ReasonKinds:
    """Load the rules, ready to be asked."""
    return ReasonKinds(list_reason_rules(session))


def set_reason_rule(session: Session, phrase: str, kind: ReasonKind) -> int:
    """Say what a phrase means and re-sort the deals; give how many changed.

    A phrase that is there keeps its place; a new one is tried before all others.

    Raises:
        ReasonRuleError: the phrase is blank or too long.

    """
    phrase = read_phrase(phrase)
    take_turn(session, RuleName.REASONS)
    before = reason_kinds(session)
    rule = session.scalar(select(ReasonRule).where(ReasonRule.phrase == phrase))
    if rule is None:
        first = session.scalar(select(func.min(ReasonRule.position))) or 0
        session.add(ReasonRule(position=first - 1, phrase=phrase, kind=kind))
    else:
        rule.kind = kind
    session.flush()
    return sort_again(session, before)


def remove_reason_rule(session: Session, phrase: str) -> int:
    """Take a rule away and re-sort the deals; give how many changed.

    Raises:
        ReasonRuleError: there is no such rule.

    """
    rule = session.scalar(select(ReasonRule).where(ReasonRule.phrase == " ".join(phrase.casefold().split())))
    if rule is None:
        msg = f"There is no rule for {phrase!r}. See the rules with: ringback reasons"
        raise ReasonRuleError(msg)
    take_turn(session, RuleName.REASONS)
    before = reason_kinds(session)
    session.delete(rule)
    session.flush()
    return sort_again(session, before)


def sort_again(session: Session, before: ReasonKinds) -> int:
    """Give deals the kinds of the changed rules, and the outcomes that followed from the old ones.

    Lists know the kinds at once.

    An outcome that says something else than the old rules did was said by a file or a person: it stays.
    """
    now = reason_kinds(session)
    reasons = session.scalars(select(Deal.reason).where(Deal.reason != "").distinct())
    moved = [reason for reason in reasons if before.kind_of(reason) is not now.kind_of(reason)]
    changes: dict[tuple[ReasonKind | None, LossOutcome | None], list[int]] = defaultdict(list)
    kinds: dict[str, list[int]] = defaultdict(list)
    for reason in moved:
        old, new = before.kind_of(reason), now.kind_of(reason)
        found = session.execute(
            select(Deal.id, Deal.status, Deal.competitor, Deal.outcome, Deal.reason_kind).where(
                Deal.reason == reason, Deal.reason_kind.is_not_distinct_from(old)
            )
        )
        for deal in found:
            outcome = deal.outcome
            if outcome is outcome_of(deal.status, old, deal.competitor):
                outcome = outcome_of(deal.status, new, deal.competitor)
            changes[new, outcome].append(deal.id)
            kinds[str(new or "")].append(deal.id)
    for (kind, outcome), deals in changes.items():
        session.connection().execute(
            update(Deal).where(among(Deal.id, deals)).values(reason_kind=kind, outcome=outcome)
        )
    if changes:
        relist_kinds(session, kinds)
        session.expire_all()
    return sum(map(len, changes.values()))
