"""Why was there no alert? Answered for everything that can have happened."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.briefing.moments import UTC_ZONE
from alerts.doors import Door
from alerts.models import Alert, Delivery, MessageKind, MessageState
from alerts.outcome import record, undo
from alerts.policy import DIGEST_HOLDS, SENTENCES, Hold
from alerts.why import NobodyError, explain, spoken
from alerts.words import Decision, OutcomeKind
from tests.alerts.scenes import (
    MORNING,
    Scene,
    add_alert,
    add_message,
    add_page,
    add_visit,
    dana_reads_pricing,
    installation,
)
from tests.builders import add_campaign, add_prospect, add_token
from tracker.models import Consent, Visit
from tracker.suppression import suppress
from tracker.words import State, SuppressionKind

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.why import Explanation
    from tracker.db import Database
    from tracker.models import Prospect

NOW = MORNING + timedelta(minutes=20)


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.writing() as session:
        return dana_reads_pricing(session)


def asked(database: Database, prospect: Prospect) -> Explanation:
    with database.reading() as session:
        return explain(session, installation(database), prospect.id, NOW)


def text(explanation: Explanation) -> str:
    """The whole explanation as one text, in UTC."""
    lines = [explanation.answer, *explanation.standing]
    for visit in explanation.visits:
        lines += [visit.answer, *visit.seen, *visit.judged, *visit.done]
    return "\n".join(spoken(line, NOW, UTC_ZONE) for line in lines)


def answer(explanation: Explanation) -> str:
    return spoken(explanation.answer, NOW, UTC_ZONE)


def test_an_alert_that_went_out(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        alert = session.get_one(Alert, scene.alert.id)
        message = add_message(session, scene.sam, alert, state=MessageState.SENT, sent_at=MORNING)
        alert.sent_at = MORNING
        for number, result, reason in ((1, "retry", "451 try again"), (2, "sent", "")):
            session.add(
                Delivery(
                    message_id=message.id,
                    attempt=number,
                    to_address="sam@northwind.example",
                    started_at=MORNING,
                    result=result,
                    reason=reason,
                )
            )
    told = asked(database, scene.dana)
    assert answer(told) == "An alert went to Sam Reed today 09:42: Read a page about pricing."
    assert "not taken, to be tried again: 451 try again." in text(told)
    assert "Attempt 2, today 09:42, by mail to sam@northwind.example: accepted by the mail server." in text(
        told
    )


def test_what_was_seen_and_how_it_was_judged(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        visit = session.get_one(Visit, scene.visit.id)
        visit.by_link, visit.campaign_id = True, add_campaign(session).id
        visit.state_reasons = ["trusted gesture, and time to read"]
        visit.intent = 40
        visit.intent_reasons = [{"name": "page", "points": 30, "sentence": "Read a page about pricing"}]
        add_page(session, visit, "comparison", title="Us and Acme", referrer="https://www.google.com")
    told = text(asked(database, scene.dana))
    assert 'They came by the link in "spring-26", today 09:39; last sign today 09:42.' in told
    assert "Today 09:39: https://www.northwind.example/pricing (about pricing), 3 min." in told
    assert "Us and Acme (about comparison), 3 min, from https://www.google.com." in told
    assert "A person was there. Because: trusted gesture, and time to read." in told
    assert "Intent 40 of 100: Read a page about pricing (+30)." in told


@pytest.mark.parametrize("hold", list(Hold))
def test_each_hold_is_told_in_words(database: Database, scene: Scene, hold: Hold) -> None:
    with database.writing() as session:
        alert = session.get_one(Alert, scene.alert.id)
        alert.decision, alert.why, alert.sentence = Decision.HOLD, hold.value, SENTENCES[hold]
    told = asked(database, scene.dana)
    waits = hold in DIGEST_HOLDS
    assert answer(told) == (
        f"No call-now alert: {SENTENCES[hold]} It waits for Sam Reed's next digest."
        if waits
        else f"No alert: {SENTENCES[hold]}"
    )
    assert f"Held ({hold.value})" in text(told)


def test_a_visit_for_the_digest_before_and_after(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        alert = session.get_one(Alert, scene.alert.id)
        alert.decision, alert.why, alert.sentence = Decision.DIGEST, "ordinary visit", "An ordinary visit."
    assert "It waits for Sam Reed's next digest." in answer(asked(database, scene.dana))
    with database.writing() as session:
        alert = session.get_one(Alert, scene.alert.id)
        add_message(
            session, scene.sam, alert, kind=MessageKind.DIGEST, state=MessageState.SENT, sent_at=MORNING
        )
    assert "It was left out of Sam Reed's digest" in answer(asked(database, scene.dana))
    with database.writing() as session:
        session.get_one(Alert, scene.alert.id).sent_at = MORNING
    assert "It was in Sam Reed's digest, sent today 09:42." in answer(asked(database, scene.dana))


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (MessageState.PENDING, "", "An alert to Sam Reed is on its way, due today 09:42:"),
        (MessageState.FAILED, "550 no such mailbox", "could not be delivered. 550 no such mailbox."),
        (
            MessageState.WITHDRAWN,
            "They asked not to be called",
            "was withdrawn. They asked not to be called.",
        ),
    ],
)
def test_a_mail_that_did_not_arrive(
    database: Database, scene: Scene, state: MessageState, reason: str, words: str
) -> None:
    with database.writing() as session:
        alert = session.get_one(Alert, scene.alert.id)
        add_message(session, scene.sam, alert, state=state, last_reason=reason)
    assert words in answer(asked(database, scene.dana))


def test_a_machine_without_any_decision(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        add_visit(session, scene.dana, at=NOW, state=State.MACHINE, state_reasons=["user agent names a bot"])
    told = asked(database, scene.dana)
    assert answer(told) == "No alert: A program was there, not a person."
    assert "user agent names a bot" in text(told)


def test_outcomes_are_told_undone_ones_included(database: Database, scene: Scene) -> None:
    door = Door(scene.alert.id, scene.sam.id)
    with database.writing() as session:
        record(session, installation(database).signer, door, OutcomeKind.CALLING, MORNING)
        spoke = record(
            session, installation(database).signer, door, OutcomeKind.SPOKE, MORNING, note="Rollout\nis slow"
        )
        undo(session, door, spoke.outcome_id or 0, NOW)
    told = text(asked(database, scene.dana))
    assert "Sam Reed claimed it today 09:42." in told
    assert 'Sam Reed reported today 09:42: Spoke. "Rollout is slow" Undone today 10:02.' in told


def test_nobody_was_ever_given_a_link(database: Database) -> None:
    with database.writing() as session:
        robin = add_prospect(session, name="Robin Vale")
    told = asked(database, robin)
    assert answer(told) == "No alert: no link was ever made for them, so they cannot be recognised."
    assert (
        "They have no link: `ringback links` writes them for a mailing, `ringback link` for a personal mail."
        in text(told)
    )


def test_a_good_link_that_brought_no_visit(database: Database) -> None:
    with database.writing() as session:
        robin = add_prospect(session, name="Robin Vale")
        add_token(session, robin, MORNING - timedelta(days=10))
    told = asked(database, robin)
    assert answer(told) == "No alert: no visit of theirs has been seen."
    assert "Their link was made 31 Jan 09:42 and is good until 7 Mar 2027 09:42." in text(told)
    assert "`ringback check`" in text(told)


@pytest.mark.parametrize(
    ("age", "revoked_at", "words"),
    [
        (timedelta(days=500), None, "Their link expired "),
        (timedelta(days=5), MORNING, "Their link was revoked today 09:42."),
    ],
)
def test_a_link_that_is_no_longer_good(
    database: Database, age: timedelta, revoked_at: datetime | None, words: str
) -> None:
    with database.writing() as session:
        robin = add_prospect(session, name="Robin Vale")
        token = add_token(session, robin, MORNING - age)
        token.revoked_at = revoked_at
    told = asked(database, robin)
    assert answer(told) == "No alert: no visit was seen, and their link is no longer good."
    assert words in text(told)


def test_wishes_and_consent_are_told_with_their_sources(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        signer = installation(database).signer
        for kind in SuppressionKind:
            suppress(session, signer, [scene.dana.email or ""], kind, "by letter", MORNING)
        session.add(
            Consent(prospect_id=scene.dana.id, given_at=MORNING, text_version="v3", source="web form")
        )
    told = text(asked(database, scene.dana))
    assert (
        "They do not want to be called, so nobody is alerted. On record since today 09:42, source: by" in told
    )
    assert "They want no mailings." in told
    assert "They agreed to be recognised today 09:42 (v3, web form)." in told


def test_who_asked_not_to_be_recognised_has_no_visits(database: Database) -> None:
    with database.writing() as session:
        robin = add_prospect(session, name="Robin Vale")
        signer = installation(database).signer
        suppress(session, signer, [robin.email or ""], SuppressionKind.DO_NOT_TRACK, "by mail", MORNING)
    told = asked(database, robin)
    assert "they asked not to be recognised" in answer(told)
    assert "No consent is on record with us." in text(told)
    assert "once they agree" not in text(told)
    assert "did not agree to be recognised" not in text(told)


def test_a_consent_taken_back_is_told(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        session.add(
            Consent(
                prospect_id=scene.dana.id, given_at=MORNING, text_version="v3", source="form", revoked_at=NOW
            )
        )
    assert "They took back their consent today 10:02." in text(asked(database, scene.dana))


def test_old_visits_are_counted_not_shown(database: Database, scene: Scene) -> None:
    with database.writing() as session:
        for day in range(60):
            visit = add_visit(session, scene.dana, at=MORNING - timedelta(days=100 + day))
            add_alert(session, visit, scene.sam)
    told = asked(database, scene.dana)
    assert (len(told.visits), told.older) == (50, 13)


def test_nobody_is_explained_who_is_not_there(database: Database) -> None:
    with database.reading() as session, pytest.raises(NobodyError):
        explain(session, installation(database), 404, NOW)
