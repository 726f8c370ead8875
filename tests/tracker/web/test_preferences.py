"""The page behind a mailing's link: what mail programs, scanners and people do with it (P7, RFC 8058)."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from tests.builders import add_deal, add_prospect
from tracker.listing import relist
from tracker.models import AuditEntry, OfferConsent, Suppression
from tracker.preferences import LINK_AGE, PATH, sign_address
from tracker.signing import Purpose
from tracker.suppression import email_hash
from tracker.web.preferences.guest import PER_LINK, WRONG_PER_NETWORK
from tracker.words import Role

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.tracker.web.company import Company

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
AS_IT_STANDS = {"mailings": "yes", "calls": "yes", "recognition": "yes"}
ASKED = re.compile(r'name="asked" value="([^"]+)"')


@pytest.fixture
def link(company: Company) -> str:
    """The page of Dana, in whose mail it is."""
    signer = company.door.setting.installation.signer
    with company.database.writing() as session:
        dana = add_prospect(session, email="dana@brightwell.example")
        relist(session, [dana.id], signer=signer)
    digest = email_hash(signer, "dana@brightwell.example")
    return f"{PATH}/{sign_address(signer, digest, company.door.now)}"


def wishes(company: Company) -> list[tuple[str, str]]:
    with company.database.reading() as session:
        return [(one.kind, one.source) for one in session.scalars(select(Suppression))]


def sends(company: Company, path: str, form: dict[str, str]) -> TestResponse:
    """Send a form as somebody without a cookie does."""
    return company.door.client.application.test_client(use_cookies=False).post(path, data=form)


def gets(company: Company, path: str) -> TestResponse:
    return company.door.client.application.test_client(use_cookies=False).get(path)


def test_p7_one_post_unsubscribes_without_cookie_token_or_redirect(company: Company, link: str) -> None:
    for _ in range(2):
        answer = sends(company, f"{link}/unsubscribe", ONE_CLICK)
        assert answer.status_code == 200
        assert "You are unsubscribed" in answer.text
        assert "Set-Cookie" not in answer.headers
    assert wishes(company) == [("unsubscribed", "one click")]


def test_p7_as_multipart_too(company: Company, link: str) -> None:
    client = company.door.client.application.test_client(use_cookies=False)
    client.post(f"{link}/unsubscribe", data=ONE_CLICK, content_type="multipart/form-data")
    assert wishes(company) == [("unsubscribed", "one click")]


def test_p7_looking_changes_nothing_and_shows_nobody(company: Company, link: str) -> None:
    for path in (link, f"{link}/unsubscribe"):
        for _ in range(3):
            answer = gets(company, path)
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert not [word for word in ("Dana", "dana@", "brightwell") if word in answer.text]
    assert not wishes(company)


def test_p7_s8_a_scanners_200_looks_leave_the_one_click_usable(company: Company, link: str) -> None:
    for _ in range(200):
        gets(company, f"{link}/unsubscribe")
    assert not wishes(company)
    assert sends(company, f"{link}/unsubscribe", ONE_CLICK).status_code == 200
    assert wishes(company) == [("unsubscribed", "one click")]


def test_p7_a_lines_end_behind_the_wish_changes_nothing_of_it(company: Company, link: str) -> None:
    assert sends(company, f"{link}/unsubscribe", {"List-Unsubscribe": "One-Click\r\n"}).status_code == 200
    assert wishes(company) == [("unsubscribed", "one click")]


def test_a_post_that_says_nothing_of_one_click_asks(company: Company, link: str) -> None:
    answer = sends(company, f"{link}/unsubscribe", {})
    assert answer.status_code == 422
    assert "No more mailings?" in answer.text
    assert not wishes(company)


def test_p7_a_scanner_that_presses_every_button_unsubscribes_at_most(company: Company, link: str) -> None:
    assert "this is what is on record" in sends(company, link, AS_IT_STANDS).text
    asked = ASKED.search(sends(company, link, AS_IT_STANDS | {"offers": "yes"}).text)
    assert asked is not None
    # It presses the second page's button, too, whose box it leaves; or it ticks that at once.
    everything = AS_IT_STANDS | {"offers": "yes", "asked": asked[1]}
    company.door.move(seconds=5)
    assert sends(company, link, everything).status_code == 422
    company.door.move(seconds=-4)
    assert sends(company, link, everything | {"sure": "yes"}).status_code == 422
    with company.database.reading() as session:
        assert not session.scalars(select(OfferConsent)).all()
        assert not session.scalars(select(AuditEntry)).all()


def answers(company: Company, link: str, form: dict[str, str]) -> TestResponse:
    """Answer the second question as a person does."""
    asked = ASKED.search(sends(company, link, form).text)
    assert asked is not None
    company.door.move(seconds=3)
    return sends(company, link, form | {"asked": asked[1], "sure": "yes"})


def test_a_person_chooses_and_takes_it_back(company: Company, link: str) -> None:
    once = answers(company, link, {"mailings": "yes", "offers": "yes"})
    assert "Saved." in once.text
    assert sorted(wishes(company)) == [
        ("do_not_call", "preference page"),
        ("do_not_track", "preference page"),
    ]
    page = gets(company, link).text
    assert re.findall(r'name="(\w+)" value="yes" checked', page) == ["mailings", "offers"]
    answers(company, link, AS_IT_STANDS)
    assert not wishes(company)
    with company.database.reading() as session:
        assert session.scalars(select(OfferConsent.revoked_at)).one() == company.door.now


def test_the_answer_to_another_question_is_none(company: Company, link: str) -> None:
    asked = ASKED.search(sends(company, link, AS_IT_STANDS | {"offers": "yes"}).text)
    assert asked is not None
    company.door.move(seconds=3)
    other = {"mailings": "yes", "asked": asked[1], "sure": "yes"}
    assert sends(company, link, other).status_code == 422
    assert not wishes(company)


def test_s6_unknown_forged_and_expired_are_answered_alike(company: Company, link: str) -> None:
    signer, now = company.door.setting.installation.signer, company.door.now
    stranger = sign_address(signer, email_hash(signer, "nobody@example.com"), now)
    old = sign_address(signer, "0" * 64, now - LINK_AGE - timedelta(days=1))
    forged = [link.removeprefix(f"{PATH}/")[:-1], old, "x" * 94]
    forged += [signer.sign(purpose, "0" + "x" * 12, now) for purpose in Purpose]
    for path, form in (("", AS_IT_STANDS), ("/unsubscribe", ONE_CLICK)):
        pages = {gets(company, f"{PATH}/{text}{path}").data for text in forged}
        pages |= {sends(company, f"{PATH}/{text}{path}", form).data for text in forged[:4]}
        assert len(pages) == 1
        assert b"This link does not work" in pages.pop()
    # Of somebody who is not here, nothing tells that they are not.
    there, nowhere = (gets(company, f"{PATH}/{text}").text for text in (link[len(PATH) + 1 :], stranger))
    assert there.replace(link[len(PATH) + 1 :], stranger) == nowhere


@pytest.mark.parametrize("cut", ["", "/", "/{0}/unsub", "/{0}/", "/{0}/unsubscribe/"])
def test_a_link_that_was_cut_or_used_otherwise_tells_no_prospect_what_this_is(
    company: Company, link: str, cut: str
) -> None:
    answer = gets(company, PATH + cut.format(link.removeprefix(f"{PATH}/")))
    assert answer.status_code == 404
    assert "This link does not work" in answer.text
    put = company.door.client.application.test_client(use_cookies=False).put(link)
    assert put.data == answer.data
    assert "Ringback" not in answer.text


def test_s14_who_guesses_and_who_repeats_is_slowed_down(company: Company, link: str) -> None:
    statuses = [gets(company, link).status_code for _ in range(PER_LINK + 1)]
    assert statuses == [200] * PER_LINK + [429]
    statuses = [sends(company, link, AS_IT_STANDS).status_code for _ in range(PER_LINK + 1)]
    assert statuses == [200] * PER_LINK + [429]
    guessed = [gets(company, f"{PATH}/x").status_code for _ in range(WRONG_PER_NETWORK + 1)]
    assert (guessed[0], guessed[-1]) == (404, 429)


def test_p7_the_link_in_a_mailings_list_takes_its_reader_off_the_next_one(company: Company) -> None:
    marketer = company.browser(company.hire("Mia Marsh", role=Role.MARKETER))
    with company.database.writing() as session:
        dana = add_prospect(session, email="dana@brightwell.example")
        add_deal(session, dana)
        relist(session, [dana.id], signer=company.door.setting.installation.signer)

    def listed(path: str, page: str, **form: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(marketer.sends(path, page, **form).text)))

    (row,) = listed("/prospects/export", "/prospects", q="dana", name_winner="yes")
    assert (row["lost_reason"], row["lost_month"], row["competitor"]) == ("the price", "March 2025", "Acme")
    (row,) = listed("/campaigns/1/mailing/list", "/campaigns/1/mailing", q="dana")
    assert "competitor" not in row
    sends(company, urlsplit(row["unsubscribe"]).path, ONE_CLICK)
    assert not listed("/campaigns/1/mailing/list", "/campaigns/1/mailing", q="dana")
