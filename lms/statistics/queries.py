"""The statistics of one version of a policy's quiz, item by item, as page and file show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.being_asked import TakesItThemselves
from lms.domain.quizzes import Item
from lms.statistics import reading
from lms.statistics.answers import Part, PartKind, Written, counted, parts_of
from lms.statistics.figures import ItemFigures, PartFigures, Reliability, items_of, reliability
from lms.statistics.flags import Flag, flags_of
from lms.statistics.missed import Missed, missed_most
from lms.statistics.reading import ClauseLine, PolicyFound, PolicyLine, Sight, VersionLine, policies

__all__ = ["Missed", "PolicyLine", "Sight", "missed_most", "policies", "statistics"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatistics:
    """One item with its figures and what they say."""

    item: Item
    figures: ItemFigures
    flags: tuple[Flag, ...]
    """Most urgent first."""
    clauses: tuple[tuple[str, str], ...]
    """Id and title."""
    parts: tuple[tuple[Part, PartFigures], ...]
    wrong: tuple[Written, ...]
    is_need_to_know: bool

    def of_kind(self, kind: PartKind) -> list[tuple[Part, PartFigures]]:
        """Its parts of one kind."""
        return [each for each in self.parts if each[0].kind == kind]  # a template says the word


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """One version of one policy's quiz, over a period."""

    policy: PolicyFound
    version: VersionLine
    people: int
    items: tuple[ItemStatistics, ...]
    """By id; without those whose clauses the reader may not know."""
    hidden: int
    """How many those are."""
    reliability: Reliability

    def item(self, slug: str) -> ItemStatistics | None:
        """One of them."""
        return next((each for each in self.items if each.item.id == slug), None)


def statistics(
    slug: str, *, sight: Sight, number: int | None, since: datetime | None, until: datetime | None
) -> Statistics | None:
    """What the first attempts at a version tell; None for what does not exist for the reader. Four statements.

    Without a number the newest version that anybody tried, else the newest. Raises TakesItThemselves.
    """
    found = reading.policy(slug, sight)
    version = _version(found.versions, number) if found else None
    if found is None or version is None:
        return None
    if found.is_being_taken:
        raise TakesItThemselves
    items = reading.items(version.id)
    clauses = reading.clauses(version.id, found.versions[0].id)
    answers = counted(items, reading.first_answers(version.id, since=since, until=until))
    figures = items_of(answers.sheet)
    lines = [
        _line(item, mine, wrong, clauses) for (_, item), mine, wrong in zip(items, figures, answers.wrong, strict=True)
    ]
    shown = tuple(line for line in lines if found.is_mine or not line.is_need_to_know)
    return Statistics(
        policy=found,
        version=version,
        people=answers.sheet.attempts,
        items=shown,
        hidden=len(lines) - len(shown),
        reliability=reliability(answers.sheet),
    )


def _version(versions: Sequence[VersionLine], number: int | None) -> VersionLine | None:
    if number is not None:
        return next((each for each in versions if each.number == number), None)
    return next((each for each in versions if each.is_tried), versions[0])


def _line(
    item: Item, figures: ItemFigures, wrong: tuple[Written, ...], clauses: Mapping[str, ClauseLine]
) -> ItemStatistics:
    parts = parts_of(item)
    named = dict.fromkeys((*item.clauses, *item.citations))
    return ItemStatistics(
        item=item,
        figures=figures,
        flags=flags_of(figures, parts),
        clauses=tuple((each, clauses[each].title if each in clauses else each) for each in named),
        parts=tuple(zip(parts, figures.parts, strict=True)),
        wrong=wrong,
        is_need_to_know=any(clauses[each].is_need_to_know for each in named if each in clauses),
    )
