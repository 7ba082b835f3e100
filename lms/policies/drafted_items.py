"""What the page of a draft's items shows: each item in a line, which were brought in, and clauses to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.policies.banks import brought_in
from lms.policies.reading import questions_of, version_clauses


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """An item of a draft, without its key."""

    id: str
    type: str
    clauses: tuple[str, ...]
    """Their titles, or their ids when the draft removes them."""
    stem: str
    is_brought_in: bool
    is_pilot: bool
    """Asked, and not counted."""
    is_void: bool
    """Found wrong in an earlier version: asked no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedItems:
    """The items of a draft."""

    lines: tuple[ItemLine, ...]
    """Those that were brought in come first."""
    clauses: Mapping[str, str]
    """Titles by id, in the order of the text."""


def clauses_of_draft(version_id: int) -> dict[str, str]:
    """Titles of the clauses of a draft, by id."""
    return {clause.id: clause.title for clause in version_clauses(version_id)}


def of_draft(version_id: int, about: str) -> DraftedItems:
    """The items of a draft, which `about` names in the audit log; four statements."""
    titles, brought = clauses_of_draft(version_id), brought_in(about)
    lines = tuple(
        ItemLine(
            id=each.item.id,
            type=each.item.type.value,
            clauses=tuple(titles.get(clause, clause) for clause in each.item.clauses),
            stem=each.item.stem,
            is_brought_in=each.item.id in brought,
            is_pilot=each.item.is_pilot,
            is_void=each.item.is_void,
        )
        for each in questions_of(version_id)
    )
    return DraftedItems(lines=tuple(sorted(lines, key=lambda line: not line.is_brought_in)), clauses=titles)
