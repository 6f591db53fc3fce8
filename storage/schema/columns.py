"""What all tables share: how a point in time is kept, how rows are numbered, which key opens them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, ForeignKey, Integer, MetaData
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware point in time, kept as whole microseconds since 1970 in UTC; a naive one is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        """To microseconds; raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone can't be stored")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - SQLAlchemy's
        """To an aware datetime in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column that is INTEGER to the letter.
_Number = BigInteger().with_variant(Integer, "sqlite")


def numbered() -> Column[int]:
    """An id that the database gives."""
    return Column("id", _Number, primary_key=True)


def made_id() -> Column[int]:
    """An id that `IdMaker` made before the row was written."""
    return Column("id", _Number, primary_key=True, autoincrement=False)


def key_id() -> Column[int]:
    """The data key that opens the cells of a row."""
    return Column("key_id", ForeignKey("data_keys.id"), nullable=False)
