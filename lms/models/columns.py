"""Column types that many tables share, so that a table reads like a sentence."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, Enum, ForeignKey, Integer, String
from sqlalchemy.orm import mapped_column

from lms.extensions import UtcMoment

BigKey = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers only an INTEGER primary key by itself."""

Key = Annotated[int, mapped_column(BigKey, primary_key=True)]
Slug = Annotated[str, mapped_column(String(80))]
Title = Annotated[str, mapped_column(String(300))]
Sentence = Annotated[str, mapped_column(String(2000))]
Digest = Annotated[str, mapped_column(String(64))]
Moment = Annotated[datetime, mapped_column(UtcMoment())]


def refers_to(column: str, *, is_indexed: bool = False, **options: Any) -> Any:
    """A foreign key that never cascades: history must outlive what it points at."""
    return mapped_column(BigKey, ForeignKey(column, ondelete="RESTRICT"), index=is_indexed, **options)


def word(kind: type[StrEnum], **options: Any) -> Any:
    """An enum stored as its word with a CHECK; native types get stuck in migrations."""
    return mapped_column(
        Enum(
            kind,
            native_enum=False,
            create_constraint=True,
            length=20,
            name=kind.__name__.lower(),
            values_callable=lambda members: [member.value for member in members],
        ),
        **options,
    )
