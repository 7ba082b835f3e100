"""Found too is what no row shows: a lost guard, a damaged file, a schema of another release, a check that stumbles."""

import pytest
from sqlalchemy import delete, text

from lms.extensions import db, writing
from lms.models import ClauseRow
from lms.verifying import CHECKS, run
from lms.verifying.database import schema
from tests.verifying.story import Story, findings


def test_a_guard_that_is_lost_is_named(story: Story) -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"
    with writing():
        db.session.execute(text(f"DROP TRIGGER guard_evidence_update{'' if is_sqlite else ' ON evidence'}"))
        found = [finding for check in CHECKS if check is not schema for finding in run(check)]
    assert found == ["The guard guard_evidence_update is missing: what it keeps may have been changed."]


def test_a_row_that_refers_to_nothing_is_found_on_sqlite(story: Story) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets nobody, its owner aside, do this")
    found = findings(story, lambda story: db.session.execute(delete(ClauseRow.__table__)), "clauses")
    assert any("refers to a row of clauses that is not there" in finding for finding in found)


def test_a_damaged_file_is_found_on_sqlite(story: Story) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a matter of SQLite's file")

    def damage(story: Story) -> None:
        db.session.execute(text("PRAGMA ignore_check_constraints=ON"))
        db.session.execute(text("UPDATE persons SET kind = 'ghost' WHERE id = 1"))
        db.session.execute(text("PRAGMA ignore_check_constraints=OFF"))

    assert any("The database file is damaged" in finding for finding in findings(story, damage, "persons"))


def test_a_schema_of_another_release_is_found(story: Story) -> None:
    with writing():
        before = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        db.session.commit()
    try:
        assert run(schema) == ["The schema is not that of this release. Run: muster init"]
    finally:
        with writing():
            db.session.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})
            db.session.commit()


def test_a_check_that_stumbles_is_a_finding(story: Story) -> None:
    def names_and_ages() -> list[str]:
        raise LookupError("nothing like it")

    assert run(names_and_ages) == ["The check of names and ages came to no end (LookupError: nothing like it)."]
