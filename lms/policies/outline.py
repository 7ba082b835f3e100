"""A text as a page shows it: clauses with the headings that have no text of their own put back between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.domain.policies import Clause

TOP, DEEPEST = 2, 5
"""Levels of headings on a page: its own title is the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A clause and how it stands on the page."""

    clause: Clause
    level: int
    headings: tuple[tuple[int, str], ...]
    """Level and words of headings without text that stand before it."""


def outline(clauses: Sequence[Clause]) -> tuple[Entry, ...]:
    """The clauses in order; a single heading above all others, the title of the document, is left out."""
    tops = {(*clause.path, clause.title)[0] for clause in clauses if clause.level}
    rest = 1 if len(tops) == 1 else 0
    shown = {(*clause.path, clause.title) for clause in clauses}
    entries = []
    for clause in clauses:
        headings = []
        for depth in range(rest, len(clause.path)):
            above = clause.path[: depth + 1]
            if above not in shown:
                shown.add(above)
                headings.append((_level(depth - rest), above[-1]))
        level = _level(max(0, len(clause.path) - rest))
        entries.append(Entry(clause=clause, level=level, headings=tuple(headings)))
    return tuple(entries)


def _level(depth: int) -> int:
    return min(TOP + depth, DEEPEST)
