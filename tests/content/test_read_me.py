"""The table in the README of content/ is the one that `muster content check` prints."""

import pytest

from lms.commands.content import CHECKED, summary
from lms.library import measures
from lms.library.shelf import Shelf
from tests.content.test_everything_on_the_shelf import POLICIES, ROOT, shelf


def expected() -> str:
    """The table in Markdown."""
    rows = [["" if cell is None else str(cell) for cell in summary(row)] for row in measures.table(shelf())]
    head = [list(CHECKED), ["---", *["--:"] * (len(CHECKED) - 1)]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (*head, *rows))


def test_the_table_of_what_is_shipped_is_true() -> None:
    assert expected() in (ROOT / "content" / "README.md").read_text(), f"put this there:\n{expected()}"


MANY_ITEMS = {"legal-requests", "escalations", "abuse-reports"}


@pytest.mark.parametrize("slug", POLICIES)
def test_each_document_has_what_a_team_needs(slug: str) -> None:
    (row,) = measures.table(Shelf((shelf().by_slug[slug],)))
    assert row.versions >= 2
    assert row.lessons >= 3
    assert row.items >= (20 if row.slug in MANY_ITEMS else 12)
    assert row.cases >= row.items / 2
    assert row.decisions
    assert row.old_rules
    assert all(line.items >= 2 and line.lessons for line in row.lines)


def test_every_policy_is_measured_without_a_warning() -> None:
    from lms.library import checks

    assert [str(problem) for problem in checks.problems(ROOT)] == []
