"""What the import contracts cannot see: where commits, clocks and SQL may stand, and how long things may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "lms").rglob("*.py"))
AROUND_THEM = ("tests", "benchmarks", "scripts", "deploy")
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
SAYS_ACTIONS = "action"
BANNED_WORDS = ("utils", "helpers", "manager", "data", "info")
ON_SCREEN_NEVER = ("course", "exam ", "compliance score")


def _called(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def _lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
class TestEachFile:
    """One file at a time, so that a failure names it."""

    def test_it_says_what_lives_here(self, path: Path) -> None:
        if path.read_text(encoding="utf-8").strip():
            assert ast.get_docstring(_parse(path)), "a module begins with one to three sentences"

    def test_it_is_short(self, path: Path) -> None:
        assert _lines(path) <= LONGEST_FILE
        for node in ast.walk(_parse(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"

    def test_only_actions_commit(self, path: Path) -> None:
        tree = _parse(path)
        commits = [call for call in _called(tree, "commit") if "session" in ast.unparse(call)]
        if commits:
            assert (
                path.name == "actions.py"
                or SAYS_ACTIONS in (ast.get_docstring(tree) or "").casefold()
                or (
                    path.name == "sessions.py"  # a session's last-seen: one of the three writes a GET may make
                )
            )

    def test_only_the_clock_reads_the_clock(self, path: Path) -> None:
        if path.name == "clock.py":
            return
        source = path.read_text(encoding="utf-8")
        for call in ("datetime.now(", "date.today(", "time.time(", "datetime.utcnow("):
            assert call not in source, call

    def test_views_know_no_sql(self, path: Path) -> None:
        if path.name in {"views.py", "forms.py"}:
            imported = {
                alias.name if isinstance(node, ast.Import) else node.module
                for node in ast.walk(_parse(path))
                if isinstance(node, ast.Import | ast.ImportFrom)
                for alias in node.names
            }
            assert not {name for name in imported if name and name.split(".")[0] == "sqlalchemy"}
            assert "lms.models" not in imported
            assert "lms.extensions" not in imported or path.parent.name == "accounts", "the limiter of signing in"

    def test_its_name_says_something(self, path: Path) -> None:
        assert path.stem not in BANNED_WORDS


def test_the_files_around_the_sources_are_short_too() -> None:
    around = [path for folder in AROUND_THEM for path in sorted((ROOT / folder).rglob("*.py"))]
    assert Path(__file__) in around
    assert {str(path.relative_to(ROOT)): _lines(path) for path in around if _lines(path) > LONGEST_FILE} == {}


def test_a_feature_uses_only_the_queries_of_another() -> None:
    features = {
        "accounts",
        "admin",
        "audit",
        "mail",
        "privacy",
        "system",
        "policies",
        "training",
        "coaching",
        "readiness",
        "statistics",
        "flags",
        "correcting",
        "evidence_pack",
    }
    for path in SOURCES:
        home = path.parent.name
        if home not in features:
            continue
        for node in ast.walk(_parse(path)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("lms."):
                parts = node.module.split(".")
                if parts[1] in features and parts[1] != home:
                    names = {alias.name for alias in node.names}
                    is_queries = (
                        parts[1:3] == ["mail", "outbox"]
                        or (len(parts) > 2 and parts[2] == "queries")
                        or names == {"queries"}
                    )
                    assert is_queries, f"{path.relative_to(ROOT)} imports {node.module} {names}"


def test_no_page_uses_the_words_we_do_not_use() -> None:
    for path in (ROOT / "lms" / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8").casefold()
        for word in ON_SCREEN_NEVER:
            assert word not in text.replace("of course", ""), f"{path.name}: {word}"


def test_no_template_marks_text_as_safe() -> None:
    for path in (ROOT / "lms" / "templates").rglob("*.html"):
        assert "|safe" not in path.read_text(encoding="utf-8").replace(" ", ""), path.name


def test_markup_is_made_in_one_module_only() -> None:
    makers = [path.name for path in SOURCES if "Markup(" in path.read_text(encoding="utf-8")]
    assert set(makers) <= {"filters.py"}
