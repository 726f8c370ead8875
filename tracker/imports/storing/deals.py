"""Deals by their import key: found, or added; what a file says is laid over what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, or_, select, update

from tracker.among import among
from tracker.imports.loss import ReasonKinds, outcome_of
from tracker.imports.storing.tally import Change
from tracker.models import Deal, DealStatus
from tracker.names import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.imports.deal import LostDeal
    from tracker.imports.ledger import Ledger
    from tracker.imports.storing.names import Names
    from tracker.imports.storing.tally import Tally
    from tracker.words import LossOutcome

_TEXTS = ("title", "product", "reason", "competitor", "notes")
COLUMNS = (
    "import_key",
    "account_id",
    "owner_name_id",
    "status",
    "value_minor",
    "currency",
    "closed_on",
    "outcome",
    "reason_kind",
    "renewal_on",
    "not_qualified",
    *_TEXTS,
)
_BLANK: dict[str, Any] = (
    dict.fromkeys(COLUMNS) | dict.fromkeys(_TEXTS, "") | {"currency": "", "not_qualified": False}
)
FALLBACK = "key:"
NAMED_REASONS = 1000
"""Reasons without a kind that a report names at most."""


@dataclass(slots=True)
class Draft:
    """A row of deals as it will be."""

    values: dict[str, Any]
    id: int | None = None
    is_changed: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    """As it was stored."""
    named_at: datetime | None = None
    """By the last import before this one."""


class DealRows:
    """Finds or adds the deals of one import.

    A blank cell never erases what is stored, be it from an earlier file or typed by a person; a
    filled one is taken over, because the CRM is the record of its own fields. Only an open deal's
    closing day is erased, and with a new status an old day or outcome does not stay.
    """

    def __init__(
        self, session: Session, kinds: ReasonKinds, now: datetime, tally: Tally, ledger: Ledger | None
    ) -> None:
        """Begin a transaction; without a ledger it leaves no way back."""
        self._session = session
        self._kinds = kinds
        self._now = now
        self._tally = tally
        self._ledger = ledger
        self._keys: dict[int, str] = {}

    def find_or_add(self, deals: Sequence[LostDeal], names: Names) -> dict[str, int]:
        """Write a batch; give the rows by import key."""
        drafts = self._load(deals, names)
        for deal in deals:
            draft = drafts.setdefault(deal.key, Draft(dict(_BLANK)))
            self._lay_over(draft, deal, names)
        touched = {key: drafts[key] for key in dict.fromkeys(deal.key for deal in deals)}
        self._write(touched.values())
        return {key: draft.id for key, draft in touched.items() if draft.id is not None}

    def touch(self, deal_ids: Iterable[int]) -> None:
        """Count deals as changed whose people have changed."""
        changes = self._tally.changes
        for deal_id in deal_ids:
            key = self._keys[deal_id]
            if changes[key] is Change.UNCHANGED:
                changes[key] = Change.UPDATED

    def _load(self, deals: Sequence[LostDeal], names: Names) -> dict[str, Draft]:
        keys = {deal.key for deal in deals} | {deal.fallback_key for deal in deals if deal.fallback_key}
        by_name = {names.account(deal.account) for deal in deals if deal.key.startswith(FALLBACK)}
        homes = {account for account in by_name if account}
        columns = [getattr(Deal, column) for column in COLUMNS]
        rows = self._session.execute(
            select(Deal.id, Deal.imported_at, *columns).where(
                or_(
                    among(Deal.import_key, keys),
                    among(Deal.account_id, homes),
                )
            )
        )
        stored = []
        for row_id, named_at, *values in rows:
            held = dict(zip(COLUMNS, values, strict=True))
            stored.append(Draft(held, row_id, before=dict(held), named_at=named_at))
        drafts = {draft.values["import_key"]: draft for draft in stored}
        self._adopt(drafts, deals)
        if homes:
            _recognise(drafts, deals, names)
        return drafts

    def _adopt(self, drafts: dict[str, Draft], deals: Sequence[LostDeal]) -> None:
        """Give deals that came without an ID the one that this file has for them, instead of doubling."""
        for deal in deals:
            if deal.key in drafts or deal.key.startswith(FALLBACK):
                continue
            draft = drafts.get(deal.fallback_key)
            if draft and deal.fallback_key not in self._tally.changes:
                del drafts[deal.fallback_key]
                draft.values["import_key"] = deal.key
                draft.is_changed = True
                drafts[deal.key] = draft

    def _lay_over(self, draft: Draft, deal: LostDeal, names: Names) -> None:
        old = draft.values
        new = dict(old)
        if not old["import_key"]:
            new["import_key"] = deal.key
        for column in _TEXTS:
            new[column] = getattr(deal, column) or old[column]
        new["account_id"] = names.account(deal.account) or old["account_id"]
        new["owner_name_id"] = names.owner(deal.owner) or old["owner_name_id"]
        new["status"] = deal.status
        if deal.value_minor is not None:
            new["value_minor"], new["currency"] = deal.value_minor, deal.currency
        new["closed_on"] = deal.closed_on or (old["closed_on"] if old["status"] is deal.status else None)
        new["renewal_on"] = deal.renewal_on or old["renewal_on"]
        if deal.not_qualified is not None:
            new["not_qualified"] = deal.not_qualified
        if new["reason"] != old["reason"] or old["reason_kind"] is None:
            new["reason_kind"] = self._kinds.kind_of(new["reason"])
        new["outcome"] = _outcome(old, new, deal)
        if len(self._tally.unsorted) < NAMED_REASONS and self._kinds.is_unsorted(new["reason"]):
            self._tally.unsorted[new["reason"]] = None
        if new != old:
            draft.values = new
            draft.is_changed = True

    def _write(self, drafts: Iterable[Draft]) -> None:
        drafts = list(drafts)
        connection = self._session.connection()
        new = [draft for draft in drafts if draft.id is None]
        changed = [draft for draft in drafts if draft.id is not None and draft.is_changed]
        same = [draft.id for draft in drafts if draft.id is not None and not draft.is_changed]
        if new:
            connection.execute(insert(Deal), [draft.values | {"imported_at": self._now} for draft in new])
            by_key = {draft.values["import_key"]: draft for draft in new}
            # SQLite would return the new ids only row by row.
            for key, row_id in connection.execute(
                select(Deal.import_key, Deal.id).where(among(Deal.import_key, by_key))
            ):
                by_key[key].id = row_id
                self._tally.changes[key] = Change.NEW
        if changed:
            connection.execute(
                update(Deal)
                .where(Deal.id == bindparam("of"))
                .values(
                    {column: bindparam(f"new_{column}") for column in COLUMNS} | {"imported_at": self._now}
                ),
                [
                    {"of": draft.id} | {f"new_{column}": draft.values[column] for column in COLUMNS}
                    for draft in changed
                ],
            )
        if same:
            connection.execute(update(Deal).where(among(Deal.id, same)).values(imported_at=self._now))
        self._count(drafts)
        if self._ledger is not None:
            self._note(self._ledger, new, [draft for draft in drafts if draft.before])

    def _count(self, drafts: Iterable[Draft]) -> None:
        changes = self._tally.changes
        for draft in drafts:
            if draft.id is not None:
                key = draft.values["import_key"]
                self._keys[draft.id] = key
                # A deal may be met again in the same file: what it was before, it stays, unless unchanged.
                if changes.get(key, Change.UNCHANGED) is Change.UNCHANGED:
                    changes[key] = Change.UPDATED if draft.is_changed else Change.UNCHANGED
                self._tally.status[key] = draft.values["status"]

    @staticmethod
    def _note(ledger: Ledger, new: Iterable[Draft], known: Iterable[Draft]) -> None:
        ledger.add_deals({draft.id: draft.values for draft in new if draft.id is not None})
        for draft in known:
            if draft.id is None or draft.named_at is None:
                continue
            ledger.name(draft.id, draft.named_at)
            if draft.is_changed:
                ledger.change_deal(draft.id, draft.before, draft.values)


def _recognise(drafts: dict[str, Draft], deals: Sequence[LostDeal], names: Names) -> None:
    """Find deals that came with an ID before, by account and name where just one has them."""
    named: dict[tuple[int, str], list[Draft]] = {}
    for draft in drafts.values():
        values = draft.values
        if values["account_id"] and not values["import_key"].startswith(FALLBACK):
            name = name_key(values["title"] or values["product"])
            named.setdefault((values["account_id"], name), []).append(draft)
    for deal in deals:
        account_id = names.account(deal.account)
        if deal.key in drafts or account_id is None:
            continue
        found = named.get((account_id, name_key(deal.title or deal.product)), [])
        if len(found) == 1:
            drafts[deal.key] = found[0]


def _outcome(old: dict[str, Any], new: dict[str, Any], deal: LostDeal) -> LossOutcome | None:
    """Give the outcome that the file says, else one that was said before, else what follows from the rest."""
    if deal.status is not DealStatus.LOST:
        return None
    if deal.outcome:
        return deal.outcome
    followed = outcome_of(DealStatus.LOST, old["reason_kind"], old["competitor"])
    if old["status"] is DealStatus.LOST and old["outcome"] not in (None, followed):
        said: LossOutcome = old["outcome"]
        return said
    return outcome_of(DealStatus.LOST, new["reason_kind"], new["competitor"])
