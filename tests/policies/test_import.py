"""Histories that were published elsewhere come in with their clauses and moments, once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lms.extensions import db
from lms.models import (
    ChangeRow,
    Identity,
    Person,
    PersonKind,
    Policy,
    RequirementSetting,
    Version,
    VersionClause,
)
from lms.models.histories import policy_histories
from lms.policies.actions import decide, draft_from_shelf, import_history, load_shelf, propose
from lms.policies.refusals import AlreadyPublished, ContentRefused
from tests.policies.conftest import NOW
from tests.policies.shelves import V1, V2, write_shelf

REAL = Path(__file__).parents[3] / "shared" / "real-policies"
needs_real = pytest.mark.skipif(not REAL.exists(), reason="the real policies are not beside this checkout")

RECORD = """\
slug: house-rules
title: House Rules
kind: policy
source: {repo: example/rules, host: Somewhere, paths: [rules.md]}
licence: {spdx: CC0-1.0, name: Creative Commons Zero, attribution: None required.}
versions:
"""
ENTRY = "- {{file: {number:03}.md, date: '{date}', subject: {subject}}}\n"
DATES = ("2020-01-01T10:00:00+01:00", "2021-01-01T10:00:00Z", "2022-01-01T10:00:00Z")
SUBJECTS = ("Add house rules", "Typo", "Say it otherwise")
TEXTS = (V1, V2, V2.replace("## Records {#records}", "## Notes {#records}"))


def write_history(folder: Path, *, count: int = 2, texts=TEXTS) -> Path:
    """A small history in the layout of real-policies/."""
    folder.mkdir(exist_ok=True)
    entries = ""
    for place in range(count):
        (folder / f"{place + 1:03}.md").write_text(texts[place])
        entries += ENTRY.format(number=place + 1, date=DATES[place], subject=SUBJECTS[place])
    (folder / "policy.yaml").write_text(RECORD + entries)
    return folder


@pytest.fixture
def folder(tmp_path):
    return write_history(tmp_path / "house-rules")


def test_each_version_is_published_at_its_date_by_two_system_persons(app, folder, rows):
    report = import_history(folder, now=NOW)

    assert (report.slug, report.title, report.is_changed) == ("house-rules", "House Rules", True)
    first, second = rows(Version)
    assert first["published_at"] == first["effective_at"] == datetime(2020, 1, 1, 9, tzinfo=UTC)
    assert (second["recorded_at"], second["is_imported"], second["quiz"]) == (NOW, True, {})
    assert (first["reason"], second["reason"]) == ("Add house rules", "Imported: Typo")
    kinds = {person["id"]: person["kind"] for person in rows(Person)}
    assert kinds[second["author_id"]] is kinds[second["approver_id"]] is PersonKind.SYSTEM
    assert second["author_id"] != second["approver_id"]


def test_verdicts_are_as_proposed_and_say_so(app, folder, rows):
    import_history(folder, now=NOW)
    changes = rows(ChangeRow)
    assert {change["verdict"] for change in changes} == {"material"}
    assert all(change["reason"].startswith("imported: ") for change in changes)


def test_the_report_has_one_line_for_each_version(app, folder):
    told = []
    first, second = import_history(folder, on_version=told.append, now=NOW).versions
    assert told == [first, second]
    assert (first.number, first.added, first.material, first.is_new) == (1, 4, 4, True)
    assert (second.added, second.reworded, second.removed, second.moved, second.retitled) == (1, 1, 1, 0, 0)
    assert second.material == 3


def test_nobody_needs_it_until_somebody_says_who(app, folder, rows):
    import_history(folder, now=NOW)
    assert not rows(RequirementSetting)
    assert policy_histories(["house-rules"])["house-rules"].settings == ()

    report = import_history(folder, queues=["legal-requests"], now=NOW)
    assert (report.is_changed, report.is_required_now) == (True, True)
    assert [row["from_at"] for row in rows(RequirementSetting)] == [NOW]
    assert not import_history(folder, queues=["legal-requests"], now=NOW).is_changed
    assert import_history(folder, is_everybody=True, now=NOW).is_required_now


def test_an_unknown_queue_is_refused(app, folder, rows):
    with pytest.raises(ContentRefused, match="house-rules: there is no queue “leagl”"):
        import_history(folder, queues=["leagl"], now=NOW)
    assert not rows(Policy)


def test_importing_again_changes_nothing_and_says_so(app, folder, rows):
    import_history(folder, now=NOW)
    before = [rows(table) for table in (Policy, Version, VersionClause, ChangeRow, Person, Identity)]
    report = import_history(folder, now=datetime(2026, 9, 9, tzinfo=UTC))
    assert not report.is_changed
    assert not any(version.is_new for version in report.versions)
    assert [rows(table) for table in (Policy, Version, VersionClause, ChangeRow, Person, Identity)] == before


def test_a_longer_history_adds_only_what_is_new(app, folder):
    import_history(folder, now=NOW)
    report = import_history(write_history(folder, count=3), now=NOW)
    assert [version.is_new for version in report.versions] == [False, False, True]
    assert (report.versions[2].retitled, report.versions[2].material) == (1, 0)


def test_a_changed_past_is_refused(app, folder):
    import_history(folder, now=NOW)
    write_history(folder, texts=(V1.replace("24", "36"), V2))
    with pytest.raises(AlreadyPublished, match=r"house-rules/001\.md: this version was imported with another text"):
        import_history(folder, now=NOW)


def test_a_policy_of_our_own_is_not_written_over(app, folder, root):
    load_shelf(write_shelf(root, slug="house-rules"), is_publishing=False, now=NOW)
    with pytest.raises(ContentRefused, match="a policy “house-rules” of your own"):
        import_history(folder, now=NOW)


def test_a_folder_that_cannot_be_read_is_refused(app, tmp_path):
    with pytest.raises(ContentRefused, match=r"policy\.yaml: there is no such file"):
        import_history(tmp_path, now=NOW)


def test_an_imported_policy_goes_on_from_the_shelf_and_is_read_with_its_source(
    app, cast, folder, on_shelf, sign_in, rows
):
    import_history(folder, now=NOW)
    shelf_policy = on_shelf(slug="house-rules", title="House Rules", texts={1: V1, 2: V2, 3: TEXTS[2]}, proof="attest")
    draft = draft_from_shelf(shelf_policy, 3, by=cast.pia, now=NOW)
    with pytest.raises(ContentRefused, match="has a draft"):
        import_history(write_history(folder, count=3), now=NOW)
    decide(draft, "records", verdict="editorial", reason="A new heading.", by=cast.pia, now=NOW)
    propose(draft, effective_at=NOW, reason="A better heading.", by=cast.pia, now=NOW)
    page = sign_in("ada").get("/policies/house-rules")
    assert "example/rules on Somewhere, Creative Commons Zero (CC0-1.0). None required." in page.words
    assert "nobody judged its changes here" in page.words


@needs_real
def test_all_real_histories_come_in_whole(app):
    counts = {}
    for folder in sorted(path for path in REAL.iterdir() if path.is_dir()):
        report = import_history(folder, now=NOW)
        counts[report.slug] = len(report.versions)
        assert all(version.is_new for version in report.versions)
        assert not import_history(folder, now=NOW).is_changed
    assert sum(counts.values()) == 85
    assert db.session.query(Version).filter(Version.published_at.is_(None)).count() == 0
    assert {slug: len(policy.versions) for slug, policy in policy_histories().items()} == counts
