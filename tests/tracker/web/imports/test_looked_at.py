"""*Import*: a file is uploaded and looked at; what is wrong is said where it is wrong."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.tracker.web.imports.pressing import BAD, DANA, FILES, HEAD, SEEN, count, presses, uploads
from tracker.models import Deal, Import, Prospect, Role
from tracker.web.imports.upload import MAX_UPLOAD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tracker.web.company import Browser, Company


def test_a_file_is_looked_at_stored_and_taken_back(company: Company, marketer: Browser) -> None:
    page = uploads(marketer, HEAD + DANA + BAD)
    assert "These are the headings of no CRM" in page.text
    page = presses(marketer, "look")
    assert "What the import would come to" in page.text
    assert "&#39;abc&#39; is no amount" in page.text
    assert "Import 1 row<" in page.text
    assert count(company, Deal) == 0

    page = presses(marketer, "run")
    assert "Stored" in page.text
    assert (count(company, Deal), count(company, Prospect)) == (1, 1)
    rejected = presses(marketer, "rejects")
    assert rejected.headers["Content-Disposition"].startswith("attachment")
    assert "Fernhill" in rejected.text

    page = presses(marketer, "undo")
    assert "took it back" in page.text
    assert (count(company, Deal), count(company, Prospect)) == (0, 0)
    did = ["begin to store", "import", "export", "begin to undo", "undo"]
    assert company.noted() == [("Mia Moss", verb) for verb in did]


def test_an_export_of_a_crm_asks_nothing(company: Company, marketer: Browser, tmp_path: Path) -> None:
    page = uploads(marketer, (FILES / "pipedrive.csv").read_bytes(), "pipe.csv")
    assert "Taken for an export of Pipedrive, written in UTF-8, its columns parted by commas" in page.text
    presses(marketer, "run")
    assert count(company, Deal) == 3
    left = [path.name for path in (tmp_path / "imports").rglob("*") if path.is_file()]
    assert left == []


def test_hubspots_two_files_come_in_together(company: Company, marketer: Browser) -> None:
    contacts = (io.BytesIO((FILES / "hubspot-contacts.csv").read_bytes()), "contacts.csv")
    page = uploads(marketer, (FILES / "hubspot-deals.csv").read_bytes(), "hub.csv", contacts=contacts)
    assert "an export of HubSpot" in page.text
    presses(marketer, "run")
    assert count(company, Prospect) > 1


def test_columns_dates_and_the_missing_id_are_asked_at_once_and_remembered(
    company: Company, marketer: Browser
) -> None:
    mine = "who,firm,what,gone on\nDana Ortiz,Brightwell,Pro,03/04/2025\n"
    page = uploads(marketer, mine)
    assert "no column says" not in page.text.lower() or "Choose it below" in page.text
    fields = {"column-0": "contact", "column-1": "account", "column-2": "title", "column-3": "lost_on"}
    page = presses(marketer, "look", **fields)
    assert "can be read both ways" in page.text
    page = presses(marketer, "look", **fields)
    assert "Say how these dates begin" in page.text
    assert "Confirm this, or say which column" in page.text
    page = presses(marketer, "look", **fields, date_order="month-first", key_fallback="yes")
    assert "Import 1 row<" in page.text
    presses(marketer, "run")
    with company.database.reading() as session:
        assert str(session.scalars(select(Deal.closed_on)).one()) == "2025-03-04"
    page = uploads(marketer, mine)
    assert "What the import would come to" in page.text


def test_two_columns_for_one_field_are_a_problem_beside_the_second(marketer: Browser) -> None:
    uploads(marketer, HEAD + DANA)
    answer = presses(marketer, "look", **{"column-0": "title", "column-1": "title"})
    assert answer.status_code == 422
    assert "Another column is read as this already" in answer.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty. Export it again."),
        (b"PK\x03\x04rest", "Save it as CSV, then import that."),
        (bytes(range(256)) * 40, "The file"),
        (b"\x81\x8d" * 5000, "is no text in UTF-8"),
        (b"only one column\nand one\n", "has only one column"),
        (b"deal_id,account,title\n", "has headings but no rows under them"),
        ((",".join(f"c{n}" for n in range(10_000)) + "\n1\n").encode(), "has 10,000 columns"),
        (b"x" * 300_000, "The file"),
    ],
)
def test_what_is_no_list_of_deals_gets_a_clear_word(marketer: Browser, content: bytes, said: str) -> None:
    answer = uploads(marketer, content)
    assert answer.status_code == 422
    assert said in answer.text


def test_nothing_chosen_and_too_much_are_said(marketer: Browser, company: Company) -> None:
    assert "Choose the file" in marketer.sends("/imports").text
    length = {"CONTENT_LENGTH": str(MAX_UPLOAD + 1)}
    answer = marketer.client.post(
        "/imports", content_type="multipart/form-data; boundary=x", environ_overrides=length
    )
    assert answer.status_code == 413
    assert "more than 50 MB" in answer.text
    stranger = company.browser()
    large = {"deals": (io.BytesIO(b"x" * 100_000), "deals.csv")}
    assert stranger.client.post("/imports", data=large).status_code == 413
    assert count(company, Import) == 0


def test_what_somebody_else_changed_meanwhile_is_not_stored_unseen(
    company: Company, marketer: Browser
) -> None:
    other = company.browser(company.hire("Ada Lane", Role.ADMIN))
    page = uploads(marketer, (FILES / "pipedrive.csv").read_bytes())
    found = SEEN.search(page.text)
    assert found is not None
    presses(other, "look", currency="EUR", country="DE")
    answer = marketer.sends("/imports/1/run", "/imports/1", seen=found[1])
    assert answer.status_code == 409
    assert "changed something about this import" in answer.text
    assert count(company, Deal) == 0


def test_a_draft_is_discarded(company: Company, marketer: Browser, tmp_path: Path) -> None:
    uploads(marketer, (FILES / "pipedrive.csv").read_bytes())
    folder = next((tmp_path / "imports").iterdir())
    assert folder.stat().st_mode & 0o77 == 0
    assert all(path.stat().st_mode & 0o77 == 0 for path in folder.iterdir())
    assert "nothing of it was stored" in presses(marketer, "drop").text
    assert list((tmp_path / "imports").iterdir()) == []
    assert count(company, Import) == 0


def test_a_second_press_on_discard_says_it_is_gone(company: Company, marketer: Browser) -> None:
    other = company.browser(company.hire("Ada Lane", Role.ADMIN))
    uploads(marketer, (FILES / "pipedrive.csv").read_bytes())
    other.gets("/imports/1")
    presses(marketer, "drop")
    answer = other.sends("/imports/1/drop", "/imports")
    assert answer.status_code == 303
    assert "That file is gone already" in other.gets(answer.location).text


def test_without_room_a_trial_says_so_and_so_does_an_import(
    company: Company, marketer: Browser, tmp_path: Path
) -> None:
    uploads(marketer, HEAD + DANA + BAD)
    folder = next((tmp_path / "imports").iterdir())
    (folder / "rejects.csv.part").mkdir()  # what is rejected cannot be written
    (folder / "rejects.csv.part" / "in-the-way").touch()
    page = presses(marketer, "look")
    assert "could not be looked through just now" in page.text or "cannot be kept" in page.text
    assert str(tmp_path) not in page.text
    assert "--" not in page.text.partition("<main")[2]
    assert count(company, Deal) == 0


def test_letters_of_two_kinds_are_shown_before_anything_is_stored(marketer: Browser) -> None:
    rows = [DANA.replace("Ortiz", "Ort\u00edz").replace("1,", f"{n},", 1).encode() for n in range(3)]
    odd = DANA.replace("Ortiz", "Ort\u00edz").replace("1,", "7,", 1).encode("cp1252")
    page = uploads(marketer, HEAD.encode() + b"".join([*rows, odd]))
    assert "The file is in UTF-8, but 1 line has letters that are not" in page.text
    assert "Look at line 5" in page.text


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
def test_it_is_for_marketers_and_admins(company: Company, role: Role) -> None:
    browser = company.browser(company.hire("Rae Rep", role))
    for path in ("/imports", "/imports/1"):
        assert browser.gets(path).status_code == 403
    for what in ("look", "run", "drop", "rejects", "undo"):
        assert browser.sends(f"/imports/1/{what}", "/you").status_code == 403
    assert company.browser(company.hire("Ada Lane", Role.ADMIN)).gets("/imports/77").status_code == 404


PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|' /C calc'!A0",
    "{{ 7*7 }}",
    "a\u202eb",
)


def test_foreign_text_runs_nowhere(marketer: Browser) -> None:
    quoted = [text.replace('"', '""') for text in PAYLOADS]
    rows = "".join(f'{n},"{text}","{text}",lost,"{text}",,,,\n' for n, text in enumerate(quoted))
    page = uploads(marketer, HEAD + rows, "<img src=x onerror=alert(1)>.csv")
    page = presses(marketer, "look")
    listed = marketer.gets("/imports").text
    for text in (page.text, listed):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "49" not in re.findall(r"\{\{.*?\}\}", text)
    lines = presses(marketer, "rejects").text.splitlines()
    assert any("'=cmd" in line for line in lines)
