"""Whether the parts on the shelf fit together, and what authors are told when they do not."""

from pathlib import Path

import pytest

from lms.library import checks, measures, shelf_versions
from lms.library.measures import ClauseLine, Row
from lms.library.problems import Problem
from lms.library.shelf import Shelf
from tests.library.on_shelf import LESSON, POLICY, QUIZ, V1, V2, item, lay_out

P, Q = "content/legal-requests", "quizzes/legal-requests.yaml"
DRAFT = V2.replace("Tell the person concerned", "Tell the person by letter and wait two weeks")


def problems(root: Path, **changed: str | None) -> list[str]:
    return [f"{problem.level}: {problem}" for problem in checks.problems(lay_out(root, **changed))]


def test_a_shelf_without_faults_has_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path) == []


def test_a_policy_that_is_only_signed_needs_no_items(tmp_path: Path) -> None:
    attest = POLICY.replace("proof: quiz", "proof: attest")
    assert problems(tmp_path, **{"policy.yaml": attest, Q: None}) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        # clauses and changes
        (
            {f"{P}/policy.yaml": POLICY[: POLICY.index("    changes")]},
            f"error: {P}/policy.yaml:16 versions[1].changes: A verdict is missing for “emergency”, “fax”: material or",
        ),
        (
            {f"{P}/policy.yaml": POLICY.replace("clause: emergency", "clause: notice")},
            f"error: {P}/policy.yaml:22 versions[1].changes: The clause “notice” did not change",
        ),
        ({f"{P}/v2.md": V2.replace("{#notice}", "{#No}")}, f"error: {P}/v2.md:3: “No” is not an id; use small letters"),
        ({f"{P}/v1.md": V1.replace("{#notice}", "{#No}")}, f"error: {P}/v1.md:3: “No” is not an id"),
        # what lessons and items name
        (
            {Q: QUIZ.replace("clauses: [notice]", "clauses: [notise]", 1)},
            f"error: {Q}:2 n-1: `notise` is not a clause of version 1 - did you mean `notice`?",
        ),
        (
            {Q: QUIZ.replace("clauses: [notice]", "clauses: [zzz]", 1)},
            "`zzz` is not a clause of version 1 - the clauses are emergency, fax, notice",
        ),
        (
            {Q: QUIZ.replace("since: 1, until: 1", "since: 1")},
            f"error: {Q}:6 f-1: `fax` is not a clause of version 2 - say until: 1",
        ),
        (
            {"20-fax.md": LESSON.replace("[notice, emergency]", "[notice, emergency, fax]")},
            f"error: {P}/lessons/20-fax.md:3 teaches: `fax` is not a clause of version 2 - say until: 1",
        ),
        (
            {
                f"{P}/v2.md": V1 + "\n## New {#new}\n\nA clause that is new.\n",
                Q: QUIZ + item("x-1", "new", more="since: 1"),
            },
            f"error: {Q}:9 x-1: `new` is not a clause of version 1 - say in `since`",
        ),
        (
            {Q: QUIZ + item("x-1", "notice", more="since: 3")},
            f"error: {Q}:9 x-1: there is no version 3 - the newest is 2",
        ),
        (
            {Q: QUIZ.replace("checked: 2", "checked: 7", 1)},
            f"error: {Q}:2 n-1: there is no version 7 - the newest is 2",
        ),
        (
            {"10-what-you-do.md": LESSON.replace("checked: 2", "checked: 2\nuntil: 4")},
            "/10-what-you-do.md:6 until: there is no version 4",
        ),
        # fresh
        (
            {
                Q: QUIZ.replace(
                    "e-1, type: single, clauses: [emergency], since: 1, checked: 2",
                    "e-1, type: single, clauses: [emergency], since: 1",
                )
            },
            f"warning: {Q}:4 e-1: the item is stale: `emergency` changed in version 2, after it was checked - read it "
            "against version 2; then say checked: 2, or until: 1",
        ),
        (
            {"10-what-you-do.md": LESSON.replace("checked: 2\n", "")},
            f"warning: {P}/lessons/10-what-you-do.md:2 checked: the lesson is stale: `emergency` changed in version 2",
        ),
        (
            {"10-what-you-do.md": LESSON.replace("checked: 2\n", "")},
            f"warning: {P}/v2.md notice: no fresh lesson teaches this clause - write one, or check an old one against",
        ),
        ({"20-fax.md": None}, f"warning: {P}/v1.md fax: no fresh lesson teaches this clause"),
        (
            {Q: "items:\n" + item("n-1", "notice", key="a") + item("f-1", "fax", more="since: 1, until: 1")},
            f"error: {Q}: `emergency` as version 2 says it is asked never in fresh items - write new",
        ),
        # drafts are told in time, and nothing is lost yet
        (
            {f"{P}/v3.md": DRAFT, "10-what-you-do.md": LESSON},
            f"warning: {Q}: `notice` as version 3 says it is asked never in fresh items",
        ),
        (
            {f"{P}/v3.md": V2[: V2.index("## Emergency")] + "\nAnd more of it.\n"},
            f"warning: {Q}:4 e-1: `emergency` is not a clause of version 3 - say until: 2",
        ),
        # queues
        (
            {f"{P}/v2.md": V2.replace("{#notice}", '{#notice queues="legal-request"}')},
            f"warning: {P}/v2.md notice: no policy is for the queue legal-request - is legal-requests meant?",
        ),
        # Markdown
        ({f"{P}/v2.md": V2 + "\n<b>Now</b>\n"}, f"error: {P}/v2.md: `<b>` is HTML, which is not read - write it in"),
        (
            {"20-fax.md": None, "10-what-you-do.md": LESSON + "\n<!-- x -->\n"},
            "warning: content/legal-requests/lessons/10-wh",
        ),
        ({Q: QUIZ.replace("What about n-1?", "What about <b>n-1</b>?")}, f"warning: {Q}:2 n-1: `<b>` is HTML"),
        (
            {"10-what-you-do.md": LESSON + "\n![A map](map.png)\n"},
            "warning: content/legal-requests/lessons/10-what-you-do.md: the image map.png will not be shown",
        ),
        (
            {"10-what-you-do.md": LESSON + "\n" + "[" * 50 + "\n"},
            "the text is too large or too deeply nested to be shown",
        ),
        # lessons
        (
            {"10-what-you-do.md": LESSON + "\nGo and see. " * 500},
            "warning: content/legal-requests/lessons/10-what-you-do.md: it takes 10 minutes to read",
        ),
        (
            {"10-what-you-do.md": LESSON + "\nNotwithstanding aforementioned organizational responsibilities " * 30},
            "it reads like school year",
        ),
        # the bank
        ({Q: QUIZ + item("n-3", "notice").replace("feedback: It says so.", "id: x")}, f"error: {Q}:9"),
        ({Q: QUIZ.replace(", feedback: It says so.", "", 1)}, f"warning: {Q}:2 n-1: no feedback for a - say why"),
        (
            {Q: QUIZ[: QUIZ.index("  - {id: n-2")] + QUIZ[QUIZ.index("  - {id: e-1") :]},
            f"error: {Q}: `notice` as version 2 says it is asked once in fresh items",
        ),
    ],
)
def test_it_is_told_what_does_not_fit(tmp_path: Path, changed: dict[str, str | None], expected: str) -> None:
    found = problems(tmp_path, **changed)
    assert any(expected in problem for problem in found), found


@pytest.mark.parametrize(
    "text", ["a < b and c > d", "<https://a.example>", "<a@b.example>", "`<b>`", "```\n<b>\n```", "->"]
)
def test_what_only_looks_like_html_is_no_problem(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, **{"10-what-you-do.md": LESSON + "\n" + text + "\n"}) == []


def test_an_item_may_ask_about_a_clause_that_was_removed(tmp_path: Path) -> None:
    """`f-2` names `fax` since version 2, which removed it: what do you do now?"""
    assert "f-2" in QUIZ
    assert not any("f-2" in problem for problem in problems(tmp_path))


def test_one_policy_that_cannot_be_read_does_not_hide_another(tmp_path: Path) -> None:
    lay_out(tmp_path, **{f"{P}/v2.md": V2 + "\n<b>Now</b>\n"})
    other = {path: text for path, text in [("content/other/policy.yaml", "a: ["), ("content/other/v1.md", "# A\n")]}
    found = checks.problems(lay_out(tmp_path, **other | {f"{P}/v2.md": V2 + "\n<b>Now</b>\n"}))
    assert {problem.file for problem in found} == {"content/other/policy.yaml", f"{P}/v2.md"}
    assert all(problem.is_error for problem in found)


def test_problems_stand_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    lay_out(tmp_path, **{Q: QUIZ.replace(", feedback: It says so.", ""), f"{P}/v2.md": V2 + "\n<b>Now</b>\n"})
    found = checks.problems(tmp_path)
    assert [(one.file, one.line or 0) for one in found] == sorted((one.file, one.line or 0) for one in found)
    assert len(found) > 6


def test_a_problem_reads_as_one_line() -> None:
    problem = Problem(
        "content/x/policy.yaml", 12, "versions[1].reason", "it is too short", "say why it changed", "warning"
    )
    assert str(problem) == "content/x/policy.yaml:12 versions[1].reason: it is too short - say why it changed"
    assert not problem.is_error


def test_the_table_counts_what_there_is(tmp_path: Path) -> None:
    lay_out(tmp_path, **{"content/bad/v1.md": V1.replace("{#notice}", "{#No}"), "content/bad/policy.yaml": POLICY})
    shelf, _ = Shelf.read(tmp_path)
    (row,) = measures.table(shelf)
    assert row == Row(
        slug="legal-requests",
        title="Legal requests",
        versions=2,
        draft=None,
        clauses=2,
        lessons=1,
        minutes=1,
        items=5,
        cases=0,
        decisions=0,
        old_rules=0,
        asked=(2, 2),
        key_positions=(2, 1, 2),
        key_longest=0,
        lines=(
            ClauseLine(clause="notice", words=13, lessons=1, items=2, decisions=0, old_rules=0, critical=0),
            ClauseLine(clause="emergency", words=21, lessons=1, items=2, decisions=0, old_rules=0, critical=0),
        ),
        reading_level=row.reading_level,
    )
    assert 0 <= row.reading_level < 6


def test_a_queue_of_a_clause_that_resembles_none_is_no_slip(tmp_path: Path) -> None:
    named = V2.replace("{#notice}", '{#notice queues="night-desk"}')
    assert not [each for each in checks.problems(lay_out(tmp_path, **{f"{P}/v2.md": named})) if "night" in each.message]


def test_the_table_has_a_row_for_a_policy_that_has_texts_only(tmp_path: Path) -> None:
    attest = POLICY.replace("proof: quiz", "proof: attest")
    files = {"policy.yaml": attest, Q: None, "10-what-you-do.md": None, "20-fax.md": None}
    (row,) = measures.table(Shelf.read(lay_out(tmp_path, **files))[0])
    assert (row.lessons, row.items, row.asked, row.key_positions, row.reading_level) == (0, 0, (0, 0), (), 0.0)


def test_versions_are_settled_one_after_the_other(tmp_path: Path) -> None:
    policy = Shelf.read(lay_out(tmp_path, **{f"{P}/v3.md": DRAFT}))[0].policies[0]
    settled, found = shelf_versions.versions(policy)
    assert found == ()
    assert [(one.number, one.is_draft) for one in settled] == [(1, False), (2, False), (3, True)]
    assert shelf_versions.changed_in(settled) == {"notice": {1, 3}, "emergency": {1, 2}, "fax": {1, 2}}
    assert shelf_versions.removed_in(settled) == {"fax": 2}


def test_a_policy_made_by_hand_has_no_lines_to_tell(tmp_path: Path) -> None:
    from dataclasses import replace

    changed = POLICY.replace("clause: emergency", "clause: notice")
    policy = Shelf.read(lay_out(tmp_path, **{"policy.yaml": changed, Q: QUIZ.replace("[notice]", "[no]")}))[0].policies[
        0
    ]
    found = list(checks.of_policy(replace(policy, documents={})))
    assert {problem.line for problem in found if problem.is_error} == {None}


SECRET = '## Emergency {#emergency need_to_know="true"}'


def gives_away(root: Path, **changed: str) -> list[str]:
    lay_out(root, **changed)
    found = [problem for problem in checks.problems(root) if "gives away" in problem.message]
    assert all(problem.is_error for problem in found)
    return [f"{problem.file} {problem.field}" for problem in found]


def test_what_is_need_to_know_stands_alone(tmp_path: Path) -> None:
    marked = V2.replace("## Emergency {#emergency}", SECRET)
    assert gives_away(tmp_path, **{"v2.md": V2}) == []
    mixed = "teaches: [notice, emergency]"
    assert mixed in LESSON
    assert gives_away(tmp_path, **{"v2.md": marked}) == [f"{P}/lessons/10-what-you-do.md "]
    alone = LESSON.replace("---\nTell", '---\n## First {teaches="notice"}\n\nTell')
    assert gives_away(tmp_path, **{"v2.md": marked, "10-what-you-do.md": alone}) == []
    quiz = QUIZ.replace("clauses: [notice]", "clauses: [notice, emergency]", 1)
    found = gives_away(tmp_path, **{"v2.md": marked, "10-what-you-do.md": alone, "legal-requests.yaml": quiz})
    assert found == ["quizzes/legal-requests.yaml n-1"]
