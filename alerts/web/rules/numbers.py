"""A page of numbers: see them, try others out on the last weeks, save them, take one back to its default."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from flask import flash, redirect, render_template, request, url_for

from alerts.web.rules.shown import TABS, faster, forget, try_out
from tracker.audit import by_user
from tracker.rules.doubts import doubt_about
from tracker.rules.numbers import Topics, changes_of, topics_in, values_of
from tracker.rules.stored import StaleRulesError, change_rules, load_rules
from tracker.topics import topic_lines
from tracker.web.edits import SEEN, seen_version
from tracker.web.forms import Filled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.rules.preview import Proposal
    from alerts.web.rules.shown import Trial
    from tracker.rules.numbers import Rule, Section, Value
    from tracker.rules.words import RuleName, StoredRules
    from tracker.web.me import Desk, Me


class Sheet(Protocol):
    """What is special about one page of numbers."""

    name: RuleName
    title: str
    lead: str
    fixed: Mapping[str, str]
    """The variable of the environment that fixes a number, by the number's name."""

    def sections(self, session: Session, stored: StoredRules) -> Sequence[Section]:
        """Give the numbers in the order of the page."""

    def problems(self, values: Mapping[str, Value]) -> Mapping[str, str]:
        """Say what is wrong with numbers beside each other, by name."""

    def proposal(self, changes: Mapping[str, Value]) -> Proposal:
        """Give the rules as they would be with these changes."""

    def in_force(self, name: str) -> Value | None:
        """Give what the environment fixes a number to."""


@dataclass(frozen=True, slots=True)
class Row:
    """A number on the page."""

    rule: Rule
    stored: Value
    """As it is in force."""
    fixed: str
    """The variable that fixes it, if one does."""

    @property
    def is_changed(self) -> bool:
        """Whether somebody changed it from its default."""
        return not self.fixed and self.stored != self.rule.default


class NumbersPage:
    """The views of one sheet."""

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        """Take what pages work with, and the sheet."""
        self._desk = desk
        self._sheet = sheet
        self.name = str(sheet.name)

    def show(self, me: Me) -> ResponseReturnValue:
        """Show the numbers as they are."""
        with self._desk.database.reading() as session:
            return self._page(session, me, None)

    def preview(self, me: Me) -> ResponseReturnValue:
        """Show what the typed numbers would have meant; changes nothing."""
        with self._desk.database.reading() as session:
            form, changes = self._typed(session)
            if changes is None:
                return self._page(session, me, form), HTTPStatus.UNPROCESSABLE_ENTITY
            trial = try_out(session, self._desk, me, self._sheet.proposal(changes))
            return self._page(session, me, form, trial=trial)

    def change(self, me: Me) -> ResponseReturnValue:
        """Save what was typed."""
        with self._desk.database.reading() as session:
            form, changes = self._typed(session)
            if changes is None:
                return self._page(session, me, form), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with self._desk.database.writing() as session:
                who, now = by_user(me.id), me.reader.now
                differs = change_rules(session, self._sheet.name, changes, who, now, seen_version())
        except StaleRulesError:
            with self._desk.database.reading() as session:
                other = faster(session, self._sheet.name)
                return self._page(session, me, form, other=other), HTTPStatus.CONFLICT
        forget(self._desk.installation)
        said = "Saved. New visits are judged by it from now on." if differs else "Nothing was changed."
        flash(said, "good")
        return self._back()

    def reset(self, me: Me) -> ResponseReturnValue:
        """Take one number back to its default."""
        name = request.form.get("rule", "")
        with self._desk.database.reading() as session:
            rules = {rule.name: rule for rule in self._rules(session, load_rules(session))}
        try:
            with self._desk.database.writing() as session:
                stored = load_rules(session)
                changes = {key: value for key, value in stored.of(self._sheet.name).items() if key != name}
                who, now = by_user(me.id), me.reader.now
                differs = change_rules(session, self._sheet.name, changes, who, now, seen_version())
        except StaleRulesError:
            with self._desk.database.reading() as session:
                other = faster(session, self._sheet.name)
                return self._page(session, me, None, other=other), HTTPStatus.CONFLICT
        forget(self._desk.installation)
        if differs and name in rules:
            rule = rules[name]
            flash(f"{rule.label}: {rule.said(rule.default)} again, as it was at first.", "good")
        return self._back()

    def _back(self) -> ResponseReturnValue:
        return redirect(url_for(f"rules.{self.name}"), HTTPStatus.SEE_OTHER)

    def _rules(self, session: Session, stored: StoredRules) -> list[Rule]:
        return [rule for part in self._sheet.sections(session, stored) for rule in part.rules]

    def _typed(self, session: Session) -> tuple[Filled, dict[str, Value] | None]:
        """Read the form; None where anything of it cannot be, and why is beside its field then."""
        rules = self._rules(session, load_rules(session))
        open_ones = [rule for rule in rules if rule.name not in self._sheet.fixed]
        form = Filled.of(request.form, *(rule.name for rule in open_ones))
        values = {rule.name: form.take(rule.name, rule.read) for rule in open_ones}
        known = {name: value for name, value in values.items() if value is not None}
        known |= {rule.name: rule.default for rule in rules if rule.name in self._sheet.fixed}
        if not form.problems:
            form.problems.update(self._sheet.problems(known))
        return form, None if form.problems else changes_of(rules, known, self._sheet.fixed)

    def _page(
        self, session: Session, me: Me, form: Filled | None, *, trial: Trial | None = None, other: str = ""
    ) -> str:
        """Show the sheet with what was typed, else as it is stored."""
        del me
        sheet, stored = self._sheet, load_rules(session)
        sections = sheet.sections(session, stored)
        values = values_of((rule for part in sections for rule in part.rules), stored.of(sheet.name))
        values |= {name: fixed for name in sheet.fixed if (fixed := sheet.in_force(name)) is not None}
        rows = [
            (part, [Row(rule, values[rule.name], sheet.fixed.get(rule.name, "")) for rule in part.rules])
            for part in sections
        ]
        written = {row.rule.name: row.rule.written(row.stored) for _, part in rows for row in part}
        if form is None:
            form = Filled(dict(written))
        return render_template(
            "rules/numbers.html",
            tabs=TABS,
            sheet=sheet,
            rows=rows,
            form=form,
            written=written,
            doubts=_doubts(session, rows, form),
            seen=(SEEN, stored.version(sheet.name)),
            trial=trial,
            other=other,
        )


def _doubts(session: Session, rows: Sequence[tuple[Section, Sequence[Row]]], form: Filled) -> dict[str, str]:
    """Say beside lists of topics which of the words no page rule knows."""
    known = {line.topic for line in topic_lines(session)}
    lists = [row.rule for _, part in rows for row in part if isinstance(row.rule, Topics)]
    return {rule.name: doubt_about(topics_in(form.values[rule.name]), known) for rule in lists}
