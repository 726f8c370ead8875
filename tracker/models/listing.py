"""What prospects are searched, filtered and sorted by: put together from their rows, and their copy.

`tracker.listing` keeps it. Numbers instead of moments and blanks: each order is then one of plain numbers
that both databases walk along an index, from any place in it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base

WORD = 40
"""Characters of a word that is searched for."""
NAME = 100
COMPETITOR = 200
NO_VALUE = -1
STATE = 12


def _by_letter(length: int) -> String:
    """Sort by letters' numbers everywhere: PostgreSQL by itself would sort as its country does."""
    plain = String(length)
    return plain.with_variant(String(length, collation="C"), "postgresql")


class Listing(Base):
    """A prospect's place in lists."""

    __tablename__ = "listings"
    __table_args__ = (
        Index("ix_listings_name_prospect_id", "name", "prospect_id"),
        Index("ix_listings_value_prospect_id", "value", "prospect_id"),
        Index("ix_listings_lost_day_prospect_id", "lost_day", "prospect_id"),
        Index("ix_listings_seen_prospect_id", "seen", "prospect_id"),
        Index("ix_listings_fades_prospect_id", "fades", "prospect_id"),
        # With the first time, so that months are counted from it alone.
        Index("ix_listings_renews_prospect_id_renews_from", "renews", "prospect_id", "renews_from"),
    )

    prospect_id: Mapped[int] = mapped_column(
        ForeignKey("prospects.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(_by_letter(NAME))
    """As it is sorted: small letters without accents; without a name the address, then the company's."""
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id", ondelete="SET NULL"), index=True)
    """The latest lost deal, of which the next four are."""
    value: Mapped[int] = mapped_column(BigInteger, default=NO_VALUE)
    """In hundredths of its currency; `NO_VALUE`: none is known."""
    lost_day: Mapped[int] = mapped_column(default=0)
    """Days since the year 1; 0: none is known."""
    reason_kind: Mapped[str] = mapped_column(String(20), default="")
    competitor: Mapped[str] = mapped_column(String(COMPETITOR), default="")
    """The name's key."""
    owner_name_id: Mapped[int | None] = mapped_column(ForeignKey("owner_names.id"), index=True)
    """The company's owner, else the deal's."""
    seen: Mapped[int] = mapped_column(BigInteger, default=0)
    """When a visit of theirs ended last that a person made, seconds since 1970; 0: never."""
    latest_state: Mapped[str] = mapped_column(String(STATE), default="", server_default="")
    """Of their latest visit, whoever made it but one of our own people; empty: there is none."""
    fades: Mapped[int] = mapped_column(BigInteger, default=0)
    """When the intent of then will have faded to 1, in the same seconds; 0: there is none. All fade alike, so
    this order is that of what is left of it at any time.
    """
    renews: Mapped[int] = mapped_column(default=0, server_default="0")
    """On which day of the year the contract renews that was chosen instead: 100 times the month, and the day;
    0: none does, or nothing is known.
    """
    renews_from: Mapped[int] = mapped_column(default=0, server_default="0")
    """The first such day, as `lost_day` counts: nothing renews before, and something each year after."""


class ListingWord(Base):
    """A word by which a prospect is found: of name, company, address, or the title of a deal.

    Also the mark of everybody who owns their company or a deal of theirs (`tracker.listing.owner_mark`), and
    that of their address (`tracker.listing.address_mark`), by which their wishes are found.
    """

    __tablename__ = "listing_words"
    __table_args__ = (
        Index("ix_listing_words_word_prospect_id", "word", "prospect_id"),
        {"sqlite_with_rowid": False},
    )

    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospects.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(_by_letter(WORD), primary_key=True)
