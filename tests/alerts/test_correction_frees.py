"""Who was held for the sake of a call that turns out to be none is called after all, whenever that shows."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from alerts.words import MessageState
from tracker.ingest import screen
from tracker.ingest.rows import find_visits
from tracker.models import State, User, Visit

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.alerts.post import Post

MOMENT_S = 0.3
"""For another thread to run into a lock; the stories hold however far it came."""


def while_it_is_sent(post: Post, happens: Callable[[], None]) -> None:
    """Let something happen between the writing of the next mail and its end."""
    write = post.desk.compose

    def write_and_wait(session, message, now):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        mail = write(session, message, now)
        session.close()
        post.desk.compose = write
        happens()
        return mail

    post.desk.compose = write_and_wait


def held_behind_a_machine(post: Post) -> tuple[int, int]:
    """Dana is to be called; Eve, her colleague, came as well and is held. Gives their visits."""
    dana = post.visit()
    post.decide(dana)
    eve = post.visit("Eve Li", beside=dana)
    post.decide(eve)
    assert post.alert(eve).why == "cooldown"
    post.desk.clock.move(minutes=1)
    return dana, eve


def test_found_out_while_the_mail_is_on_its_way(post: Post) -> None:
    dana, eve = held_behind_a_machine(post)
    while_it_is_sent(post, lambda: post.turns_out(State.MACHINE, dana, reason=screen.DRIVEN))
    assert post.deliver() == ["sent"]
    assert post.alert(dana).corrected_at == post.now
    assert (post.alert(eve).decision, post.alert(eve).decided_at) == ("call", post.now)
    assert post.deliver(seconds=20) == ["sent"]
    assert post.desk.sink.mails[-1]["Subject"].startswith("Call Eve Li")


def test_found_out_between_two_attempts(post: Post) -> None:
    dana, eve = held_behind_a_machine(post)
    post.desk.sink.manners.at_recipient = "451 later"
    assert post.deliver() == ["retry"]
    post.desk.sink.manners.at_recipient = ""
    post.turns_out(State.UNCONFIRMED, dana)
    assert post.alert(eve).why == "cooldown"  # it may still be a person, by the time the mail is tried again
    assert post.deliver(minutes=1) == ["withdrawn"]
    assert post.alert(eve).decision == "call"
    assert post.deliver(seconds=20) == ["sent"]
    assert post.corrections() == []


def test_put_off_until_the_digest(post: Post) -> None:
    """The reader's hours ended while the mail server was away: both are in the next digest."""
    dana, eve = held_behind_a_machine(post)
    with post.desk.database.writing() as session:
        sam = session.get_one(User, post.sam_id)
        sam.hours_start, sam.hours_end = 0, 540
    assert post.deliver() == ["put off"]
    assert [post.alert(visit).why for visit in (dana, eve)] == ["too late to call", "outside working hours"]


def test_a_call_that_went_out_keeps_the_account_quiet(post: Post) -> None:
    dana, eve = held_behind_a_machine(post)
    before = post.alert(eve).decided_at
    assert post.deliver() == ["sent"]
    assert (post.alert(eve).why, post.alert(eve).decided_at) == ("cooldown", before)
    assert post.alert(dana).corrected_at is None


def test_what_fails_over_those_who_were_held_undoes_no_record(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    dana, eve = held_behind_a_machine(post)

    def fail(*_: object) -> None:
        raise RuntimeError

    post.desk.decide_again = fail
    while_it_is_sent(post, lambda: post.turns_out(State.MACHINE, dana))
    assert post.deliver() == ["sent"]
    assert (post.alert(dana).sent_at, post.alert(eve).why) == (post.now, "cooldown")
    assert "could not be decided about" in caplog.text
    assert post.deliver(minutes=2) == []  # it does not go out twice


def test_what_was_found_out_on_the_way_is_in_the_mail_that_waits(post: Post) -> None:
    (lee,) = post.told("Lee Wong")
    post.turns_out(State.MACHINE, lee)
    dana = post.visit()
    post.decide(dana)
    post.desk.clock.move(minutes=1)
    while_it_is_sent(post, lambda: post.turns_out(State.MACHINE, dana))
    assert post.deliver() == ["sent"]
    (mail,) = post.corrections()
    assert {post.alert(visit).correction_id for visit in (lee, dana)} == {mail.id}


def test_two_who_correct_at_once_write_one_mail(post: Post) -> None:
    """Each holds its own account; the reader is the same."""
    visits = post.told("Dana Ortiz", "Lee Wong")
    with post.desk.database.writing() as session:
        for visit in visits:
            session.get_one(Visit, visit).state = State.MACHINE
    with ThreadPoolExecutor(2) as pool:
        with post.desk.database.writing() as session:
            post.decider()(session, find_visits(session, Visit.id == visits[0]), post.now)
            other = pool.submit(post.decide, visits[1])
            time.sleep(MOMENT_S)
        other.result()
    assert [mail.state for mail in post.corrections()] == [MessageState.PENDING]
    assert post.deliver(minutes=15) == ["sent"]
    assert post.desk.sink.mails[0]["Subject"] == "No need to call Dana Ortiz, Brightwell and 1 more"
