"""What opens nothing, and what saves nothing: forged and expired links, scanners, answers that cannot be."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from alerts.interview.addresses import MOST_DAYS, SIGNED_FOR, Side, link_to
from alerts.interview.answering import LONGEST
from alerts.interview.making import Plan, make_interview
from alerts.web.interview.guest import REQUESTS_A_MINUTE
from alerts.web.interview.proof import TRAP
from alerts.web.interview.saving import MAX_FORM
from tests.alerts.web.front import everything
from tests.builders import add_deal
from tracker.audit import by_user
from tracker.signing import Purpose
from tracker.words import LossOutcome

if TYPE_CHECKING:
    from tests.alerts.web.interview.scene import Reader, Scene

PAGES = ("", "reason", "answers", "willing")


def refusals(scene: Scene) -> dict[str, str]:
    """Addresses that open nothing, by what is the matter with them."""
    signer, now = scene.company.door.setting.installation.signer, scene.company.door.now
    key, made_at = scene.interview.key, scene.interview.made_at
    signed = {
        str(purpose): signer.sign(purpose, key, made_at) for purpose in set(Purpose) - {Purpose.INTERVIEW}
    }
    good = scene.link().rpartition("/")[2]
    signed |= {
        "nobody's": signer.sign(Purpose.INTERVIEW, "k" * 16, now),
        "no key": signer.sign(Purpose.INTERVIEW, "", now),
        "too old": signer.sign(Purpose.INTERVIEW, key, now - SIGNED_FOR - timedelta(seconds=1)),
        "forged": good[:-1] + ("A" if good[-1] != "A" else "E"),
        "cut": good[:30],
    }
    return {name: f"/interview/{text}" for name, text in signed.items()}


def test_s6_what_opens_nothing_looks_the_same_whatever_is_the_matter(scene: Scene) -> None:
    dana = scene.reader()
    dana.gets("reason")
    seen = set()
    for home in refusals(scene).values():
        for name in PAGES:
            answer = dana.client.get(f"{home}/{name}".rstrip("/"))
            seen.add((answer.status_code, answer.text))
        answer = dana.client.post(f"{home}/reason", data=dana.fields() | {"answer": "Price"})
        seen.add((answer.status_code, answer.text))
    scene.change(expires_at=scene.company.door.now)
    answers = [dana.gets(), dana.sends("reason", None, answer="Price")]
    scene.change(expires_at=scene.company.door.now + timedelta(days=1), ended_at=scene.company.door.now)
    answers += [dana.gets(), dana.sends("reason", None, answer="Price")]
    seen |= {(answer.status_code, answer.text) for answer in answers}
    assert len(seen) == 1
    ((status, text),) = seen
    assert status == 404
    assert not re.search("Dana|Brightwell|Acme|Northwind|Pro|Sam", text.partition("<main")[2])
    assert scene.texts() == {}


def test_neither_sides_link_opens_the_others_pages(scene: Scene) -> None:
    for side, other in ((Side.PROSPECT, Side.INTERVIEWER), (Side.INTERVIEWER, Side.PROSPECT)):
        signed = scene.link(side).rpartition("/")[2]
        browser = scene.reader()
        browser.gets("reason")
        assert browser.client.get(f"/{other}/{signed}").status_code == 404
        sent = browser.fields() | {"answer": "Price"}
        assert browser.client.post(f"/{other}/{signed}/reason", data=sent).status_code == 404
    assert scene.texts() == {}


def test_a_link_is_good_for_no_longer_than_agreed_whatever_the_row_says(scene: Scene) -> None:
    scene.change(expires_at=scene.company.door.now + timedelta(days=10 * MOST_DAYS))
    scene.company.door.move(days=MOST_DAYS + 2)
    assert scene.reader().gets().status_code == 404


def test_s8_a_scanner_that_opens_everything_and_submits_what_it_finds_saves_nothing(scene: Scene) -> None:
    before = everything(scene.company.database)
    for scripts in (True, False):
        for side in Side:
            robot = scene.reader(side, scripts=scripts)
            for name in ("", "answers", "reason", "willing") * 6:
                robot.gets(name)
            for name in ("reason", "advice", "willing"):
                robot.gets(name)
                scene.company.door.move(minutes=1)
                robot.sends(name, None)
                robot.sends(name, None, answer="")
                robot.sends(name, None, finish="1")
    assert everything(scene.company.database) == before


def _no_nonce(robot: Reader) -> dict[str, str]:
    return robot.fields() | {"nonce": "", "plain": ""}


def _too_quick(robot: Reader) -> dict[str, str]:
    robot.gets("reason")  # and at once
    return robot.fields()


def _every_field(robot: Reader) -> dict[str, str]:
    return robot.fields() | {TRAP: "Lorem ipsum"}


def _another_question(robot: Reader) -> dict[str, str]:
    robot.gets("advice")
    robot.scene.company.door.move(minutes=1)
    return robot.fields()


def _another_side(robot: Reader) -> dict[str, str]:
    other = robot.scene.reader(Side.INTERVIEWER, scripts=False)
    other.gets("reason")
    robot.scene.company.door.move(minutes=1)
    return other.fields()


def _left_open(robot: Reader) -> dict[str, str]:
    robot.scene.company.door.move(hours=13)
    return robot.fields()


@pytest.mark.parametrize(
    "trick", [_no_nonce, _too_quick, _every_field, _another_question, _another_side, _left_open]
)
def test_s8_what_no_person_sends_is_not_saved_and_nothing_typed_is_lost(scene: Scene, trick: object) -> None:
    assert callable(trick)
    robot = scene.reader(scripts=False)
    robot.gets("reason")
    scene.company.door.move(minutes=1)
    sent = trick(robot) | {"answer": "Too <dear>"}
    answer = robot.client.post(f"{scene.link()}/reason", data=sent)
    assert answer.status_code == 403
    assert "Too &lt;dear&gt;</textarea>" in answer.text
    assert scene.texts() == {}
    robot.page = answer.text
    scene.company.door.move(seconds=5)
    assert robot.sends("reason", None, answer="Too <dear>").status_code == 303
    assert scene.texts() == {"reason": "Too <dear>"}


def test_with_scripts_a_press_without_a_gesture_is_not_saved(scene: Scene) -> None:
    robot = scene.reader()
    robot.gets("reason")
    for gesture in ("", "keydown 100", "load 5000", "click"):
        assert robot.sends("reason", None, answer="Price", gesture=gesture).status_code == 403
        robot.gets("reason")
    assert scene.texts() == {}


def test_another_interviews_questions_are_nowhere_here(scene: Scene) -> None:
    with scene.company.database.writing() as session:
        deal = session.merge(scene.deal)
        deal.outcome = LossOutcome.POSTPONED
    dana = scene.reader()
    dana.gets("reason")
    for name in ("benefits", "helper", "helped", "price", "../answers", "willing%00", "x" * 500):
        assert dana.client.get(f"{scene.link()}/{name}").status_code == 404
        assert dana.sends(name, None, answer="Price").status_code == 404
    assert "1 of 6" in dana.gets("reason").text
    assert scene.texts() == {}


def test_an_answer_that_is_too_long_comes_back_whole_to_be_shortened(scene: Scene) -> None:
    dana = scene.reader()
    dana.gets("reason")
    for length in (LONGEST + 1, 100_000):
        answer = dana.sends("reason", None, answer="x" * length)
        assert answer.status_code == 422
        assert f"at most 10,000 characters, and this has {length:,}" in answer.text
        assert "x" * length in answer.text
    answer = dana.sends("reason", None, answer="x" * MAX_FORM)
    assert answer.status_code == 413
    assert "Go back: what you typed is still there" in answer.text
    assert scene.texts() == {}
    longest = "\N{GRINNING FACE}" * LONGEST
    assert dana.answers("reason", longest).status_code == 303
    assert scene.texts() == {"reason": longest}
    assert scene.learned()[0][1] == longest[:300]


def test_s7_s9_what_is_typed_is_text_and_what_cannot_be_seen_goes(scene: Scene) -> None:
    lines = ("</textarea><script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>gnp.exe {{7*7}}")
    typed = "\r\n\x00\x07".join(lines).replace("gnp", "\u202egnp")
    dana = scene.reader()
    assert dana.answers("reason", typed).status_code == 303
    assert scene.texts() == {"reason": "\n".join(lines)}
    desk = scene.company.browser(scene.rep).gets(f"/prospects/{scene.person.id}/interviews")
    for page in (dana.gets("reason"), dana.gets("answers"), desk):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "{{7*7}}" in page.text


def test_two_devices_neither_overwrites_what_it_did_not_see(scene: Scene) -> None:
    phone, desk = scene.reader(), scene.reader()
    phone.gets("reason")
    desk.gets("reason")
    assert phone.sends("reason", None, answer="From the phone").status_code == 303
    late = desk.sends("reason", None, answer="From the desk")
    assert late.status_code == 409
    assert "From the phone</p>" in late.text
    assert "From the desk</textarea>" in late.text
    assert scene.texts() == {"reason": "From the phone"}
    assert desk.sends("reason", None, answer="From the desk").status_code == 303
    assert scene.texts() == {"reason": "From the desk"}


def test_a_form_sent_twice_is_saved_once(scene: Scene) -> None:
    dana = scene.reader()
    dana.gets("reason")
    for _ in range(2):
        assert dana.sends("reason", None, answer="Price").status_code == 303
    assert scene.company.noted().count(("Ringback", "begin")) == 1


def test_s14_one_interview_is_asked_for_so_often_and_another_is_not_kept_waiting(scene: Scene) -> None:
    with scene.company.database.writing() as session:
        deal = add_deal(session, session.merge(scene.person))
        plan = Plan(deal.id, scene.person.id)
        other = make_interview(session, by_user(scene.rep.id), scene.rep.id, plan, scene.company.door.now)
    dana = scene.reader()
    statuses = [dana.gets("answers").status_code for _ in range(REQUESTS_A_MINUTE + 1)]
    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {200}
    path = link_to(scene.company.door.setting.installation.signer, "", Side.PROSPECT, other)
    assert dana.client.get(path).status_code == 200


def test_s8_an_answer_is_saved_whatever_a_scanner_looked_at_meanwhile(scene: Scene) -> None:
    dana = scene.reader()
    dana.gets("reason")
    scene.company.door.move(seconds=20)
    statuses = {dana.client.get(scene.link() + "/advice").status_code for _ in range(200)}
    assert statuses == {200, 429}
    assert dana.sends("reason", None, answer="The price").status_code == 303
    assert scene.texts() == {"reason": "The price"}


def test_s5_s16_no_cookie_no_referrer_and_no_ringback_on_the_pages(scene: Scene) -> None:
    rep = scene.company.browser(scene.rep)  # signed in, and looks at the public page
    for path in (
        *(f"{scene.link()}/{name}".rstrip("/") for name in PAGES),
        "/interview/x",
        "/interview/x/y/z",
    ):
        answer = rep.gets(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Ringback" not in answer.text
        assert "Sam Reed</a>" not in answer.text


def test_of_two_who_save_at_the_same_moment_one_is_told(scene: Scene) -> None:
    devices = [scene.reader(), scene.reader()]
    for one in devices:
        one.gets("reason")
    start = Barrier(len(devices))

    def save(place: int) -> int:
        start.wait()
        return devices[place].sends("reason", None, answer=f"From device {place}").status_code

    with ThreadPoolExecutor() as threads:
        assert sorted(threads.map(save, range(len(devices)))) == [303, 409]
    assert scene.texts()["reason"].startswith("From device")
    assert len(scene.learned()) == 1
