"""Every action that changes something for or about somebody tells the audit log; the others are listed with why not."""

import ast
from pathlib import Path

from lms.auditing import Act

ROOT = Path(__file__).parents[2]
OWN_RECORD = "attempts, responses, attestations, acknowledgements and evidence are records of what a person did"
NOT_NOTED = {
    "lms/accounts/passkeys.py:recognise": "the session that follows is noted",
    "lms/accounts/steps.py:begin": "a step of a sign-in; the session that follows is noted",
    "lms/accounts/sessions.py:_touch": "a session's last-seen: no act of the person's own",
    **dict.fromkeys(
        (f"lms/mail/actions.py:{name}" for name in ("_claim", "_close", "_put_off", "_sign", "_written")),
        "the worker's own steps; the outbox shows them",
    ),
    "lms/weekly/actions.py:_decide": "the worker's own step; the outbox shows the mail",
    "lms/people/feed_runs.py:look": "nothing is brought in yet",
    "lms/people/feed_runs.py:claim": "what it brings in is noted by its import",
    "lms/people/feed_runs.py:finish": "what it brought in is noted by its import",
    "lms/scim/storage.py:_one_write": "what is written in it is noted where it is done, in people.py and groups.py",
    "lms/backup/making.py:_record": "who backs up has the server; the system page shows it",
    "lms/backup/restoring.py:_fill": "the log itself is brought back",
    "lms/system/actions.py:_delete_until": "passing notes for servers, of no act",
    "lms/migrating.py:migrate": "shapes tables and says nothing about anybody",
    "lms/training/actions.py:keep_answers": OWN_RECORD,
    "lms/training/actions.py:save_answer": OWN_RECORD,
    "lms/training/actions.py:start_attempt": OWN_RECORD,
    "lms/training/actions.py:submit_attempt": OWN_RECORD,
    "lms/training/attesting.py:acknowledge": OWN_RECORD,
    "lms/training/attesting.py:attest": OWN_RECORD,
    "lms/training/attesting.py:sign": OWN_RECORD,
    "lms/training/swapping.py:swap_item": OWN_RECORD,
    "lms/flags/actions.py:flag": "a flag is a record of its own; the log would tell its readers who it was",
}


def _functions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _is_writing(function: ast.FunctionDef) -> bool:
    decorated = any("writing()" in ast.unparse(each) for each in function.decorator_list)
    inside = (item for node in ast.walk(function) if isinstance(node, ast.With) for item in node.items)
    return decorated or any(ast.unparse(item.context_expr) == "writing()" for item in inside)


def _notes(function: ast.FunctionDef, among: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    """It calls `auditing.note`, itself, by a function of the same file, or by `put_password`, which notes."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in {"auditing.note", "auditing.note_each", "put_password"}:
                return True
            if called in among.keys() - seen and _notes(among[called], among, seen | {called}):
                return True
    return False


def test_every_action_is_noted_or_listed_with_the_reason_why_not() -> None:
    silent = set()
    for path in sorted((ROOT / "lms").rglob("*.py")):
        if "demo" in path.parts or path.name == "extensions.py":
            continue
        functions = _functions(ast.parse(path.read_text(encoding="utf-8")))
        for name, function in functions.items():
            if _is_writing(function) and not _notes(function, functions):
                silent.add(f"{path.relative_to(ROOT)}:{name}")
    assert silent == NOT_NOTED.keys()


def test_every_act_is_one_that_some_action_notes() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "lms").rglob("*.py"))
    assert [act.name for act in Act if f"Act.{act.name}" not in sources] == []
