"""What was told and does not hold is taken back, in time to save the call."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from alerts.correction import A_PERSON_AFTER_ALL, CORRECTION_WAIT
from alerts.correction_briefing import ANOTHER_LISTED, ANOTHER_STANDS
from alerts.digest import plan_digests
from alerts.models import Alert, Message
from alerts.outbox import claim
from alerts.recheck import ANSWERED
from alerts.words import MessageState, OutcomeKind
from tests.alerts.desk import LEASE
from tests.alerts.post import Post
from tests.alerts.scenes import MORNING, add_outcome
from tests.smtp_sink import smtp_sink
from tracker.ingest import bursts, screen, signs
from tracker.models import State, User, Visit

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tracker.db import Database

HOUR = timedelta(hours=1)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_a_rep_hears_that_the_call_is_not_needed(post: Post) -> None:
    (dana,) = post.told("Dana Ortiz")
    found_at = post.now
    post.turns_out(State.UNCONFIRMED, dana, reason=bursts.SEVERAL_LINKS)
    assert post.deliver(minutes=14) == []
    assert post.deliver(minutes=1) == ["sent"]
    (mail,) = post.desk.sink.mails
    assert mail["Subject"] == "No need to call Dana Ortiz, Brightwell"
    assert "Several links of the mail were opened within seconds, as mail filters do." in text_of(mail)
    assert "Today 09:43." in text_of(mail)
    assert mail["Auto-Submitted"] == "auto-generated"
    alert = post.alert(dana)
    with post.desk.database.reading() as session:
        original = session.get_one(Message, alert.message_id or 0)
    assert (mail["In-Reply-To"], mail["References"]) == (original.mail_id, original.mail_id)
    assert (alert.corrected_at, alert.sent_at) == (found_at, MORNING + timedelta(minutes=1))
    assert post.deliver(days=2) == []


def test_the_mail_does_not_speak_of_tracking_and_asks_for_nothing(post: Post) -> None:
    (dana,) = post.told("Dana Ortiz")
    post.turns_out(State.MACHINE, dana, reason=screen.DRIVEN)
    post.deliver(minutes=15)
    text = text_of(post.desk.sink.mails[0])
    assert "Nothing. If you called already, log the result." in text
    assert not {"website", "track", "cookie"} & set(text.lower().split())


def test_all_that_a_reader_is_to_hear_of_is_one_mail(post: Post) -> None:
    one, two, three = post.told("Dana Ortiz", "Lee Wong", "Ann Boyd")
    post.turns_out(State.MACHINE, one, reason=signs.HIDDEN_LINK)
    post.desk.clock.move(minutes=5)
    post.turns_out(State.UNCONFIRMED, two, three, reason=bursts.SEVERAL_COMPANIES)
    assert post.deliver(minutes=10) == ["sent"]
    (mail,) = post.desk.sink.mails
    assert mail["Subject"] == "No need to call Dana Ortiz, Brightwell and 2 more"
    assert [name for name in ("Dana Ortiz", "Lee Wong", "Ann Boyd") if name in text_of(mail)] == [
        "Dana Ortiz",
        "Lee Wong",
        "Ann Boyd",
    ]
    assert len(mail["References"].split()) == 3


def test_each_reader_has_their_own(post: Post, database: Database) -> None:
    (dana,) = post.told("Dana Ortiz")
    with smtp_sink() as sink:
        kim = Post.open(database, sink, email="kim@northwind.example")
        (lee,) = kim.told("Lee Wong")
        post.turns_out(State.MACHINE, dana, lee)
        assert [mail.user_id for mail in post.corrections()] == [post.sam_id, kim.sam_id]


def test_a_person_after_all_within_the_wait_needs_no_mail(post: Post) -> None:
    (dana,) = post.told("Dana Ortiz")
    post.turns_out(State.UNCONFIRMED, dana)
    post.turns_out(State.CONFIRMED, dana)
    alert = post.alert(dana)
    assert (alert.corrected_at, alert.correction, alert.correction_id) == (None, "", None)
    (mail,) = post.corrections()
    assert (mail.state, mail.last_reason) == (MessageState.WITHDRAWN, A_PERSON_AFTER_ALL)
    assert post.deliver(minutes=20) == []


def test_the_others_of_the_mail_are_told_all_the_same(post: Post) -> None:
    dana, lee = post.told("Dana Ortiz", "Lee Wong")
    post.turns_out(State.UNCONFIRMED, dana, lee)
    post.turns_out(State.STRONG, dana)
    assert post.deliver(minutes=15) == ["sent"]
    assert post.desk.sink.mails[0]["Subject"] == "No need to call Lee Wong, Brightwell"


def test_what_turns_out_a_third_time_is_told_of_once(post: Post) -> None:
    (dana,) = post.told("Dana Ortiz")
    for state in (State.MACHINE, State.CONFIRMED):
        post.turns_out(state, dana)
    post.desk.clock.move(minutes=1)
    post.turns_out(State.INTERNAL, dana, reason=signs.OFFICE)
    assert post.deliver(minutes=15) == ["sent"]
    post.turns_out(State.CONFIRMED, dana)
    post.turns_out(State.MACHINE, dana)
    assert post.deliver(hours=1) == []
    alert = post.alert(dana)
    assert alert.corrected_at is not None
    assert alert.correction == "It came from our own office."


def test_what_is_known_better_meanwhile_is_said(post: Post) -> None:
    (dana,) = post.told("Dana Ortiz")
    post.turns_out(State.UNCONFIRMED, dana, reason=bursts.SEVERAL_LINKS)
    post.turns_out(State.MACHINE, dana, reason=signs.HIDDEN_LINK)
    assert post.alert(dana).correction == "It followed a link that no person can see."


def test_what_came_of_the_call_outweighs_what_was_found(post: Post) -> None:
    spoken, later = post.told("Dana Ortiz", "Lee Wong")

    def spoke(visit: int) -> None:
        with post.desk.database.writing() as session:
            alert = session.scalars(select(Alert).where(Alert.visit_id == visit)).one()
            add_outcome(session, alert, session.get_one(User, post.sam_id), OutcomeKind.SPOKE)
            alert.closed_at = post.now

    spoke(spoken)
    post.turns_out(State.MACHINE, spoken, later)
    assert post.alert(spoken).corrected_at is None
    spoke(later)
    assert post.deliver(minutes=15) == ["withdrawn"]
    assert post.corrections()[0].last_reason == ANSWERED
    assert post.alert(later).corrected_at is not None


def test_who_has_a_genuine_alert_as_well_is_to_be_called(post: Post) -> None:
    (program,) = post.told("Dana Ortiz")
    post.turns_out(State.MACHINE, program)
    herself = post.visit(after=program)
    post.decide(herself)
    assert post.alert(herself).decision == "call"  # what was taken back keeps nobody quiet
    assert post.deliver(minutes=15) == ["sent", "withdrawn"]
    assert post.corrections()[0].last_reason == ANOTHER_STANDS
    assert [mail["Subject"][:15] for mail in post.desk.sink.mails] == ["Call Dana Ortiz"]


def test_a_line_in_the_digest_is_no_reason_to_call(post: Post) -> None:
    listed = post.visit(topic="blog")
    post.decide(listed)
    post.desk.clock.move(hours=23)
    with post.desk.database.writing() as session:
        plan_digests(session, "a@b.example", post.now)
    assert post.deliver() == ["sent"]
    program = post.visit(after=listed)
    post.decide(program)
    assert post.deliver(minutes=1) == ["sent"]
    post.turns_out(State.MACHINE, program)
    assert post.deliver(minutes=15) == ["sent"]
    assert post.desk.sink.mails[-1]["Subject"].startswith("No need to call Dana Ortiz")


def test_nor_is_a_call_about_whom_the_rep_knows_for_somebody_else(post: Post) -> None:
    (program,) = post.told("Dana Ortiz")
    post.turns_out(State.MACHINE, program)
    other = post.visit(after=program)
    post.decide(other)
    assert post.deliver(minutes=1) == ["sent"]
    with post.desk.database.writing() as session:
        session.get_one(Visit, other).not_theirs = True
    assert post.deliver(minutes=14) == ["sent"]


def test_a_digest_entry_is_no_news_where_a_call_stands(post: Post) -> None:
    program = post.visit(topic="blog")
    post.decide(program)
    post.desk.clock.move(hours=23)
    with post.desk.database.writing() as session:
        plan_digests(session, "a@b.example", post.now)
    post.decide(post.visit(after=program))
    assert post.deliver(minutes=1) == ["sent", "sent"]
    post.turns_out(State.MACHINE, program)
    assert post.deliver(minutes=15) == ["withdrawn"]
    assert post.corrections()[0].last_reason == ANOTHER_LISTED


def test_a_digest_entry_is_taken_back_too(post: Post) -> None:
    listed = [post.visit("Dana Ortiz", topic="blog"), post.visit("Lee Wong", topic="blog")]
    post.decide(*listed)
    post.desk.clock.move(days=1)
    with post.desk.database.writing() as session:
        assert len(plan_digests(session, "a@b.example", post.now)) == 1
    assert post.deliver() == ["sent"]
    post.turns_out(State.MACHINE, listed[0])
    assert post.deliver(minutes=15) == ["sent"]
    digest, correction = post.desk.sink.mails
    assert correction["In-Reply-To"] == digest["Message-ID"]
    assert "Today 09:42, in the digest." in text_of(correction)


def test_who_was_found_out_while_the_mail_was_on_its_way_is_taken_back(post: Post) -> None:
    """The worker holds the mail when the visit is demoted; nobody looks at the visit again."""
    dana = post.visit()
    post.decide(dana)
    post.desk.clock.move(minutes=1)
    write = post.desk.compose

    def demote_meanwhile(session, message, now):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        mail = write(session, message, now)
        session.close()
        post.turns_out(State.MACHINE, dana, reason=screen.DRIVEN)
        return mail

    post.desk.compose = demote_meanwhile
    assert post.deliver() == ["sent"]
    assert post.alert(dana).correction == "A program was driving the browser."
    post.desk.compose = write
    assert post.deliver(minutes=15) == ["sent"]
    assert post.desk.sink.mails[1]["Subject"] == "No need to call Dana Ortiz, Brightwell"


def test_a_mail_that_is_being_sent_is_not_changed(post: Post) -> None:
    dana, lee = post.told("Dana Ortiz", "Lee Wong")
    post.turns_out(State.MACHINE, dana)
    (first,) = post.corrections()
    post.desk.clock.move(minutes=15)
    with post.desk.database.writing() as session:
        assert claim(session, [first.id], "mail", post.now, LEASE) is not None
    post.turns_out(State.MACHINE, lee)
    post.turns_out(State.CONFIRMED, dana)
    assert post.alert(dana).corrected_at is not None
    assert [mail.state for mail in post.corrections()] == [MessageState.PENDING] * 2
    # The worker died over it: another looks at the visit, and lets it be.
    assert post.deliver(minutes=2) == ["withdrawn"]
    assert post.alert(dana).corrected_at is None


def test_what_was_not_sent_yet_is_withdrawn_and_needs_no_correction(post: Post) -> None:
    dana = post.visit()
    post.decide(dana)
    post.turns_out(State.MACHINE, dana)
    assert post.deliver(minutes=20) == []
    assert post.corrections() == []
    assert post.alert(dana).why == "machine"


def test_a_mail_that_was_tried_is_withdrawn_and_goes_out_when_a_person_shows(post: Post) -> None:
    dana = post.visit()
    post.decide(dana)
    post.desk.sink.manners.at_recipient = "451 later"
    assert post.deliver(minutes=1) == ["retry"]
    post.desk.sink.manners.at_recipient = ""
    post.turns_out(State.UNCONFIRMED, dana)
    assert post.deliver(minutes=1) == ["withdrawn"]
    post.turns_out(State.CONFIRMED, dana)
    assert post.deliver(minutes=1) == ["sent"]
    assert post.corrections() == []


def test_what_a_digest_left_out_is_in_the_next_when_a_person_shows(post: Post) -> None:
    listed = [post.visit("Dana Ortiz", topic="blog"), post.visit("Lee Wong", topic="blog")]
    post.decide(*listed)
    post.desk.clock.move(hours=23)
    with post.desk.database.writing() as session:
        (digest,) = plan_digests(session, "a@b.example", post.now)
    post.turns_out(State.UNCONFIRMED, listed[0])
    assert post.deliver() == ["sent"]
    assert post.alert(listed[0]).sent_at is None
    post.turns_out(State.ENGAGED, listed[0])
    alert = post.alert(listed[0])
    assert (alert.decision, alert.message_id) == ("digest", None)
    with post.desk.database.reading() as session:
        assert session.get_one(Message, digest).state is MessageState.SENT


def test_what_the_reader_was_told_of_an_erased_person_is_not_taken_back(post: Post) -> None:
    (dana,) = post.told("Dana Ortiz")
    post.turns_out(State.MACHINE, dana)
    with post.desk.database.writing() as session:
        session.execute(delete(Visit))
    assert post.deliver(minutes=15) == ["withdrawn"]


def test_it_waits_less_than_an_hour() -> None:
    assert CORRECTION_WAIT < HOUR
