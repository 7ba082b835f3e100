"""Policies that only their audience and owners may read."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("policies", sa.Column("is_need_to_know", sa.Boolean(), nullable=False, server_default=sa.false()))
