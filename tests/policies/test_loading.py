"""Files become policies: drafts, or versions published as recorded; all or nothing, and only once."""

from datetime import UTC, datetime

import pytest

from lms.extensions import Base
from lms.models import (
    ChangeRow,
    ClauseRow,
    ItemKey,
    ItemRevision,
    LessonRevision,
    Policy,
    RequirementQueue,
    RequirementSetting,
    Version,
    VersionClause,
    VersionItem,
    VersionLesson,
)
from lms.policies.actions import Outcome, decide, load_shelf
from lms.policies.queries import changed_in, lessons_of, questions_of, rules_of, version_clauses
from lms.policies.refusals import AlreadyPublished, ContentRefused, PersonUnknown, TooFewItemsFor
from tests.policies.conftest import NOW
from tests.policies.shelves import ITEMS, RELEASE_1, RELEASE_2, V1, V2, write_shelf

TABLES: tuple[type[Base], ...] = (
    Policy,
    RequirementSetting,
    RequirementQueue,
    Version,
    ClauseRow,
    VersionClause,
    ChangeRow,
    LessonRevision,
    VersionLesson,
    ItemRevision,
    ItemKey,
    VersionItem,
)


def everything(rows):
    return {table.__tablename__: rows(table) for table in TABLES}


def test_versions_are_published_as_the_files_record_them(app, cast, root, rows):
    report = load_shelf(write_shelf(root), is_publishing=True, now=NOW)

    assert [(v.number, v.outcome) for v in report.versions] == [(1, Outcome.PUBLISHED), (2, Outcome.PUBLISHED)]
    assert report.is_changed
    first, second = rows(Version)
    assert first["published_at"] == first["recorded_at"] == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert second["effective_at"] == datetime(2026, 3, 16, tzinfo=UTC)
    assert (second["author_id"], second["approver_id"]) == (cast.pia, cast.lena)
    assert second["reason"] == "Answers took too long in January."
    assert len(second["digest"]) == 64
    assert second["quiz"]["pass_mark"] == 80


def test_changes_carry_their_verdicts_and_who_decided(app, cast, published, rows):
    changes = rows(ChangeRow)
    assert {tuple(change["sorts"]) for change in changes} == {("reworded",), ("added",), ("removed",)}
    assert {change["verdict"] for change in changes} == {"material"}
    assert {change["decided_by"] for change in changes} == {cast.pia}
    assert {change["decided_at"] for change in changes} == {datetime(2026, 3, 2, 9, tzinfo=UTC)}


def test_the_requirement_holds_from_the_publication_of_the_first_version(app, published, rows):
    (setting,) = rows(RequirementSetting)
    assert setting["from_at"] == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert (setting["onboarding_days"], setting["grace_days"], setting["valid_days"]) == (14, 7, None)
    assert len(rows(RequirementQueue)) == 1


def test_loading_a_second_time_changes_nothing(app, published, rows):
    before = everything(rows)
    report = load_shelf(published, is_publishing=True, now=datetime(2026, 5, 1, tzinfo=UTC))
    assert not report.is_changed
    assert everything(rows) == before


def test_an_item_mended_after_publication_waits_for_the_next_version_and_that_is_told(app, published, root, rows):
    before = rows(ItemRevision)
    quiz = next((root / "quizzes").glob("*.yaml"))
    quiz.write_text(quiz.read_text().replace('feedback: "Odd."', 'feedback: "Very odd."'))
    report = load_shelf(root, is_publishing=True, now=NOW)
    (warning,) = report.warnings
    assert "That version keeps what it has; what is new comes with the next one." in warning
    assert not report.is_changed
    assert rows(ItemRevision) == before
    assert load_shelf(root, is_publishing=True, now=NOW).warnings == (warning,)


def test_a_changed_text_of_a_published_version_is_refused(app, published, rows):
    before = everything(rows)
    write_shelf(published, texts={1: V1.replace("24", "36"), 2: V2})
    with pytest.raises(AlreadyPublished, match=r"v1\.md.*publish the next version instead, as v3\.md"):
        load_shelf(published, is_publishing=True, now=NOW)
    assert everything(rows) == before


def test_a_person_who_does_not_exist_is_named_with_file_and_email_and_nothing_is_loaded(app, root, rows):
    releases = (RELEASE_1, RELEASE_2.replace("lena@", "lina@"))
    with pytest.raises(PersonUnknown, match=r"content/requests/policy\.yaml: versions\[2\]\.approver.*lina@demo"):
        load_shelf(write_shelf(root, releases=releases), is_publishing=True, now=NOW)
    assert not any(everything(rows).values())


def test_an_owner_who_does_not_exist_is_named(app, root):
    with pytest.raises(PersonUnknown, match=r"policy\.yaml: owner: nobody here has the e-mail kim@demo"):
        load_shelf(write_shelf(root, owner="kim@demo.example"), is_publishing=False, now=NOW)


def test_a_queue_that_does_not_exist_is_named(app, root):
    with pytest.raises(ContentRefused, match=r"policy\.yaml: audience: there is no queue “leagl”"):
        load_shelf(write_shelf(root, audience="[leagl]"), is_publishing=False, now=NOW)


def test_a_queue_that_a_clause_names_must_exist_too(app, root):
    texts = {1: V1.replace("{#who}", '{#who queues="nowhere"}')}
    with pytest.raises(ContentRefused, match=r"v1\.md: there is no queue “nowhere”"):
        load_shelf(write_shelf(root, texts=texts, releases=()), is_publishing=False, now=NOW)


def test_files_that_cannot_be_read_are_all_named(app, root):
    write_shelf(root, releases=(RELEASE_1.replace("number: 1", "number: 7"),))
    with pytest.raises(ContentRefused, match=r"(?s)Mend these first:.*policy\.yaml:\d+"):
        load_shelf(root, is_publishing=True, now=NOW)


def test_a_text_that_cannot_be_read_is_refused_with_its_line(app, root):
    texts = {1: V1 + "\n## Once more {#who}\n\nTwice the same id.\n"}
    with pytest.raises(ContentRefused, match=r"v1\.md: Line \d+: The id “who”"):
        load_shelf(write_shelf(root, texts=texts, releases=()), is_publishing=False, now=NOW)


def test_a_verdict_that_the_file_does_not_give_is_refused(app, root):
    releases = (RELEASE_1, RELEASE_2.rsplit("      - {clause: fax", 1)[0])
    with pytest.raises(ContentRefused, match=r"v2\.md: A verdict is missing for “fax”"):
        load_shelf(write_shelf(root, releases=releases), is_publishing=True, now=NOW)


def test_a_new_rule_without_a_question_is_refused(app, root, rows):
    items = [item for item in ITEMS if item[0] != "records-1"]
    with pytest.raises(TooFewItemsFor, match=r"versions\[2\]: Too few questions ask about “Records” .*: 1 are needed"):
        load_shelf(write_shelf(root, items=items), is_publishing=True, now=NOW)
    assert not rows(Version)


def test_a_question_that_nobody_checked_since_the_rule_changed_does_not_count(app, root):
    items = [item for item in ITEMS if item[0] != "speed-2"]
    with pytest.raises(TooFewItemsFor, match="“How fast”"):
        load_shelf(write_shelf(root, items=items), is_publishing=True, now=NOW)


def test_reading_and_signing_needs_no_questions(app, root, rows):
    load_shelf(write_shelf(root, proof="attest"), is_publishing=True, now=NOW)
    assert [version["quiz"] for version in rows(Version)] == [{}, {}]
    assert not rows(ItemRevision)


def test_without_publishing_the_next_version_becomes_the_draft(app, cast, root, rows):
    report = load_shelf(write_shelf(root), is_publishing=False, now=NOW)
    assert [(v.number, v.outcome, v.is_draft) for v in report.versions] == [(1, Outcome.DRAFTED, True)]
    (version,) = rows(Version)
    assert version["published_at"] is None
    assert version["author_id"] == cast.pia
    assert not load_shelf(root, is_publishing=False, now=NOW).is_changed


def test_a_version_recorded_for_later_waits_as_a_draft(app, root):
    report = load_shelf(write_shelf(root), is_publishing=True, now=datetime(2026, 2, 1, tzinfo=UTC))
    assert [(v.number, v.outcome, v.undecided) for v in report.versions] == [
        (1, Outcome.PUBLISHED, 0),
        (2, Outcome.DRAFTED, 0),
    ]
    report = load_shelf(root, is_publishing=True, now=NOW)
    assert [(v.number, v.outcome) for v in report.versions] == [(1, Outcome.UNCHANGED), (2, Outcome.PUBLISHED)]


def test_a_draft_is_refreshed_in_place_and_keeps_the_verdicts_on_what_is_still_the_same(app, cast, root, rows):
    load_shelf(write_shelf(root, releases=(RELEASE_1,)), is_publishing=True, now=NOW)
    draft = rows(Version)[-1]
    for clause in ("speed", "records", "fax"):
        decide(draft["id"], clause, verdict="material", reason="Because.", by=cast.pia, now=NOW)

    longer = V2.replace("4 hours", "6 hours").replace("## Records {", "## Noting {")
    report = load_shelf(write_shelf(root, texts={1: V1, 2: longer}, releases=(RELEASE_1,)), is_publishing=True, now=NOW)

    assert report.versions[-1].outcome is Outcome.DRAFTED
    assert rows(Version)[-1]["id"] == draft["id"]
    slugs = {row["id"]: row["slug"] for row in rows(ClauseRow)}
    verdicts = {slugs[row["clause_id"]]: (row["verdict"], row["decided_by"]) for row in rows(ChangeRow)}
    assert verdicts == {"speed": (None, None), "records": (None, None), "fax": ("material", cast.pia)}


def test_progress_is_told_policy_by_policy(app, root):
    told = []
    load_shelf(write_shelf(root), is_publishing=False, on_progress=lambda *step: told.append(step), now=NOW)
    assert told == [(0, 1, "requests")]


def test_a_different_requirement_holds_from_now_on(app, published, rows):
    report = load_shelf(write_shelf(published, audience="everybody"), is_publishing=True, now=NOW)
    assert report.policies_changed == ("requests",)
    assert [(row["is_everybody"], row["from_at"]) for row in rows(RequirementSetting)] == [
        (False, datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (True, NOW),
    ]


def test_versions_share_the_lessons_and_items_that_are_right_for_both(app, published, rows):
    first, second = rows(Version)
    assert len(rows(ItemRevision)) == len(rows(ItemKey)) == len(ITEMS)
    assert len(rows(LessonRevision)) == 1
    assert [len(questions_of(version["id"])) for version in (first, second)] == [4, 6]
    assert [lesson.title for lesson in lessons_of(second["id"])] == ["About speed"]


def test_questions_are_read_without_their_keys(app, published, rows):
    for question in questions_of(rows(Version)[-1]["id"]):
        assert not question.item.keys
        assert not any(option.feedback for option in question.item.options)
        assert len(question.digest) == 64


def test_clauses_are_rebuilt_as_they_were_split(app, published, rows):
    clauses = version_clauses(rows(Version)[-1]["id"])
    assert [clause.id for clause in clauses] == ["requests", "who", "speed", "records"]
    assert [block.shown for block in clauses[2].blocks] == ["Answer within 4 hours."]
    assert clauses[0].title == "Requests"


def test_what_changed_when_is_known_by_clause(app, published, rows):
    assert changed_in(rows(Policy)[0]["id"]) == {clause: frozenset({2}) for clause in ("speed", "records", "fax")}


def test_quiz_rules_are_read_as_frozen(app, published):
    from lms.extensions import db

    assert rules_of(db.session.get(Version, 2)).pass_mark == 80
