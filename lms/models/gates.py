"""What a queue sets for its gate, overrides by which a coach or lead lets somebody in, and their early ends."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base
from lms.models.columns import Key, Moment, Sentence, refers_to

_ANSWERS = "('allow', 'caution', 'deny')"


class GateSetting(Base):
    """What standings mean at the gate of a queue from a moment on; the last recorded of those in force counts."""

    __tablename__ = "gate_settings"
    __table_args__ = (
        CheckConstraint(
            " AND ".join(f"{state} IN {_ANSWERS}" for state in ("provisional", "due", "overdue", "held")),
            name="known_answers",
        ),
        CheckConstraint("is_confirmed OR (overdue <> 'allow' AND held <> 'allow')", name="confirmed"),
    )

    id: Mapped[Key]
    queue_id: Mapped[int] = refers_to("queues.id", is_indexed=True)
    provisional: Mapped[str] = mapped_column(String(20))
    due: Mapped[str] = mapped_column(String(20))
    overdue: Mapped[str] = mapped_column(String(20))
    held: Mapped[str] = mapped_column(String(20))
    is_confirmed: Mapped[bool]
    """Somebody said explicitly that who is overdue or on hold may work."""
    from_at: Mapped[Moment]
    reason: Mapped[Sentence]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int] = refers_to("persons.id")


class Override(Base):
    """A lead lets one person into one queue, from when it is given until `until_at`, twelve hours later at most."""

    __tablename__ = "overrides"
    __table_args__ = (
        CheckConstraint(
            "until_at > given_at AND until_at <= given_at + INTERVAL '12 hours'", name="half_a_day_at_most"
        ).ddl_if(dialect="postgresql"),
        CheckConstraint(
            "until_at > given_at AND until_at <= strftime('%Y-%m-%d %H:%M:%f', given_at, '+12 hours') || '999'",
            name="half_a_day_at_most",
        ).ddl_if(dialect="sqlite"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    queue_id: Mapped[int] = refers_to("queues.id")
    reason: Mapped[Sentence]
    given_at: Mapped[Moment]
    until_at: Mapped[Moment] = mapped_column(index=True)
    given_by: Mapped[int] = refers_to("persons.id")


class OverrideEnd(Base):
    """That somebody ended an override before its time; at most one an override."""

    __tablename__ = "override_ends"

    override_id: Mapped[int] = refers_to("overrides.id", primary_key=True)
    reason: Mapped[Sentence]
    ended_at: Mapped[Moment]
    ended_by: Mapped[int] = refers_to("persons.id")
