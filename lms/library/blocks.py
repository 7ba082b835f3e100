"""The lines under one heading to blocks: paragraphs, list items, table rows and code, each with its visible words.

A scanner of our own, because Python-Markdown keeps no positions. It goes by CommonMark where the two differ in
nothing that a reader would see.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import dedent

from lms.domain.policies import Block
from lms.library.lines import Line, TextRefused, is_reference
from lms.library.normalising import is_stamp, normalised
from lms.library.visible import Eyes, TooTangled, Visible

ITEM = re.compile(r"^\s*(?:[-*+]|(?P<number>\d{1,9})[.)])(?:[ \t]+|$)")
RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_QUOTE = re.compile(r"^ {0,3}((?:> ?)+)")
_DELIMITER = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_CELL_END = re.compile(r"(?<!\\)\|")
CODE_INDENT = 4
NO_ROW = -1
"""No line of a table came before."""
ITEM_INDENT = 2
"""A paragraph after a blank line still belongs to a list when it is indented this far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What stands under one heading."""

    blocks: tuple[Block, ...]
    links: tuple[str, ...]
    anchors: tuple[str, ...]
    """All anchors, those of the blocks and `trailing` among them."""
    trailing: tuple[str, ...]
    """Anchors after the last visible text: they name what comes next."""


def scan(lines: Sequence[Line], eyes: Eyes) -> Scanned:
    """Blocks of a stretch of lines without headings. Raises TextRefused.

    An item's nested items and its further paragraphs are blocks of their own, so that indenting changes nothing.
    """
    scanner = _Scanner(lines, eyes)
    scanner.run()
    return Scanned(
        blocks=tuple(scanner.blocks),
        links=tuple(scanner.links),
        anchors=tuple(scanner.anchors),
        trailing=tuple(scanner.waiting),
    )


class _Scanner:
    """Goes through the lines once, holding the block that is open."""

    def __init__(self, lines: Sequence[Line], eyes: Eyes) -> None:
        self.lines = lines
        self.eyes = eyes
        self.blocks: list[Block] = []
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.waiting: list[str] = []
        self.kind = ""
        self.open: list[Line] = []
        self.is_in_list = False
        self.is_after_blank = True
        self.quotes = 0
        self.row_line = NO_ROW

    def run(self) -> None:
        """Read everything."""
        for place, line in enumerate(self.lines):
            if line.fence:
                self._code_line(line)
            elif line.is_blank:
                self._close()
                self.is_after_blank, self.quotes, self.row_line = True, 0, NO_ROW
            else:
                self._text_line(line, self.lines[place + 1] if place + 1 < len(self.lines) else None)
                self.is_after_blank = False
        self._close()

    def _code_line(self, line: Line) -> None:
        if self.kind != "code" or self.open[-1].fence != line.fence:
            self._close()
            self.kind = "code"
        self.open.append(line)

    def _text_line(self, line: Line, following: Line | None) -> None:
        line = self._unquoted(line)
        text = line.text
        if not text.strip() or RULE.match(text) or (not self.open and is_reference(line)):
            self._close()
        elif self.kind == "code" and not self.open[-1].fence and line.indent >= CODE_INDENT:
            self.open.append(line)
        elif self._begins_item(text):
            self._open_item(line)
        elif self._is_row(line, following):
            self._close()
            self._row(line)
        elif not self.open or self.kind == "code":
            self._open_text(line)
        else:
            self._continue(line)

    def _unquoted(self, line: Line) -> Line:
        """The line without its `>`; a quotation that begins parts blocks, one that ends need not."""
        found = _QUOTE.match(line.text)
        if not found:
            return line
        depth = found.group(1).count(">")
        if depth > self.quotes:
            self._close()
        self.quotes = depth
        return replace(line, text=line.text[found.end() :])

    def _begins_item(self, text: str) -> bool:
        found = ITEM.match(text)
        if not found:
            return False
        if not self.is_in_list and self.is_after_blank and text.expandtabs(4).startswith(" " * CODE_INDENT):
            return False
        if self.kind != "paragraph" or self.is_in_list:
            return True
        # In running text only a bullet with text, or a 1, begins a list: "… in\n1986. Later …" is a sentence.
        return found.end() < len(text) and found.group("number") in (None, "1")

    def _open_item(self, line: Line) -> None:
        self._close()
        text = line.text
        found = ITEM.match(text)
        while found:
            text = text[found.end() :]
            found = ITEM.match(text) if text.strip() else None
        self.kind, self.is_in_list = "item", True
        self.open.append(replace(line, text=text))

    def _open_text(self, line: Line) -> None:
        self._close()
        if self.is_after_blank and line.indent < ITEM_INDENT:
            self.is_in_list = False
        is_code = self.is_after_blank and not self.is_in_list and line.indent >= CODE_INDENT
        self.kind = "code" if is_code else "paragraph"
        self._continue(line)

    def _continue(self, line: Line) -> None:
        if self.kind == "paragraph" and is_stamp(line.text.strip(" *_")):
            self._close()
            self.kind = "paragraph"
            self.open.append(line)
            self._close()
            return
        self.kind = self.kind or "paragraph"
        self.open.append(line)

    def _is_row(self, line: Line, following: Line | None) -> bool:
        if "|" not in line.text:
            self.row_line = NO_ROW
            return False
        if self.row_line == line.number - 1:
            return True
        is_head = following is not None and "|" in following.text and not following.fence
        return is_head and following is not None and _DELIMITER.match(following.text) is not None

    def _row(self, line: Line) -> None:
        self.row_line = line.number
        if _DELIMITER.match(line.text) and "-" in line.text:
            return
        cells = [cell.strip() for cell in _CELL_END.split(line.text.strip())]
        seen = [self._see(cell.replace("\\|", "|"), line) for cell in cells]
        shown = " | ".join(piece.text for piece in seen).strip(" |")
        whole = Visible(
            text=shown,
            links=tuple(link for piece in seen for link in piece.links),
            anchors=tuple(anchor for piece in seen for anchor in piece.anchors),
        )
        self._keep(whole, kind="row", source=line.text.strip())

    def _see(self, source: str, line: Line) -> Visible:
        try:
            return self.eyes.see(source)
        except TooTangled as error:
            raise TextRefused(str(error), line=line.number) from error

    def _close(self) -> None:
        """Finish the open block, if any."""
        lines, kind = self.open, self.kind
        self.open, self.kind = [], ""
        if not lines:
            return
        if kind == "code":
            is_fenced = bool(lines[0].fence)
            source = "\n".join(line.raw if is_fenced else line.text for line in lines)
            inner = [line.raw for line in lines[1:-1]] if is_fenced else [line.text for line in lines]
            shown = dedent("\n".join(inner)).strip("\n").rstrip()
            self._keep(Visible(text=shown), kind="code", source=source)
            return
        source = "\n".join(line.text.lstrip() for line in lines).rstrip()
        self._keep(self._see(source, lines[0]), kind=kind, source=source)

    def _keep(self, seen: Visible, *, kind: str, source: str) -> None:
        """Add a block; anchors without visible text name the block after them."""
        self.links += seen.links
        self.anchors += seen.anchors
        self.waiting += seen.anchors
        if not seen.text:
            return
        is_dated = kind != "code" and is_stamp(seen.text)
        words = "" if is_dated else normalised(seen.text)
        self.blocks.append(
            Block(
                kind="stamp" if is_dated else kind,
                source=source,
                words=words,
                shown=seen.text,
                anchors=tuple(self.waiting),
            )
        )
        self.waiting = []
