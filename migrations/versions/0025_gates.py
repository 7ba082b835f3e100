"""What queues set for their gates, overrides and their early ends; append-only."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0025"
down_revision = "0024"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = UtcMoment(timezone=True)
ANSWERS = "('allow', 'caution', 'deny')"
STATES = ("provisional", "due", "overdue", "held")
HALF_A_DAY = {
    "postgresql": "given_at + INTERVAL '12 hours'",
    # Moments are texts there, with microseconds; strftime knows thousandths.
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', given_at, '+12 hours') || '999'",
}


def upgrade() -> None:
    _settings()
    _overrides()
    for table in ("gate_settings", "overrides", "override_ends"):
        _guard(table)


def _settings() -> None:
    op.create_table(
        "gate_settings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("queue_id", KEY, nullable=False),
        *(sa.Column(state, sa.String(length=20), nullable=False) for state in STATES),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.CheckConstraint(
            " AND ".join(f"{state} IN {ANSWERS}" for state in STATES), name=op.f("ck_gate_settings_known_answers")
        ),
        sa.CheckConstraint(
            "is_confirmed OR (overdue <> 'allow' AND held <> 'allow')", name=op.f("ck_gate_settings_confirmed")
        ),
        _refers("gate_settings", "queue_id", "queues.id"),
        _refers("gate_settings", "recorded_by", "persons.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_settings")),
    )
    op.create_index(op.f("ix_gate_settings_queue_id"), "gate_settings", ["queue_id"])


def _overrides() -> None:
    latest = HALF_A_DAY[op.get_bind().dialect.name]
    op.create_table(
        "overrides",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("queue_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT, nullable=False),
        sa.Column("given_by", KEY, nullable=False),
        sa.CheckConstraint(
            f"until_at > given_at AND until_at <= {latest}", name=op.f("ck_overrides_half_a_day_at_most")
        ),
        _refers("overrides", "person_id", "persons.id"),
        _refers("overrides", "queue_id", "queues.id"),
        _refers("overrides", "given_by", "persons.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overrides")),
    )
    op.create_index(op.f("ix_overrides_person_id"), "overrides", ["person_id"])
    op.create_index(op.f("ix_overrides_until_at"), "overrides", ["until_at"])
    op.create_table(
        "override_ends",
        sa.Column("override_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("ended_by", KEY, nullable=False),
        _refers("override_ends", "override_id", "overrides.id"),
        _refers("override_ends", "ended_by", "persons.id"),
        sa.PrimaryKeyConstraint("override_id", name=op.f("pk_override_ends")),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


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
