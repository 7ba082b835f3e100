"""What people are given beside what a quiz gives everybody, and the private reasons for it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, Dialect, ForeignKey, ScalarSelect, TypeDecorator, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from lms.domain.accommodating import Accommodation, ExtraTime
from lms.extensions import Base, UtcMoment
from lms.models.columns import BigKey, Key, Moment, Sentence, refers_to, word


class AccommodationRow(Base):
    """More time or more attempts for one person, from a moment on; a later row takes the place of those before it."""

    __tablename__ = "accommodations"
    __table_args__ = (
        CheckConstraint("attempts > 0", name="some_attempts"),
        CheckConstraint("until_at > from_at", name="ends_after_it_begins"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    time: Mapped[ExtraTime] = word(ExtraTime)
    attempts: Mapped[int | None]
    """At a quiz, where the quiz gives fewer."""
    from_at: Mapped[Moment]
    until_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int] = refers_to("persons.id")


class AccommodationReason(Base):
    """Why, in words that are private; beside the accommodation, because it can be erased with the person."""

    __tablename__ = "accommodation_reasons"

    accommodation_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("accommodations.id", ondelete="RESTRICT"), primary_key=True
    )
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    reason: Mapped[Sentence]


class _Given(TypeDecorator[tuple[Accommodation, ...]]):
    """Rows as one JSON list of lists; none where there are none."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Accommodation, ...]:
        """Give the accommodations, in the order in which they were recorded."""
        return tuple(
            Accommodation(
                time=ExtraTime(time),
                attempts=attempts,
                from_at=_moment(from_at),
                until_at=_moment(until_at) if until_at else None,
                recorded_at=_moment(recorded_at),
            )
            for _, time, attempts, from_at, until_at, recorded_at in sorted(value or ())
        )


def _moment(text: str) -> datetime:
    """SQLite keeps UTC without saying so; PostgreSQL says which zone it answers in."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class _ListOfLists(FunctionElement[Sequence[Accommodation]]):
    """All rows as one value, so that they ride on a statement about something else."""

    inherit_cache = True
    name = "list_of_lists"
    type = _Given()


@compiles(_ListOfLists, "sqlite")
def _on_sqlite(element: _ListOfLists, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(_ListOfLists, "postgresql")
def _on_postgresql(element: _ListOfLists, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_agg(json_build_array({compiler.process(element.clauses, **options)}))"


def given_to(person_id: ColumnElement[int] | Any) -> ScalarSelect[Sequence[Accommodation]]:
    """What a person is or was given, as one value of a statement that names the person."""
    row = AccommodationRow
    columns = (row.id, row.time, row.attempts, row.from_at, row.until_at, row.recorded_at)
    return select(_ListOfLists(*columns)).where(row.person_id == person_id).correlate_except(row).scalar_subquery()
