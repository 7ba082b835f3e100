"""Corrections of items that were asked already, and the scores that attempts have by them; append-only."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0022"
down_revision = "0021"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = UtcMoment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "item_corrections",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("decided_by", KEY, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('void', 'rescore', 'restore')", name=op.f("ck_item_corrections_correctionkind")
        ),
        sa.CheckConstraint("(kind = 'rescore') = (key IS NOT NULL)", name=op.f("ck_item_corrections_key_to_rescore")),
        sa.CheckConstraint("length(reason) >= 10", name=op.f("ck_item_corrections_reason_given")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item_revisions.id"], name=op.f("fk_item_corrections_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["persons.id"], name=op.f("fk_item_corrections_decided_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_corrections")),
    )
    op.create_index(op.f("ix_item_corrections_item_id"), "item_corrections", ["item_id"])
    op.create_table(
        "attempt_scores",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("correction_id", KEY, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("revocation_id", KEY, nullable=True),
        sa.Column("evidence_id", KEY, nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_scores_attempt_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["item_corrections.id"], name=op.f("fk_attempt_scores_correction_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["revocation_id"], ["revocations.id"], name=op.f("fk_attempt_scores_revocation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_attempt_scores_evidence_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_scores")),
        sa.UniqueConstraint("revocation_id", name=op.f("uq_attempt_scores_revocation_id")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_attempt_scores_evidence_id")),
        sa.UniqueConstraint(
            "attempt_id", "correction_id", name=op.f("uq_attempt_scores_attempt_id_correction_id")
        ),
    )
    op.create_index(op.f("ix_attempt_scores_correction_id"), "attempt_scores", ["correction_id"])
    # Whom a correction concerns is found by the item, not by reading everything that was ever drawn.
    op.create_index(op.f("ix_attempt_items_item_id"), "attempt_items", ["item_id"])
    for table in ("item_corrections", "attempt_scores"):
        _guard(table)


def _guard(table: str) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for event in ("UPDATE", "DELETE"):
        refusal = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if is_sqlite
            else f"FOR EACH ROW EXECUTE FUNCTION muster_refuse('{table} is append-only')"
        )
        op.execute(f"CREATE TRIGGER guard_{table}_{event.lower()} BEFORE {event} ON {table} {refusal}")
    if not is_sqlite:
        op.execute(
            f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            f"EXECUTE FUNCTION muster_refuse('{table} is never emptied')"
        )
