"""People of deals: found by address, CRM contact or name at their company, or added."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, or_, select, update

from tracker.among import among
from tracker.imports.deal import Person, bounded_key
from tracker.models import Prospect, Suppression, SuppressionKind
from tracker.names import email_key, name_key
from tracker.suppression import suppress, suppressed_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.imports.ledger import Ledger
    from tracker.imports.storing.tally import Tally
    from tracker.signing import Signer

FORMER_ADDRESS = "carried over from a former address"
"""The source of wishes that follow a person to a new address."""
NAME_ONLY = "name"
"""Prefix of the contact keys of people who have but a name; names are told apart within their home."""
_TEXTS = ("name", "first_name", "job_title", "phone", "country", "time_zone")
COLUMNS = ("account_id", "email", "email_key", "contact_key", *_TEXTS)


@dataclass(frozen=True, slots=True)
class Seat:
    """A person, and the company or else the deal that they belong to."""

    person: Person
    account_id: int | None
    name_only_key: str
    """The contact key they would have if nothing but the name were known."""


def seat_of(person: Person, account_id: int | None, home: str) -> Seat:
    """Seat a person; `home` is the key of the company, or of the deal where there is none."""
    name_only = bounded_key(NAME_ONLY, f"{home}|{name_key(person.name)}") if person.name else ""
    return Seat(person, account_id, name_only)


@dataclass(slots=True)
class _Draft:
    """A row of prospects as it will be."""

    values: dict[str, Any]
    id: int | None = None
    is_changed: bool = False
    former_address: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    """What was stored in columns that are changed."""

    @property
    def known_by(self) -> str:
        return self.values["email_key"] or self.values["contact_key"] or ""

    def put(self, column: str, value: Any) -> None:  # noqa: ANN401  (columns differ)
        if self.values[column] != value:
            self.before.setdefault(column, self.values[column])
            self.values[column] = value
            self.is_changed = True


@dataclass(slots=True)
class _Index:
    """The drafts of one batch, by everything they are known by."""

    by_email: dict[str, _Draft] = field(default_factory=dict)
    by_contact: dict[str, _Draft] = field(default_factory=dict)
    by_name: dict[tuple[int | None, str], list[_Draft]] = field(default_factory=dict)
    drafts: list[_Draft] = field(default_factory=list)

    def add(self, draft: _Draft) -> None:
        self.drafts.append(draft)
        self.note(draft)
        place = (draft.values["account_id"], name_key(draft.values["name"]))
        self.by_name.setdefault(place, []).append(draft)

    def note(self, draft: _Draft) -> None:
        if draft.values["email_key"]:
            self.by_email[draft.values["email_key"]] = draft
        if draft.values["contact_key"]:
            self.by_contact[draft.values["contact_key"]] = draft

    def find(self, seat: Seat) -> _Draft | None:
        """Find whom a seat means: by address, else by contact, else by name where that leaves no doubt."""
        person = seat.person
        if found := self.by_email.get(email_key(person.email)) if person.email else None:
            return found
        if found := self.by_contact.get(person.contact_key) if person.contact_key else None:
            return found
        found = self.by_contact.get(seat.name_only_key)
        if person.email or person.contact_key:
            # Somebody known by name alone until now; who has an address is somebody else.
            return found if found and not found.values["email_key"] else None
        if found:
            return found
        namesakes = self.by_name.get((seat.account_id, name_key(person.name)), [])
        return namesakes[0] if len(namesakes) == 1 and seat.account_id else None


class People:
    """Finds or adds the people of one import.

    A blank never erases and a person stays with the company where they were first met; anything else
    that a file says is taken over. Who asked not to be tracked and is not (or no longer) known is not
    stored: an erased person does not come back with the next file.
    """

    def __init__(
        self,
        session: Session,
        signer: Signer,
        now: datetime,
        tally: Tally,
        ledger: Ledger | None,
    ) -> None:
        """Begin a transaction; without a ledger it leaves no way back."""
        self._session = session
        self._signer = signer
        self._now = now
        self._tally = tally
        self._ledger = ledger
        barred = select(Suppression.id).where(Suppression.kind == SuppressionKind.DO_NOT_TRACK)
        self._is_anybody_barred = session.scalar(barred.limit(1)) is not None

    def find_or_add(self, seats: Sequence[Seat]) -> list[int | None]:
        """Give each seat's row; None for those who are left out."""
        index = self._load(seats)
        barred = self._barred(seats, index)
        drafts = [self._settle(seat, index, barred) for seat in seats]
        self._write(index.drafts)
        return [draft.id if draft else None for draft in drafts]

    def _load(self, seats: Sequence[Seat]) -> _Index:
        emails = {email_key(seat.person.email) for seat in seats if seat.person.email}
        contacts = {seat.person.contact_key for seat in seats} | {seat.name_only_key for seat in seats}
        nameless_homes = {
            seat.account_id for seat in seats if not (seat.person.email or seat.person.contact_key)
        }
        columns = [getattr(Prospect, column) for column in COLUMNS]
        rows = self._session.execute(
            select(Prospect.id, *columns).where(
                or_(
                    among(Prospect.email_key, emails),
                    among(Prospect.contact_key, contacts - {""}),
                    among(Prospect.account_id, [home for home in nameless_homes if home]),
                )
            )
        )
        index = _Index()
        for row_id, *values in rows:
            index.add(_Draft(dict(zip(COLUMNS, values, strict=True)), row_id))
        return index

    def _barred(self, seats: Sequence[Seat], index: _Index) -> set[str]:
        """Give the addresses of strangers who asked not to be tracked."""
        if not self._is_anybody_barred:
            return set()
        strangers = {email_key(seat.person.email) for seat in seats if seat.person.email}
        kinds = suppressed_kinds(self._session, self._signer, strangers - index.by_email.keys())
        return {email for email, wishes in kinds.items() if SuppressionKind.DO_NOT_TRACK in wishes}

    def _settle(self, seat: Seat, index: _Index, barred: set[str]) -> _Draft | None:
        draft = index.find(seat)
        if draft is None:
            if seat.person.email and email_key(seat.person.email) in barred:
                self._tally.left_out.add(email_key(seat.person.email))
                return None
            draft = _Draft(dict.fromkeys(COLUMNS) | dict.fromkeys(_TEXTS, ""))
            self._fill(draft, seat, index)
            index.add(draft)
        else:
            self._fill(draft, seat, index)
        return draft

    def _fill(self, draft: _Draft, seat: Seat, index: _Index) -> None:
        person = seat.person
        for column in _TEXTS:
            if text := getattr(person, column):
                draft.put(column, text)
        if seat.account_id and not draft.values["account_id"]:
            draft.put("account_id", seat.account_id)
        if person.email and draft.values["email_key"] != email_key(person.email):
            draft.former_address = draft.values["email_key"] or ""
            draft.put("email", person.email)
            draft.put("email_key", email_key(person.email))
        key = person.contact_key or ("" if person.email else seat.name_only_key)
        known = draft.values["contact_key"]
        # A CRM's ID says more than a name; of two IDs for one person the first stays.
        if key and key not in index.by_contact and (not known or known.startswith(NAME_ONLY)):
            draft.put("contact_key", key)
        index.note(draft)

    def _write(self, drafts: Sequence[_Draft]) -> None:
        connection = self._session.connection()
        new = [draft for draft in drafts if draft.id is None]
        changed = [draft for draft in drafts if draft.id is not None and draft.is_changed]
        if new:
            connection.execute(insert(Prospect), [draft.values | {"created_at": self._now} for draft in new])
            self._number(new)
        if changed:
            connection.execute(
                update(Prospect)
                .where(Prospect.id == bindparam("of"))
                .values({column: bindparam(f"new_{column}") for column in COLUMNS}),
                [
                    {"of": draft.id} | {f"new_{column}": draft.values[column] for column in COLUMNS}
                    for draft in changed
                ],
            )
        self._carry_wishes(changed)
        known = {draft.id: draft for draft in changed if draft.id is not None}
        self._tally.new_people |= {draft.known_by for draft in new}
        self._tally.updated_people |= known.keys() - self._tally.added_people
        if self._ledger is not None:
            self._ledger.add_people({draft.id: draft.values for draft in new if draft.id is not None})
            for row_id, draft in known.items():
                self._ledger.change_person(row_id, draft.before, draft.values)

    def _number(self, new: Sequence[_Draft]) -> None:
        """Give the added rows their ids, by what each is known by; SQLite would return them row by row."""
        by_email = {draft.values["email_key"]: draft for draft in new if draft.values["email_key"]}
        by_contact = {draft.values["contact_key"]: draft for draft in new if not draft.values["email_key"]}
        rows = self._session.execute(
            select(Prospect.id, Prospect.email_key, Prospect.contact_key).where(
                or_(
                    among(Prospect.email_key, by_email),
                    among(Prospect.contact_key, by_contact),
                )
            )
        )
        for row_id, email, contact in rows:
            (by_email[email] if email else by_contact[contact]).id = row_id

    def _carry_wishes(self, changed: Sequence[_Draft]) -> None:
        """Keep the wishes of those whose address the CRM has changed."""
        moved = {draft.former_address: draft.values["email"] for draft in changed if draft.former_address}
        for former, kinds in suppressed_kinds(self._session, self._signer, moved).items():
            for kind in sorted(kinds):
                suppress(self._session, self._signer, [moved[former]], kind, FORMER_ADDRESS, self._now)
