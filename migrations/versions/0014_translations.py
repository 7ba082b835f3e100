"""A version in other languages, append-only; and which of them an attempt was begun in."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0014"
down_revision = "0013"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("translations", "translation_feedback", "attempt_translations")


def upgrade() -> None:
    op.create_table(
        "translations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("is_empty", sa.Boolean(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("recorded_at", UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_translations_version_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translations")),
    )
    op.create_index("ix_translations_version_language", "translations", ["version_id", "language"])
    op.create_table(
        "translation_feedback",
        sa.Column("translation_id", KEY, nullable=False),
        sa.Column("feedback", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["translation_id"],
            ["translations.id"],
            name=op.f("fk_translation_feedback_translation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("translation_id", name=op.f("pk_translation_feedback")),
    )
    op.create_table(
        "attempt_translations",
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("translation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_translations_attempt_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["translation_id"],
            ["translations.id"],
            name=op.f("fk_attempt_translations_translation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_attempt_translations")),
    )
    _guard(op.get_bind().dialect.name == "sqlite")


def _guard(is_sqlite: bool) -> None:
    for table in TABLES:
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
