"""Another attempt that a coach granted to somebody who had used all of theirs."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0019"
down_revision = "0018"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "attempt_grants",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("granted_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("granted_by", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_grants_attempt_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["persons.id"], name=op.f("fk_attempt_grants_granted_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_grants")),
    )
    op.create_index(op.f("ix_attempt_grants_attempt_id"), "attempt_grants", ["attempt_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for event in ("UPDATE", "DELETE"):
        refusal = (
            "BEGIN SELECT RAISE(ABORT, 'attempt_grants is append-only'); END"
            if is_sqlite
            else "FOR EACH ROW EXECUTE FUNCTION muster_refuse('attempt_grants is append-only')"
        )
        op.execute(f"CREATE TRIGGER guard_attempt_grants_{event.lower()} BEFORE {event} ON attempt_grants {refusal}")
    if not is_sqlite:
        op.execute(
            "CREATE TRIGGER guard_attempt_grants_truncate BEFORE TRUNCATE ON attempt_grants "
            "EXECUTE FUNCTION muster_refuse('attempt_grants is never emptied')"
        )
