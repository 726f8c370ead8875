"""The fields for when the call about why was agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.by_hand.reading import read_day
from tracker.by_hand.slot import ON_A_DAY, USUAL, day_of, moment_of, read_time
from tracker.web.prospects.typed import local

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.web.forms import Filled
    from tracker.web.reader import Reader

FIELDS = ("slot", "slot_day", "slot_time")


def blank_slot(at: datetime | None, reader: Reader) -> dict[str, str]:
    """Give the fields as they are for a moment that is on record, or for none."""
    day, clock = local(at, reader)
    return {"slot": ON_A_DAY if day else "", "slot_day": day, "slot_time": clock or f"{USUAL:%H:%M}"}


def read_slot(form: Filled, reader: Reader, known: datetime | None = None) -> datetime | None:
    """Read the moment, in UTC; None: none was agreed, or a problem is beside a field now.

    What is on record already (`known`) may be past.
    """
    day, clock = form.take("slot_day", read_day), form.take("slot_time", read_time)
    if {"slot_day", "slot_time"} & form.problems.keys() or clock is None:
        return None
    if not form.values["slot"] and day is None:
        return None
    form.values["slot"] = form.values["slot"] or ON_A_DAY  # who writes a day means it
    chosen = form.check("slot", lambda: day_of(form.values["slot"], day, reader.today))
    if chosen is None:
        return None
    if known is not None and local(known, reader) == (chosen.isoformat(), f"{clock:%H:%M}"):
        return known
    named = "slot_day" if day is not None else "slot"
    return form.check(named, lambda: moment_of(chosen, clock, reader.zone, reader.now))
