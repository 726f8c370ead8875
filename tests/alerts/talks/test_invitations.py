"""An agreed call comes into Sam's calendar, and into Dana's where Sam wishes, and is moved there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.alerts.scenes import installation
from tests.alerts.talks.office import SLOT, Office, guests, invited, to
from tracker.left_alone import leave_alone
from tracker.suppression import suppress
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from tests.smtp_sink import SmtpSink
    from tracker.db import Database

SAM, DANA = "sam@northwind.example", "dana@brightwell.example"


def test_an_agreed_call_comes_to_sam_as_an_invitation_with_what_to_ask(office: Office) -> None:
    office.agree(SLOT)
    (mail,) = office.deliver()
    assert mail["To"] == f"Sam Reed <{SAM}>"
    assert mail["From"] == "Ringback <ringback@northwind.example>"
    assert mail["Reply-To"] is None
    assert mail["Subject"] == "Call with Dana Ortiz, Brightwell, 24 Feb"
    method, event = invited(mail)
    assert (method, event["UID"], event["SEQUENCE"]) == (
        "REQUEST",
        f"talk-{office.deal_id}@northwind.example",
        0,
    )
    assert (event.start, event.end) == (SLOT, SLOT + timedelta(minutes=30))
    assert event["SUMMARY"] == "Call: Dana Ortiz and Sam Reed (Northwind)"
    assert event["ORGANIZER"] == f"mailto:{SAM}"
    words = " ".join(mail.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
    assert "agreed for Tuesday 24 February at 10:00 (London time)" in words
    assert "11:00 for Dana (Berlin)" in words
    assert f"/deals/{office.deal_id}/post-mortem" in words


def test_the_mail_is_built_as_outlook_and_gmail_look_for_it(office: Office) -> None:
    """The invitation among the alternatives of the first part, and once more as a file."""
    office.agree(SLOT)
    (mail,) = office.deliver()
    first, file = mail.iter_parts()
    assert [mail.get_content_type(), first.get_content_type()] == ["multipart/mixed", "multipart/alternative"]
    assert [one.get_content_type() for one in first.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "invite.ics")
    calendar = list(first.iter_parts())[-1]
    assert file.get_payload(decode=True) == calendar.get_payload(decode=True)


def test_dana_is_invited_only_where_sam_wishes_by_our_address_and_answers_to_sam(office: Office) -> None:
    office.agree(SLOT, invite=True)
    mail = to(office.deliver(), DANA)
    assert (mail["From"], mail["Reply-To"]) == (
        "Sam Reed <ringback@northwind.example>",
        f"Sam Reed <{SAM}>",
    )
    _, event = invited(mail)
    assert event["ORGANIZER"] == f"mailto:{SAM}"
    assert guests(event) == [SAM, DANA]
    words = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Tuesday 24 February at 11:00 (Berlin time)" in " ".join(words.split())
    told = f"{mail['Subject']} {words} {event.to_ical().decode()}".casefold()
    for word in ("lost", "why", "track", "website", "visit", "post-mortem", "price", "acme", "ringback."):
        assert word not in told, word


def test_moved_and_called_off_under_the_same_name_with_a_growing_count(office: Office) -> None:
    office.agree(SLOT, invite=True)
    agreed = to(office.deliver(), DANA)
    office.agree(SLOT + timedelta(days=1))
    moved = to(office.deliver(hours=1), DANA)
    office.agree(None)
    off = to(office.deliver(hours=1), DANA)
    told = [invited(mail) for mail in (agreed, moved, off)]
    assert [method for method, _ in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({event["UID"] for _, event in told}) == 1
    assert [event["SEQUENCE"] for _, event in told] == [0, 1, 2]
    assert [str(event["STATUS"]) for _, event in told] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert told[1][1].start == SLOT + timedelta(days=1)
    assert [mail["Subject"].partition(":")[0] for mail in (moved, off)] == ["New time", "Called off"]
    assert off["References"].split() == [agreed["Message-ID"], moved["Message-ID"]]


def test_who_is_asked_again_after_it_was_called_off_is_asked_by_name(office: Office) -> None:
    office.agree(SLOT, invite=True)
    office.deliver()
    office.agree(None)
    office.deliver()
    office.agree(SLOT)
    (mail,) = office.deliver()
    assert SAM in mail["To"]
    method, event = invited(mail)
    assert (method, event["SEQUENCE"]) == ("REQUEST", 2)


def test_inviting_dana_later_does_not_trouble_sam_again(office: Office) -> None:
    office.agree(SLOT)
    office.deliver()
    office.agree(SLOT, invite=True)
    office.agree(SLOT, invite=True)
    (mail,) = office.deliver()
    assert DANA in mail["To"]
    assert invited(mail)[1]["SEQUENCE"] == 0


def test_what_changes_before_the_mail_goes_out_is_told_once_as_it_is_by_then(office: Office) -> None:
    office.agree(SLOT)
    office.agree(SLOT + timedelta(days=2))
    (mail,) = office.deliver()
    assert invited(mail)[1]["SEQUENCE"] == 1
    assert office.reasons() == ["It was changed again, and the mail of that change goes out instead."]


def test_what_is_called_off_before_anybody_was_told_is_never_told(office: Office) -> None:
    office.agree(SLOT, invite=True)
    office.agree(None)
    assert office.deliver() == []
    assert "It was called off before anybody was told of it." in office.reasons()


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (SuppressionKind.UNSUBSCRIBED, "They asked for no more mail."),
        (SuppressionKind.DO_NOT_CALL, "They asked not to be called."),
    ],
)
def test_a_wish_between_the_agreement_and_the_mail_is_kept(
    office: Office, wish: SuppressionKind, reason: str
) -> None:
    office.agree(SLOT, invite=True)
    with office.database.writing() as session:
        signer = installation(office.database).signer
        suppress(session, signer, [DANA], wish, "the test", office.now)
    (mail,) = office.deliver()
    assert SAM in mail["To"]
    assert office.reasons() == [reason]


def test_who_was_marked_as_left_alone_without_an_address_gets_none_with_one(
    database: Database, sink: SmtpSink
) -> None:
    office = Office.open(database, sink)
    with database.writing() as session:
        leave_alone(session, office.dana_id, [SuppressionKind.DO_NOT_CALL], "told a rep", office.now)
    office.agree(SLOT, invite=True)
    assert len(office.deliver()) == 1


def test_who_does_not_want_to_be_recognised_may_be_invited(office: Office) -> None:
    with office.database.writing() as session:
        signer = installation(office.database).signer
        suppress(session, signer, [DANA], SuppressionKind.DO_NOT_TRACK, "the test", office.now)
    office.agree(SLOT, invite=True)
    assert len(office.deliver()) == 2


@pytest.mark.parametrize(
    "address", ["", "dana at brightwell", "dana@brightwell.example\r\nBcc: eve@x.example"]
)
def test_an_address_that_cannot_be_one_gets_nothing_and_sam_gets_his(
    database: Database, sink: SmtpSink, address: str
) -> None:
    office = Office.open(database, sink, {"email": address})
    office.agree(SLOT, invite=True)
    (mail,) = office.deliver()
    assert SAM in mail["To"]


def test_s9_names_bring_no_headers_and_no_lines_of_a_calendar(database: Database, sink: SmtpSink) -> None:
    evil = 'Dana"\r\nBcc: eve@x.example\r\nATTENDEE:mailto:eve@x.example\u202e'
    office = Office.open(database, sink, {"name": evil, "first_name": evil}, name='Sam\r\nX-Evil: "1"')
    office.agree(SLOT, invite=True)
    for mail in office.deliver():
        assert mail["Bcc"] is None
        assert mail["X-Evil"] is None
        _, event = invited(mail)
        assert guests(event) == [SAM, DANA]
