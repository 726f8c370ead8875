"""Appointments as calendars read them: the same name for good, a growing count, and nothing unmeant."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from alerts.followups.calendar import (
    CALL_LASTS,
    Appointment,
    DayEvent,
    Method,
    Party,
    day_events,
    invitation,
    own_copy,
    talk_uid,
    task_uid,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SAM = Party("Sam Reed", "sam@northwind.example")
DANA = Party("Dana Ortiz", "dana@brightwell.example")
texts = st.text(max_size=60)
moments = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001  (the zone is given beside)
    max_value=datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.timezones(),
    allow_imaginary=False,
)


def read(written: bytes) -> tuple[str | None, Sequence[Event]]:
    calendar = Calendar.from_ical(written)
    assert isinstance(calendar, Calendar)
    events = calendar.walk("VEVENT")
    method = calendar.get("METHOD")
    return (str(method) if method is not None else None), [one for one in events if isinstance(one, Event)]


@given(
    changes=st.lists(moments, min_size=1, max_size=4),
    name=texts,
    summary=texts,
    description=texts,
    deal_id=st.integers(1, 2**31),
)
def test_through_all_changes_it_is_the_same_appointment(
    changes: list[datetime], name: str, summary: str, description: str, deal_id: int
) -> None:
    uid = talk_uid(deal_id, "northwind.example")
    told = []
    for sequence, at in enumerate([*changes, changes[-1]]):
        method = Method.CANCEL if sequence == len(changes) else Method.REQUEST
        guest = Party(name, DANA.address)
        one = Appointment(uid, sequence, at, NOW, SAM, (SAM, guest), summary, description, name)
        said, (event,) = read(invitation(one, method))
        assert said == method
        begins = at.astimezone(UTC).replace(microsecond=0)
        assert (event.start, event.end) == (begins, begins + CALL_LASTS)
        assert f"DTSTART:{begins:%Y%m%dT%H%M%S}Z" in invitation(one, method).decode()
        assert [str(each) for each in event.attendees] == [f"mailto:{SAM.address}", f"mailto:{DANA.address}"]
        told.append((str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])))
    assert {each[0] for each in told} == {uid}
    assert [each[1] for each in told] == list(range(len(changes) + 1))
    assert [each[2] for each in told] == ["CONFIRMED"] * len(changes) + ["CANCELLED"]


@given(text=st.text(alphabet=st.sampled_from('a;:,"\\^\r\n\x00\t\u202e\u2028ü'), max_size=80))
def test_s9_no_text_becomes_a_line_of_its_own(text: str) -> None:
    evil = f"{text}\r\nATTENDEE:mailto:eve@x.example\r\nEND:VEVENT"
    one = Appointment("u", 0, NOW, NOW, Party(evil, SAM.address), (DANA,), evil, evil, evil)
    lines = invitation(one, Method.REQUEST).decode().split("\r\n")
    assert [line.partition(":")[0] for line in lines if line.startswith(("BEGIN", "END"))] == [
        "BEGIN",
        "BEGIN",
        "END",
        "END",
    ]
    assert sum(line.startswith("ATTENDEE") for line in lines) == 1
    assert all(len(line.encode()) <= 75 for line in lines)  # RFC 5545, 3.1


def test_ones_own_copy_is_nobodys_to_answer() -> None:
    one = Appointment("u", 3, NOW, NOW, SAM, (SAM, DANA), "Call")
    method, (event,) = read(own_copy(one))
    assert method is None
    assert "ORGANIZER" not in event
    assert event.attendees == []
    assert (event["UID"], event["SEQUENCE"]) == ("u", 3)


def test_a_day_has_its_tasks_all_day_and_its_agreed_call_at_its_time() -> None:
    leap = date(2028, 2, 29)
    at = datetime(2028, 2, 29, 9, tzinfo=UTC)
    file = day_events(
        [
            DayEvent(
                task_uid(7, "northwind.example"), leap, "Check-in: Dana Ortiz, Brightwell", "+44 20 7946 0018"
            ),
            DayEvent(talk_uid(8, "northwind.example"), leap, "Call: Fay Ito", at=at),
        ],
        NOW,
    )
    assert (file.name, file.media_type) == ("today.ics", "text/calendar")
    method, (task, call) = read(file.content)
    assert method is None
    assert (task.start, task.end, task["TRANSP"]) == (leap, date(2028, 3, 1), "TRANSPARENT")
    assert (call.start, call.end, call["TRANSP"]) == (at, at + CALL_LASTS, "OPAQUE")
    assert task.DTSTAMP == NOW


def test_a_day_without_tasks_is_a_file_all_the_same() -> None:
    assert read(day_events([], NOW).content) == (None, [])
