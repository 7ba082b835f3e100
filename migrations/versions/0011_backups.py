"""The backups that were made."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0011"
down_revision = "0010"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "backups_made",
        sa.Column("id", KEY, nullable=False),
        sa.Column("made_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups_made")),
    )
