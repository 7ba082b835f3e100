"""What people are given beside what a quiz gives everybody, append-only; the reasons beside it can be erased."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0023"
down_revision = "0022"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = UtcMoment(timezone=True)
TIMES = ("1", "1.5", "2", "none")
GUARDS = (("accommodations", "UPDATE"), ("accommodations", "DELETE"), ("accommodation_reasons", "UPDATE"))


def upgrade() -> None:
    op.create_table(
        "accommodations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column(
            "time",
            sa.Enum(*TIMES, name="extratime", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT, nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", KEY, nullable=False),
        sa.CheckConstraint("attempts > 0", name=op.f("ck_accommodations_some_attempts")),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_accommodations_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_accommodations_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["persons.id"], name=op.f("fk_accommodations_recorded_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodations")),
    )
    op.create_index(op.f("ix_accommodations_person_id"), "accommodations", ["person_id"])
    op.create_table(
        "accommodation_reasons",
        sa.Column("accommodation_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["accommodation_id"],
            ["accommodations.id"],
            name=op.f("fk_accommodation_reasons_accommodation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_accommodation_reasons_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("accommodation_id", name=op.f("pk_accommodation_reasons")),
    )
    op.create_index(op.f("ix_accommodation_reasons_person_id"), "accommodation_reasons", ["person_id"])
    _guard()


def _guard() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, event in GUARDS:
        name, message = f"guard_{table}_{event.lower()}", f"{table} is append-only"
        if is_sqlite:
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
                f"EXECUTE FUNCTION muster_refuse('{message}')"
            )
    if not is_sqlite:
        op.execute(
            "CREATE TRIGGER guard_accommodations_truncate BEFORE TRUNCATE ON accommodations "
            "EXECUTE FUNCTION muster_refuse('accommodations is never emptied')"
        )
