"""Who set a requirement, and why; what is there already came from files.

Columns are added with their rules in one statement, which both engines understand: no table is rebuilt, and no trigger
is lost.
"""

from alembic import op

revision = "0016"
down_revision = "0015"

COLUMNS = (
    "reason VARCHAR(2000) DEFAULT '' NOT NULL",
    "source VARCHAR(20) DEFAULT 'files' NOT NULL"
    " CONSTRAINT ck_requirement_settings_settingsource CHECK (source IN ('files', 'hand'))"
    " CONSTRAINT ck_requirement_settings_hand_says_why CHECK (source = 'files' OR length(reason) >= 10)",
)


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE requirement_settings ADD COLUMN {column}")
