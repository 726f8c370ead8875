"""Tags on the pages: one person's, and those of all whom a list shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.tracker.web.prospects.four_people import found, lose
from tracker.models import AuditEntry
from tracker.tags import tags_of

if TYPE_CHECKING:
    from tests.tracker.web.company import Browser, Company
    from tracker.models import Prospect


def tags(company: Company, person: Prospect) -> tuple[str, ...]:
    with company.database.reading() as session:
        return tags_of(session, [person.id]).get(person.id, ())


def test_one_person_gets_a_tag_which_is_suggested_from_then_on(
    company: Company, marketer: Browser, four: dict[str, Prospect]
) -> None:
    edit = f"/prospects/{four['dana'].id}/edit"
    path = f"/prospects/{four['dana'].id}/tags"
    assert marketer.sends(path, edit, tag=" Met at the  FAIR").location == f"{edit}#tags"
    assert tags(company, four["dana"]) == ("met at the fair",)
    assert "met at the fair" in marketer.gets(f"/prospects/{four['kim'].id}/edit").text
    assert found(marketer, "tag=met+at+the+fair") == ["Dana Ortiz"]
    marketer.sends(f"{path}/off", edit, tag="met at the fair")
    assert not tags(company, four["dana"])
    with company.database.reading() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.verb.in_(("tag", "untag")))).all()
        assert [(one.verb, one.thing_id) for one in noted] == [
            ("tag", four["dana"].id),
            ("untag", four["dana"].id),
        ]


def test_a_tag_that_cannot_be_is_kept_as_typed_with_what_to_do(
    marketer: Browser, four: dict[str, Prospect]
) -> None:
    one = four["dana"].id
    answer = marketer.sends(f"/prospects/{one}/tags", f"/prospects/{one}/edit", tag="x" * 41)
    assert answer.status_code == 422
    assert "Use 40 characters at most." in answer.text
    assert f'value="{"x" * 41}"' in answer.text


def test_all_whom_the_list_shows_get_it_and_exactly_those_lose_it_again(
    company: Company, marketer: Browser, four: dict[str, Prospect]
) -> None:
    one = four["dana"].id
    marketer.sends(f"/prospects/{one}/tags", f"/prospects/{one}/edit", tag="spring")
    company.door.move(minutes=1)
    query = "/prospects?least=5000"
    assert "Tag these 3" in marketer.gets(query).text
    there = marketer.sends("/prospects/tags", query, least="5000", tags="Spring")
    assert there.location == query
    said = marketer.gets(query).text
    assert "2 people got the tag “spring”. Left out: 1, with it already or with 20 tags." in said
    undo = re.search(r'name="place" value="([^"]+ spring)"', said)
    assert undo is not None
    assert len(found(marketer, "tag=spring")) == 3
    marketer.sends("/prospects/tags/back", "/prospects", place=undo[1])
    assert "off 2 people again" in marketer.gets("/prospects").text
    assert found(marketer, "tag=spring") == ["Dana Ortiz"]


@pytest.mark.parametrize("form", [{}, {"least": "20k"}, {"sort": "name"}])
def test_nobody_is_tagged_by_a_filter_that_is_none(
    company: Company, marketer: Browser, four: dict[str, Prospect], form: dict[str, str]
) -> None:
    assert marketer.sends("/prospects/tags", "/prospects", tags="spring", **form).status_code == 303
    assert not [one for one in four.values() if tags(company, one)]


def test_s13_a_rep_tags_their_own_only(company: Company, four: dict[str, Prospect]) -> None:
    sam = company.hire()
    with company.database.writing() as session:
        own = lose(session, "Own Person", sam)
    rep = company.browser(sam)
    other = f"/prospects/{four['dana'].id}/tags"
    assert rep.sends(other, "/prospects", tag="mine").status_code == 404
    rep.sends("/prospects/tags", "/prospects", least="1", tags="mine")
    assert tags(company, own) == ("mine",)
    assert not tags(company, four["dana"])


@pytest.mark.usefixtures("four")
def test_offers_is_a_segment_from_the_start(marketer: Browser) -> None:
    page = marketer.gets("/prospects").text
    assert 'href="/prospects?mail=yes&amp;offers=yes"' in page
    assert re.search(r'aria-current="page">Offers', marketer.gets("/prospects?mail=yes&offers=yes").text)
    assert "offers=yes" in marketer.gets("/campaigns/1/mailing").text


@pytest.mark.parametrize(
    "place",
    [
        "2026-03-10T09:00:00+00:00 a\0b",
        "0001-01-01T00:00:00+23:59 fair",
        "9999-12-31T23:59:59-23:59 fair",
        "fair",
        "",
    ],
)
def test_a_button_that_was_bent_takes_nothing_off(
    company: Company, marketer: Browser, four: dict[str, Prospect], place: str
) -> None:
    one = four["dana"].id
    marketer.sends(f"/prospects/{one}/tags", f"/prospects/{one}/edit", tag="fair")
    assert marketer.sends("/prospects/tags/back", "/prospects", place=place).status_code == 303
    assert (
        marketer.sends(f"/prospects/{one}/tags/off", f"/prospects/{one}/edit", tag="f\0air").status_code
        == 303
    )
    assert tags(company, four["dana"]) == ("fair",)
