"""What every table shares: the declarative base, UTC time, and how constraints are named."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import DateTime, Enum, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, aware on both sides; a naive one is a bug and is refused.

    SQLite knows no time zones, so there the column holds UTC without saying so.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC before storing.

        Raises:
            ValueError: the moment carries no time zone.

        """
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"naive datetime {value!r}: every stored time is UTC and says so"
            raise ValueError(msg)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back as aware UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]


WORD_LENGTH = 20
"""Characters of a column that holds one of our words."""


class Base(DeclarativeBase):
    """The one registry of tables; named constraints keep migrations the same on every database."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        # Words are stored as they are spelled, in plain text columns: a new one needs no migration.
        StrEnum: Enum(StrEnum, native_enum=False, length=WORD_LENGTH, values_callable=_values),
    }

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
