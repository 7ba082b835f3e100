"""How long an answer took, as the server measured it; what is there already was not measured."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("responses", sa.Column("seconds", sa.Integer(), nullable=True))
