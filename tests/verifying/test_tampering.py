"""Whatever is changed behind the application's back is found: each part of a whole record is tampered with in turn."""

import pytest

from lms.verifying import verify
from tests.verifying import corrected, proved, published, translated
from tests.verifying.story import Story, Tampering, findings

TAMPERINGS = [*published.TAMPERINGS, *proved.TAMPERINGS, *translated.TAMPERINGS, *corrected.TAMPERINGS]


def test_a_record_that_nobody_touched_is_whole(story: Story) -> None:
    assert verify() == []


@pytest.mark.parametrize(
    ("tables", "tamper", "words"), [row[1:] for row in TAMPERINGS], ids=[row[0] for row in TAMPERINGS]
)
def test_what_was_changed_is_found(story: Story, tables: tuple[str, ...], tamper: Tampering, words: str) -> None:
    found = findings(story, tamper, *tables)
    assert any(words in finding for finding in found), found


def test_undoing_a_tampering_leaves_the_record_whole(story: Story) -> None:
    """Keeps the tests above honest: none of them left anything behind."""
    assert verify() == []
