"""The list of some recipients for the mailing service: who they are, and the token that is theirs."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

from tracker.csv_cells import safe_cell
from tracker.merge_tags import FIELD
from tracker.tokens import consents_on_record, ensure_keys, token_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tracker.db import Database
    from tracker.installation import Installation
    from tracker.mailing_list import Recipient
    from tracker.merge_fields import MergeFields

HEADINGS = ("email", "first_name", "name", "company", FIELD)
PORTION = 1_000
"""People who get tokens in one transaction, so that visits get their turn meanwhile."""


def tokens_csv(
    database: Database,
    installation: Installation,
    recipients: Sequence[Recipient],
    fields: MergeFields,
    now: datetime,
) -> Iterator[str]:
    """Write the list part by part; who has no token yet gets one. No cell can run as a formula."""
    max_age = timedelta(days=installation.settings.token_days)
    for first in range(0, max(len(recipients), 1), PORTION):
        file = io.StringIO()
        writer = csv.writer(file)
        if first == 0:
            writer.writerow((*HEADINGS, *fields.headings))
        some = recipients[first : first + PORTION]
        ids = [person.prospect_id for person in some]
        with database.writing() as session:
            tokens = ensure_keys(session, ids, now, max_age)
            agreed = consents_on_record(session, ids)
        with database.reading() as session:
            more = fields.of(session, some, now)
        for person in some:
            number = person.prospect_id
            text = token_text(installation.signer, tokens[number], consent=number in agreed)
            cells = (person.email, person.first_name, person.name, person.company, text)
            writer.writerow([safe_cell(cell) for cell in (*cells, *more[number])])
        yield file.getvalue()
