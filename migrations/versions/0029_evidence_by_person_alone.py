"""On PostgreSQL the index that everybody's evidence is read from holds its number too, so that the rows are left alone.

On SQLite every index does.
"""

from alembic import op

revision = "0029"
down_revision = "0028"

WHAT_STANDING_ASKS = ["person_id", "policy_id", "clause_set_id", "kind", "occurred_at", "recorded_at"]


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_evidence_person_records", "evidence")
        op.create_index("ix_evidence_person_records", "evidence", WHAT_STANDING_ASKS, postgresql_include=["id"])
