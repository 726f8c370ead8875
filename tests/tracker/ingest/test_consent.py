"""Who agreed, who did not, and who said no: what may be stored of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.models import Alert
from tests.builders import NOON
from tests.tracker.ingest.stories import Dana, Setting, add_dana, engagement, token_of, view
from tests.tracker.ingest.walk import Walk
from tracker.ingest.front import Reply
from tracker.ingest.hit import DropReason
from tracker.models import Browser, Consent, PageView, Prospect, Site, Visit
from tracker.suppression import suppress
from tracker.tokens import revoke
from tracker.words import ConsentSource, SuppressionKind

if TYPE_CHECKING:
    from datetime import datetime


def consent(setting: Setting, dana: Dana, revoked_at: datetime | None = None) -> None:
    with setting.installation.database.writing() as session:
        session.add(
            Consent(
                prospect_id=dana.prospect_id,
                given_at=NOON - timedelta(days=90),
                text_version="2026-01",
                source="form",
                revoked_at=revoked_at,
            )
        )


def marked_token(setting: Setting, dana: Dana) -> str:
    """A token that says that consent is on record."""
    with setting.installation.database.writing() as session:
        return token_of(setting, session, session.get_one(Prospect, dana.prospect_id), consent=True)


def ask(setting: Setting, source: ConsentSource) -> None:
    with setting.installation.database.writing() as session:
        session.scalars(select(Site)).one().consent_source = source


def wish(setting: Setting, dana: Dana, kind: SuppressionKind) -> None:
    with setting.installation.database.writing() as session:
        email = session.get_one(Prospect, dana.prospect_id).email or ""
        suppress(session, setting.installation.signer, [email], kind, "letter", NOON)


def nothing_is_stored(walk: Walk) -> bool:
    return not any(walk.rows(table) for table in (Browser, Visit, PageView, Alert))


def test_p2_a_marked_token_counts_while_the_consent_is_on_record(setting: Setting) -> None:
    dana = add_dana(setting)
    consent(setting, dana)
    walk = Walk(setting)
    assert walk.sends(view(), token=marked_token(setting, dana)).credential
    assert walk.one(Visit).prospect_id == dana.prospect_id


def test_p2_a_mark_without_a_record_is_no_consent(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    assert walk.sends(view(), token=marked_token(setting, dana)) == Reply()
    assert walk.drops() == [DropReason.NO_CONSENT]
    assert nothing_is_stored(walk)


def test_p2_a_consent_that_was_taken_back_is_none_until_it_is_given_again(setting: Setting) -> None:
    dana = add_dana(setting)
    token = marked_token(setting, dana)
    consent(setting, dana, revoked_at=NOON - timedelta(days=1))
    walk = Walk(setting)
    assert walk.sends(view(), token=token) == Reply()
    assert nothing_is_stored(walk)
    consent(setting, dana)
    assert walk.sends(view(), token=token).credential


def test_an_unmarked_token_was_asked_for_on_the_page(setting: Setting) -> None:
    dana = add_dana(setting)
    assert Walk(setting).sends(view(), token=dana.token).credential


def test_a_site_that_only_trusts_records_needs_one_for_every_hit(setting: Setting) -> None:
    ask(setting, ConsentSource.RECORDED)
    dana = add_dana(setting)
    walk = Walk(setting)
    assert walk.sends(view(), token=dana.token) == Reply()
    consent(setting, dana)
    assert walk.sends(view(), token=dana.token).credential
    with setting.installation.database.writing() as session:
        session.scalars(select(Consent)).one().revoked_at = NOON
    walk.sends(view())
    assert walk.drops() == [DropReason.NO_CONSENT] * 2
    assert len(walk.rows(PageView)) == 1


def test_p8_who_asked_not_to_be_tracked_is_not_not_even_in_a_known_browser(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    wish(setting, dana, SuppressionKind.DO_NOT_TRACK)
    assert walk.sends(view()) == Reply()
    assert Walk(setting).sends(view(), token=dana.token) == Reply()
    assert walk.drops() == [DropReason.DO_NOT_TRACK]
    assert len(walk.rows(PageView)) == len(walk.rows(Browser)) == 1


@pytest.mark.parametrize("kind", [SuppressionKind.UNSUBSCRIBED, SuppressionKind.DO_NOT_CALL])
def test_other_wishes_do_not_forbid_to_recognise(setting: Setting, kind: SuppressionKind) -> None:
    dana = add_dana(setting)
    wish(setting, dana, kind)
    assert Walk(setting).sends(view(), token=dana.token).credential


def test_a_revoked_token_makes_nobody_known(setting: Setting) -> None:
    dana = add_dana(setting)
    with setting.installation.database.writing() as session:
        revoke(session, dana.prospect_id, NOON)
    walk = Walk(setting)
    assert walk.sends(view(), token=dana.token) == Reply()
    assert walk.drops() == [DropReason.REVOKED_TOKEN]
    assert nothing_is_stored(walk)


def test_a_known_browser_stays_known_when_its_token_is_revoked(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    with setting.installation.database.writing() as session:
        revoke(session, dana.prospect_id, NOON)
    walk.sends(view(), token=dana.token)
    assert len(walk.rows(PageView)) == 2


def test_p6_a_withdrawal_forgets_the_browser_at_once(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/", token=dana.token)
    assert walk.sends(revoke=True) == Reply(forget=True)
    assert walk.one(Browser).revoked_at == walk.now
    walk.move(minutes=1)
    walk.sends(engagement(page, visible=60_000))
    walk.sends(view())
    assert walk.drops() == [DropReason.REVOKED_BROWSER] * 2
    assert walk.one(PageView).visible_ms == 7_000
    assert walk.one(Browser).revoked_at == walk.now - timedelta(minutes=1)


def test_a_link_clicked_after_a_withdrawal_makes_a_new_browser(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    first = walk.reads("/", token=dana.token)
    walk.sends(revoke=True)
    assert walk.sends(view(), token=dana.token).credential
    old, new = walk.rows(Browser)
    assert (old.revoked_at is None, new.revoked_at is None) == (False, True)
    other = Walk(setting)
    assert other.sends(engagement(first, visible=60_000), token=dana.token) == Reply()
    assert other.drops() == [DropReason.REVOKED_BROWSER]
    assert len(walk.rows(Browser)) == 2


def test_strangers_and_foreign_pages_may_revoke_as_well_as_anybody(setting: Setting) -> None:
    dana = add_dana(setting)
    assert Walk(setting).sends(revoke=True) == Reply(forget=True)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    walk.sender = replace(walk.sender, origin="https://evil.example")
    assert walk.sends(revoke=True) == Reply(forget=True)
    assert walk.one(Browser).revoked_at is None
