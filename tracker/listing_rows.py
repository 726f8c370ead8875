"""Places in lists and the words by which people are found, written where they differ from what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import Integer

from tracker.among import among
from tracker.models import Listing, ListingWord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

COLUMNS = tuple(column.name for column in Listing.__table__.c)


def store_places(session: Session, ids: Sequence[int], places: Sequence[tuple[Any, ...]]) -> set[int]:
    """Store these people's places, each in the order of `COLUMNS`; gives whose were not so."""
    table = Listing.__table__
    found = session.execute(select(*table.c).where(among(Listing.prospect_id, ids)))
    known = {row[0]: tuple(row) for row in found}
    changed = [place for place in places if known.get(place[0]) != place]
    if changed:
        upsert = _insert(session)(table)
        upsert = upsert.on_conflict_do_update(
            index_elements=["prospect_id"], set_={name: upsert.excluded[name] for name in COLUMNS[1:]}
        )
        session.connection().execute(upsert, [dict(zip(COLUMNS, place, strict=True)) for place in changed])
    return {place[0] for place in changed}


def store_words(
    session: Session, ids: Sequence[int], words: Mapping[int, Sequence[str]], which: ColumnElement[bool]
) -> set[int]:
    """Store these words in the place of others, `which` says of which; gives whose were not so."""
    one = ListingWord.__table__.c
    found = session.execute(select(one.prospect_id, one.word).where(among(one.prospect_id, ids), which))
    known = {(prospect_id, word) for prospect_id, word in found}
    wanted = {(prospect_id, word) for prospect_id, theirs in words.items() for word in theirs}
    gone, new = known - wanted, sorted(wanted - known)
    if gone:
        session.connection().execute(
            delete(ListingWord).where(one.prospect_id == bindparam("of"), one.word == bindparam("no_more")),
            [{"of": prospect_id, "no_more": word} for prospect_id, word in gone],
        )
    if new:
        _add_words(session, new)
    return {prospect_id for prospect_id, _ in (*gone, *new)}


def _add_words(session: Session, new: Sequence[tuple[int, str]]) -> None:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        pairs = select(
            func.unnest(bindparam("ids", type_=postgresql.ARRAY(Integer))),
            func.unnest(bindparam("words", type_=postgresql.ARRAY(Text))),
        )
        statement = postgresql.insert(ListingWord).from_select(["prospect_id", "word"], pairs)
        ids, words = zip(*new, strict=True)
        connection.execute(statement.on_conflict_do_nothing(), {"ids": list(ids), "words": list(words)})
    else:
        # Pairs as they are: a dictionary for each of so many words costs nearly as much as storing them.
        plain = "INSERT INTO listing_words (prospect_id, word) VALUES (?, ?)"
        connection.exec_driver_sql(plain, list(new))


def _insert(session: Session) -> Any:  # noqa: ANN401  (of either database, which share no type)
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
