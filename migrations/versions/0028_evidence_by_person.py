"""Everybody's evidence is read from one index, without the bodies of the records."""

from alembic import op

revision = "0028"
down_revision = "0027"

WHAT_STANDING_ASKS = ["person_id", "policy_id", "clause_set_id", "kind", "occurred_at", "recorded_at"]


def upgrade() -> None:
    op.create_index("ix_evidence_person_records", "evidence", WHAT_STANDING_ASKS)
    op.drop_index("ix_evidence_person_id", "evidence")
