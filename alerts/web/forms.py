"""What a submitted form says, read once into a frozen object; nothing below sees the request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

from alerts.outcome import MAX_NOTE
from alerts.plain import printable
from alerts.web.entrance import RefusedError
from alerts.words import OutcomeKind
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

MAX_FORM = 64 * 1024
"""Bytes of a form; the longest note, percent-encoded, has room."""
STOPS: Mapping[SuppressionKind, str] = MappingProxyType(
    {
        SuppressionKind.DO_NOT_CALL: "No more calls",
        SuppressionKind.UNSUBSCRIBED: "No more mailings",
        SuppressionKind.DO_NOT_TRACK: "No more recognising them on the website",
    }
)
"""What *stop* may mean; all of it unless the rep says otherwise."""


class Back(StrEnum):
    """The page to return to: one of ours by name, never an address from the form."""

    RESULT = "result"
    CALLING = "calling"


@dataclass(frozen=True, slots=True)
class ReportForm:
    """A report as it was typed. `day` is as written, for showing it again."""

    kind: OutcomeKind
    note: str
    day: str
    stops: frozenset[SuppressionKind]
    back: Back

    @property
    def call_back_on(self) -> date | None:
        """The day, where it is one."""
        try:
            return date.fromisoformat(self.day)
        except ValueError:
            return None


EMPTY_FORM = ReportForm(OutcomeKind.SPOKE, "", "", frozenset(STOPS), Back.RESULT)
"""What the result page begins with."""


def read_report(form: MultiDict[str, str]) -> ReportForm:
    """Read the report form.

    Raises:
        RefusedError: 400, it is no form of ours.

    """
    try:
        return ReportForm(
            kind=OutcomeKind(form.get("kind", "")),
            note=printable(form.get("note", "").replace("\r\n", "\n"))[:MAX_NOTE],
            day=printable(form.get("call_back_on", ""))[:10],
            stops=frozenset(SuppressionKind(one) for one in form.getlist("stops")),
            back=Back(form.get("back", Back.RESULT)),
        )
    except ValueError as error:
        raise RefusedError(
            HTTPStatus.BAD_REQUEST,
            "That was no button of ours",
            "Nothing was changed. Open the link in the alert mail again and use the buttons there.",
        ) from error
