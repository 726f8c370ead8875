"""Sending files and pressing the buttons of an import's page."""

from __future__ import annotations

import io
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tests.tracker.web.company import TOKEN

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.tracker.web.company import Browser, Company
    from tracker.models import Deal, Import, Prospect

FILES = Path(__file__).parents[2] / "imports" / "files"
HEAD = "deal_id,account,title,status,value,lost_on,owner,contact,email\n"
DANA = "1,Brightwell,Pro,lost,48000,2025-03-14,Sam Reed,Dana Ortiz,dana@b.example\n"
BAD = "2,Fernhill,Basic,lost,abc,31/31/2025,Kim Lee,Lee Park,nope\n"
SEEN = re.compile(r'name="seen" value="([^"]+)"')
SELECT = re.compile(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
SELECTED = re.compile(r'value="([^"]*)" selected')
PATIENCE_S = 30


def settled() -> None:
    """Wait until no import, trial or undo runs."""
    for thread in threading.enumerate():
        if thread.name.startswith("imports-"):
            thread.join(PATIENCE_S)


def uploads(browser: Browser, content: str | bytes, name: str = "deals.csv", **more: object) -> TestResponse:
    """Send a file; gives the page that follows."""
    found = TOKEN.search(browser.gets("/imports").text)
    assert found is not None
    data = content.encode() if isinstance(content, str) else content
    form = {"csrf_token": found[1], "deals": (io.BytesIO(data), name), **more}
    answer = browser.client.post("/imports", data=form, buffered=True)
    settled()
    return browser.gets(answer.location) if answer.status_code == 303 else answer


def presses(browser: Browser, what: str, **fields: str) -> TestResponse:
    """Press a button of an import's page; gives the page that follows."""
    path = "/imports/1"
    page = browser.gets(path).text
    found = SEEN.search(page)
    there = {"seen": found[1]} if found else {}
    for name, options in SELECT.findall(page):
        chosen = SELECTED.search(options)
        there[name] = chosen[1] if chosen else ""
    answer = browser.sends(f"{path}/{what}", path, **(there | fields))
    settled()
    return browser.gets(answer.location) if answer.status_code == 303 else answer


def count(company: Company, table: type[Deal | Prospect | Import]) -> int:
    with company.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
