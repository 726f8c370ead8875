"""What the buttons do, and that nothing happens without a person's gesture."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.doors import Door
from alerts.models import Alert, Outcome
from alerts.web.gesture import NONCE_AGE, make_nonce
from alerts.words import OutcomeKind
from tests.alerts.web.front import everything
from tests.builders import add_user
from tracker.ingest.identity import NOT_THEIRS
from tracker.models import Browser, State, Visit
from tracker.signing import Purpose
from tracker.suppression import suppressed_kinds
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from tests.alerts.web.front import Front


def outcomes(front: Front) -> list[Outcome]:
    with front.installation.database.reading() as session:
        return list(session.scalars(select(Outcome).where(Outcome.alert_id == front.door.alert_id)))


def post_without(front: Front, **fields: str) -> int:
    """Submit a form as a program does; gives the status."""
    page = front.app.test_client().post(f"{front.home()}/outcome", data=fields)
    assert "Dana" not in page.text
    return page.status_code


def test_a_tap_records_the_outcome_and_returns_to_the_page(front: Front) -> None:
    answer = front.tap(kind="spoke", note="Rollout is slow.\r\nRenewal in March.")
    [outcome] = outcomes(front)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{front.home()}?saved={outcome.id}"
    assert (outcome.kind, outcome.note) == (OutcomeKind.SPOKE, "Rollout is slow.\nRenewal in March.")


def test_calling_returns_to_the_page_with_the_number(front: Front) -> None:
    answer = front.tap(kind="calling", back="calling")
    assert answer.headers["Location"].startswith(f"{front.home()}/calling?")
    assert "You took this call" in front.get("/calling").text


def test_a_call_back_is_recorded_for_its_day(front: Front) -> None:
    front.tap(kind="call_back", call_back_on="2026-03-02")
    assert outcomes(front)[0].call_back_on == date(2026, 3, 2)


@pytest.mark.parametrize("day", ["", "2026-02-09", "2028-01-01", "soon", "2026-02-30"])
def test_a_day_that_cannot_be_comes_back_with_everything_typed(front: Front, day: str) -> None:
    answer = front.tap(kind="call_back", call_back_on=day, note="After the board meeting")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "After the board meeting</textarea>" in answer.text
    assert outcomes(front) == []


def test_a_day_that_cannot_be_is_said_at_the_day_itself(front: Front) -> None:
    page = front.tap(kind="call_back", call_back_on="2026-02-09").text
    assert 'value="2026-02-09"' in page
    assert 'aria-invalid="true" aria-describedby="day-problem"' in page
    assert '<p class="problem" id="day-problem">That day is past' in page
    assert f'<a href="{front.home()}" aria-current="page">Result</a>' in page
    clean = front.get().text
    assert "aria-invalid" not in clean
    assert "day-problem" not in clean


def test_stopping_with_nothing_ticked_is_said_at_the_ticks(front: Front) -> None:
    page = front.tap(kind="stop").text
    assert '<p class="problem" id="stop-problem">Tick what is to stop' in page
    assert "day-problem" not in page


@pytest.mark.parametrize("kind", [OutcomeKind.CALLING, OutcomeKind.CALL_BACK])
def test_an_old_tab_promises_no_call_to_who_asked_for_none(front: Front, kind: OutcomeKind) -> None:
    front.tap(kind="stop", stops=["do_not_call"])
    answer = front.tap(kind=kind, call_back_on="2026-03-02", note="They sounded friendly")
    assert answer.status_code == 422
    assert "If that was a mistake, undo the report of it first" in answer.text
    assert "They sounded friendly</textarea>" in answer.text
    assert [one.kind for one in outcomes(front)] == [OutcomeKind.STOP]
    front.tap(f"/undo/{outcomes(front)[0].id}")
    assert front.tap(kind=kind, call_back_on="2026-03-02").status_code == 303


@pytest.mark.parametrize("action", ["/outcome", "/undo/1", f"/undo/{2**63}", "/undo/all/of/it"])
def test_a_buttons_address_opened_by_hand_leads_to_the_buttons(front: Front, action: str) -> None:
    front.tap(kind="spoke")
    before = everything(front.installation.database)
    for ask in (front.app.test_client().get, front.app.test_client().head):
        answer = ask(front.home() + action)
        assert (answer.status_code, answer.headers["Location"]) == (303, front.home())
    assert everything(front.installation.database) == before


def test_stop_suppresses_as_ticked_and_undo_lifts_it(front: Front) -> None:
    front.tap(kind="stop", stops=["do_not_call", "do_not_track"])
    email, signer = front.scene.dana.email or "", front.installation.signer
    with front.installation.database.reading() as session:
        assert suppressed_kinds(session, signer, [email])[email] == {
            SuppressionKind.DO_NOT_CALL,
            SuppressionKind.DO_NOT_TRACK,
        }
    front.tap(f"/undo/{outcomes(front)[0].id}")
    with front.installation.database.reading() as session:
        assert suppressed_kinds(session, signer, [email]) == {}


def test_undo_keeps_the_row_and_says_so(front: Front) -> None:
    front.tap(kind="won_back")
    answer = front.tap(f"/undo/{outcomes(front)[0].id}")
    assert answer.status_code == 303
    assert outcomes(front)[0].undone_at == front.now
    assert "Undone: Won back." in front.app.test_client().get(answer.headers["Location"]).text


def test_a_double_tap_is_one_report(front: Front) -> None:
    answers = [front.tap(kind="no_answer") for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(outcomes(front)) == 1


@pytest.mark.parametrize("kind", list(OutcomeKind))
def test_a_form_submitted_without_a_gesture_changes_nothing(front: Front, kind: OutcomeKind) -> None:
    before = everything(front.installation.database)
    assert post_without(front, kind=kind) == 403
    assert post_without(front, kind=kind, nonce="", gesture="") == 403
    assert everything(front.installation.database) == before


@pytest.mark.parametrize("report", [12345, 2**63 - 1, 2**63, 10**30])
def test_undo_of_a_report_that_is_none_is_no_error(front: Front, report: int) -> None:
    assert front.tap(f"/undo/{report}").status_code == 404


def test_undo_without_a_gesture_changes_nothing(front: Front) -> None:
    front.tap(kind="spoke")
    before = everything(front.installation.database)
    answer = front.app.test_client().post(f"{front.home()}/undo/{outcomes(front)[0].id}")
    assert answer.status_code == 403
    assert "Tap the button once more" in answer.text
    assert everything(front.installation.database) == before


def test_once_more_keeps_what_was_typed(front: Front) -> None:
    page = front.app.test_client().post(
        f"{front.home()}/outcome",
        data={"kind": "call_back", "note": "In spring", "call_back_on": "2026-04-01"},
    )
    assert "Tap the button once more" in page.text
    for kept in ('value="In spring"', 'value="2026-04-01"', 'value="call_back">Call back</button>'):
        assert kept in page.text


@pytest.mark.parametrize("gesture", ["", "click", "submit 1800", "click 499", "click -1", "click 9e9"])
def test_a_gesture_that_no_person_makes_is_none(front: Front, gesture: str) -> None:
    nonce = make_nonce(front.installation.signer, front.door, front.now)
    assert post_without(front, kind="spoke", nonce=nonce, gesture=gesture) == 403


def test_a_nonce_of_another_alert_user_or_purpose_is_none(front: Front) -> None:
    signer, door, now = front.installation.signer, front.door, front.now
    for nonce in (
        make_nonce(signer, Door(door.alert_id + 1, door.user_id), now),
        make_nonce(signer, Door(door.alert_id, door.user_id + 1), now),
        signer.sign(Purpose.ALERT, f"{door.alert_id}-{door.user_id}-abcdefabcdef", now),
        make_nonce(signer, door, now)[:-1],
    ):
        assert post_without(front, kind="spoke", nonce=nonce, gesture="click 1800") == 403
    assert outcomes(front) == []


def test_a_page_left_open_for_hours_asks_for_one_more_tap(front: Front) -> None:
    nonce = make_nonce(front.installation.signer, front.door, front.now - NONCE_AGE - timedelta(seconds=1))
    assert post_without(front, kind="spoke", nonce=nonce, gesture="click 1800") == 403


@pytest.mark.parametrize(
    "fields",
    [{"kind": "explode"}, {"kind": "stop", "stops": "everything"}, {"kind": "spoke", "back": "//evil"}],
)
def test_what_is_no_button_of_ours_is_refused_with_advice(front: Front, fields: dict[str, str]) -> None:
    answer = front.tap(**fields)
    assert answer.status_code == 400
    assert "Open the link in the alert mail again" in answer.text
    assert outcomes(front) == []


def test_a_note_far_too_long_is_refused_with_advice(front: Front) -> None:
    answer = front.tap(kind="spoke", note="x" * 70_000)
    assert answer.status_code == 413
    assert "shorten the note" in answer.text


@pytest.mark.parametrize("action", ["/outcome", "/undo/1"])
def test_s13_the_door_of_another_user_changes_nothing(front: Front, action: str) -> None:
    with front.installation.database.writing() as session:
        kim = add_user(session, "Kim Lee")
    before = everything(front.installation.database)
    door = Door(front.door.alert_id, kim.id)
    nonce = make_nonce(front.installation.signer, door, front.now)
    answer = front.app.test_client().post(
        front.home(kim) + action, data={"kind": "spoke", "nonce": nonce, "gesture": "click 1800"}
    )
    assert answer.status_code == 404
    assert everything(front.installation.database) == before


def test_s13_undo_does_not_reach_a_colleagues_report(front: Front) -> None:
    with front.installation.database.reading() as session:
        elsewhere = session.scalar(select(Outcome.id).where(Outcome.alert_id != front.door.alert_id))
    assert front.tap(f"/undo/{elsewhere}").status_code == 404


def test_who_taps_second_is_told_who_is_calling(front: Front) -> None:
    page = front.get("/calling").text
    with front.installation.database.writing() as session:
        alert = session.get_one(Alert, front.door.alert_id)
        alert.claimed_by, alert.claimed_at = add_user(session, "Kim Lee").id, front.now
    assert "I'm calling" in page
    answer = front.tap(kind="calling", back="calling")
    assert "Kim Lee" in front.app.test_client().get(answer.headers["Location"]).text
    assert outcomes(front) == []


def wears_the_cookie(front: Front, kind: str = "", **fields: str) -> Browser:
    """Dana's browser carries our endpoint's cookie, and Sam reports in it (or only looks, without `kind`)."""
    key = front.scene.visit.browser_id
    with front.installation.database.reading() as session:
        browser = session.get_one(Browser, key)
    client = front.app.test_client()
    credential = front.installation.signer.sign(Purpose.BROWSER, browser.key, front.now)
    client.set_cookie("__Host-ringback", credential, domain="ringback.northwind.example", secure=True)
    at = "https://ringback.northwind.example"
    page = client.get(front.home(), base_url=at)
    found = re.search(r'data-nonce="([^"]+)"', page.text)
    proof = {"nonce": found[1] if found else "", "gesture": "pointerdown 1800"} | fields
    if kind:
        client.post(f"{front.home()}/outcome", data=proof | {"kind": kind}, base_url=at)
    with front.installation.database.reading() as session:
        return session.get_one(Browser, key)


@pytest.mark.parametrize("kind", ["calling", "spoke"])
def test_the_browser_in_which_a_rep_reports_is_ours(front: Front, kind: str) -> None:
    assert wears_the_cookie(front, kind).own_user_id == front.scene.sam.id
    with front.installation.database.reading() as session:
        assert session.get_one(Visit, front.scene.visit.id).state is State.INTERNAL


def test_a_look_or_a_program_s_press_makes_no_browser_ours(front: Front) -> None:
    assert wears_the_cookie(front).own_user_id is None
    assert wears_the_cookie(front, "spoke", gesture="").own_user_id is None


def test_a_wrong_person_is_told_apart_at_once_and_can_be_taken_back(front: Front) -> None:
    answer = front.tap(kind="wrong_person")
    saved = front.app.test_client().get(answer.headers["Location"]).text
    assert "Saved: Wrong person. Somebody else uses that browser" in saved
    with front.installation.database.reading() as session:
        assert session.get_one(Visit, front.scene.visit.id).identity == [NOT_THEIRS]
    front.tap(f"/undo/{outcomes(front)[-1].id}")
    with front.installation.database.reading() as session:
        assert session.get_one(Visit, front.scene.visit.id).identity == []
        assert session.get_one(Browser, front.scene.visit.browser_id).unbound_at is None
