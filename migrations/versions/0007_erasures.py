"""That a person was erased."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0007"
down_revision = "0006"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("erased_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("erased_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_erasures_person_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["erased_by"], ["persons.id"], name=op.f("fk_erasures_erased_by"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_erasures")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for event in ("UPDATE", "DELETE"):
        name = f"guard_erasures_{event.lower()}"
        if is_sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON erasures "
                "BEGIN SELECT RAISE(ABORT, 'erasures is append-only'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON erasures FOR EACH ROW "
                "EXECUTE FUNCTION muster_refuse('erasures is append-only')"
            )
    if not is_sqlite:
        op.execute(
            "CREATE TRIGGER guard_erasures_truncate BEFORE TRUNCATE ON erasures "
            "EXECUTE FUNCTION muster_refuse('erasures is never emptied')"
        )
