"""Clauses of a version in the words of a translation, so that they are shown and compared like any others."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from lms.domain.policies import Block, Clause
from lms.domain.translations import Translation, headings
from lms.library.clauses import split


def clauses_in(clauses: Sequence[Clause], translation: Translation) -> tuple[Clause, ...]:
    """Give the clauses with title, text and headings translated; one without words keeps its English text."""
    titles = headings(clauses, translation.clauses)
    found = []
    for clause in clauses:
        path = tuple(titles.get(clause.path[:depth], name) for depth, name in enumerate(clause.path, start=1))
        words = translation.clauses.get(clause.id)
        if words is None:
            found.append(replace(clause, path=path))
        else:
            made = replace(clause, path=path, title=words.title, source=words.source, blocks=_blocks(words.source))
            found.append(made)
    return tuple(found)


@lru_cache(maxsize=2048)
def _blocks(source: str) -> tuple[Block, ...]:
    """The blocks of a text that was accepted as the text of one clause."""
    return tuple(block for section in split(source) for block in section.blocks)
