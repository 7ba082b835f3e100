"""The register names every table and every column, and knows whose each row is."""

import pytest

from lms.extensions import Base
from lms.privacy.queries import OWNERS
from lms.privacy.register import KEPT, register

TABLES = Base.metadata.tables


def test_every_table_is_in_it_and_no_other():
    assert [each.table for each in register()] == sorted(TABLES)


@pytest.mark.parametrize("kept", register(), ids=lambda kept: kept.table)
class TestEachTable:
    def test_every_column_is_told_and_no_other(self, kept):
        assert set(kept.columns) == {column.name for column in TABLES[kept.table].columns}
        assert all(len(said) > 2 for said in kept.columns.values())

    def test_it_says_what_for_and_how_long(self, kept):
        assert kept.purpose.endswith(".")
        assert kept.kept in KEPT

    def test_every_column_that_names_a_person_is_told_apart(self, kept):
        naming = {
            column.name
            for column in TABLES[kept.table].columns
            if any(key.column.table.name == "persons" for key in column.foreign_keys)
        }
        mine = {kept.whose} if kept.whose and kept.whose not in OWNERS and kept.table != "persons" else set()
        assert naming == mine | set(kept.others)

    def test_what_hangs_on_somebodys_row_is_theirs_too(self, kept):
        owners = {
            word
            for word, owner in OWNERS.items()
            if any(key.column.table.name == owner for key in _key_columns(kept.table))
        }
        if owners and kept.table not in {"evidence", "refresher_ends", "attestations"}:
            assert kept.whose in owners

    def test_secrets_are_columns(self, kept):
        assert kept.secret <= set(kept.columns)


def _key_columns(table):
    return [key for column in TABLES[table].primary_key for key in column.foreign_keys]


def test_what_is_erased_is_guarded_against_nobody():
    from lms.models.guards import APPEND_ONLY

    assert not {each.table for each in register() if each.is_erased} & set(APPEND_ONLY)
