"""The form about a prospect, as *Add* and *Edit* show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.by_hand.people import Words
from tracker.by_hand.reading import (
    TITLE_LENGTH,
    needed,
    read_address,
    read_country,
    read_line,
    read_phone,
    read_zone,
)
from tracker.web.forms import Filled

if TYPE_CHECKING:
    from collections.abc import Callable

FIELDS = ("name", "first_name", "email", "phone", "country", "job_title", "company", "time_zone")
FIRST_NAME_LENGTH = 100


def filled(words: Words) -> Filled:
    """Give the form as it is about somebody now."""
    return Filled({name: words.told()[name] for name in FIELDS})


def read_words(form: Filled, region: str, before: Words) -> Words | None:
    """Read it; None, and why beside the fields, where that cannot be.

    What a file brought stays as it is where the form holds what it showed of it, readable here or not.
    """
    stored = before.told()

    def new(name: str, read: Callable[[str], str]) -> str | None:
        return form.take_new(name, stored[name], stored[name], read)

    name = new("name", lambda text: needed(text, "Write their name"))
    first = new("first_name", lambda text: read_line(text, FIRST_NAME_LENGTH))
    email, job = new("email", read_address), new("job_title", read_line)
    country = new("country", read_country)
    phone = new("phone", lambda text: read_phone(text, country or before.country or region))
    company = new("company", lambda text: read_line(text, TITLE_LENGTH))
    zone = new("time_zone", read_zone)
    if name is None or first is None or email is None or job is None:
        return None
    if country is None or phone is None or company is None or zone is None:
        return None
    return Words(name, first, email, phone, country, job, company, zone)
