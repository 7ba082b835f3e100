"""Teams and spells."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("path", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["teams.id"], name=op.f("fk_teams_parent_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("path", name=op.f("uq_teams_path")),
    )
    op.create_table(
        "spells",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "employment",
                "queue",
                "team",
                "role",
                "leave",
                "waiver",
                "hold",
                name="spellkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("queue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("start_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("recorded_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("kind <> 'queue' OR queue_id IS NOT NULL", name=op.f("ck_spells_queue_named")),
        sa.CheckConstraint("kind <> 'role' OR role IS NOT NULL", name=op.f("ck_spells_role_named")),
        sa.CheckConstraint("kind <> 'team' OR team_id IS NOT NULL", name=op.f("ck_spells_team_named")),
        sa.CheckConstraint("kind <> 'waiver' OR policy_id IS NOT NULL", name=op.f("ck_spells_policy_named")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_spells_person_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_spells_policy_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name=op.f("fk_spells_queue_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["persons.id"], name=op.f("fk_spells_recorded_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_spells_team_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spells")),
    )
    op.create_index("ix_spells_person_kind", "spells", ["person_id", "kind"], unique=False)
    op.create_index(op.f("ix_spells_queue_id"), "spells", ["queue_id"], unique=False)
    op.create_index(op.f("ix_spells_team_id"), "spells", ["team_id"], unique=False)
    op.create_table(
        "spell_ends",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("spell_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("end_at", UtcMoment(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("recorded_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["persons.id"], name=op.f("fk_spell_ends_recorded_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["spell_id"], ["spells.id"], name=op.f("fk_spell_ends_spell_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spell_ends")),
    )
    op.create_index(op.f("ix_spell_ends_spell_id"), "spell_ends", ["spell_id"], unique=False)
