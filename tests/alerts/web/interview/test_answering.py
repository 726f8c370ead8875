"""Dana answers when she likes: step by step, on a phone, with or without scripts, and comes back later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.interview.addresses import Side
from alerts.interview.questions import VERSION
from tracker.models import Deal
from tracker.offers import agree_to_offers
from tracker.words import DealStatus, LossOutcome, ReasonKind

if TYPE_CHECKING:
    from tests.alerts.web.interview.scene import Scene

FULL = {
    "reason": "Price, and the onboarding looked slow.",
    "benefits": "SSO out of the box.",
    "seller": "Friendly, a bit fast.",
    "right": "The demo.",
    "helper": "Their engineer, Lou.",
    "helped": "Built a pilot with us.",
    "looked_at": "Zenith",
    "advice": "Ask more.",
}


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_first_question_to_thanks_with_the_gift_said_again(scene: Scene, *, scripts: bool) -> None:
    dana = scene.reader(scripts=scripts)
    assert "A book voucher" in dana.gets().text
    for name, text in FULL.items():
        assert dana.answers(name, text).status_code == 303
    assert scene.texts() == FULL
    answer = dana.answers("willing", "yes")
    if not scripts:
        assert answer.status_code == 403
        scene.company.door.move(seconds=5)
        answer = dana.sends("willing", answer="yes")
    assert (answer.status_code, answer.location) == (303, f"{scene.link()}/answers")
    thanks = dana.gets("answers").text
    assert "Thank you" in thanks
    assert "A book voucher" in thanks
    assert (scene.now_is().willing, scene.now_is().finished_at is not None) == (True, True)
    (offer,) = scene.offers()
    assert offer.text.startswith("Would you be willing to hear from Northwind again? With a yes we may write")
    assert offer.source == f"interview {scene.interview.id}, {VERSION}"
    assert scene.learned() == [
        ("reason", FULL["reason"], ReasonKind.PRICE),
        ("reason", FULL["reason"], ReasonKind.SUPPORT),
        ("helper", "Their engineer, Lou.", None),
        ("looked_at", "Zenith", None),
    ]
    assert scene.company.noted()[-3:] == [("Ringback", verb) for verb in ("begin", "answer yes", "finish")]


def test_who_comes_back_goes_on_where_they_left(scene: Scene) -> None:
    scene.reader().answers("reason", "Price")
    other = scene.reader()
    answer = other.gets()
    assert (answer.status_code, answer.location) == (302, f"{scene.link()}/benefits")
    assert "2 of 9" in other.gets("benefits").text
    assert "Price" in other.gets("reason").text
    assert "Go on" in other.client.get(f"{scene.link()}?welcome=1").text


def test_who_finished_may_change_answers_until_the_link_expires(scene: Scene) -> None:
    dana = scene.reader()
    dana.answers("reason", "Price")
    dana.answers("willing", "yes")
    assert dana.gets().location == f"{scene.link()}/answers"
    assert dana.answers("reason", "Timing").location == f"{scene.link()}/answers"
    dana.answers("willing", "no")
    assert scene.texts() == {"reason": "Timing", "willing": "no"}
    assert [one.revoked_at is not None for one in scene.offers()] == [True]
    assert not scene.now_is().willing
    scene.company.door.move(days=60)
    assert dana.gets("answers").status_code == 404


def test_they_may_finish_without_an_answer_to_the_last_question(scene: Scene) -> None:
    dana = scene.reader()
    dana.answers("willing", "", finish="1")
    assert scene.now_is().finished_at is None  # nothing was told, so there is nothing to thank for
    dana.answers("reason", "Price")
    assert dana.answers("willing", "", finish="1").status_code == 303
    assert (scene.now_is().finished_at is not None, scene.now_is().willing) == (True, None)


def test_what_the_interviewer_keys_is_marked_so(scene: Scene) -> None:
    lena = scene.reader(Side.INTERVIEWER)
    assert "Dana Ortiz, Brightwell" in lena.gets().text
    lena.answers("reason", "Price")
    lena.answers("willing", "yes")
    assert scene.offers()[0].source.endswith("keyed by who asked")
    page = scene.company.browser(scene.rep).gets(f"/prospects/{scene.person.id}/interviews").text
    assert "keyed by who asked" in page


def test_nothing_but_the_interview_is_on_the_interviewers_page(scene: Scene) -> None:
    lena = scene.reader(Side.INTERVIEWER)
    pages = [lena.gets(name).text for name in ("", "reason", "answers", "willing")]
    for secret in ("dana@brightwell", "+4420", "2079460018", "Board wanted", "SSO missing", "Price", "4,800"):
        assert all(secret not in page for page in pages)


def test_an_emptied_answer_is_forgotten_and_asked_for_once_more_without_scripts(scene: Scene) -> None:
    dana = scene.reader(scripts=False)
    dana.answers("looked_at", "Zenith")
    assert dana.answers("looked_at", "  ").status_code == 403
    assert scene.texts() == {"looked_at": "Zenith"}
    scene.company.door.move(seconds=5)
    assert dana.sends("looked_at", answer="").status_code == 303
    assert scene.texts() == {"looked_at": ""}
    assert scene.learned() == []


@pytest.mark.parametrize("status", [DealStatus.OPEN, DealStatus.WON])
def test_a_deal_that_is_not_lost_any_more_closes_it_with_a_plain_word(
    scene: Scene, status: DealStatus
) -> None:
    dana = scene.reader()
    dana.gets("reason")
    with scene.company.database.writing() as session:
        scene.deal.status = status
        session.merge(scene.deal)
    for answer in (dana.sends("reason", answer="Price"), dana.gets(), dana.gets("answers")):
        assert answer.status_code == 410
        assert "Things have moved on" in answer.text
        assert "Dana" not in answer.text
    assert scene.texts() == {}


def test_a_person_who_was_removed_takes_it_along(scene: Scene) -> None:
    dana = scene.reader()
    dana.answers("reason", "Price")
    with scene.company.database.writing() as session:
        session.delete(session.merge(scene.person))
    assert dana.gets().status_code == 404
    assert dana.sends("reason", answer="Timing").status_code == 404
    assert (scene.texts(), scene.learned()) == ({}, [])


def test_the_script_is_told_what_became_of_what_it_saved(scene: Scene) -> None:
    dana = scene.reader()
    dana.gets("reason")
    told = dana.sends("reason", {"X-Autosave": "1"}, answer="Pri")
    assert (told.status_code, told.json) == (200, {"words": "Saved.", "version": 1})
    told = dana.sends("reason", {"X-Autosave": "1"}, answer="Price", seen="1")
    assert told.json == {"words": "Saved.", "version": 2}
    told = dana.sends("reason", {"X-Autosave": "1"}, answer="Other", seen="1")
    assert told.status_code == 409
    scene.change(ended_at=scene.company.door.now + timedelta(0))
    told = dana.sends("reason", {"X-Autosave": "1"}, answer="Other", seen="2")
    assert (told.status_code, told.json) == (
        404,
        {"words": "Not saved. This link opens nothing.", "version": None},
    )


def test_whom_they_chose_is_learned_where_nobody_knew(scene: Scene) -> None:
    with scene.company.database.writing() as session:
        deal = session.merge(scene.deal)
        deal.outcome = None
    dana = scene.reader()
    assert "If you chose somebody else: who was it" in dana.gets("benefits").text
    dana.answers("benefits", "Zenith,\nthey had SSO")
    assert scene.learned() == [("competitor", "Zenith", None)]
    for said, learned in (
        ("We went with ACME in the end", "Acme"),
        ("A shorter roll-out, and they promised a date.", ""),
        ("Price", ""),
        ("Nobody.", ""),
    ):
        dana.answers("benefits", said)
        assert [text for _, text, _ in scene.learned()] == ([learned] if learned else [])
    with scene.company.database.reading() as session:
        assert session.get_one(Deal, scene.deal.id).competitor == "Acme"  # what the CRM says stays


def test_a_no_ends_a_yes_that_was_given_elsewhere(scene: Scene) -> None:
    with scene.company.database.writing() as session:
        agree_to_offers(session, scene.person.id, "Yes, tell me", "letter", scene.company.door.now)
    scene.reader().answers("willing", "no")
    assert [one.revoked_at is not None for one in scene.offers()] == [True]
    assert scene.now_is().willing is False


def test_what_was_asked_of_another_outcome_stays_for_those_who_ask_and_is_not_asked_again(
    scene: Scene,
) -> None:
    dana = scene.reader()
    dana.answers("benefits", "SSO")
    with scene.company.database.writing() as session:
        session.merge(scene.deal).outcome = LossOutcome.POSTPONED
    assert "SSO" not in dana.gets("answers").text
    assert dana.gets().status_code == 200
    assert "SSO" in scene.company.browser(scene.rep).gets(f"/prospects/{scene.person.id}/interviews").text
