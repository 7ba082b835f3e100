"""What stands in files becomes policies, and everything that does not is named."""

from pathlib import Path

import pytest

from lms.domain.policies import Kind, Proof
from lms.library.shelf import Shelf
from tests.library.on_shelf import FAX, FILES, LESSON, POLICY, QUIZ, V1, V2, lay_out


def problems(root: Path) -> list[str]:
    return [f"{problem.level}: {problem}" for problem in Shelf.read(root)[1]]


def test_a_policy_is_read_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    shelf, found = Shelf.read(lay_out(tmp_path))
    (policy,) = shelf.policies
    assert found == ()
    assert (policy.slug, policy.title, policy.kind, policy.proof) == (
        "legal-requests",
        "Legal requests",
        Kind.PROCESS,
        Proof.QUIZ,
    )
    assert (policy.audience, policy.is_everybody) == (frozenset({"legal-requests"}), False)
    assert [release.number for release in policy.releases] == [1, 2]
    assert policy.texts == {1: V1, 2: V2}
    assert (policy.draft, policy.newest) == (None, 2)
    assert [lesson.slug for lesson in policy.lessons] == ["10-what-you-do", "20-fax"]
    assert [item.id for item in policy.items] == ["n-1", "n-2", "e-1", "e-2", "f-1", "f-2", "f-3"]
    assert shelf.by_slug == {"legal-requests": policy}


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    lay_out(tmp_path)
    assert Shelf.read(tmp_path) == Shelf.read(tmp_path)


def test_a_text_without_an_entry_is_a_draft(tmp_path: Path) -> None:
    lay_out(tmp_path, **{"content/legal-requests/v3.md": V2})
    policy = Shelf.read(tmp_path)[0].policies[0]
    assert (policy.draft, policy.newest) == (3, 3)


def test_an_audience_of_everybody_names_no_queues(tmp_path: Path) -> None:
    lay_out(tmp_path, **{"policy.yaml": POLICY.replace("[legal-requests]", "everybody")})
    policy = Shelf.read(tmp_path)[0].policies[0]
    assert (policy.audience, policy.is_everybody) == (frozenset(), True)


def test_a_policy_that_is_only_signed_needs_no_quiz(tmp_path: Path) -> None:
    attest = POLICY.replace("proof: quiz", "proof: attest")
    lay_out(tmp_path, **{"policy.yaml": attest, "legal-requests.yaml": None})
    shelf, found = Shelf.read(tmp_path)
    assert found == ()
    assert shelf.policies[0].items == ()


def test_an_empty_root_is_an_empty_shelf(tmp_path: Path) -> None:
    assert Shelf.read(tmp_path) == (Shelf(()), ())


P, Q = "content/legal-requests", "quizzes"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({f"{P}/policy.yaml": None}, f"error: {P}/policy.yaml: cannot be read (No such file or directory)"),
        ({f"{P}/policy.yaml": "title"}, f"error: {P}/policy.yaml:1: this has another shape than expected"),
        ({f"{P}/v1.md": None, f"{P}/v2.md": None}, f"error: {P}: there is no text - write v1.md"),
        ({f"{P}/v1.md": None}, f"error: {P}/v1.md: the text is missing - write it, or number the versions"),
        ({f"{P}/v2.md": None}, f"error: {P}/v2.md: the text is missing"),
        ({f"{P}/v2.md": "a\x00b"}, f"error: {P}/v2.md:1: character 1 is U+0000"),
        ({f"{P}/v3.md": V2, f"{P}/v4.md": V2}, f"error: {P}/v4.md: there is a draft before this one - keep one"),
        ({f"{P}/v4.md": V2}, f"error: {P}/v3.md: the text is missing"),
        ({f"{Q}/legal-requests.yaml": None}, f"error: {Q}/legal-requests.yaml: the quiz is missing - write it, or say"),
        (
            {f"{Q}/legal-requests.yaml": "items: []\nx: y"},
            f"error: {Q}/legal-requests.yaml:2 x: the key `x` is not known",
        ),
        ({f"{Q}/other.yaml": QUIZ}, f"error: {Q}/other.yaml: there is no policy of this name - add content/other"),
        ({f"{Q}/other.yml": QUIZ}, f"warning: {Q}/other.yml: this is not a quiz file - name it <policy>.yaml"),
        (
            {f"{P}/policy.yaml": POLICY.replace("proof: quiz", "proof: attest")},
            f"warning: {Q}/legal-requests.yaml: this",
        ),
        (
            {f"{P}/lessons/10 A.md": LESSON},
            f"error: {P}/lessons/10 A.md: a lesson cannot have this name - name it like",
        ),
        ({f"{P}/lessons/{'a' * 65}.md": LESSON}, "a lesson cannot have this name"),
        ({f"{P}/lessons/30-a.md": "Text."}, f"error: {P}/lessons/30-a.md:1: the front matter is missing"),
        ({f"{P}/lesson/30-a.md": LESSON}, f"warning: {P}/lesson: nothing reads this file - name it v<number>.md"),
        ({f"{P}/v02.md": V2}, f"warning: {P}/v02.md: nothing reads this file"),
        (
            {"content/Legal/policy.yaml": POLICY},
            "error: content/Legal: a policy cannot have this name - use small letters",
        ),
        ({"content/notes.md": "a"}, "warning: content/notes.md: this file belongs to no policy"),
    ],
)
def test_what_does_not_belong_is_named(tmp_path: Path, changed: dict[str, str | None], expected: str) -> None:
    found = problems(lay_out(tmp_path, **changed))
    assert any(expected in problem for problem in found), found


def test_read_mes_and_hidden_files_are_for_people(tmp_path: Path) -> None:
    names = ["content/README.md", "quizzes/README.md", f"{P}/README.md", f"{P}/lessons/README.md", "content/.DS_Store"]
    assert problems(lay_out(tmp_path, **dict.fromkeys(names, "Read me."))) == []


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    other = {path.replace("legal-requests", "other"): text for path, text in FILES.items()}
    bad = {
        f"{P}/policy.yaml": "a: [",
        f"{P}/lessons/20-fax.md": FAX.replace("since", "sinse"),
        "content/other/v1.md": None,
    }
    shelf, found = Shelf.read(lay_out(tmp_path, **other | bad))
    assert [policy.slug for policy in shelf.policies] == ["other"]
    assert {problem.file for problem in found} == bad.keys()
    assert list(found) == sorted(found, key=lambda problem: (problem.file, problem.line or 0))


def test_a_link_instead_of_a_quiz_is_refused(tmp_path: Path) -> None:
    lay_out(tmp_path, **{"quizzes/legal-requests.yaml": None, "elsewhere.yaml": QUIZ})
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes/legal-requests.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert "this is a link to another file" in "".join(problems(tmp_path))
