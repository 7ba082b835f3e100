"""What a directory said over SCIM."""

import sqlalchemy as sa
from alembic import op

from lms.extensions import UtcMoment

revision = "0013"
down_revision = "0012"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = UtcMoment(timezone=True)
OF_ONE_THING = (
    "(person_id IS NOT NULL AND team_id IS NULL AND queue_id IS NULL)"
    " OR (person_id IS NULL AND team_id IS NOT NULL AND queue_id IS NULL)"
    " OR (person_id IS NULL AND team_id IS NULL AND queue_id IS NOT NULL)"
)


def upgrade() -> None:
    op.create_table(
        "scim_resources",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("team_id", KEY, nullable=True),
        sa.Column("queue_id", KEY, nullable=True),
        sa.Column("user_name", sa.String(length=320), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("modified_at", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.CheckConstraint(OF_ONE_THING, name=op.f("ck_scim_resources_of_one_thing")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_scim_resources_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_scim_resources_team_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["queue_id"], ["queues.id"], name=op.f("fk_scim_resources_queue_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scim_resources")),
        sa.UniqueConstraint("person_id", name=op.f("uq_scim_resources_person_id")),
        sa.UniqueConstraint("team_id", name=op.f("uq_scim_resources_team_id")),
        sa.UniqueConstraint("queue_id", name=op.f("uq_scim_resources_queue_id")),
        sa.UniqueConstraint("user_name", name=op.f("uq_scim_resources_user_name")),
    )
    op.create_index(op.f("ix_scim_resources_external_id"), "scim_resources", ["external_id"])
