"""Shifts, and the minimum of ready people that a queue needs."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0024"
down_revision = "0023"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _shifts()
    _minimums()
    for table in ("shifts", "staffing_minimums"):
        _guard(table)


def _shifts() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("queue_id", KEY, nullable=False),
        sa.Column("start_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("end_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("external_id", sa.String(length=700), nullable=True),
        sa.Column("series", sa.String(length=300), nullable=True),
        sa.Column("supersedes_id", KEY, nullable=True),
        sa.Column("is_called_off", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("recorded_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.CheckConstraint("start_at < end_at", name=op.f("ck_shifts_ends_later")),
        _key("shifts", "person_id", "persons"),
        _key("shifts", "queue_id", "queues"),
        _key("shifts", "supersedes_id", "shifts"),
        _key("shifts", "recorded_by", "persons"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_shifts_supersedes_id")),
    )
    op.create_index("ix_shifts_queue_start", "shifts", ["queue_id", "start_at"])
    op.create_index("ix_shifts_person_start", "shifts", ["person_id", "start_at"])
    op.create_index(op.f("ix_shifts_series"), "shifts", ["series"])
    op.create_index(
        "uq_shifts_first",
        "shifts",
        ["external_id"],
        unique=True,
        sqlite_where=sa.text("supersedes_id IS NULL"),
        postgresql_where=sa.text("supersedes_id IS NULL"),
    )


def _minimums() -> None:
    op.create_table(
        "staffing_minimums",
        sa.Column("id", KEY, nullable=False),
        sa.Column("queue_id", KEY, nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("from_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("recorded_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        _key("staffing_minimums", "queue_id", "queues"),
        _key("staffing_minimums", "recorded_by", "persons"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staffing_minimums")),
    )
    op.create_index(op.f("ix_staffing_minimums_queue_id"), "staffing_minimums", ["queue_id"])


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


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
