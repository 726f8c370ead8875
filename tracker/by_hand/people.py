"""A prospect as somebody types them in: who is here already, added, changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from tracker.by_hand.owners import own_name
from tracker.errors import PlainError
from tracker.imports.deal import Person
from tracker.imports.storing.people import FORMER_ADDRESS, seat_of
from tracker.left_alone import suppress_marked
from tracker.listing import relist, relist_companies
from tracker.models import Account, Deal, OwnerName, Prospect, SuppressionKind
from tracker.names import email_key, name_key
from tracker.suppression import suppress, suppressed_kinds

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.signing import Signer

COLLEAGUES = 1_000
"""Of a company's people so many are looked through for a namesake."""


class PersonError(PlainError):
    """Nobody can be stored as typed; the message says why."""


class OutOfReachError(PersonError):
    """Whoever says so would not reach the person any more."""


class TwinError(PersonError):
    """Somebody is here who is this person already."""

    def __init__(self, message: str, prospect_id: int, *, by_address: bool = False) -> None:
        """Take who it is, and whether they are known by the address or by the name."""
        super().__init__(message)
        self.prospect_id = prospect_id
        self.by_address = by_address


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a prospect; blank: nothing."""

    name: str
    first_name: str = ""
    email: str = ""
    phone: str = ""
    country: str = ""
    job_title: str = ""
    company: str = ""
    time_zone: str = ""

    @classmethod
    def of(cls, person: Prospect, account: Account | None) -> Words:
        """Give what is stored."""
        return cls(
            person.name,
            person.first_name,
            person.email or "",
            person.phone,
            person.country,
            person.job_title,
            account.name if account else "",
            person.time_zone,
        )

    def told(self) -> dict[str, str]:
        """Give them by name."""
        return asdict(self)


def words_of(session: Session, person: Prospect) -> Words:
    """Give what is stored of a person."""
    account = session.get(Account, person.account_id) if person.account_id else None
    return Words.of(person, account)


def find_twin(session: Session, words: Words, but: int | None = None) -> None:
    """Make sure that nobody here is this person already.

    Raises:
        TwinError: somebody has the address, or the name at that company.

    """
    key = email_key(words.email) if words.email else None
    twin = session.scalar(select(Prospect).where(Prospect.email_key == key)) if key else None
    if twin is not None and twin.id != but:
        msg = "This address is here already"
        raise TwinError(msg, twin.id, by_address=True)
    account = _account(session, words.company) if words.company else None
    if account is None:
        return
    colleagues = session.execute(
        select(Prospect.id, Prospect.name).where(Prospect.account_id == account.id).limit(COLLEAGUES)
    )
    wanted = name_key(words.name)
    for number, name in colleagues:
        if number != but and name_key(name) == wanted:
            msg = f"Somebody of this name is at {account.name} already"
            raise TwinError(msg, number)


def add_person(session: Session, signer: Signer, words: Words, home: str, now: datetime) -> Prospect:
    """Add a person; `home` tells namesakes apart who have no company.

    Raises:
        TwinError: they are here already.
        PersonError: whoever has this address asked not to be tracked.

    """
    find_twin(session, words)
    _mind_wish(session, signer, words.email)
    account = company(session, words.company)
    person = Prospect(created_at=now)
    if not words.email:
        home = name_key(account.name) if account else home
        key = seat_of(Person(name=words.name), None, home).name_only_key
        twin = session.scalar(select(Prospect.id).where(Prospect.contact_key == key))
        if twin is not None:
            msg = "Somebody of this name is here already"
            raise TwinError(msg, twin)
        person.contact_key = key
    _put(person, words, account)
    session.add(person)
    session.flush()
    relist(session, [person.id], signer=signer)
    return person


def change_person(session: Session, signer: Signer, person: Prospect, words: Words, now: datetime) -> None:
    """Say something else of a person; wishes that are on record follow them to a new address.

    A company that is not here yet is whose their former one was.

    Raises:
        TwinError: that is somebody else here.
        PersonError: the address cannot be taken away, or its owner asked not to be tracked.

    """
    former = person.email or ""
    if former and not words.email and person.contact_key is None:
        msg = "Without an address nothing would tell them from others: write another one"
        raise PersonError(msg)
    before = words_of(session, person)
    moves = email_key(former) != email_key(words.email)
    if moves or name_key(before.company) != name_key(words.company) or before.name != words.name:
        find_twin(session, words, but=person.id)
    if moves and words.email:
        _carry_wishes(session, signer, former, words.email, now)
        if not former:
            suppress_marked(session, signer, person.id, words.email, now)
    account = _account(session, before.company) if before.company else None
    if name_key(before.company) != name_key(words.company):
        account = company(session, words.company, account.owner_name_id if account else None)
    _put(person, words, account)
    relist(session, [person.id], signer=signer)


def company(session: Session, name: str, owner_name_id: int | None = None) -> Account | None:
    """Give the company of this name, made where there is none, and this owner's; None for a blank."""
    if not name:
        return None
    account = _account(session, name)
    if account is None:
        account = Account(name=name, name_key=name_key(name), owner_name_id=owner_name_id)
        session.add(account)
        session.flush()
    return account


def take_company(session: Session, name: str, user_id: int, now: datetime) -> None:
    """Let a company be this user's before they add somebody there, so that they may reach the person.

    Raises:
        PersonError: it is somebody else's, by its owner or by an owner of its deals.

    """
    if not name:
        msg = "Write the company: a person without one would be nobody's"
        raise PersonError(msg)
    mine = own_name(session, user_id, now)
    known = _account(session, name)
    if known is not None and _is_a_colleagues(session, known, user_id):
        msg = (
            "This company is a colleague's. Ask them or a manager to add the person, or note the lost"
            " deal: that one is yours"
        )
        raise PersonError(msg)
    account = company(session, name)
    if account is not None and account.owner_name_id is None:
        account.owner_name_id = mine.id
        relist_companies(session, [account.id])


def _is_a_colleagues(session: Session, account: Account, user_id: int) -> bool:
    owners = {account.owner_name_id} if account.owner_name_id else set()
    owned = Deal.owner_name_id.is_not(None)
    owners |= set(session.scalars(select(Deal.owner_name_id).where(Deal.account_id == account.id, owned)))
    theirs = select(OwnerName.id).where(OwnerName.id.in_(owners), OwnerName.user_id.is_distinct_from(user_id))
    return bool(owners) and bool(session.scalar(select(exists(theirs))))


def _account(session: Session, name: str) -> Account | None:
    return session.scalar(select(Account).where(Account.name_key == name_key(name)))


def _put(person: Prospect, words: Words, account: Account | None) -> None:
    person.account_id = account.id if account else None
    person.name, person.first_name = words.name, words.first_name
    person.email = words.email or None
    person.email_key = email_key(words.email) if words.email else None
    person.phone, person.country = words.phone, words.country
    person.job_title, person.time_zone = words.job_title, words.time_zone


def _mind_wish(session: Session, signer: Signer, email: str) -> None:
    if email and SuppressionKind.DO_NOT_TRACK in suppressed_kinds(session, signer, [email]).get(email, set()):
        msg = "Whoever has this address asked not to be tracked, so they are not stored. Leave them be"
        raise PersonError(msg)


def _carry_wishes(session: Session, signer: Signer, former: str, email: str, now: datetime) -> None:
    _mind_wish(session, signer, email)
    if former:
        for kind in sorted(suppressed_kinds(session, signer, [former]).get(former, set())):
            suppress(session, signer, [email], kind, FORMER_ADDRESS, now)
