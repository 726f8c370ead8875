"""The book of loss reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alerts.rules.preview import Proposal
from alerts.web.rules.lists import Tested
from tracker.imports.loss import ReasonKinds, ReasonLine
from tracker.imports.reasons import list_reason_lines, read_phrase
from tracker.rules.order import store_reasons
from tracker.rules.points import KIND_NAMES
from tracker.rules.words import RuleName
from tracker.web.forms import FieldError
from tracker.words import ReasonKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.audit import Actor
    from tracker.web.forms import Filled


class ReasonsBook:
    """What the reasons in the CRM come down to."""

    name = RuleName.REASONS
    fields: tuple[str, ...] = ("phrase", "kind")
    words: dict[str, Any] = {  # noqa: RUF012  (read by templates only)
        "title": "Loss reasons",
        "lead": "What the reasons that your CRM names come down to. The first rule that matches wins.",
        "counts": (
            "Deals are sorted again at once, but for those that a person sorted; tens of thousands of them"
            " take a few seconds. Visits are judged by it from their next page on; what was decided stays."
        ),
        "ask": "Which kind is this reason?",
        "example": "Too expensive, chose Acme",
        "new": "A new rule is asked before all others.",
    }

    def lines(self, session: Session) -> tuple[ReasonLine, ...]:
        """Give the rules in their order."""
        return list_reason_lines(session)

    def choices(self, session: Session) -> dict[str, Any]:
        """Give the kinds there are."""
        del session
        return {"kinds": [(str(kind), name) for kind, name in KIND_NAMES.items()]}

    def filled(self, line: ReasonLine | None) -> dict[str, str]:
        """Give the form as it is about a rule."""
        if line is None:
            return {"phrase": "", "kind": str(ReasonKind.PRICE)}
        return {"phrase": line.phrase, "kind": str(line.kind)}

    def read(self, form: Filled, number: int, session: Session) -> ReasonLine | None:
        """Read a rule."""
        del session
        phrase, kind = form.take("phrase", read_phrase), form.take("kind", _read_kind)
        return None if phrase is None or kind is None else ReasonLine(number, phrase, kind)

    def store(
        self, session: Session, lines: Sequence[ReasonLine], who: Actor, now: datetime, seen: int
    ) -> str:
        """Make these the rules, and sort the deals again."""
        number = store_reasons(session, lines, who, now, seen)
        deals = "1 deal is" if number == 1 else f"{number:,} deals are"
        return f"Saved. {deals if number else 'No deal is'} of another kind now."

    def proposal(self, lines: Sequence[ReasonLine]) -> Proposal:
        """Give these as rules to be tried out."""
        return Proposal(reasons=lines)

    def test(self, session: Session, example: str) -> Tested:
        """Say which kind a reason is, by which rule."""
        for line in list_reason_lines(session):
            if not ReasonKinds([line.rule]).is_unsorted(example):
                return Tested(f"It is {KIND_NAMES[line.kind].lower()}, by the rule “{line.phrase}”", line.id)
        return Tested("No rule knows it, so it is other.", None)


def _read_kind(text: str) -> ReasonKind:
    try:
        return ReasonKind(text)
    except ValueError as error:
        msg = "Choose a kind of the list"
        raise FieldError(msg) from error
