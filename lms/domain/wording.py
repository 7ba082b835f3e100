"""Two wordings of a clause side by side, block by block, with the changed words marked.

What counts as changed are normalised words: case, quotes and punctuation are shown as written, but not marked.
Source: research/clauses.md sections 1, 2 and 6 (blocks) and 8 (replaced sections).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from lms.domain.likeness import Opcode, differences, in_order
from lms.domain.matching import ANYWHERE, Pair, Piece, match_pieces
from lms.domain.policies import Block, Clause
from lms.domain.words import VARIABLE, words_of

MOSTLY = 0.5
"""Share of a clause's words in blocks that continue; below it the clause was replaced, and weak pairs are chance."""

_SPOKEN = re.compile(rf"\s*(?:{VARIABLE}|\S)+")


class Status(StrEnum):
    """What happened to a block."""

    EQUAL = "equal"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """It stands elsewhere in the clause; its words may have changed as well."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that are all changed or all not, with the spaces between them."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPair:
    """One block in its old and its new wording. The texts of a side's runs, joined, are the block as shown."""

    old: tuple[Run, ...]
    """Empty for an added block."""
    new: tuple[Run, ...]
    """Empty for a removed block."""
    status: Status
    kind: str = "paragraph"
    """Of the new block, or of the removed one: paragraph | item | row | code | stamp."""


def side_by_side(old: Clause | None, new: Clause | None) -> tuple[BlockPair, ...]:
    """The blocks of two wordings by the order of the new one; removed blocks follow what they stood behind.

    None on one side: everything was added, or removed. No words are lost on either side.
    """
    olds = old.blocks if old else ()
    news = new.blocks if new else ()
    pairs = _paired(olds, news)
    by_new = {pair.new: pair.old for pair in pairs}
    kept = in_order([pair.old for pair in pairs])
    moved = {pair.new for index, pair in enumerate(pairs) if index not in kept}
    shown: list[BlockPair] = []
    told = 0
    gone = [place for place in range(len(olds)) if place not in by_new.values()]
    for place, block in enumerate(news):
        if place not in by_new:
            shown.append(_one_sided(block, is_new=True))
            continue
        if place not in moved:
            while told < len(gone) and gone[told] < by_new[place]:
                shown.append(_one_sided(olds[gone[told]], is_new=False))
                told += 1
        shown.append(_both(olds[by_new[place]], block, is_moved=place in moved))
    return (*shown, *(_one_sided(olds[place], is_new=False) for place in gone[told:]))


def without_passed_on(old: Clause | None, new: Clause | None, *, elsewhere: Collection[str]) -> Clause | None:
    """The old wording without the passages that stand in another clause now, as after a split: they are not gone.

    `elsewhere` are the normalised words of such passages; one that stands in `new` as well stays.
    """
    if old is None or not elsewhere:
        return old
    kept = {block.words for block in new.blocks} if new else set()
    return replace(old, blocks=tuple(one for one in old.blocks if one.words in kept or one.words not in elsewhere))


def runs(old: str, new: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Two visible texts with the words marked that differ. A single equal word between changed ones is marked too."""
    before, after = _Tokens(old), _Tokens(new)
    for tag, start, end, begin, stop in _readable(before.words, after.words):
        if tag != "equal":
            before.mark(start, end)
            after.mark(begin, stop)
    return before.runs(), after.runs()


def _readable(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """Opcodes in which a lone equal word between two changes, such as "of", is part of one change."""
    codes = differences(old, new)
    joined: list[Opcode] = []
    for place, (tag, start, end, begin, stop) in enumerate(codes):
        is_lone = tag == "equal" and end - start == 1 and 0 < place < len(codes) - 1
        if is_lone and min(_size(codes[place - 1]), _size(codes[place + 1])) > 1:
            tag = "replace"
        joined.append((tag, start, end, begin, stop))
    return joined


def _size(code: Opcode) -> int:
    return max(code[2] - code[1], code[4] - code[3])


class _Tokens:
    """A visible text in pieces between spaces, each with the normalised words in it."""

    def __init__(self, text: str) -> None:
        self.pieces = _SPOKEN.findall(text)
        if self.pieces:
            self.pieces[-1] += text[sum(map(len, self.pieces)) :]
        self.words: list[str] = []
        self.piece_of: list[int] = []
        for place, piece in enumerate(self.pieces):
            for word in _words(piece):
                self.words.append(word)
                self.piece_of.append(place)
        self.is_marked = [False] * len(self.pieces)

    def mark(self, start: int, end: int) -> None:
        """The words from `start` to before `end` changed, and with them whatever stands between them."""
        if start == end:
            return
        for place in range(self.piece_of[start], self.piece_of[end - 1] + 1):
            self.is_marked[place] = True

    def runs(self) -> tuple[Run, ...]:
        """The pieces joined; a space between two runs belongs to the one that is not marked."""
        made: list[Run] = []
        for piece, is_marked in zip(self.pieces, self.is_marked, strict=True):
            if made and made[-1].is_changed == is_marked:
                made[-1] = Run(made[-1].text + piece, is_marked)
                continue
            if made and is_marked:
                bare = piece.lstrip()
                made[-1] = Run(made[-1].text + piece[: len(piece) - len(bare)], False)
                piece = bare
            made.append(Run(piece, is_marked))
        return tuple(made)


def _words(piece: str) -> tuple[str, ...]:
    """Words of one piece; punctuation that stands alone is none, or a dash for a colon would be a change."""
    return words_of(f"{piece} x")[:-1]


def _paired(olds: Sequence[Block], news: Sequence[Block]) -> list[Pair]:
    pairs = match_pieces([_piece(block) for block in olds], [_piece(block) for block in news])
    continued = sum(_length(olds[pair.old]) + _length(news[pair.new]) for pair in pairs)
    everything = sum(map(_length, (*olds, *news)))
    if continued < MOSTLY * everything:
        pairs = [pair for pair in pairs if pair.similarity >= ANYWHERE]
    return pairs


def _piece(block: Block) -> Piece:
    return Piece(names=frozenset(block.anchors), words=tuple(block.words.split()), group="")


def _length(block: Block) -> int:
    return len(block.words.split())


def _one_sided(block: Block, *, is_new: bool) -> BlockPair:
    side = (Run(block.shown, True),) if block.shown else ()
    if is_new:
        return BlockPair(old=(), new=side, status=Status.ADDED, kind=block.kind)
    return BlockPair(old=side, new=(), status=Status.REMOVED, kind=block.kind)


def _both(old: Block, new: Block, *, is_moved: bool) -> BlockPair:
    before, after = runs(old.shown, new.shown)
    is_same = old.shown == new.shown if "stamp" in (old.kind, new.kind) else old.words == new.words
    if not is_same and not any(run.is_changed for run in (*before, *after)):
        # Nothing but punctuation on both sides: then that is what changed.
        before, after = (Run(old.shown, True),), (Run(new.shown, True),)
    status = Status.MOVED if is_moved else Status.EQUAL if is_same else Status.CHANGED
    return BlockPair(old=before, new=after, status=status, kind=new.kind)
