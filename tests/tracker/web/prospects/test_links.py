"""*Links*: one person's own link to copy, its QR code, a test link, and the end of all their links."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from io import BytesIO
from typing import TYPE_CHECKING

import segno
from sqlalchemy import select

from tests.tracker.web.prospects.desk_of_sam import PAYLOADS, desk_of_sam, field, is_harmless
from tracker.left_alone import leave_alone
from tracker.links import OwnLink, read_token
from tracker.models import Prospect, SuppressionKind, Token
from tracker.suppression import suppress

if TYPE_CHECKING:
    from tests.tracker.web.company import Company
    from tests.tracker.web.prospects.desk_of_sam import Desk

CHOSEN = "?path=/pricing&campaign=spring-26"
CHOSEN_NAMES = ("path", "site", "campaign")
CHOICE: dict[str, str | list[str]] = {"path": "/pricing", "campaign": "spring-26"}


def with_link(company: Company) -> tuple[Desk, str]:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/links"
    assert desk.browser.sends(page, **CHOICE).location == f"{page}?path=/pricing&campaign=spring-26"
    return desk, page


def test_looking_makes_no_token_and_pressing_makes_one(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/links"
    assert "They have no link that lasts" in desk.browser.gets(page).text
    assert desk.browser.gets(f"{page}/qr.svg").status_code == 404
    with company.database.reading() as session:
        assert session.scalar(select(Token.id)) is None
    desk.browser.sends(page)
    shown = desk.browser.gets(page + CHOSEN).text
    link = value_of(shown, "link")
    assert link.startswith("https://www.northwind.example/pricing#rb=")
    assert link.endswith("~spring-26")
    assert f"Hi Dana,\n\nhere is the page:\n{link}" in shown
    assert company.noted() == [("Sam Reed", "add")]
    assert value_of(desk.browser.gets(page + CHOSEN).text, "link") == link


def value_of(page: str, name: str) -> str:
    found = re.search(rf'id="{name}" readonly value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_the_qr_code_is_the_link(company: Company) -> None:
    desk, page = with_link(company)
    link = value_of(desk.browser.gets(page + CHOSEN).text, "link")
    wanted = segno.make(link, micro=False)
    drawn = desk.browser.gets(f"{page}/qr.svg{CHOSEN}")
    assert drawn.mimetype == "image/svg+xml"
    assert "style" not in drawn.text
    assert "img-src 'self'" in drawn.headers["Content-Security-Policy"]
    assert modules(drawn.text, int(wanted.symbol_size(border=4)[0])) == [
        [bool(module) for module in row] for row in wanted.matrix_iter(border=4)
    ]
    saved = desk.browser.gets(f"{page}/qr.png{CHOSEN}&save=1")
    assert saved.data.startswith(b"\x89PNG")
    assert saved.headers["Content-Disposition"] == f"attachment; filename=link-{desk.dana}.png"


def modules(svg: str, size: int) -> list[list[bool]]:
    """The dark modules of a drawing, as its strokes go over it."""
    grid = [[False] * size for _ in range(size)]
    path = next(one for one in ET.parse(BytesIO(svg.encode())).iter() if one.get("stroke"))  # noqa: S314  (ours)
    x, y = 0.0, 0.0
    for move, numbers in re.findall(r"([Mmh])([-\d. ]+)", path.get("d", "")):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if move == "h":
            for place in range(int(x), int(x + values[0])):
                grid[int(y)][place] = True
            x += values[0]
        elif move == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    return grid


def test_where_no_link_can_lead_is_said(company: Company) -> None:
    desk, page = with_link(company)
    for query, says in (
        ("?path=//evil.example/", "Write the page without the site"),
        ("?path=/a%20b", "Write the page without the site"),
        ("?path=/x%23rb=1", "carries rb= already"),
        ("?site=https://evil.example", "Choose one of the list."),
        ("?campaign=nobodys", "Choose one of the list."),
    ):
        answer = desk.browser.gets(page + query)
        assert says in answer.text, query
        assert 'id="link"' not in answer.text
    for payload in PAYLOADS:
        odd = desk.browser.client.get(page, query_string=dict.fromkeys(CHOSEN_NAMES, payload))
        assert is_harmless(odd.text), payload


def test_who_asked_not_to_be_tracked_gets_the_plain_address(company: Company) -> None:
    desk, page = with_link(company)
    with company.database.writing() as session:
        signer = company.door.setting.installation.signer
        mail = ["dana@brightwell.example"]
        suppress(session, signer, mail, SuppressionKind.DO_NOT_TRACK, "letter", company.door.now)
    shown = desk.browser.gets(page + CHOSEN).text
    assert "Send the plain address: https://www.northwind.example/pricing" in shown
    assert "#rb=" not in shown
    assert desk.browser.gets(f"{page}/qr.svg").status_code == 404


def test_who_told_a_rep_gets_the_plain_address_too(company: Company) -> None:
    desk, page = with_link(company)
    with company.database.writing() as session:
        dana = session.get_one(Prospect, int(page.split("/")[2]))
        dana.email = dana.email_key = None
        dana.contact_key = "dana at brightwell"
        leave_alone(session, dana.id, [SuppressionKind.DO_NOT_TRACK], "told a rep", company.door.now)
    assert "#rb=" not in desk.browser.gets(page + CHOSEN).text
    assert desk.browser.gets(f"{page}/qr.svg").status_code == 404


def test_ending_the_links_and_making_a_new_one(company: Company) -> None:
    desk, page = with_link(company)
    old = value_of(desk.browser.gets(page + CHOSEN).text, "link")
    company.door.move(days=1)
    desk.browser = company.browser(desk.sam)
    desk.browser.sends(f"{page}/new", page, **CHOICE)
    shown = desk.browser.gets(page + CHOSEN).text
    assert value_of(shown, "link") != old
    assert shown.count("In use") == 1
    assert "Ended" in shown
    desk.browser.sends(f"{page}/end", page)
    assert "They have no link that lasts" in desk.browser.gets(page).text
    assert [verb for _, verb in company.noted()] == ["add", "rotate the token", "revoke the links"]


def test_a_test_link_is_ones_own(company: Company) -> None:
    desk, page = with_link(company)
    shown = desk.browser.sends(f"{page}/test", page, **CHOICE).text
    raw = read_token(value_of(shown, "test").partition("#rb=")[2])
    assert raw is not None
    own = OwnLink.open(company.door.setting.installation.signer, raw.token, company.door.now)
    assert (own.user_id, raw.label) == (desk.sam.id, "spring-26")
    assert field(shown, "path") == "/pricing"
