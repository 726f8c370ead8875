"""Proofs of consent out of a list of addresses: its own columns first, then what holds for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.consent import SOURCE_LENGTH, VERSION_LENGTH, Proof
from tracker.imports.cells.fault import CellError, DateOrderError
from tracker.imports.cells.moments import parse_moment
from tracker.imports.rejects import Fault

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from tracker.imports.addresses import Addresses, Entry
    from tracker.imports.cells.dates import DateOrder

COLUMNS = (
    frozenset({"consent given at", "given at", "consent date"}),
    frozenset({"consent text version", "text version"}),
    frozenset({"consent source"}),
    frozenset({"consent revoked at", "revoked at"}),
)
"""Keys of the headings under which a list tells of its consents. A bare *Source* or *Date* is none: in a
CRM's list those tell of the deal."""
_GIVEN, _VERSION, _SOURCE, _REVOKED = range(len(COLUMNS))


@dataclass(frozen=True, slots=True)
class Told:
    """What was told for a whole list, and how its dates are read."""

    text_version: str
    source: str
    given_at: datetime | None
    """UTC."""
    order: DateOrder | None
    zone: tzinfo
    now: datetime


def lacks(listed: Addresses, told: Told) -> tuple[str, ...]:
    """Name what neither the list nor the person who brought it says."""
    missing = []
    if not (told.text_version or listed.columns[_VERSION]):
        missing.append("with --text-version which text they agreed to")
    if not (told.source or listed.columns[_SOURCE]):
        missing.append("with --source where they agreed")
    return tuple(missing)


def read_proofs(listed: Addresses, told: Told) -> tuple[list[Proof], list[Fault]]:
    """Give a proof for each line that holds a whole one, and say what is wrong with the others."""
    proofs = []
    faults = []
    for entry in listed.entries:
        try:
            proofs.append(_proof(entry, told, has_dates=bool(listed.columns[_GIVEN])))
        except CellError as error:
            faults.append(Fault(entry.line, "", entry.email, f"{entry.email}: {error}."))
    return proofs, faults


def given_moment(text: str, told: Told) -> datetime:
    """Read when a consent was given, as aware UTC.

    Raises:
        CellError: it is no date, or is still to come.

    """
    try:
        moment = parse_moment(text, told.order, told.zone)
    except DateOrderError as error:
        msg = f"{text!r} {error}, or say which with --date-order"
        raise CellError(msg) from error
    except CellError as error:
        msg = f"{text!r} {error}"
        raise CellError(msg) from error
    if moment > told.now:
        msg = f"{text!r} is still to come: nobody has agreed then yet"
        raise CellError(msg)
    return moment


def check_words(text: str, name: str, length: int) -> str:
    """Give a text that can stand in a proof as it is.

    Raises:
        CellError: it is missing, too long, or holds what cannot be seen.

    """
    if not text:
        msg = f"does not say the {name}"
        raise CellError(msg)
    if len(text) > length:
        msg = f"the {name} is longer than {length} characters; give it a shorter name"
        raise CellError(msg)
    if not text.isprintable():
        msg = f"the {name} holds a line break or something that cannot be seen; write it without"
        raise CellError(msg)
    return text


def _proof(entry: Entry, told: Told, *, has_dates: bool) -> Proof:
    if entry.fault:
        raise CellError(entry.fault.rstrip("."))
    if entry.beside[_REVOKED]:
        msg = "was taken back, the list says, so it is not put on record"
        raise CellError(msg)
    given = entry.beside[_GIVEN]
    if has_dates and not (given or told.given_at):
        msg = "does not say when; name it with --given"
        raise CellError(msg)
    return Proof(
        entry.email,
        check_words(entry.beside[_VERSION] or told.text_version, "version of the text", VERSION_LENGTH),
        check_words(entry.beside[_SOURCE] or told.source, "source", SOURCE_LENGTH),
        given_moment(given, told) if given else told.given_at,
    )
