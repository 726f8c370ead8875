"""The same is sent twice at the same moment: one is stored, the others are told, and nobody sees an error."""

from __future__ import annotations

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread
from typing import TYPE_CHECKING

from sqlalchemy import event, func, select

from tests.tracker.web.company import TOKEN
from tests.tracker.web.prospects.desk_of_sam import desk_of_sam, field
from tests.tracker.web.prospects.test_edit import DANA
from tests.tracker.web.prospects.test_lost import NEW
from tracker.models import Account, Deal, OwnerName, Prospect, Segment, User
from tracker.words import Role

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.tracker.web.company import Browser, Company

TAPS = 3
PATIENCE_S = 2
"""For the others to come as far."""
Post = tuple[str, dict[str, str | list[str]]]


def at_once(company: Company, browsers: list[Browser], *posts: Post) -> list[TestResponse]:
    """Send them so that on PostgreSQL each has looked before any stores; SQLite lets one in at a time."""
    answers: list[TestResponse] = []
    tokens = [TOKEN.findall(browser.gets("/you").text)[0] for browser in browsers]
    met = Barrier(len(posts))

    def send(browser: Browser, token: str, post: Post) -> None:
        path, typed = post
        answers.append(browser.client.post(path, data={"csrf_token": token, **typed}, buffered=True))

    def meet(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT") and not met.broken:
            with suppress(BrokenBarrierError):
                met.wait(PATIENCE_S)
            met.abort()

    threads = [Thread(target=send, args=sent) for sent in zip(browsers, tokens, posts, strict=True)]
    engine = company.database.write_engine
    if not company.database.is_sqlite:
        event.listen(engine, "before_cursor_execute", meet)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not company.database.is_sqlite:
        event.remove(engine, "before_cursor_execute", meet)
    assert len(answers) == len(posts)
    return answers


def codes(answers: list[TestResponse]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def number(company: Company, table: type) -> int:
    with company.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def taps(company: Company, user: User, path: str, typed: dict[str, str | list[str]]) -> list[TestResponse]:
    browsers = [company.browser(user) for _ in range(TAPS)]
    return at_once(company, browsers, *[(path, typed)] * TAPS)


def test_somebody_new_at_a_new_company_is_added_once(company: Company) -> None:
    sam = company.hire()
    answers = taps(company, sam, "/prospects/add", dict(DANA))
    assert codes(answers) == [303, 422, 422]
    told = next(answer.text for answer in answers if answer.status_code == 422)
    assert "This address is here already: Dana Ortiz." in told
    assert "Open them" in told
    assert [number(company, table) for table in (Prospect, Account, OwnerName)] == [1, 1, 1]


def test_a_loss_of_somebody_new_is_noted_once(company: Company) -> None:
    sam = company.hire()
    assert codes(taps(company, sam, "/prospects/lost/new", dict(NEW))) == [303, 409, 409]
    assert [number(company, table) for table in (Prospect, Deal)] == [1, 1]


def test_a_filter_is_kept_once(company: Company) -> None:
    sam = company.hire()
    answers = taps(company, sam, "/prospects/segments", {"name": "Mine", "q": "dana"})
    assert codes(answers) == [303, 422, 422]
    assert number(company, Segment) == 1


def test_a_colleague_is_added_once(company: Company) -> None:
    kim = company.hire("Kim Berg", role=Role.ADMIN)
    typed: dict[str, str | list[str]] = {
        "name": "Ada Lund", "email": "ada@n.example", "role": "rep", "team": "North", "time_zone": "UTC",
    }  # fmt: skip
    assert codes(taps(company, kim, "/users", typed)) == [303, 422, 422]
    assert number(company, User) == 2


def test_of_two_who_give_two_people_the_same_address_one_is_told(company: Company) -> None:
    desk = desk_of_sam(company, Role.MARKETER)
    pages = [f"/prospects/{person}/edit" for person in (desk.dana, desk.stranger)]
    posts: list[Post] = []
    for page in pages:
        opened = field(desk.browser.gets(page).text, "seen")
        posts.append((page, DANA | {"email": "new@brightwell.example", "company": "Newco", "seen": opened}))
    posts[1][1]["name"] = "Lee Chan"
    browsers = [company.browser(desk.sam) for _ in posts]
    answers = at_once(company, browsers, *posts)
    assert codes(answers) == [303, 422]
    assert any("This address is here already" in answer.text for answer in answers)
