"""Answers that are written: a number, a short text."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("responses", sa.Column("typed", sa.String(length=200), nullable=False, server_default=""))
