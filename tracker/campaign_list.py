"""The list of a campaign's recipients for the mailing service, and the memory of who was on it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from sqlalchemy import literal, select
from sqlalchemy.dialects import postgresql, sqlite

from tracker.among import among
from tracker.mailing_list import NO_MORE, More, mailing_list, write_csv
from tracker.models import CampaignRecipient, Prospect, UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.mailing_list import LinkWriter, Recipient
    from tracker.merge_fields import MergeFields
    from tracker.models import Campaign

PORTION = 1_000
"""People who get tokens in one transaction, so that visits get their turn meanwhile."""


def list_in_parts(
    database: Database,
    writer: LinkWriter,
    campaign: Campaign,
    prospect_ids: Sequence[int],
    now: datetime,
    fields: MergeFields | None = None,
) -> Iterator[str]:
    """Write the list part by part, as CSV; who is in a part is remembered before it is given away.

    Whether somebody may be mailed is looked at when their part is written: these may be ids of anybody.

    Raises:
        tracker.links.LinkError: the campaign's address cannot carry a token.

    """
    for begin in range(0, max(len(prospect_ids), 1), PORTION):
        some = prospect_ids[begin : begin + PORTION]
        with database.writing() as session:
            only = select(Prospect.id).where(among(Prospect.id, some))
            people = mailing_list(session, writer.signer, only).recipients
            ids = [person.prospect_id for person in people]
            links = writer.links(session, ids, campaign.url, campaign.label, now)
            remember(session, campaign.id, ids, now)
        file = io.StringIO()
        write_csv(file, people, links, heading=begin == 0, more=_more(database, fields, people, now))
        yield file.getvalue()


def _more(database: Database, fields: MergeFields | None, people: Sequence[Recipient], now: datetime) -> More:
    """Read what else a part says, beside those who write."""
    if fields is None:
        return NO_MORE
    with database.reading() as session:
        return More(fields.headings, fields.of(session, people, now))


def remember(session: Session, campaign_id: int, prospect_ids: Sequence[int], now: datetime) -> None:
    """Remember who is on the list; whoever was on one before is on the later one now."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    people = (
        select(literal(campaign_id), Prospect.id, literal(now, UtcDateTime()))
        .where(among(Prospect.id, prospect_ids))
        .order_by(Prospect.id)
    )
    columns = ("campaign_id", "prospect_id", "exported_at")
    rows = insert(CampaignRecipient).from_select(columns, people)
    session.execute(
        rows.on_conflict_do_update(
            index_elements=["campaign_id", "prospect_id"], set_={"exported_at": rows.excluded.exported_at}
        )
    )
