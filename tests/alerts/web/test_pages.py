"""What the pages show, to whom, and that looking changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.doors import DOOR_AGE
from alerts.models import Alert, Outcome
from alerts.outcome import record
from alerts.web.headers import SECURE_HEADERS
from alerts.words import OutcomeKind
from tests.alerts.scenes import MORNING, add_alert, add_visit
from tests.alerts.web.front import everything
from tests.builders import add_deal, add_prospect, add_user
from tracker.models import Account, Prospect, User
from tracker.signing import Purpose
from tracker.suppression import suppress
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from tests.alerts.web.front import Front

PAGES = ("", "/calling", "/prospect", "/why")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_names_the_person(front: Front, page: str) -> None:
    answer = front.get(page)
    assert answer.status_code == 200
    assert "<h1>Dana Ortiz</h1>" in answer.text
    assert "Times are in Europe/London." in answer.text


def test_fifty_looks_by_a_scanner_change_nothing(front: Front) -> None:
    before = everything(front.installation.database)
    client, home = front.app.test_client(), front.home()
    for page in PAGES:
        for _ in range(50):
            assert client.get(home + page).status_code == 200
        assert client.head(home + page).status_code == 200
    assert everything(front.installation.database) == before


@pytest.mark.parametrize("page", [*PAGES, "/static/pages.css"])
def test_every_answer_carries_the_headers(front: Front, page: str) -> None:
    answers = [front.get(page), front.get(page, home="/a/forged")]
    if page.startswith("/static"):
        answers = [front.get(page, home="/a")]
    for answer in answers:
        assert {name: answer.headers[name] for name in SECURE_HEADERS} == dict(SECURE_HEADERS)


@pytest.mark.parametrize("page", PAGES)
def test_a_forged_address_shows_one_plain_page(front: Front, page: str) -> None:
    home = front.home()
    for forged in ("/a/nonsense", home[:-1] + ("A" if home[-1] != "A" else "B"), home + "x"):
        answer = front.get(page, home=forged)
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text
        assert "Dana" not in answer.text


def test_s1_a_text_signed_for_another_purpose_opens_nothing(front: Front) -> None:
    value = f"{front.door.alert_id}-{front.door.user_id}"
    for purpose in set(Purpose) - {Purpose.ALERT}:
        signed = front.installation.signer.sign(purpose, value, front.now)
        assert front.get(home=f"/a/{signed}").status_code == 404


def test_an_expired_address_says_what_to_do(front: Front) -> None:
    old = front.home(at=front.now - DOOR_AGE - timedelta(seconds=1))
    for answer in (front.get(home=old), front.tap(home=old, kind="spoke")):
        assert answer.status_code == 410
        assert "Open a newer mail about the same person" in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_s13_the_door_of_another_user_shows_nothing(front: Front, page: str) -> None:
    with front.installation.database.writing() as session:
        kim = add_user(session, "Kim Lee")
    answer = front.get(page, home=front.home(kim))
    assert answer.status_code == 404
    assert "Dana" not in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_s13_an_alert_given_to_a_colleague_is_gone_for_the_first(front: Front, page: str) -> None:
    with front.installation.database.writing() as session:
        session.get_one(Alert, front.door.alert_id).user_id = add_user(session, "Kim Lee").id
    assert front.get(page).status_code == 404


def test_an_erased_alert_is_a_plain_404(front: Front) -> None:
    gone = front.installation.signer.sign(Purpose.ALERT, f"9999-{front.door.user_id}", front.now)
    assert front.get(home=f"/a/{gone}").status_code == 404


def test_the_calling_page_has_one_big_button_and_the_number_to_tap(front: Front) -> None:
    page = front.get("/calling").text
    assert '<button class="big primary" name="kind" value="calling">I\'m calling</button>' in page
    assert 'href="tel:+442079460018"' in page
    assert "How is the rollout going?" in page


def test_who_comes_second_sees_who_is_calling_and_no_button(front: Front) -> None:
    with front.installation.database.writing() as session:
        alert = session.get_one(Alert, front.door.alert_id)
        alert.claimed_by, alert.claimed_at = add_user(session, "Kim Lee").id, MORNING
    page = front.get("/calling").text
    assert "<strong>Kim Lee</strong> took this call" in page
    assert 'value="calling"' not in page


def test_nobody_is_offered_the_number_of_who_asked_not_to_be_called(front: Front) -> None:
    with front.installation.database.writing() as session:
        emails = [front.scene.dana.email or ""]
        signer = front.installation.signer
        suppress(session, signer, emails, SuppressionKind.DO_NOT_CALL, "by letter", MORNING)
    for page in ("", "/calling", "/prospect"):
        text = front.get(page).text
        assert "They asked not to be called." in text
        assert "tel:" not in text


def test_nobody_is_told_what_to_say_to_who_asked_not_to_be_called(front: Front) -> None:
    offers = (
        "I'm calling",
        "How is the rollout going?",
        "<dt>Ask</dt>",
        "Call back then</button>\n      </div>",
    )
    before = front.get("/calling").text + front.get().text
    assert all(offer in before for offer in offers)
    with front.installation.database.writing() as session:
        emails = [front.scene.dana.email or ""]
        signer = front.installation.signer
        suppress(session, signer, emails, SuppressionKind.DO_NOT_CALL, "by letter", MORNING)
    after = front.get("/calling").text + front.get().text
    assert [offer for offer in offers if offer in after] == []
    assert "<dt>Lost</dt>" in after


def test_who_has_no_address_is_left_alone_by_the_report_alone(front: Front) -> None:
    with front.installation.database.writing() as session:
        session.get_one(Prospect, front.scene.dana.id).email = None
    front.tap(kind="stop", stops=["do_not_call"])
    page = front.get("/calling").text
    assert "They asked not to be called." in page
    assert "tel:" not in page


def test_who_asked_not_to_be_recognised_is_not_said_to_be_once_they_agree(front: Front) -> None:
    promise = "once they agree on the website"
    for page in ("/prospect", "/why"):
        assert promise in front.get(page).text
    with front.installation.database.writing() as session:
        emails = [front.scene.dana.email or ""]
        signer = front.installation.signer
        suppress(session, signer, emails, SuppressionKind.DO_NOT_TRACK, "by letter", MORNING)
    for page in ("/prospect", "/why"):
        assert "No consent is on record with us." in front.get(page).text
        assert promise not in front.get(page).text


def test_times_are_the_readers_with_the_exact_one_on_hover(front: Front) -> None:
    with front.installation.database.writing() as session:
        session.get_one(User, front.door.user_id).time_zone = "Asia/Tokyo"
        record(
            session,
            front.installation.signer,
            front.door,
            OutcomeKind.NO_ANSWER,
            front.now - timedelta(minutes=2),
        )
    assert (
        '<time datetime="2026-02-10T09:41:00+00:00"'
        ' title="Tuesday 10 February 2026, 18:41:00 Japan Standard Time">today 18:41</time>'
    ) in front.get().text


def test_the_person_page_tells_deals_in_money_and_days(front: Front) -> None:
    page = front.get("/prospect").text
    for words in ("£48,000", "14 Mar 2025", "CRM says", "Chose a competitor", "Acme", "3 min"):
        assert words in page


def test_the_person_page_lists_the_companys_deals_that_the_mail_counts(front: Front) -> None:
    with front.installation.database.writing() as session:
        account = session.get_one(Account, session.get_one(Prospect, front.scene.dana.id).account_id)
        add_deal(session, account=account, title="Renewal of 2023")
    assert "1 other lost deal" in front.get("/calling").text
    page = front.get("/prospect").text
    assert "Renewal of 2023" in page
    assert page.count("others of Brightwell") == 1


def test_everything_about_someone_unknown_still_makes_pages(front: Front) -> None:
    with front.installation.database.writing() as session:
        nobody = Prospect(contact_key="crm:17", created_at=MORNING)
        session.add(nobody)
        session.flush()
        alert = add_alert(session, add_visit(session, nobody), front.scene.sam)
    for page in PAGES:
        answer = front.get(page, home=front.home(alert=alert))
        assert answer.status_code == 200
        assert "Somebody without a name" in answer.text
        assert "None" not in answer.text


def test_s13_the_person_page_shows_nobody_else(front: Front) -> None:
    with front.installation.database.writing() as session:
        other = add_prospect(session, name="Robin Vale")
        add_alert(session, add_visit(session, other), front.scene.sam)
    assert "Robin" not in front.get("/prospect").text


def test_the_result_page_shows_what_was_recorded_with_undo(front: Front) -> None:
    with front.installation.database.writing() as session:
        record(
            session,
            front.installation.signer,
            front.door,
            OutcomeKind.SPOKE,
            front.now,
            note="Rollout is slow.",
        )
        outcome = session.scalar(select(Outcome.id).where(Outcome.alert_id == front.door.alert_id))
    page = front.get(f"?saved={outcome}").text
    assert "Saved: Spoke." in page
    assert "Rollout is slow." in page
    assert f"/undo/{outcome}" in page
