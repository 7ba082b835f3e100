"""Our own quiz files: items as YAML that `lms.library.quiz_files` reads to the very same items, and back."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from lms.domain.errors import DomainError
from lms.domain.quizzes import Case, Item, Option, QuizRules
from lms.exchange.sources import FileRefused, Found, Source
from lms.exchange.texts import text_of
from lms.library import plain_text, quiz_files
from lms.library.problems import ContentError, Problem

_WORD = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_BLOCK = re.compile(r"[^\s#](?:[^\n\t\r]|\n(?=[^\s]|\n[^\s]))*(?<![ \n])\n?")
"""What can be written as a block of lines and is read back as it is."""
_TAKEN_OTHERWISE = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


class ExportRefused(DomainError):
    """These items cannot be written in that format."""


def read(content: bytes) -> Source:
    """The items of a quiz file. Raises FileRefused with the first thing that is wrong in it."""
    try:
        quiz = quiz_files.read(text_of(content), file="YAML")
    except ContentError as error:
        raise FileRefused("The quiz file cannot be read: %(problem)s.", problem=error.problems[0]) from None
    return Source(
        entries=tuple(
            Found(place=str(quiz.document.line(quiz.paths[item.id])), name=item.id, item=item) for item in quiz.items
        )
    )


def written(items: Sequence[Item], rules: QuizRules | None = None) -> str:
    """A quiz file with these items, and the rules where they are given. Raises ExportRefused when it were too large."""
    lines = [] if rules is None else [_rules(rules)]
    text = "\n".join([*lines, *_entries(items)]) + "\n"
    try:
        plain_text.decode(text.encode(errors="replace"), file="YAML")
        is_same = _is_read_back(text, items)
    except ContentError as error:
        first = error.problems[0]
        raise ExportRefused("These items do not fit in one quiz file: %(problem)s.", problem=first) from None
    if not is_same:
        raise ExportRefused("These items do not fit in one quiz file. Take them out as QTI 3 instead.")
    return text


def problems(items: Sequence[Item]) -> tuple[Problem, ...]:
    """What keeps these items out of a quiz file."""
    try:
        is_same = _is_read_back("\n".join(_entries(items)) + "\n", items)
    except ContentError as error:
        return error.problems
    return () if is_same else (Problem("YAML", None, "", "it cannot be written to a quiz file", "use plainer words"),)


def _is_read_back(text: str, items: Sequence[Item]) -> bool:
    """A file gives these items, but for their pictures: those are files beside it, which the items name."""
    read = quiz_files.read(text, file="YAML").items
    return sorted(read, key=_id) == sorted((replace(item, pictures=()) for item in items), key=_id)


def _entries(items: Sequence[Item]) -> list[str]:
    lines = ["items:"] if items else ["items: []"]
    for case, group in grouped(items):
        lines += _case_lines(case, group) if case else _lines(_facts(group[0]) | _whole(group[0]), "  ")
    return lines


def _id(item: Item) -> str:
    return item.id


def grouped(items: Iterable[Item]) -> Iterator[tuple[Case | None, list[Item]]]:
    """Items one by one, and those of a case together, in their places, where its first stands."""
    groups: dict[tuple[bool, str], list[Item]] = {}
    for item in items:
        key = (item.case is not None, item.case.id if item.case else item.id)
        groups.setdefault(key, []).append(item)
    for (is_case, _), group in groups.items():
        group.sort(key=lambda item: item.case.place if item.case else 0)
        yield (group[0].case if is_case else None), group


def _rules(rules: QuizRules) -> str:
    pairs = {
        "pass_mark": rules.pass_mark,
        "per_clause": rules.per_clause,
        "attempts": rules.attempts,
        "wait_minutes": rules.wait_minutes,
        "retake": rules.retake,
        "time_limit_minutes": "null" if rules.time_limit_minutes is None else rules.time_limit_minutes,
        "feedback": rules.feedback,
    }
    return "quiz: {" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"


def _whole(item: Item) -> dict[str, Any]:
    """What an entry of the file says that an item within a case does not."""
    validity = item.validity
    return {
        "since": str(validity.since),
        "until": None if validity.until is None else str(validity.until),
        "checked": None if validity.checked == validity.since else str(validity.checked),
        "sensitive": item.sensitive or None,
        "pilot": "true" if item.is_pilot else None,
    }


def _facts(item: Item) -> dict[str, Any]:
    cites = {"key": item.cites_key, "others": list(item.cites_others)} if item.cites_key else None
    return {
        "id": item.id,
        "type": item.type.value,
        "clauses": list(item.clauses),
        "critical": "true" if item.is_critical else None,
        "stem": item.stem,
        "credit": "whole" if item.is_whole else None,
        "tolerance": str(item.tolerance) if item.tolerance else None,
        "options": [_option(option) for option in item.options],
        "choices": [{"id": choice.id, "text": choice.text} for choice in item.choices] or None,
        "units": [_unit(unit.id, unit.text, str(unit.factor)) for unit in item.units] or None,
        "cites": cites,
    }


def _unit(id: str, text: str, factor: str) -> dict[str, Any]:
    return {"id": id, "text": text} | ({"factor": factor} if factor != "1" else {})


def _option(option: Option) -> dict[str, Any]:
    return {
        "id": option.id,
        "text": option.text,
        "key": "true" if option.is_key else None,
        "match": option.match,
        "also": list(option.also) or None,
        "right_until": None if option.right_until is None else str(option.right_until),
        "feedback": option.feedback or None,
    }


def _case_lines(case: Case, group: Sequence[Item]) -> list[str]:
    head = {"id": case.id, "type": quiz_files.CASE} | _whole(group[0]) | {"stem": case.text}
    lines = [*_lines(head, "  "), "    items:"]
    for item in group:
        lines += _lines(_facts(item), "      ")
    return lines


def _lines(facts: dict[str, Any], indent: str) -> list[str]:
    """An entry of a list: a key a line; its options a line each."""
    lines: list[str] = []
    for key, value in facts.items():
        if value is None:
            continue
        start = f"{indent}{'- ' if not lines else '  '}{key}:"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [start, *(f"{indent}    - {_flow(each)}" for each in value)]
        elif isinstance(value, str) and "\n" in value and _BLOCK.fullmatch(value):
            lines.append(f"{start} {'|' if value.endswith(chr(10)) else '|-'}")
            lines += [f"{indent}    {line}" if line else "" for line in value.removesuffix("\n").split("\n")]
        else:
            lines.append(f"{start} {_flow(value)}")
    return lines


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items() if each is not None) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    is_plain = _NUMBER.fullmatch(value) or (_WORD.fullmatch(value) and value not in _TAKEN_OTHERWISE)
    return value if is_plain or value in ("true", "null") else json.dumps(value, ensure_ascii=False)
