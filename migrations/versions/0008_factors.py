"""One-time codes, recovery codes, passkeys, steps of a sign-in, other providers, and how a session began."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0008"
down_revision = "0007"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = UtcMoment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "code_secrets",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        _person("code_secrets"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_code_secrets")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _person("recovery_codes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        _person("passkeys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_table(
        "sign_in_steps",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("challenge", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        _person("sign_in_steps"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_steps")),
    )
    op.create_table(
        "provider_links",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("provider", sa.String(length=80), nullable=False),
        sa.Column("provider_subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", MOMENT, nullable=False),
        _person("provider_links"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_links")),
        sa.UniqueConstraint("provider", "provider_subject", name=op.f("uq_provider_links_provider_provider_subject")),
    )
    for table in ("recovery_codes", "passkeys", "sign_in_steps", "provider_links"):
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])
    op.add_column("sign_in_sessions", sa.Column("way", sa.String(length=40), nullable=False, server_default="password"))


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["persons.id"], name=op.f(f"fk_{table}_person_id"), ondelete="RESTRICT"
    )
