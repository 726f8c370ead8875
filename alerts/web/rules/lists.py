"""A page of rules of which the first that matches wins: topics, loss reasons."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from flask import abort, flash, redirect, render_template, request, url_for

from alerts.web.rules.shown import TABS, faster, try_out
from tracker.audit import by_user
from tracker.rules.lists import index_of, moved, put, without
from tracker.rules.numbers import RuleError
from tracker.rules.stored import StaleRulesError, load_rules
from tracker.web.edits import SEEN, seen_version
from tracker.web.forms import Filled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.rules.preview import Proposal
    from alerts.web.rules.shown import Trial
    from tracker.audit import Actor
    from tracker.rules.words import RuleName
    from tracker.web.me import Desk, Me

NEW = 0
"""The id of a rule that is not stored yet."""
UP = "up"


@dataclass(frozen=True, slots=True)
class Tested:
    """What the rules say of an example."""

    sentence: str
    line_id: int | None
    """Of the rule that says so."""


class Book(Protocol):
    """What is special about one list; its lines are those of `tracker.rules.lists`."""

    name: RuleName
    words: dict[str, Any]
    """What its templates say."""
    fields: tuple[str, ...]
    """Of the form about one rule; the first of them is what only one rule may have."""

    def lines(self, session: Session) -> tuple[Any, ...]:
        """Give the rules in their order."""

    def choices(self, session: Session) -> dict[str, Any]:
        """Give what the templates choose from."""

    def filled(self, line: Any) -> dict[str, str]:  # noqa: ANN401
        """Give the form as it is about a rule; None: a new one."""

    def read(self, form: Filled, number: int, session: Session) -> Any | None:  # noqa: ANN401
        """Read a rule; None where it cannot be, and why is beside its field then."""

    def store(self, session: Session, lines: Sequence[Any], who: Actor, now: Any, seen: int) -> str:  # noqa: ANN401
        """Make these the rules; gives a sentence about what followed."""

    def proposal(self, lines: Sequence[Any]) -> Proposal:
        """Give these as rules to be tried out."""

    def test(self, session: Session, example: str) -> Tested:
        """Say what the rules make of an example."""


class ListPage:
    """The views of one book."""

    def __init__(self, desk: Desk, book: Book) -> None:
        """Take what pages work with, and the book."""
        self._desk = desk
        self._book = book
        self.name = str(book.name)

    def show(self, me: Me) -> ResponseReturnValue:
        """Show the list, and what it says of an example."""
        del me
        with self._desk.database.reading() as session:
            return self._list(session, Filled(self._book.filled(None)))

    def one(self, me: Me, rule_id: int) -> ResponseReturnValue:
        """Show one rule."""
        del me
        with self._desk.database.reading() as session:
            lines = self._book.lines(session)
            return self._one(session, rule_id, Filled(self._book.filled(_there(lines, rule_id))))

    def preview(self, me: Me, rule_id: int = NEW) -> ResponseReturnValue:
        """Show what the typed rule would have meant; changes nothing."""
        with self._desk.database.reading() as session:
            form, lines = self._typed(session, rule_id)
            if lines is None:
                return self._form(session, rule_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
            trial = try_out(session, self._desk, me, self._book.proposal(lines))
            return self._form(session, rule_id, form, trial=trial)

    def preview_without(self, me: Me, rule_id: int) -> ResponseReturnValue:
        """Show what it would have meant without a rule."""
        with self._desk.database.reading() as session:
            lines = self._book.lines(session)
            form = Filled(self._book.filled(_there(lines, rule_id)))
            trial = try_out(session, self._desk, me, self._book.proposal(without(lines, rule_id)))
            return self._form(session, rule_id, form, trial=trial)

    def put(self, me: Me, rule_id: int = NEW) -> ResponseReturnValue:
        """Add a rule before all others, or change one in its place."""
        with self._desk.database.reading() as session:
            form, lines = self._typed(session, rule_id)
            if lines is None:
                return self._form(session, rule_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
        return self._store(me, lambda _: lines, rule_id, form)

    def move(self, me: Me, rule_id: int) -> ResponseReturnValue:
        """Let a rule change places with the one before, or after."""
        up = request.form.get("to") == UP
        return self._store(me, lambda lines: moved(lines, rule_id, up=up), NEW, None)

    def remove(self, me: Me, rule_id: int) -> ResponseReturnValue:
        """Take a rule away."""
        return self._store(me, lambda lines: without(lines, rule_id), NEW, None)

    def _store(
        self, me: Me, edit: Callable[[Any], Any], rule_id: int, form: Filled | None
    ) -> ResponseReturnValue:
        try:
            with self._desk.database.writing() as session:
                lines = edit(self._book.lines(session))
                said = self._book.store(session, lines, by_user(me.id), me.reader.now, seen_version())
        except (StaleRulesError, RuleError):
            with self._desk.database.reading() as session:
                other = faster(session, self._book.name)
                form = form or Filled(self._book.filled(None))
                return self._form(session, rule_id, form, other=other), HTTPStatus.CONFLICT
        flash(said, "good")
        anchor = f"rule-{request.form['at']}" if request.form.get("at", "").isdecimal() else None
        return redirect(url_for(f"rules.{self.name}", _anchor=anchor), HTTPStatus.SEE_OTHER)

    def _typed(self, session: Session, rule_id: int) -> tuple[Filled, tuple[Any, ...] | None]:
        """Read the form, and give the list as it would be with it."""
        lines = self._book.lines(session)
        if rule_id != NEW:
            _there(lines, rule_id)
        form = Filled.of(request.form, *self._book.fields)
        line = self._book.read(form, rule_id, session)
        if line is None:
            return form, None
        return form, form.check(self._book.fields[0], lambda: put(lines, line))

    def _form(
        self, session: Session, rule_id: int, form: Filled, *, trial: Trial | None = None, other: str = ""
    ) -> str:
        """Show the page on which this form stands."""
        show = self._list if rule_id == NEW else self._one
        arguments: tuple[Any, ...] = (form,) if rule_id == NEW else (rule_id, form)
        return show(session, *arguments, trial=trial, other=other)

    def _list(self, session: Session, form: Filled, **more: object) -> str:
        example = request.args.get("example", "")[:500].strip()
        tested = self._book.test(session, example) if example else None
        lines = self._book.lines(session)
        return self._shown(session, "list", form, lines=lines, example=example, tested=tested, **more)

    def _one(self, session: Session, rule_id: int, form: Filled, **more: object) -> str:
        return self._shown(session, "one", form, line=_find(self._book.lines(session), rule_id), **more)

    def _shown(self, session: Session, page: str, form: Filled, **more: object) -> str:
        return render_template(
            f"rules/{page}.html",
            tabs=TABS,
            book=self._book,
            form=form,
            seen=(SEEN, load_rules(session).version(self._book.name)),
            **self._book.choices(session),
            **({"trial": None, "other": ""} | more),
        )


def _there(lines: Sequence[Any], rule_id: int) -> Any:  # noqa: ANN401  (a line of either book)
    found = _find(lines, rule_id)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _find(lines: Sequence[Any], rule_id: int) -> Any | None:  # noqa: ANN401
    try:
        return lines[index_of(lines, rule_id)]
    except RuleError:
        return None
