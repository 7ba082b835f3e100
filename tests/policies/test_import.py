"""Real histories come in with their clauses, once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lms.policies.actions import import_history

REAL = Path(__file__).parents[3] / "shared" / "real-policies"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)

needs_real = pytest.mark.skipif(not REAL.exists(), reason="the real policies are not beside this checkout")


@needs_real
def test_all_real_histories_import_and_the_second_time_changes_nothing(app):
    for folder in sorted(path for path in REAL.iterdir() if path.is_dir()):
        report = import_history(folder, now=NOW)
        assert report.is_changed
        again = import_history(folder, now=NOW)
        assert not again.is_changed
        for row in report.versions: print(report.slug, row)
