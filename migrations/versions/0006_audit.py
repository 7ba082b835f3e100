"""The audit log, append-only; the identities beside it can be erased and not changed."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0006"
down_revision = "0005"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GUARDS = (("audit_entries", "UPDATE"), ("audit_entries", "DELETE"), ("audit_identities", "UPDATE"))


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", UtcMoment(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("by", KEY, nullable=True),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name=op.f("fk_audit_entries_by"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_audit_entries_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.create_index("ix_audit_entries_act", "audit_entries", ["act", "at"])
    op.create_index("ix_audit_entries_by", "audit_entries", ["by", "at"])
    op.create_index("ix_audit_entries_person", "audit_entries", ["person_id", "at"])
    op.create_table(
        "audit_identities",
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["audit_entries.id"], name=op.f("fk_audit_identities_entry_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_audit_identities_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_identities")),
    )
    op.create_index("ix_audit_identities_person_id", "audit_identities", ["person_id"])
    _guard()


def _guard() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, event in GUARDS:
        name, message = f"guard_{table}_{event.lower()}", f"{table} is append-only"
        if is_sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
                f"EXECUTE FUNCTION muster_refuse('{message}')"
            )
    if not is_sqlite:
        op.execute(
            "CREATE TRIGGER guard_audit_entries_truncate BEFORE TRUNCATE ON audit_entries "
            "EXECUTE FUNCTION muster_refuse('audit_entries is never emptied')"
        )
