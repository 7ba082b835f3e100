"""Which clause of a version continues which clause of the version before it, and how sure that is.

Layers, in this order: explicit id or anchor; same normalised text; same title without its number and similarity
>= 0.25; anywhere >= 0.4; a lone leftover between two matched neighbours >= 0.2. Then parts: splits and merges.
Source: domain.md section 2, measured in research/clauses.md section 6. What the changes are is in `changes.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.domain.likeness import TAKEN_OVER, bag, contained, runs_in, similarity, without
from lms.domain.policies import Change, Clause, Section
from lms.domain.words import title_key

SAME_TITLE = 0.25
ANYWHERE = 0.4
LEFTOVER = 0.2
SURE = 0.6
"""Links below are shown to the author to confirm or correct."""

PART = 0.5
"""Share of words in common between a part and what is left of the whole when its first counterpart is taken out, over
the number of words of the smaller one."""
OF_A_SPLIT = 0.3
OF_A_MERGE = 0.5
"""Share of the part's own words that must come from the whole: a part of a split may have grown, what was merged must
have been taken over largely, or it was removed."""
PART_WORDS = 8
"""Fewer words in common are no part of anything."""


class By(StrEnum):
    """The layer that made a link."""

    ID = "id"
    TEXT = "text"
    TITLE = "title"
    ANYWHERE = "anywhere"
    LEFTOVER = "leftover"
    SPLIT = "split"
    MERGE = "merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Piece number `new` continues piece number `old`."""

    old: int
    new: int
    similarity: float
    by: By

    @property
    def is_part(self) -> bool:
        """True when one of the two has another counterpart that it belongs to first."""
        return self.by in (By.SPLIT, By.MERGE)


@dataclass(frozen=True, slots=True)
class Piece:
    """What matching looks at: a clause, or a block of one."""

    names: frozenset[str]
    """Ids and anchors; any in common makes a pair."""
    words: tuple[str, ...]
    group: str
    """Pieces of one group are more likely the same: the heading for a clause, one group for the blocks of a clause."""
    place: tuple[str, ...] = ()
    """Told apart by it when several have the same words: the headings above."""


def match(old: Sequence[Clause | Section], new: Sequence[Clause | Section]) -> tuple[Pair, ...]:
    """Links between the clauses of two versions, by the order of `new`, then of `old`.

    Every clause has at most one pair that is not a part; a split clause has further pairs to its parts, a merged one
    further pairs to what was merged into it.
    """
    pieces, others = [_piece(one) for one in old], [_piece(one) for one in new]
    first = match_pieces(pieces, others)
    return tuple(sorted([*first, *_parts(pieces, others, first)], key=lambda pair: (pair.new, pair.is_part, pair.old)))


def unsure(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes whose links a person should confirm or correct: a link below 0.6, or no counterpart at all.

    A link drawn by hand is confirmed; so is a missing counterpart once somebody gave a verdict.
    """
    return tuple(
        change
        for change in changes
        if any(link.similarity < SURE and not link.is_confirmed for link in change.links)
        or (not change.links and change.verdict is None)
    )


def match_pieces(old: Sequence[Piece], new: Sequence[Piece]) -> list[Pair]:
    """One-to-one pairs by the five layers."""
    matching = _Matching(old, new)
    matching.by_name()
    matching.by_text()
    matching.by_similarity(SAME_TITLE, By.TITLE)
    matching.by_similarity(ANYWHERE, By.ANYWHERE)
    matching.by_leftover()
    return sorted(matching.pairs.values(), key=lambda pair: pair.new)


class _Matching:
    """Pairs found so far, by the index of the old piece."""

    def __init__(self, old: Sequence[Piece], new: Sequence[Piece]) -> None:
        self.old, self.new = old, new
        self.pairs: dict[int, Pair] = {}
        self.left_old = dict.fromkeys(range(len(old)))
        self.left_new = dict.fromkeys(range(len(new)))
        self._known: dict[tuple[int, int], tuple[float, bool]] = {}
        self._bags = [[bag(piece.words) for piece in side] for side in (old, new)]

    def join(self, old: int, new: int, *, similarity: float, by: By) -> None:
        """Make a pair of two pieces that are both still free."""
        self.pairs[old] = Pair(old=old, new=new, similarity=similarity, by=by)
        del self.left_old[old]
        del self.left_new[new]

    def by_name(self) -> None:
        """Explicit ids and anchors. A name that stands in several pieces decides nothing."""
        owners = _owners(self.old, self.left_old)
        for new in list(self.left_new):
            found = {owners[name] for name in self.new[new].names if name in owners}
            if len(found) == 1 and (old := found.pop()) in self.left_old:
                self.join(old, new, similarity=1.0, by=By.ID)

    def by_text(self) -> None:
        """Equal words; of several equal ones first those under the same headings, then in order."""
        by_words: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for old in self.left_old:
            if self.old[old].words:
                by_words[self.old[old].words].append(old)
        for is_close in (_is_in_same_place, _is_in_same_group, _is_anywhere):
            for new in list(self.left_new):
                candidates = by_words.get(self.new[new].words, [])
                found = next((old for old in candidates if is_close(self.old[old], self.new[new])), None)
                if found is not None:
                    candidates.remove(found)
                    self.join(found, new, similarity=1.0, by=By.TEXT)

    def by_similarity(self, floor: float, by: By) -> None:
        """The most similar first; of equally similar ones those under the same headings, then the nearest."""
        found = []
        for new in self.left_new:
            for old in self.left_old:
                before, after = self.old[old], self.new[new]
                if by is By.TITLE and before.group != after.group:
                    continue
                ratio = self._similarity(old, new, at_least=floor)
                if ratio >= floor:
                    found.append((-ratio, not _is_in_same_place(before, after), abs(old - new), old, new))
        for negative, _, _, old, new in sorted(found):
            if old in self.left_old and new in self.left_new:
                self.join(old, new, similarity=-negative, by=by)

    def by_leftover(self) -> None:
        """One old and one new piece left over between the same two matched neighbours, or at an end of the text."""
        new_of = {pair.old: pair.new for pair in self.pairs.values()} | {-1: -1, len(self.old): len(self.new)}
        for old in list(self.left_old):
            before, after = new_of.get(old - 1), new_of.get(old + 1)
            if before is None or after is None or after - before != 2:
                continue
            ratio = self._similarity(old, before + 1, at_least=LEFTOVER)
            if before + 1 in self.left_new and ratio >= LEFTOVER:
                self.join(old, before + 1, similarity=ratio, by=By.LEFTOVER)

    def _similarity(self, old: int, new: int, *, at_least: float) -> float:
        """The ratio, or an upper bound of it below `at_least`."""
        value, is_exact = self._known.get((old, new), (1.0, False))
        if is_exact or value < at_least:
            return value
        before, after = self.old[old].words, self.new[new].words
        total = len(before) + len(after)
        # Two date stamps have no words at all and are as alike as can be.
        value = 2 * len(self._bags[0][old] & self._bags[1][new]) / total if total else 1.0
        is_exact = value >= at_least
        if is_exact:
            value = similarity(before, after)
        self._known[old, new] = (value, is_exact)
        return value


def _owners(pieces: Sequence[Piece], places: Iterable[int]) -> dict[str, int]:
    """The piece of each name that only one of them has."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place in places:
        for name in pieces[place].names:
            found[name].append(place)
    return {name: owners[0] for name, owners in found.items() if len(owners) == 1}


def _is_in_same_place(old: Piece, new: Piece) -> bool:
    return old.group == new.group and old.place == new.place


def _is_in_same_group(old: Piece, new: Piece) -> bool:
    return old.group == new.group


def _is_anywhere(_old: Piece, _new: Piece) -> bool:
    return True


def _piece(one: Clause | Section) -> Piece:
    name = one.id if isinstance(one, Clause) else one.explicit_id
    return Piece(
        names=frozenset([name] if name else []),
        words=words_in(one),
        # The text before the first heading has no heading of its own: its title is that of the document.
        group=f"# {title_key(one.title)}" if one.level else "",
        place=tuple(title_key(title) for title in one.path),
    )


def words_in(one: Clause | Section) -> tuple[str, ...]:
    """The normalised words of a clause."""
    return tuple(word for block in one.blocks for word in block.words.split())


def _parts(old: Sequence[Piece], new: Sequence[Piece], first: Sequence[Pair]) -> list[Pair]:
    """Splits of the old and merges into the new, from what the layers left over.

    Words that already went to another counterpart do not count again: a sentence repeated elsewhere is no part.
    """
    splits = _shares(old, new, taken={pair.old: pair.new for pair in first}, least=OF_A_SPLIT)
    merges = _shares(new, old, taken={pair.new: pair.old for pair in first}, least=OF_A_MERGE)
    return [
        *(Pair(old=whole, new=part, similarity=share, by=By.SPLIT) for whole, part, share in splits),
        *(Pair(old=part, new=whole, similarity=share, by=By.MERGE) for whole, part, share in merges),
    ]


def _shares(
    wholes: Sequence[Piece], parts: Sequence[Piece], *, taken: dict[int, int], least: float
) -> list[tuple[int, int, float]]:
    """For each part without a counterpart the whole that its words stand in, if any: whole, part and share.

    A whole without any counterpart needs two parts: with one alone it would be the same clause, too little like it.
    """
    free = {
        place: without(whole.words, parts[taken[place]].words) if place in taken else whole.words
        for place, whole in enumerate(wholes)
    }
    runs_of = {place: runs_in(words) for place, words in free.items()}
    matched = set(taken.values())
    found: defaultdict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for place, part in enumerate(parts):
        if place in matched or len(part.words) < PART_WORDS:
            continue
        runs = runs_in(part.words)
        enough = max(PART_WORDS, least * len(part.words))
        near = [number for number, others in runs_of.items() if TAKEN_OVER * len(runs & others) >= enough]
        shares = {number: _share(free[number], part.words, enough=enough) for number in near}
        best = max(shares, key=shares.__getitem__, default=-1)
        if shares.get(best, 0.0) >= PART:
            found[best].append((best, place, shares[best]))
    return [entry for whole, entries in found.items() if len(entries) > 1 or whole in taken for entry in entries]


def _share(free: Sequence[str], part: Sequence[str], *, enough: float) -> float:
    """Share of the smaller one's words that stand in both; 0 when they are not `enough` words."""
    common = contained(part, free)
    return common / min(len(free), len(part)) if common >= enough else 0.0
