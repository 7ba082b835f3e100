"""What figures of an item are worth saying aloud: each flag is a word, and a sentence for who owns the item.

Every threshold is here. None is applied before enough people answered, and most ask that the whole interval is beyond.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import gettext

from lms.languages import N_
from lms.statistics.answers import Part, PartKind
from lms.statistics.figures import Estimate, ItemFigures

ENOUGH = 20
"""First attempts before anything else is said."""
EASY = 0.95
"""Facility from which an item no longer tells who knows."""
HARD = 0.35
"""Facility below which, interval and all, few get it right."""
WEAK = 0.15
"""Correlation below which, interval and all, an item tells nothing of who knows the rest."""
DOUBTED = 0.5
"""Share of the best above which their wrong answer puts the key in doubt."""
OLD = 0.2
"""Share that still answers by the old rule."""
SKIPPED = 0.15
IDLE = 0.02
"""Share of choosers below which an option is no alternative."""
HASTY = 5
"""Seconds: the median of who did not even read the question."""


class FlagKind(StrEnum):
    """What is flagged, most urgent first; the word stands in the CSV."""

    KEY_DOUBTED = "key doubted"
    AGAINST = "against the rest"
    OLD_RULE = "old rule"
    HARD = "hard"
    TELLS_NOTHING = "tells nothing"
    SKIPPED = "skipped"
    HASTY = "hasty"
    EASY = "easy"
    IDLE_OPTION = "idle option"
    TOO_FEW = "too few"

    @property
    def urgency(self) -> int:
        """0 is the most urgent; in steps of two, so that no flag at all finds a place before the last."""
        return 2 * list(FlagKind).index(self)


_SENTENCES = {
    FlagKind.KEY_DOUBTED: N_("Most of the best choose “%(option)s”: is the key wrong, or the clause unclear?"),
    FlagKind.AGAINST: N_("Who does well elsewhere gets this wrong more often than others: look at key and wording."),
    FlagKind.OLD_RULE: N_("%(percent)s %% still answer by the old rule."),
    FlagKind.HARD: N_("Few get this right: is the clause unclear, or not taught?"),
    FlagKind.TELLS_NOTHING: N_("Who knows the rest does no better here than others: it does not tell who knows."),
    FlagKind.SKIPPED: N_("%(percent)s %% leave this open: is it clear what is asked?"),
    FlagKind.HASTY: N_("Answered in seconds: half need less than %(seconds)s s."),
    FlagKind.EASY: N_("Nearly everybody gets this right: it no longer tells who knows."),
    FlagKind.IDLE_OPTION: N_("Hardly anybody chooses “%(option)s”: it is no real alternative."),
    FlagKind.TOO_FEW: N_("Too few attempts yet to say."),
}
GOOD_TO_KNOW = frozenset({FlagKind.EASY, FlagKind.IDLE_OPTION, FlagKind.TOO_FEW})
"""Nothing is wrong with what people know or are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One thing to say about an item."""

    kind: FlagKind
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """In the reader's language."""
        return gettext(_SENTENCES[self.kind], **self.about)

    @property
    def is_good_to_know(self) -> bool:
        """Nothing is wrong with what people know or are told."""
        return self.kind in GOOD_TO_KNOW


def flags_of(figures: ItemFigures, parts: Sequence[Part]) -> tuple[Flag, ...]:
    """What to say of an item with these parts, most urgent first."""
    if figures.attempts < ENOUGH:
        return (Flag(kind=FlagKind.TOO_FEW),)
    found = [*_of_answers(figures), *_of_correlation(figures), *_of_parts(figures, parts)]
    return tuple(sorted(found, key=lambda flag: flag.kind.urgency))


def _of_answers(figures: ItemFigures) -> list[Flag]:
    found = []
    facility, seconds = figures.facility, figures.seconds
    if (facility.value or 0) >= EASY:
        found.append(Flag(kind=FlagKind.EASY))
    if facility.high is not None and facility.high < HARD:
        found.append(Flag(kind=FlagKind.HARD))
    if (figures.old_rule.value or 0) >= OLD:
        found.append(Flag(kind=FlagKind.OLD_RULE, about={"percent": percent(figures.old_rule)}))
    if (figures.unanswered.value or 0) >= SKIPPED:
        found.append(Flag(kind=FlagKind.SKIPPED, about={"percent": percent(figures.unanswered)}))
    if seconds.count >= ENOUGH and (seconds.value or 0) < HASTY:
        found.append(Flag(kind=FlagKind.HASTY, about={"seconds": HASTY}))
    return found


def _of_correlation(figures: ItemFigures) -> list[Flag]:
    high = figures.discrimination.high
    if high is None or (figures.facility.value or 0) >= EASY:
        return []
    if high < 0:
        return [Flag(kind=FlagKind.AGAINST)]
    return [Flag(kind=FlagKind.TELLS_NOTHING)] if high < WEAK else []


def _of_parts(figures: ItemFigures, parts: Sequence[Part]) -> list[Flag]:
    """Of options that are chosen; old rules have a flag of their own."""
    found = []
    for part, counted in zip(parts, figures.parts, strict=True):
        if part.kind not in (PartKind.OPTION, PartKind.WRITTEN) or part.is_key:
            continue
        if (counted.best or 0) > DOUBTED and not part.is_old_rule:
            found.append(Flag(kind=FlagKind.KEY_DOUBTED, about={"option": part.text}))
        if part.kind is PartKind.OPTION and (counted.share.value or 0) < IDLE:
            found.append(Flag(kind=FlagKind.IDLE_OPTION, about={"option": part.text}))
    return found


def percent(share: Estimate) -> int:
    """Rounded down, as every share of this interface."""
    return int(100 * (share.value or 0) + 1e-9)
