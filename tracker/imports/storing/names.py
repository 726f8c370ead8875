"""Companies and owners by name: found, or added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select, update

from tracker.among import among
from tracker.models import Account, OwnerName, Prospect
from tracker.names import name_key
from tracker.owners import NAME_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from tracker.imports.deal import LostDeal
    from tracker.imports.ledger import Ledger


class Names:
    """The accounts and owners of one transaction, remembered while it runs."""

    def __init__(self, session: Session, ledger: Ledger | None) -> None:
        """Begin with none known; without a ledger it leaves no way back."""
        self._session = session
        self._ledger = ledger
        self._accounts: dict[str, int] = {}
        self._owners: dict[str, int] = {}
        self._owner_of: dict[int, int | None] = {}
        self._moved: set[int] = set()

    def prepare(self, deals: Iterable[LostDeal]) -> None:
        """Find or add all names in these deals, and note the accounts' present owners."""
        owners, accounts, account_owners = {}, {}, {}
        for deal in deals:
            for name in (deal.owner, deal.account_owner):
                if name:
                    owners[name_key(name, NAME_LENGTH)] = name
            if deal.account:
                accounts[name_key(deal.account)] = deal.account
                if deal.account_owner:
                    account_owners[name_key(deal.account)] = name_key(deal.account_owner, NAME_LENGTH)
        self._prepare_owners(owners)
        self._prepare_accounts(accounts)
        self._prepare_account_owners(account_owners)

    def account(self, name: str) -> int | None:
        """Give the row of a prepared account's name; None for a blank."""
        return self._accounts[name_key(name)] if name else None

    def owner(self, name: str) -> int | None:
        """Give the row of a prepared owner's name; None for a blank."""
        return self._owners[name_key(name, NAME_LENGTH)] if name else None

    def people_of_moved(self) -> Sequence[int]:
        """Give the people of accounts that got another owner since this was last asked."""
        moved, self._moved = self._moved, set()
        if not moved:
            return ()
        return self._session.scalars(select(Prospect.id).where(among(Prospect.account_id, moved))).all()

    def prepare_owners(self, names: Iterable[str]) -> None:
        """Find or add these names of owners."""
        self._prepare_owners({name_key(name, NAME_LENGTH): name for name in names})

    def _prepare_owners(self, wanted: dict[str, str]) -> None:
        unknown = {key: name for key, name in wanted.items() if key not in self._owners}
        if not unknown:
            return
        find = select(OwnerName.name_key, OwnerName.id).where(among(OwnerName.name_key, unknown))
        self._owners.update((key, row_id) for key, row_id in self._session.execute(find))
        new = [
            {"name": name[:NAME_LENGTH], "name_key": key}
            for key, name in unknown.items()
            if key not in self._owners
        ]
        if new:
            self._session.connection().execute(insert(OwnerName), new)
            self._owners.update((key, row_id) for key, row_id in self._session.execute(find))
            if self._ledger is not None:
                self._ledger.batch.owners |= {self._owners[row["name_key"]]: None for row in new}

    def _prepare_accounts(self, wanted: dict[str, str]) -> None:
        unknown = {key: name for key, name in wanted.items() if key not in self._accounts}
        if not unknown:
            return
        find = select(Account.name_key, Account.id, Account.owner_name_id).where(
            among(Account.name_key, unknown)
        )
        self._note_accounts(find)
        new = [{"name": name, "name_key": key} for key, name in unknown.items() if key not in self._accounts]
        if new:
            self._session.connection().execute(insert(Account), new)
            self._note_accounts(find)
            if self._ledger is not None:
                self._ledger.batch.accounts += [self._accounts[row["name_key"]] for row in new]

    def _note_accounts(self, find: Select[str, int, int | None]) -> None:
        for key, row_id, owner_id in self._session.execute(find):
            self._accounts[key] = row_id
            self._owner_of[row_id] = owner_id

    def _prepare_account_owners(self, wanted: dict[str, str]) -> None:
        changes = []
        for account, owner in wanted.items():
            row_id, owner_id = self._accounts[account], self._owners[owner]
            if self._owner_of[row_id] != owner_id:
                if self._ledger is not None:
                    before, _ = self._ledger.batch.account_owners.get(row_id, (self._owner_of[row_id], 0))
                    self._ledger.batch.account_owners[row_id] = (before, owner_id)
                self._owner_of[row_id] = owner_id
                self._moved.add(row_id)
                changes.append({"of": row_id, "new_owner": owner_id})
        if changes:
            self._session.connection().execute(
                update(Account)
                .where(Account.id == bindparam("of"))
                .values(owner_name_id=bindparam("new_owner")),
                changes,
            )
