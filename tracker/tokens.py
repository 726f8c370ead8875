"""The rows behind the tokens: one a prospect, stable until it is rotated, revoked or nearly expired."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, select, update

from tracker.links import KEY_LENGTH, LinkToken
from tracker.models import Consent, Token
from tracker.signing import new_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

    from tracker.signing import Signer

RENEW_SHARE = 12
"""A token in the last twelfth of its life is renewed when links are written, so that none dies in the
month after a mailing; the old text stays good until its own end."""
CHUNK = 5_000
"""Ids in one statement; SQLite takes 32,766 at most."""


class Held(NamedTuple):
    """What a token's text is written from."""

    key: str
    issued_at: datetime


def ensure_keys(
    session: Session, prospect_ids: Iterable[int], now: datetime, max_age: timedelta
) -> dict[int, Held]:
    """Do the same as `ensure_tokens` for long lists, without a row's object for each person."""
    wanted = sorted(set(prospect_ids))
    held: dict[int, Held] = {}
    each = select(Token.prospect_id, Token.key, Token.issued_at)
    for ids in _chunks(wanted):
        found = session.execute(_lasting(each, ids, now, max_age))
        held |= {row[0]: Held(row[1], row[2]) for row in found}
        missing = [number for number in ids if number not in held]
        if missing:
            made = _issue(session, missing, now)
            held |= {number: Held(token.key, token.issued_at) for number, token in made.items()}
    return held


def ensure_tokens(
    session: Session, prospect_ids: Iterable[int], now: datetime, max_age: timedelta
) -> dict[int, Token]:
    """Give each prospect's token, made where there is none that will last.

    Set-wise: 100,000 prospects take seconds.
    """
    wanted = sorted(set(prospect_ids))
    tokens: dict[int, Token] = {}
    for ids in _chunks(wanted):
        rows = session.scalars(_lasting(select(Token), ids, now, max_age))
        tokens |= {token.prospect_id: token for token in rows}
        missing = [prospect_id for prospect_id in ids if prospect_id not in tokens]
        if missing:
            tokens |= _issue(session, missing, now)
    return tokens


def consents_on_record(session: Session, prospect_ids: Iterable[int]) -> set[int]:
    """Give those of the prospects who agreed, on record, and did not take it back."""
    agreed: set[int] = set()
    for ids in _chunks(sorted(set(prospect_ids))):
        agreed |= set(
            session.scalars(
                select(Consent.prospect_id).where(Consent.prospect_id.in_(ids), Consent.revoked_at.is_(None))
            )
        )
    return agreed


def token_text(signer: Signer, token: Token | Held, *, consent: bool) -> str:
    """Write the text that a link carries for this row: the same each time, unless consent changed.

    A text written before consent changed still opens; the server looks at the record, not at the mark.
    """
    return LinkToken(token.key, consent, token.issued_at).text(signer)


def rotate(session: Session, prospect_id: int, now: datetime) -> Token:
    """Kill the prospect's links and make a token for new ones."""
    revoke(session, prospect_id, now)
    return _issue(session, [prospect_id], now)[prospect_id]


def revoke(session: Session, prospect_id: int, now: datetime) -> int:
    """Kill the prospect's links; gives how many tokens were still alive."""
    killed = session.scalars(
        update(Token)
        .where(Token.prospect_id == prospect_id, Token.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(Token.id)
    ).all()
    return len(killed)


def _lasting(what: Any, ids: Sequence[int], now: datetime, max_age: timedelta) -> Any:  # noqa: ANN401  (a statement of whichever columns)
    """Look for tokens of these people that will last, the youngest of each last."""
    issued_after = now - (max_age - max_age / RENEW_SHARE)
    return what.where(
        Token.prospect_id.in_(ids), Token.revoked_at.is_(None), Token.issued_at > issued_after
    ).order_by(Token.issued_at, Token.id)


def _issue(session: Session, prospect_ids: list[int], now: datetime) -> dict[int, Token]:
    # The signature keeps whole seconds; the row says the same.
    issued_at = now.replace(microsecond=0)
    rows = session.scalars(
        insert(Token).returning(Token),
        [
            {"key": new_key(KEY_LENGTH), "prospect_id": prospect_id, "issued_at": issued_at}
            for prospect_id in prospect_ids
        ],
    )
    return {token.prospect_id: token for token in rows}


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    source = iter(ids)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
