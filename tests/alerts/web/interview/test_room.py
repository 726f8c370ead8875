"""The tab of a person: Sam asks for an interview, hands on its links, reads the answers, takes it back."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from alerts.interview.addresses import MOST_DAYS, USUAL_DAYS, Side
from tests.builders import add_deal, add_prospect
from tracker.models import Account, Interview
from tracker.suppression import suppress
from tracker.words import DealStatus, Role, SuppressionKind

if TYPE_CHECKING:
    from tests.alerts.web.interview.scene import Scene
    from tests.tracker.web.company import Browser


def tab(scene: Scene, person_id: int | None = None) -> str:
    return f"/prospects/{person_id or scene.person.id}/interviews"


def made(scene: Scene) -> list[Interview]:
    with scene.company.database.reading() as session:
        return list(session.scalars(select(Interview).order_by(Interview.id)))


def sams(scene: Scene) -> Browser:
    return scene.company.browser(scene.rep)


def another_deal(scene: Scene, **fields: object) -> int:
    with scene.company.database.writing() as session:
        person = session.merge(scene.person)
        values: dict[str, object] = {"closed_on": date(2025, 9, 1), "title": "Plus"} | fields
        return add_deal(session, person, account=None, owner=None, **values).id


def test_sam_asks_and_gets_a_link_and_a_mail_to_send_himself(scene: Scene) -> None:
    deal_id = another_deal(scene)
    sam = sams(scene)
    assert sam.gets(tab(scene)).text.index(">Plus<") < sam.gets(tab(scene)).text.rindex(
        ">Pro for Brightwell<"
    )
    answer = sam.sends(tab(scene), deal_id=str(deal_id), by="me", gift="Cake", days=str(USUAL_DAYS))
    assert answer.status_code == 303
    new = made(scene)[-1]
    assert (new.deal_id, new.asker, new.gift, new.made_by) == (deal_id, "", "Cake", scene.rep.id)
    assert new.expires_at == scene.company.door.now + timedelta(days=USUAL_DAYS)
    page = sam.gets(tab(scene)).text
    (link,) = set(re.findall(rf'id="link-{new.id}" readonly value="([^"]+)"', page))
    assert scene.company.browser().gets(link.removeprefix("http://localhost")).status_code == 200
    (mailto, *_) = re.findall(r'href="(mailto:[^"]+)"', page)
    mail = unquote(unescape(mailto))
    assert mail.startswith("mailto:dana@brightwell.example?subject=Would you tell us why?")
    for words in ("Hi Dana,", "about five minutes", "As a thank-you: Cake", "that is fine", "Sam Reed", link):
        assert words in mail
    assert scene.company.noted()[-1] == ("Sam Reed", "add")


def test_an_independent_interviewer_gets_a_link_of_their_own(scene: Scene) -> None:
    deal_id = another_deal(scene)
    answer = sams(scene).sends(tab(scene), deal_id=str(deal_id), by="other", asker="Lena Moss", days="30")
    assert answer.status_code == 303
    page = sams(scene).gets(tab(scene)).text
    assert "For Lena Moss" in page
    assert "/interviewer/" in page
    assert "Lena Moss, who had no part in the sale, asks on our behalf." in page


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"days": "0"}, "Write a number of days from 1 to 120."),
        ({"days": str(MOST_DAYS + 1)}, "Write a number of days from 1 to 120."),
        ({"days": "soon"}, "Write a number of days from 1 to 120."),
        ({"days": "\N{ARABIC-INDIC DIGIT THREE}"}, "Write a number of days from 1 to 120."),
        ({"by": "other"}, "Write who asks, by name."),
        ({"gift": "x" * 201}, "Write at most 200 characters."),
        ({"deal_id": ""}, "Choose a deal."),
        ({"deal_id": "9" * 30}, "Choose a deal."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_made(
    scene: Scene, typed: dict[str, str], problem: str
) -> None:
    deal_id = another_deal(scene)
    values = {"deal_id": str(deal_id), "by": "me", "gift": "Kept", "days": "60"} | typed
    answer = sams(scene).sends(tab(scene), **values)
    assert answer.status_code == 422
    assert problem in answer.text
    assert len(made(scene)) == 1


def test_nobody_is_asked_twice_at_once_or_about_what_is_not_lost(scene: Scene) -> None:
    open_id = another_deal(scene, status=DealStatus.OPEN)
    sam = sams(scene)
    twice = sam.sends(tab(scene), deal_id=str(scene.deal.id), by="me", days="60")
    assert "They are asked about this deal already" in twice.text
    assert (
        "This deal is not lost any more"
        in sam.sends(tab(scene), deal_id=str(open_id), by="me", days="9").text
    )
    with scene.company.database.writing() as session:
        other = add_deal(session, add_prospect(session, name="Lee Park"))
    assert sam.sends(tab(scene), tab(scene), deal_id=str(other.id), by="me", days="9").status_code == 404
    assert len(made(scene)) == 1


def test_taken_back_its_links_are_dead_and_it_can_be_made_again(scene: Scene) -> None:
    dana = scene.reader()
    dana.answers("reason", "Price")
    sam = sams(scene)
    one = f"{tab(scene)}/{scene.interview.id}"
    for _ in range(2):
        assert sam.sends(f"{one}/end", tab(scene)).status_code == 303
    assert scene.company.noted().count(("Sam Reed", "take back")) == 1
    assert [dana.gets(name).status_code for name in ("", "reason", "answers")] == [404, 404, 404]
    assert scene.reader(Side.INTERVIEWER).gets().status_code == 404
    assert "Price" in sam.gets(tab(scene)).text
    sam.sends(f"{one}/again", tab(scene))
    old, new = made(scene)
    assert (new.gift, new.deal_id, new.key != old.key) == (old.gift, old.deal_id, True)
    sam.sends(f"{one}/again", tab(scene))
    assert "asked about this deal already" in sam.gets(tab(scene)).text
    assert len(made(scene)) == 2


def test_s13_an_interview_is_reached_through_its_own_person_only(scene: Scene) -> None:
    with scene.company.database.writing() as session:
        lee = add_prospect(session, session.get_one(Account, scene.person.account_id), "Lee Park")
    sam, colleague = sams(scene), scene.company.browser(scene.company.hire("Bo Fox"))
    for way in ("end", "again", "discard"):
        path = f"{tab(scene, lee.id)}/{scene.interview.id}/{way}"
        assert sam.sends(path, tab(scene)).status_code == 404
        assert colleague.sends(f"{tab(scene)}/{scene.interview.id}/{way}", "/you").status_code == 404
    assert scene.now_is().ended_at is None


def test_discarded_answers_leave_nothing_behind_and_end_the_yes_they_gave(scene: Scene) -> None:
    dana = scene.reader()
    dana.answers("reason", "Price")
    dana.answers("willing", "yes")
    sams(scene).sends(f"{tab(scene)}/{scene.interview.id}/discard", tab(scene))
    assert (scene.texts(), scene.learned()) == ({}, [])
    assert [one.revoked_at is not None for one in scene.offers()] == [True]
    assert scene.company.noted()[-1] == ("Sam Reed", "discard the answers")
    assert dana.gets().status_code == 404


def test_who_asked_for_no_mail_is_still_shown_and_the_page_says_so(scene: Scene) -> None:
    signer = scene.company.door.setting.installation.signer
    with scene.company.database.writing() as session:
        for kind in (SuppressionKind.UNSUBSCRIBED, SuppressionKind.DO_NOT_CALL):
            suppress(session, signer, ["dana@brightwell.example"], kind, "test", scene.company.door.now)
    page = sams(scene).gets(tab(scene)).text
    assert "They asked for no mail" in page
    assert "They asked for no calls" in page
    assert "/interview/" in page
    assert "mailto:" not in page


def test_without_a_lost_deal_there_is_nothing_to_ask_about(scene: Scene) -> None:
    with scene.company.database.writing() as session:
        lee = add_prospect(session, name="Lee Park", email="")
    page = scene.company.browser(scene.company.hire("Ada", Role.ADMIN)).gets(tab(scene, lee.id)).text
    assert "Nothing to ask about" in page


def test_s18_the_audit_log_holds_no_link_and_no_answer(scene: Scene) -> None:
    scene.reader().answers("reason", "Too expensive")
    log = scene.company.browser(scene.company.hire("Ada", Role.ADMIN)).gets("/upkeep").text
    assert "interview" in log
    assert scene.interview.key not in log
    assert "Too expensive" not in log
    assert "book voucher" not in log
