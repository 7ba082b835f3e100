"""Who is on shift in which queue when, and how many ready people a queue needs; both only ever appended to."""

from sqlalchemy import JSON, CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base
from lms.models.columns import Key, Moment, Sentence, refers_to


class ShiftRow(Base):
    """A time [start, end) of one person on the roster of a queue.

    It holds until a row supersedes it: the same shift at another time, or that it is called off.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("start_at < end_at", name="ends_later"),
        Index("ix_shifts_queue_start", "queue_id", "start_at"),
        Index("ix_shifts_person_start", "person_id", "start_at"),
        Index("uq_shifts_first", "external_id", unique=True, sqlite_where=text("supersedes_id IS NULL"),
              postgresql_where=text("supersedes_id IS NULL")),
    )  # fmt: skip

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id")
    queue_id: Mapped[int] = refers_to("queues.id")
    start_at: Mapped[Moment]
    end_at: Mapped[Moment]
    external_id: Mapped[str | None] = mapped_column(String(700))
    """What the roster that it came from calls it; none when it was entered on screen."""
    series: Mapped[str | None] = mapped_column(String(300), index=True)
    """What that roster calls everything that it says together with it, such as a calendar's event that recurs."""
    supersedes_id: Mapped[int | None] = refers_to("shifts.id", unique=True)
    is_called_off: Mapped[bool] = mapped_column(default=False)
    """From this row on there is no such shift."""
    reason: Mapped[Sentence] = mapped_column(default="")
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int] = refers_to("persons.id")


class StaffingMinimum(Base):
    """How many ready people a queue needs from a moment on; the last recorded of those that began counts."""

    __tablename__ = "staffing_minimums"

    id: Mapped[Key]
    queue_id: Mapped[int] = refers_to("queues.id", is_indexed=True)
    zone: Mapped[str] = mapped_column(String(64))
    people: Mapped[list[int]] = mapped_column(JSON)
    """168 numbers, an hour of the week each, Monday 00:00 first."""
    from_at: Mapped[Moment]
    reason: Mapped[Sentence] = mapped_column(default="")
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int] = refers_to("persons.id")
