"""Which lead was told of which week, and who does not want it."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0027"
down_revision = "0026"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = UtcMoment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "weekly_letters",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("is_posted", sa.Boolean(), nullable=False),
        _person("weekly_letters"),
        sa.PrimaryKeyConstraint("person_id", "week_on", name=op.f("pk_weekly_letters")),
    )
    op.create_index("ix_weekly_letters_week_on", "weekly_letters", ["week_on"])
    op.create_table(
        "mails_unwanted",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("since_at", MOMENT, nullable=False),
        _person("mails_unwanted"),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_mails_unwanted")),
    )


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["persons.id"], name=op.f(f"fk_{table}_person_id"), ondelete="RESTRICT"
    )
