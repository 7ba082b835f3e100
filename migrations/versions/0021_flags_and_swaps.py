"""Flags with their answers, items that are asked in place of others, and accepted answers in other languages."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0021"
down_revision = "0020"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = UtcMoment(timezone=True)
APPEND_ONLY = ("attempt_swaps", "unmet_swaps", "flags", "flag_answers")

ONE_SUBJECT = (
    "(CASE WHEN item_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN lesson_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN clause_id IS NULL THEN 0 ELSE 1 END) = 1"
)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def upgrade() -> None:
    _swaps()
    _flags()
    op.add_column("translation_feedback", sa.Column("forms", sa.JSON(), server_default="{}", nullable=False))
    _guard()


def _swaps() -> None:
    op.create_table(
        "attempt_swaps",
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("swapped_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("option_order", sa.JSON(), nullable=False),
        sa.Column("citation_order", sa.JSON(), nullable=False),
        sa.Column("swapped_at", MOMENT, nullable=False),
        _refers("attempt_swaps", "attempt_id", "attempts"),
        _refers("attempt_swaps", "swapped_id", "item_revisions"),
        _refers("attempt_swaps", "item_id", "item_revisions"),
        sa.PrimaryKeyConstraint("attempt_id", "swapped_id", name=op.f("pk_attempt_swaps")),
        sa.UniqueConstraint("attempt_id", "item_id", name=op.f("uq_attempt_swaps_attempt_id_item_id")),
        sa.UniqueConstraint("attempt_id", "number", name=op.f("uq_attempt_swaps_attempt_id_number")),
    )
    op.create_index(op.f("ix_attempt_swaps_item_id"), "attempt_swaps", ["item_id"])
    op.create_table(
        "unmet_swaps",
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        _refers("unmet_swaps", "attempt_id", "attempts"),
        _refers("unmet_swaps", "item_id", "item_revisions"),
        sa.PrimaryKeyConstraint("attempt_id", "item_id", name=op.f("pk_unmet_swaps")),
    )


def _flags() -> None:
    op.create_table(
        "flags",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("attempt_id", KEY, nullable=True),
        sa.Column("item_id", KEY, nullable=True),
        sa.Column("lesson_id", KEY, nullable=True),
        sa.Column("clause_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("flagged_at", MOMENT, nullable=False),
        sa.CheckConstraint(ONE_SUBJECT, name=op.f("ck_flags_one_subject")),
        sa.CheckConstraint("(item_id IS NULL) = (attempt_id IS NULL)", name=op.f("ck_flags_item_of_attempt")),
        sa.CheckConstraint("kind IN ('unclear', 'wrong', 'out of date', 'typo')", name=op.f("ck_flags_flagkind")),
        _refers("flags", "person_id", "persons"),
        _refers("flags", "version_id", "versions"),
        _refers("flags", "attempt_id", "attempts"),
        _refers("flags", "item_id", "item_revisions"),
        _refers("flags", "lesson_id", "lesson_revisions"),
        _refers("flags", "clause_id", "clauses"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
    )
    for column in ("person_id", "version_id", "item_id"):
        op.create_index(op.f(f"ix_flags_{column}"), "flags", [column])
    op.create_table(
        "flag_words",
        sa.Column("flag_id", KEY, nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        _refers("flag_words", "flag_id", "flags"),
        sa.PrimaryKeyConstraint("flag_id", name=op.f("pk_flag_words")),
    )
    op.create_table(
        "flag_answers",
        sa.Column("flag_id", KEY, nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("answered_by", KEY, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('fixed', 'stays as it is', 'void to follow')", name=op.f("ck_flag_answers_flagoutcome")
        ),
        _refers("flag_answers", "flag_id", "flags"),
        _refers("flag_answers", "answered_by", "persons"),
        sa.PrimaryKeyConstraint("flag_id", name=op.f("pk_flag_answers")),
    )


def _guard() -> None:
    """Words can be erased, and never changed."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    guards = [(table, event) for table in APPEND_ONLY for event in ("UPDATE", "DELETE")] + [("flag_words", "UPDATE")]
    for table, event in guards:
        message = f"{table} is append-only"
        refusal = (
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            if is_sqlite
            else f"FOR EACH ROW EXECUTE FUNCTION muster_refuse('{message}')"
        )
        op.execute(f"CREATE TRIGGER guard_{table}_{event.lower()} BEFORE {event} ON {table} {refusal}")
    for table in () if is_sqlite else APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            f"EXECUTE FUNCTION muster_refuse('{table} is never emptied')"
        )
