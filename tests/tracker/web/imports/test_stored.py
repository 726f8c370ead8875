"""An import is stored once and taken back, and what became of it is told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from tests.builders import NOON, add_token
from tests.tracker.web.imports.pressing import DANA, FILES, HEAD, SEEN, count, presses, settled, uploads
from tracker.audit import by_user
from tracker.imports.history import LOST_AFTER, add_import, begin
from tracker.models import Deal, Import, OwnerName, Prospect, Role

if TYPE_CHECKING:
    from tests.tracker.web.company import Browser, Company


def test_what_is_left_out_of_rows_is_said_before_and_after(marketer: Browser) -> None:
    page = uploads(marketer, HEAD + DANA.replace("2025-03-14", "2099-03-14"))
    page = presses(marketer, "look")
    assert "lost_on, in 1 row (line 2): the deal is lost and this day is still to come" in page.text
    assert "Import 1 row<" in page.text
    assert "lost_on, in 1 row (line 2)" in presses(marketer, "run").text


def test_a_user_is_put_behind_an_owners_name(company: Company, marketer: Browser) -> None:
    user = company.hire("Samuel Reed")
    page = uploads(marketer, (FILES / "pipedrive.csv").read_bytes())
    assert "Whose are these names?" in page.text
    names = re.findall(r'<label for="owner-(\d+)">([^<]+)</label>', page.text)
    place = next(place for place, name in names if name == "Sam Reed")
    presses(marketer, "run", **{f"owner-{place}": str(user.id)})
    with company.database.reading() as session:
        owner = session.scalars(select(OwnerName).where(OwnerName.name == "Sam Reed")).one()
    assert owner.user_id == user.id
    presses(marketer, "undo")
    with company.database.reading() as session:
        assert session.scalars(select(OwnerName)).all() == []


def test_two_press_the_button_and_one_wins(company: Company, marketer: Browser) -> None:
    other = company.browser(company.hire("Ada Lane", Role.ADMIN))
    page = uploads(marketer, (FILES / "pipedrive.csv").read_bytes())
    found = SEEN.search(page.text)
    assert found is not None
    assert marketer.sends("/imports/1/run", "/imports/1", seen=found[1]).status_code == 303
    settled()
    answer = other.sends("/imports/1/run", "/imports/1", seen=found[1])
    assert answer.status_code == 409
    assert "Somebody else was first" in answer.text
    assert count(company, Deal) == 3


def test_an_import_that_was_interrupted_says_so(company: Company, marketer: Browser) -> None:
    with company.database.writing() as session:
        row = add_import(session, by_user(1), "big.csv", NOON)
        begin(session, row.id, by_user(1), NOON)
    assert "Storing rows" in marketer.gets("/imports/1").text
    company.door.now = NOON + LOST_AFTER + timedelta(seconds=1)
    assert "Nothing was stored" in marketer.gets("/imports/1").text
    with company.database.writing() as session:
        session.execute(update(Import).values(done=4000, rows=9000))
    page = marketer.gets("/imports/1").text
    assert "The first 4,000 of 9,000 rows are stored" in page
    assert "took it back" in presses(marketer, "undo").text


def test_who_got_a_link_since_stays_and_is_named(company: Company, marketer: Browser) -> None:
    uploads(marketer, (FILES / "pipedrive.csv").read_bytes())
    presses(marketer, "run")
    with company.database.writing() as session:
        add_token(session, session.scalars(select(Prospect).where(Prospect.name == "Dana Ortiz")).one())
    page = presses(marketer, "undo").text
    assert "A link was written for them since." in page
    assert "Dana Ortiz" in page
    assert "undone already" in presses(marketer, "undo").text


def test_before_an_undo_one_sees_who_stands_on_it(marketer: Browser) -> None:
    for name in ("one.csv", "two\u202ecod.csv"):
        uploads(marketer, (FILES / "pipedrive.csv").read_bytes(), name)
        number = "1" if name == "one.csv" else "2"
        page = marketer.gets(f"/imports/{number}").text
        found = SEEN.search(page)
        assert found is not None
        marketer.sends(f"/imports/{number}/run", f"/imports/{number}", seen=found[1])
        settled()
    older = marketer.gets("/imports/1").text
    assert "Later imports stand on deals of this one" in older
    assert "twocod.csv</a>: 3 deals" in older
    assert "Later imports" not in marketer.gets("/imports/2").text
    assert "\u202e" not in marketer.gets("/imports").text
