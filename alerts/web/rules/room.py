"""The addresses of the rules: who may see them may preview, who may change them may save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from alerts.web.rules.hours import HoursPage
from alerts.web.rules.lists import ListPage
from alerts.web.rules.numbers import NumbersPage
from alerts.web.rules.points import PointsSheet
from alerts.web.rules.policy import PolicySheet
from alerts.web.rules.reasons import ReasonsBook
from alerts.web.rules.topics import TopicsBook
from tracker.rules.words import RuleName
from tracker.web.house import Entry
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.web.house import House

RULES = Entry("Rules", "rules.policy", Verb.SEE, Thing.RULE)


def rules_room(house: House) -> Blueprint:
    """Open the room."""
    desk = house.desk
    numbers = (
        ("/rules", NumbersPage(desk, PolicySheet(desk.installation))),
        ("/rules/intent", NumbersPage(desk, PointsSheet())),
    )
    lists = (
        ("/rules/topics", ListPage(desk, TopicsBook())),
        ("/rules/reasons", ListPage(desk, ReasonsBook())),
    )
    hours = HoursPage(desk)
    shown, acted = (
        [_see("/rules/hours", RuleName.HOURS, hours)],
        [
            _change("/rules/hours", "hours", hours.change),
            Page("/rules/hours/preview", "preview_hours", Verb.SEE, Thing.RULE, hours.preview),
        ],
    )
    for path, sheet in numbers:
        shown.append(_see(path, sheet.name, sheet))
        acted += _of_numbers(path, sheet)
    for path, page in lists:
        shown += [
            _see(path, page.name, page),
            Page(f"{path}/<{ANY_ID}:rule_id>", f"{page.name}_one", Verb.SEE, Thing.RULE, page.one),
        ]
        acted += _of_lists(path, page)
    blueprint = Blueprint("rules", __name__, template_folder="../templates")
    return open_room(house, blueprint, shown, acted)


def _see(path: str, name: str, page: NumbersPage | ListPage | HoursPage) -> Page:
    return Page(path, str(name), Verb.SEE, Thing.RULE, page.show)


def _change(path: str, name: str, view: object) -> Page:
    return Page(path, f"change_{name}", Verb.CHANGE, Thing.RULE, view)  # type: ignore[arg-type]


def _of_numbers(path: str, page: NumbersPage) -> Iterator[Page]:
    yield _change(path, page.name, page.change)
    yield Page(f"{path}/preview", f"preview_{page.name}", Verb.SEE, Thing.RULE, page.preview)
    yield Page(f"{path}/reset", f"reset_{page.name}", Verb.CHANGE, Thing.RULE, page.reset)


def _of_lists(path: str, page: ListPage) -> Iterator[Page]:
    one = f"{path}/<{ANY_ID}:rule_id>"
    yield Page(path, f"add_{page.name}", Verb.ADD, Thing.RULE, page.put)
    yield Page(f"{path}/preview", f"preview_{page.name}", Verb.SEE, Thing.RULE, page.preview)
    yield Page(one, f"change_{page.name}", Verb.CHANGE, Thing.RULE, page.put)
    yield Page(f"{one}/preview", f"preview_one_{page.name}", Verb.SEE, Thing.RULE, page.preview)
    yield Page(f"{one}/without", f"without_{page.name}", Verb.SEE, Thing.RULE, page.preview_without)
    yield Page(f"{one}/move", f"move_{page.name}", Verb.CHANGE, Thing.RULE, page.move)
    yield Page(f"{one}/remove", f"remove_{page.name}", Verb.END, Thing.RULE, page.remove)
