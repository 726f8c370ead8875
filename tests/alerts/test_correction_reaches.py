"""Whom a correction reaches, at what hour, and where else it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alerts.briefing.moments import UTC_ZONE
from alerts.models import Alert
from alerts.why import explain, spoken
from alerts.words import MessageState
from tests.alerts.scenes import MORNING, installation
from tests.alerts.web.front import open_front
from tracker.ingest import screen
from tracker.models import State, User, Visit

if TYPE_CHECKING:
    from alerts.why import VisitExplained
    from tests.alerts.post import Post
    from tracker.db import Database


def test_who_asks_why_reads_it_first(post: Post) -> None:
    (dana,) = post.told("Dana Ortiz")
    post.turns_out(State.MACHINE, dana, reason=screen.DRIVEN)
    assert post.deliver(minutes=15) == ["sent"]

    def told() -> VisitExplained:
        with post.desk.database.reading() as session:
            prospect_id = session.get_one(Visit, dana).prospect_id
            (visit,) = explain(session, installation(post.desk.database), prospect_id, post.now).visits
            return visit

    visit = told()
    assert spoken(visit.answer, post.now, UTC_ZONE).startswith(
        "Taken back today 09:43: A program was driving the browser. An alert went to Sam Reed today 09:43"
    )
    assert "The mail that takes it back was accepted today 09:58." in [
        spoken(line, post.now, UTC_ZONE) for line in visit.done
    ]
    post.turns_out(State.CONFIRMED, dana)
    assert "By now their visit counts as a person's again." in spoken(told().answer, post.now, UTC_ZONE)


@pytest.mark.parametrize(
    ("page", "times", "rest"),
    [("", 1, "<h2"), ("/calling", 1, "<dl"), ("/prospect", 2, "<h2"), ("/why", 1, "</ul>")],
)
def test_every_page_of_the_alert_says_so_at_its_top(
    database: Database, page: str, times: int, rest: str
) -> None:
    front = open_front(database)
    with database.writing() as session:
        alert = session.get_one(Alert, front.scene.alert.id)
        alert.sent_at = alert.corrected_at = MORNING
        alert.correction = "A program was driving the browser."
        session.get_one(Visit, alert.visit_id).state = State.MACHINE
    text = front.get(page).text
    assert text.count("Taken back") == times
    assert text.count("A program was driving the browser.") == times
    assert text.index("Taken back") < text.index(rest)
    assert "primary" not in text


def test_R4_smtp_550_ends_a_correction(post: Post, caplog: pytest.LogCaptureFixture) -> None:  # noqa: N802
    (dana,) = post.told("Dana Ortiz")
    post.turns_out(State.MACHINE, dana)
    post.desk.sink.manners.at_recipient = "550 5.1.1 no such user"
    assert post.deliver(minutes=15) == ["refused"]
    assert post.deliver(minutes=15) == []
    (mail,) = post.corrections()
    assert (mail.state, mail.user_id) == (MessageState.FAILED, post.sam_id)
    assert "550" in mail.last_reason
    assert "handed" not in caplog.text
    alert = post.alert(dana)
    assert (alert.decision, alert.message_id is None) == ("call", False)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("left_at", MORNING, "Sam Reed has left the company."),
        ("away_from", MORNING.date(), "Sam Reed is away."),
        ("email", "", "Sam Reed has no mail address: add one to the user."),
    ],
)
def test_who_cannot_have_it_does_not_and_nobody_else_does(
    post: Post, field: str, value: object, reason: str
) -> None:
    (dana,) = post.told("Dana Ortiz")
    post.turns_out(State.MACHINE, dana)
    with post.desk.database.writing() as session:
        sam = session.get_one(User, post.sam_id)
        setattr(sam, field, value)
    assert post.deliver(minutes=15) == ["withdrawn"]
    assert post.corrections()[0].last_reason == reason
    assert (post.alert(dana).user_id, post.desk.sink.mails) == (post.sam_id, [])


def test_it_goes_out_at_any_hour(post: Post) -> None:
    (dana,) = post.told("Dana Ortiz")
    with post.desk.database.writing() as session:
        sam = session.get_one(User, post.sam_id)
        sam.hours_start, sam.hours_end, sam.work_days = 540, 1020, "12345"
    post.desk.clock.move(hours=10)
    post.turns_out(State.MACHINE, dana)
    assert post.deliver(minutes=15) == ["sent"]
