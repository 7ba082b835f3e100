"""What a directory said about people and groups over SCIM, beside what Muster knows of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base, UtcMoment
from lms.models.columns import Key, Moment, refers_to


class ScimResource(Base):
    """One user or group as the directory wrote it last; exactly one of person, team and queue is set."""

    __tablename__ = "scim_resources"
    __table_args__ = (
        CheckConstraint(
            "(person_id IS NOT NULL AND team_id IS NULL AND queue_id IS NULL)"
            " OR (person_id IS NULL AND team_id IS NOT NULL AND queue_id IS NULL)"
            " OR (person_id IS NULL AND team_id IS NULL AND queue_id IS NOT NULL)",
            name="of_one_thing",
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int | None] = refers_to("persons.id", unique=True)
    team_id: Mapped[int | None] = refers_to("teams.id", unique=True)
    queue_id: Mapped[int | None] = refers_to("queues.id", unique=True)
    user_name: Mapped[str | None] = mapped_column(String(320), unique=True)
    """Case-folded."""
    external_id: Mapped[str | None] = mapped_column(String(200), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Everything it said, also what Muster has no use for; a password never."""
    created_at: Mapped[Moment]
    modified_at: Mapped[Moment]
    gone_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """The directory deleted it; the record of the person, or the team, stays."""
