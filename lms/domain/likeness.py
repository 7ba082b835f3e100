"""How alike two texts are, as lists of normalised words, and what kept its order. What follows is in `matching.py`.

The measure is `difflib.SequenceMatcher` (domain.md section 2); thresholds belong to their measure.
"""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

TAKEN_OVER = 3
"""Words in a row that count as taken over: shorter runs are mostly "of the" and the like."""
_MOST_EFFORT = 2_000_000
"""Pairs of equal words above which words are counted without their order, so that time stays bounded."""

Opcode = tuple[str, int, int, int, int]
"""Tag (equal, replace, delete, insert), then start and end in the old and in the new list."""


def similarity(old: Sequence[str], new: Sequence[str]) -> float:
    """`difflib.SequenceMatcher.ratio` of two lists of words, 0 to 1; 1.0 for two empty ones."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return matcher.quick_ratio() if is_too_much(old, new) else matcher.ratio()


def contained(smaller: Sequence[str], larger: Sequence[str]) -> int:
    """How many words of the one stand in the other, in order and at least three in a row."""
    if is_too_much(smaller, larger):
        return 0
    blocks = SequenceMatcher(None, larger, smaller, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= TAKEN_OVER)


def bag(words: Sequence[str]) -> frozenset[tuple[str, int]]:
    """The words without their order, each with how often it came before: two bags share what two texts share.

    Twice what they share over the words of both is an upper bound of the similarity, and quick to find.
    """
    seen: Counter[str] = Counter()
    found = set()
    for word in words:
        found.add((word, seen[word]))
        seen[word] += 1
    return frozenset(found)


def runs_in(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Every run of three words. Texts without one in common have taken nothing over, which is quick to see."""
    return frozenset(zip(*(words[start:] for start in range(TAKEN_OVER)), strict=False))


def without(words: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The words that are not taken over by the other text, in order."""
    if is_too_much(words, other):
        return ()
    kept: list[str] = []
    end = 0
    for block in SequenceMatcher(None, words, other, autojunk=False).get_matching_blocks():
        if block.size >= TAKEN_OVER:
            kept += words[end : block.a]
            end = block.a + block.size
    return (*kept, *words[end:])


def differences(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """How the one becomes the other, as `difflib` gives it; all at once when comparing in order would take minutes."""
    if is_too_much(old, new):
        tag = "equal" if list(old) == list(new) else "replace"
        return [(tag, 0, len(old), 0, len(new))]
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def in_order(places: Sequence[int]) -> frozenset[int]:
    """Indexes of a longest increasing run of `places`: what kept its order. The others moved."""
    best: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        length, prior = max(
            ((best[earlier] + 1, earlier) for earlier in range(index) if places[earlier] < place), default=(1, -1)
        )
        best.append(length)
        before.append(prior)
    kept: set[int] = set()
    index = max(range(len(best)), key=best.__getitem__, default=-1)
    while index >= 0:
        kept.add(index)
        index = before[index]
    return frozenset(kept)


def is_too_much(old: Sequence[str], new: Sequence[str]) -> bool:
    """True for texts that repeat the same words so often that comparing them in order would take minutes."""
    counts = Counter(new)
    return sum(count * counts[word] for word, count in Counter(old).items()) > _MOST_EFFORT
