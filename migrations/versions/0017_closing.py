"""Teams and queues that were closed, or opened again; append-only."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0017"
down_revision = "0016"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = UtcMoment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "closings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("team_id", KEY, nullable=True),
        sa.Column("queue_id", KEY, nullable=True),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.CheckConstraint("(team_id IS NULL) <> (queue_id IS NULL)", name=op.f("ck_closings_of_one_thing")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_closings_team_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_closings_queue_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["persons.id"], name=op.f("fk_closings_recorded_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closings")),
    )
    op.create_index(op.f("ix_closings_team_id"), "closings", ["team_id"])
    op.create_index(op.f("ix_closings_queue_id"), "closings", ["queue_id"])
    _guard()


def _guard() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for event in ("UPDATE", "DELETE"):
        name = f"guard_closings_{event.lower()}"
        if is_sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON closings "
                "BEGIN SELECT RAISE(ABORT, 'closings is append-only'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON closings FOR EACH ROW "
                "EXECUTE FUNCTION muster_refuse('closings is append-only')"
            )
    if not is_sqlite:
        op.execute(
            "CREATE TRIGGER guard_closings_truncate BEFORE TRUNCATE ON closings "
            "EXECUTE FUNCTION muster_refuse('closings is never emptied')"
        )
