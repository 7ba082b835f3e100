"""Teams, queues, their closings, and every dated fact about where a person works: spells and their ends."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base, UtcMoment
from lms.models.columns import Key, Moment, Sentence, Slug, Title, refers_to, word


class Team(Base):
    """The people one coach answers for; teams form a tree."""

    __tablename__ = "teams"

    id: Mapped[Key]
    parent_id: Mapped[int | None] = refers_to("teams.id")
    name: Mapped[Title]
    path: Mapped[str] = mapped_column(String(600), unique=True)
    """Names from the root, joined by `/`; a team's tree is everything under `path/`."""


class Queue(Base):
    """A stream of work that needs certain policies."""

    __tablename__ = "queues"

    id: Mapped[Key]
    slug: Mapped[Slug] = mapped_column(unique=True)
    name: Mapped[Title]


class Closing(Base):
    """That a team or a queue was closed, or opened again, from a moment on; the last recorded counts."""

    __tablename__ = "closings"
    __table_args__ = (CheckConstraint("(team_id IS NULL) <> (queue_id IS NULL)", name="of_one_thing"),)

    id: Mapped[Key]
    team_id: Mapped[int | None] = refers_to("teams.id", is_indexed=True)
    queue_id: Mapped[int | None] = refers_to("queues.id", is_indexed=True)
    is_closed: Mapped[bool]
    """False: it was opened again."""
    from_at: Mapped[Moment]
    reason: Mapped[Sentence]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int] = refers_to("persons.id")


class SpellKind(StrEnum):
    """What the time was spent in."""

    EMPLOYMENT = "employment"
    QUEUE = "queue"
    TEAM = "team"
    ROLE = "role"
    LEAVE = "leave"
    WAIVER = "waiver"
    HOLD = "hold"


class Spell(Base):
    """A time [start, end) of one person in something; appended, never changed: its ends are rows of their own."""

    __tablename__ = "spells"
    __table_args__ = (
        CheckConstraint("kind <> 'queue' OR queue_id IS NOT NULL", name="queue_named"),
        CheckConstraint("kind <> 'team' OR team_id IS NOT NULL", name="team_named"),
        CheckConstraint("kind <> 'role' OR role IS NOT NULL", name="role_named"),
        CheckConstraint("kind <> 'waiver' OR policy_id IS NOT NULL", name="policy_named"),
        Index("ix_spells_person_kind", "person_id", "kind"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id")
    kind: Mapped[SpellKind] = word(SpellKind)
    queue_id: Mapped[int | None] = refers_to("queues.id", is_indexed=True)
    team_id: Mapped[int | None] = refers_to("teams.id", is_indexed=True)
    """The team; for a role, the team (and all below it) that the role covers, or none for everything."""
    role: Mapped[str | None] = mapped_column(String(20))
    policy_id: Mapped[int | None] = refers_to("policies.id")
    reason: Mapped[Sentence] = mapped_column(default="")
    start_at: Mapped[Moment]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int] = refers_to("persons.id")


class SpellEnd(Base):
    """When a spell ends, as somebody recorded it; the last recorded counts, none reopens it."""

    __tablename__ = "spell_ends"

    id: Mapped[Key]
    spell_id: Mapped[int] = refers_to("spells.id", is_indexed=True)
    end_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    reason: Mapped[Sentence] = mapped_column(default="")
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int] = refers_to("persons.id")
