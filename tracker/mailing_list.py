"""Who gets a mailing, and the CSV that carries each one's token into the mailing service."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO, TYPE_CHECKING, NamedTuple

from sqlalchemy import exists, select, true

from tracker.csv_cells import safe_cell
from tracker.links import PARAM, TOKEN_LENGTH, tracked_url
from tracker.merge_tags import FIELD
from tracker.models import Account, Deal, DealStatus, Prospect, SuppressionKind, deal_prospects
from tracker.signing import new_key
from tracker.suppression import suppressed_kinds
from tracker.tokens import consents_on_record, ensure_keys, token_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from tracker.signing import Signer

HEADINGS = ("email", "first_name", "name", "company", FIELD, "link")


class LeftOut(StrEnum):
    """Why somebody is not on the list."""

    NO_ADDRESS = "without an e-mail address"
    UNSUBSCRIBED = "unsubscribed"
    DO_NOT_TRACK = "asked not to be tracked"
    NOT_LOST = "with open or won deals only"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person on the list."""

    prospect_id: int
    email: str
    first_name: str
    name: str
    company: str


@dataclass(frozen=True, slots=True)
class MailingList:
    """Who gets the mailing, and how many do not, by reason."""

    recipients: tuple[Recipient, ...]
    left_out: Counter[LeftOut] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Link:
    """What a recipient's row carries: the token by itself, and the whole link."""

    token: str
    url: str


class More(NamedTuple):
    """Further columns, as `tracker.merge_fields` gives them."""

    headings: Sequence[str]
    cells: Mapping[int, Sequence[str]]
    """By prospect."""


NO_MORE = More((), {})


def mailing_list(session: Session, signer: Signer, only: Select[int] | None = None) -> MailingList:
    """Give everybody who may be mailed: people with a lost deal, or with no deal on file at all.

    `only` gives the ids of those who are wanted.
    """
    rows = session.execute(
        select(
            Prospect.id,
            Prospect.email,
            Prospect.first_name,
            Prospect.name,
            Account.name.label("company"),
            _has_deal().label("has_deal"),
            _has_deal(Deal.status == DealStatus.LOST).label("has_lost"),
        )
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(true() if only is None else Prospect.id.in_(only))
        .order_by(Prospect.id)
    ).all()
    wishes = suppressed_kinds(session, signer, [row.email for row in rows if row.email])
    left_out: Counter[LeftOut] = Counter()
    recipients = []
    for row in rows:
        kinds = wishes.get(row.email or "", set())
        reason = _reason(row.email, kinds, not_lost=row.has_deal and not row.has_lost)
        if reason:
            left_out[reason] += 1
        else:
            recipients.append(Recipient(row.id, row.email, row.first_name, row.name, row.company or ""))
    return MailingList(tuple(recipients), left_out)


@dataclass(frozen=True, slots=True)
class LinkWriter:
    """Writes links with the token that is each person's own in every campaign."""

    signer: Signer
    max_age: timedelta
    """How long a token is good for: `Settings.token_days`."""
    param: str = PARAM
    in_query: bool = False
    """For mailing services that drop fragments."""

    def links(
        self, session: Session, prospect_ids: Iterable[int], url: str, label: str, now: datetime
    ) -> dict[int, Link]:
        """Write each person's link to `url`.

        Raises:
            tracker.links.LinkError: the address cannot carry a token.

        """
        ids = list(prospect_ids)
        tokens = ensure_keys(session, ids, now, self.max_age)
        agreed = consents_on_record(session, ids)
        texts = {number: token_text(self.signer, tokens[number], consent=number in agreed) for number in ids}
        # The address is looked at once, and every token put into the same place of it.
        place = new_key(TOKEN_LENGTH)
        before, _, behind = tracked_url(
            url, place, label, param=self.param, in_query=self.in_query
        ).partition(place)
        return {number: Link(text, f"{before}{text}{behind}") for number, text in texts.items()}


def write_csv(
    file: IO[str],
    recipients: Iterable[Recipient],
    links: dict[int, Link],
    *,
    heading: bool = True,
    more: More = NO_MORE,
) -> None:
    """Write the list for the mailing service, or a part of it; no cell can run as a formula."""
    writer = csv.writer(file)
    if heading:
        writer.writerow((*HEADINGS, *more.headings))
    for person in recipients:
        link = links[person.prospect_id]
        cells = (person.email, person.first_name, person.name, person.company, link.token, link.url)
        writer.writerow([safe_cell(cell) for cell in (*cells, *more.cells.get(person.prospect_id, ()))])


def _reason(email: str | None, kinds: set[SuppressionKind], *, not_lost: bool) -> LeftOut | None:
    if not email:
        return LeftOut.NO_ADDRESS
    if SuppressionKind.UNSUBSCRIBED in kinds:
        return LeftOut.UNSUBSCRIBED
    if SuppressionKind.DO_NOT_TRACK in kinds:
        return LeftOut.DO_NOT_TRACK
    return LeftOut.NOT_LOST if not_lost else None


def _has_deal(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        deal_prospects.c.prospect_id == Prospect.id, deal_prospects.c.deal_id == Deal.id, *conditions
    )
