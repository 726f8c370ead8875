"""What Sam does about a call: claims it, says what came of it, undoes it; each story on both databases."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.words import OutcomeKind
from tracker.models import Suppression
from tracker.words import Role, SuppressionKind

if TYPE_CHECKING:
    from tests.alerts.web.today.floor import Floor

UNDO = re.compile(r'action="(/outcomes/\d+/undo)"')


def kinds(floor: Floor) -> list[OutcomeKind]:
    return [one.kind for one in floor.outcomes() if one.undone_at is None]


def test_i_am_calling_claims_and_undo_gives_it_back(floor: Floor) -> None:
    alert_id = floor.visits()
    sams = floor.browser()
    assert sams.sends(f"/alerts/{alert_id}/calling", "/today", seen="open").location == "/today"
    assert floor.alert(alert_id).claimed_by == floor.sam.id
    page = sams.gets("/today").text
    assert "You are calling." in page
    assert "Not calling after all" in page
    undo = UNDO.search(page)
    assert undo is not None
    assert sams.sends(undo[1], "/today").status_code == 303
    assert floor.alert(alert_id).claimed_by is None
    assert "Undone: Calling." in sams.gets("/today").text


def test_of_two_who_claim_the_second_is_told_who_was_first(floor: Floor) -> None:
    lea = floor.company.hire("Lea Roth", Role.MANAGER)
    floor.manages(lea, floor.sam)
    alert_id = floor.visits()
    floor.browser(lea).sends(f"/alerts/{alert_id}/calling", "/today", seen="open")
    sams = floor.browser()
    sams.sends(f"/alerts/{alert_id}/calling", "/today", seen="open")
    assert floor.alert(alert_id).claimed_by == lea.id
    page = sams.gets("/today").text
    assert "Lea Roth took this call at 12:00, so it is theirs." in page
    assert "Lea Roth is calling" in page
    assert f"/alerts/{alert_id}/calling" not in page


def test_an_outcome_closes_the_call_and_can_be_undone_later_from_done_today(floor: Floor) -> None:
    alert_id = floor.visits()
    sams = floor.browser()
    sams.sends(f"/alerts/{alert_id}/outcome", "/today", kind="spoke", seen="open")
    assert "Saved: Spoke." in sams.gets("/today").text
    page = sams.gets("/today").text
    assert "No call to make." in page
    done = page[page.index("Done today") :]
    assert "Dana Ortiz" in done
    undo = UNDO.search(done)
    assert undo is not None
    sams.sends(undo[1], "/today")
    assert floor.alert(alert_id).closed_at is None
    assert kinds(floor) == []
    assert floor.company.noted()[-2:] == [("Sam Reed", "report"), ("Sam Reed", "undo report")]


def test_a_double_tap_is_one_report(floor: Floor) -> None:
    alert_id = floor.visits()
    sams = floor.browser()
    for _ in range(2):
        sams.sends(f"/alerts/{alert_id}/outcome", f"/alerts/{alert_id}/outcome", kind="spoke", seen="open")
    assert kinds(floor) == [OutcomeKind.SPOKE]


def test_who_reports_on_what_a_colleague_closed_is_told_first(floor: Floor) -> None:
    lea = floor.company.hire("Lea Roth", Role.MANAGER)
    floor.manages(lea, floor.sam)
    alert_id = floor.visits()
    page = f"/alerts/{alert_id}/outcome"
    floor.browser(lea).sends(page, kind="no_answer", seen="open")
    sams = floor.browser()
    told = sams.sends(page, "/you", kind="spoke", seen="open", note="Budget is back", place="/today")
    assert told.status_code == 409
    assert "Meanwhile a result was reported" in told.text
    assert "Lea Roth" in told.text
    assert ">Budget is back</textarea>" in told.text
    assert 'name="seen" value="closed"' in told.text
    assert kinds(floor) == [OutcomeKind.NO_ANSWER]
    assert sams.sends(page, kind="spoke", seen="closed", note="Budget is back").status_code == 303
    assert kinds(floor) == [OutcomeKind.NO_ANSWER, OutcomeKind.SPOKE]


def test_a_call_back_needs_a_day_and_says_so_with_the_note_kept(floor: Floor) -> None:
    alert_id = floor.visits()
    sams = floor.browser()
    page = f"/alerts/{alert_id}/outcome"
    refused = sams.sends(page, kind="call_back", note="After Easter", seen="open")
    assert refused.status_code == 422
    assert "Choose the day on which to call back." in refused.text
    assert ">After Easter</textarea>" in refused.text
    day = floor.company.door.now.date() + timedelta(days=20)
    assert sams.sends(page, kind="call_back", call_back_on=day.isoformat(), seen="open").status_code == 303
    assert [one.call_back_on for one in floor.outcomes()] == [day]
    assert "call back" in sams.gets("/today").text


def test_a_stop_says_what_is_to_stop_and_undoing_lifts_it(floor: Floor) -> None:
    alert_id = floor.visits()
    sams = floor.browser()
    page = f"/alerts/{alert_id}/outcome"
    assert sams.sends(page, kind="stop", seen="open").status_code == 422
    sams.sends(page, kind="stop", seen="open", stops=["do_not_call", "unsubscribed"])
    stood = {one.kind for one in floor.company.door.rows(Suppression)}
    assert stood == {SuppressionKind.DO_NOT_CALL, SuppressionKind.UNSUBSCRIBED}
    assert "They asked not to be called." in sams.gets(page).text
    assert "Nothing: they asked not to be called." in sams.gets(f"/alerts/{alert_id}/brief").text
    sams.sends(f"/outcomes/{floor.outcomes()[-1].id}/undo", "/today")
    assert floor.company.door.rows(Suppression) == []


def test_a_wrong_person_gets_their_browser_unbound(floor: Floor) -> None:
    alert_id = floor.visits()
    floor.browser().sends(f"/alerts/{alert_id}/outcome", kind="wrong_person", seen="open")
    assert kinds(floor) == [OutcomeKind.WRONG_PERSON]
    assert "Nobody at the moment." in floor.browser().gets("/today").text


def test_the_brief_is_a_part_for_the_page_and_a_page_without_script(floor: Floor) -> None:
    alert_id = floor.visits()
    sams = floor.browser()
    path = f"/alerts/{alert_id}/brief"
    page = sams.gets(path).text
    part = sams.client.get(path, headers={"HX-Request": "true"}).text
    for words in ("How is the rollout going?", "Lost", "mention the website"):
        assert words in page
        assert words in part
    assert "<html" in page
    assert "<html" not in part


def test_what_is_somebody_elses_is_not_there(floor: Floor) -> None:
    kim = floor.company.hire("Kim Berg")
    alert_id = floor.visits(owner=kim)
    floor.browser(kim).sends(f"/alerts/{alert_id}/outcome", kind="spoke", seen="open")
    sams = floor.browser()
    assert sams.gets(f"/alerts/{alert_id}/brief").status_code == 404
    assert sams.gets(f"/alerts/{alert_id}/outcome").status_code == 404
    for path in (f"/alerts/{alert_id}/calling", f"/alerts/{alert_id}/outcome", "/outcomes/1/undo"):
        assert sams.sends(path, "/today", kind="spoke").status_code == 404
    marketer = floor.browser(floor.company.hire("Mo Lind", Role.MARKETER))
    assert marketer.sends(f"/alerts/{alert_id}/outcome", "/you", kind="spoke").status_code == 403


def test_an_alert_about_ones_own_person_is_ones_own_whoever_was_told(floor: Floor) -> None:
    kim = floor.company.hire("Kim Berg")
    alert_id = floor.visits(alert={"user": kim})
    assert floor.browser().sends(f"/alerts/{alert_id}/outcome", kind="spoke", seen="open").status_code == 303


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ("/prospects/1", "/prospects/1"),
        ("/today/waiting", "/today/waiting"),
        ("/today?rep=3", "/today?rep=3"),
        ("//evil.example/today", "/today"),
        ("https://evil.example/", "/today"),
        ("/\\evil.example", "/today"),
        ("javascript:alert(1)", "/today"),
        ("/sign-out", "/today"),
        ("/nowhere", "/today"),
        ("/today?_external=1&_scheme=ftp", "/today"),
        ("", "/today"),
    ],
)
def test_one_comes_back_to_a_page_of_ours_and_nowhere_else(floor: Floor, written: str, where: str) -> None:
    alert_id = floor.visits()
    answer = floor.browser().sends(f"/alerts/{alert_id}/calling", "/today", seen="open", place=written)
    assert answer.location == where


def test_what_is_no_button_of_ours_changes_nothing(floor: Floor) -> None:
    alert_id = floor.visits()
    sams = floor.browser()
    assert sams.sends(f"/alerts/{alert_id}/outcome", kind="nonsense").status_code == 400
    assert sams.client.post(f"/alerts/{alert_id}/outcome", data={"kind": "spoke"}).status_code == 400
    assert floor.outcomes() == []
