"""A shelf on disk, and the tables as they stand."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lms.extensions import Base, db
from lms.library.shelf import Shelf, ShelfPolicy
from lms.policies.actions import load_shelf
from tests.cast import Cast
from tests.conftest import Scene
from tests.policies.shelves import RELEASE_1, write_shelf

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the shelf of a test stands."""
    return tmp_path / "shelf"


@pytest.fixture
def on_shelf(root: Path) -> Callable[..., ShelfPolicy]:
    """`on_shelf(texts=…)` writes the files and gives the policy as read."""

    def read(**options: Any) -> ShelfPolicy:
        shelf, problems = Shelf.read(write_shelf(root, **options))
        assert not [problem for problem in problems if problem.is_error], problems
        return shelf.policies[-1]

    return read


@pytest.fixture
def published(scene: Scene, root: Path) -> Path:
    """Both versions of the policy `requests`, published as the files record it."""
    write_shelf(root)
    scene("policies-published", lambda: load_shelf(root, is_publishing=True, now=NOW))
    return root


@pytest.fixture
def draft(cast: Cast, root: Path) -> int:
    """Version 2 as a draft that nobody judged; version 1 is in force."""
    load_shelf(write_shelf(root, releases=(RELEASE_1,)), is_publishing=True, now=NOW)
    return 2


@pytest.fixture
def rows() -> Callable[..., list[dict[str, Any]]]:
    """`rows(Version)` gives every row of a table."""

    def read(table: type[Base]) -> list[dict[str, Any]]:
        db.session.rollback()
        columns = table.__table__
        found = [dict(row._mapping) for row in db.session.execute(select(columns).order_by(*columns.primary_key))]
        db.session.rollback()
        return found

    return read
