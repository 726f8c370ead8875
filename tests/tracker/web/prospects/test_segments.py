"""Filters of the list of prospects, kept as segments: shared, changed, and by whom."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON
from tests.tracker.web.prospects.four_people import found
from tracker.listing import relist
from tracker.models import Segment, SuppressionKind
from tracker.suppression import suppress

if TYPE_CHECKING:
    from tests.tracker.web.company import Browser, Company
    from tracker.models import Prospect


@pytest.mark.usefixtures("four")
def test_a_filter_is_kept_shared_renamed_changed_and_deleted(company: Company, marketer: Browser) -> None:
    kept = marketer.sends(
        "/prospects/segments", "/prospects?q=x", name=" On  price ", reason="price", shared="yes"
    )
    assert kept.location == "/prospects?reason=price&segment=1"
    rep = company.browser(company.hire())
    assert "On price" in rep.gets("/prospects").text
    assert rep.gets("/prospects/segments/1").status_code == 403
    assert found(marketer, "reason=price&segment=1") == ["Dana Ortiz"]
    path = "/prospects/segments/1"
    marketer.sends(f"{path}/filter", path, reason="feature", seen="1")
    assert marketer.sends(path, path, name="On features", seen="2").status_code == 303
    with company.database.reading() as session:
        segment = session.get_one(Segment, 1)
        assert (segment.name, segment.filter, segment.shared) == ("On features", {"reason": "feature"}, False)
    assert "On features" not in rep.gets("/prospects").text
    assert rep.gets(path).status_code == 404
    assert marketer.sends(f"{path}/end", path).status_code == 303
    assert [verb for who, verb in company.noted() if who == "Mia Marsh"] == ["add", "change", "change", "end"]


def test_a_rep_keeps_filters_for_themselves(company: Company) -> None:
    browser = company.browser(company.hire())
    browser.sends("/prospects/segments", "/prospects?q=x", name="Mine", q="dana", shared="yes")
    with company.database.reading() as session:
        segment = session.get_one(Segment, 1)
        assert (segment.shared, segment.filter) == (False, {"q": "dana"})
    assert "Mine" not in company.browser(company.hire("Priya Nair")).gets("/prospects").text


def test_a_second_editor_of_a_segment_is_told(marketer: Browser) -> None:
    marketer.sends("/prospects/segments", "/prospects?q=x", name="One", q="dana")
    path = "/prospects/segments/1"
    assert marketer.sends(path, path, name="Two", seen="1").status_code == 303
    late = marketer.sends(path, path, name="Three", seen="1")
    assert late.status_code == 409
    assert "It is called “Two” now" in late.text
    assert 'value="Three"' in late.text
    assert marketer.sends(f"{path}/filter", path, q="kim", seen="1").status_code == 409


def test_a_name_that_cannot_be_is_said_and_kept(marketer: Browser) -> None:
    marketer.sends("/prospects/segments", "/prospects?q=x", name="Taken", q="dana")
    for name, said in (
        ("", "Give it a name"),
        ("x" * 61, "60 characters at most"),
        ("Taken", "There is a segment named Taken"),
    ):
        answer = marketer.sends("/prospects/segments", "/prospects?q=x", name=name, q="dana")
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{name}"' in answer.text


def test_a_segment_keeps_states_and_wishes_and_its_list_holds_nobody_else(
    company: Company, marketer: Browser, four: dict[str, Prospect]
) -> None:
    with company.database.writing() as session:
        signer = company.door.setting.installation.signer
        relist(session, [one.id for one in four.values()], signer=signer)
        suppress(session, signer, [four["zoe"].email or ""], SuppressionKind.DO_NOT_CALL, "list", NOON)
    kept = {"state": "confirmed", "mail": "yes", "alerts": "free"}
    marketer.sends("/prospects/segments", "/prospects?q=x", name="People to write to", **kept)
    address = "state=confirmed&mail=yes&alerts=free&segment=1"
    assert found(marketer, address) == ["Kim Lee"]
    page = marketer.gets(f"/prospects?{address}").text
    for told in (
        "Latest visit by: confirmed person",
        "Mailings: may be sent",
        "Alerts: not held by a wish",
    ):
        assert told in page
    text = marketer.sends("/prospects/export", "/prospects", **kept).text
    assert [row["email"] for row in csv.DictReader(io.StringIO(text))] == [four["kim"].email]
    assert found(marketer, "alerts=held") == ["Zoë Adler"]


@pytest.mark.parametrize("what", ["", "/filter", "/end"])
def test_a_segment_that_somebody_deleted_is_said_to_be_gone(
    company: Company, marketer: Browser, what: str
) -> None:
    marketer.sends("/prospects/segments", "/prospects?q=x", name="One", q="dana", shared="yes")
    marketer.sends("/prospects/segments/1/end", "/prospects/segments/1")
    answer = marketer.sends(f"/prospects/segments/1{what}", "/prospects?q=x", name="Two", seen="1", q="lee")
    assert answer.location == "/prospects"
    assert "That segment is gone already." in marketer.gets("/prospects").text
    assert [verb for who, verb in company.noted() if who == "Mia Marsh"] == ["add", "end"]
