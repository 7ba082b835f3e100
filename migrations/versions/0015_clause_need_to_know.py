"""Clauses that only their audience and owners may read."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column(
        "version_clauses", sa.Column("is_need_to_know", sa.Boolean(), nullable=False, server_default=sa.false())
    )
