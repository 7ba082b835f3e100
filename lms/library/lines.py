"""A Markdown source as lines: refuses what cannot be read, sets aside front matter, comments, code and references.

What the lines mean is in `blocks.py` (paragraphs, items, rows) and `clauses.py` (headings).
"""

import re
from dataclasses import dataclass

LARGEST = 256 * 1024
"""Bytes of UTF-8."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})(.*)$")
_REFERENCE = re.compile(r"^ {0,3}\[([^\[\]]+)\]:\s*<?(\S+?)>?(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*$")
_YAML_LINE = re.compile(r"^(?:[\w-]+\s*:|#|\s|$)")


class TextRefused(ValueError):
    """A source cannot be read as a policy text; the message names the line and what to do."""

    def __init__(self, sentence: str, *, line: int | None = None) -> None:
        self.line = line
        super().__init__(f"Line {line}: {sentence}" if line else sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a source."""

    number: int
    """From 1, in the source as handed over."""
    raw: str
    text: str
    """Without comments; empty when nothing else stands in it."""
    fence: int = 0
    """Number of the fenced code block it belongs to, marks included; 0 outside."""

    @property
    def is_blank(self) -> bool:
        """True for a line that parts blocks."""
        return not self.fence and not self.text.strip()

    @property
    def indent(self) -> int:
        """Columns before its text; a tab reaches to the next multiple of four."""
        wide = self.text.expandtabs(4)
        return len(wide) - len(wide.lstrip())


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a source from the end of its front matter on. Raises TextRefused."""
    if len(text.encode(errors="surrogatepass")) > LARGEST:
        raise TextRefused(f"The text is larger than {LARGEST // 1024} kB; divide it into several policies.")
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    _refuse_control(plain)
    raw_lines = plain.split("\n")
    start = _after_front_matter(raw_lines)
    fences = _fences(raw_lines, start)
    texts = _without_comments(raw_lines, fences)
    return tuple(
        Line(number=place + 1, raw=raw_lines[place], text=texts[place], fence=fences.get(place, 0))
        for place in range(start, len(raw_lines))
    )


def references_of(lines: tuple[Line, ...]) -> dict[str, str]:
    """Addresses of link reference definitions by lower-case name; the first of a name counts."""
    found: dict[str, str] = {}
    for line in lines:
        match = None if line.fence else _REFERENCE.match(line.text)
        if match and not match.group(1).startswith("^"):
            found.setdefault(" ".join(match.group(1).lower().split()), match.group(2))
    return found


def is_reference(line: Line) -> bool:
    """True for a link reference definition, which nobody sees; a footnote (`[^1]:`) is text."""
    match = _REFERENCE.match(line.text)
    return match is not None and not match.group(1).startswith("^")


def _refuse_control(text: str) -> None:
    if found := _CONTROL.search(text):
        code = ord(found.group())
        what = "A NUL character" if code == 0 else f"The control character U+{code:04X}"
        raise TextRefused(f"{what} cannot stand in a policy; remove it.", line=text.count("\n", 0, found.start()) + 1)


def _after_front_matter(raw_lines: list[str]) -> int:
    """Index of the first line after YAML front matter; 0 without it."""
    if raw_lines[0].rstrip() != "---":
        return 0
    for place in range(1, len(raw_lines)):
        if raw_lines[place].rstrip() in ("---", "..."):
            return place + 1
        if not _YAML_LINE.match(raw_lines[place]) and not raw_lines[place].startswith("- "):
            return 0
    return 0


def _fences(raw_lines: list[str], start: int) -> dict[int, int]:
    """Which lines belong to which fenced code block. A fence that is never closed is ordinary text."""
    found: dict[int, int] = {}
    hopeless = {"`": 1 << 30, "~": 1 << 30}
    number, place = 0, start
    while place < len(raw_lines):
        opening = _FENCE.match(raw_lines[place])
        end = None
        if opening and "`" not in opening.group(2) and len(opening.group(1)) < hopeless[opening.group(1)[0]]:
            end = _closing(raw_lines, place, opening.group(1))
            if end is None:
                hopeless[opening.group(1)[0]] = len(opening.group(1))
        if end is None:
            place += 1
            continue
        number += 1
        found.update(dict.fromkeys(range(place, end + 1), number))
        place = end + 1
    return found


def _closing(raw_lines: list[str], opened: int, mark: str) -> int | None:
    for place in range(opened + 1, len(raw_lines)):
        bare = raw_lines[place].strip()
        if len(bare) >= len(mark) and not bare.strip(mark[0]):
            return place
    return None


def _without_comments(raw_lines: list[str], fences: dict[int, int]) -> list[str]:
    """Each line without HTML comments, which may run over several lines. An unclosed comment is ordinary text."""
    texts = list(raw_lines)
    place = 0
    while place < len(texts):
        start = -1 if place in fences else _comment_start(texts[place])
        if start < 0:
            place += 1
            continue
        end = next(
            (later for later in range(place, len(texts)) if "-->" in texts[later][start if later == place else 0 :]),
            None,
        )
        if end is None:
            return texts
        before = texts[place][:start]
        after = texts[end][texts[end].index("-->", start if end == place else 0) + 3 :]
        if end == place:
            texts[place] = before + after
        else:
            texts[place : end + 1] = [before, *[""] * (end - place - 1), after]
            place = end
    return texts


def _comment_start(text: str) -> int:
    """Where a comment begins in a line; -1 for none. Inside a code span `<!--` is visible text."""
    start = text.find("<!--")
    while start >= 0 and text.count("`", 0, start) % 2:
        start = text.find("<!--", start + 4)
    return start
