"""YAML in which every scalar is text and nothing is guessed; `formats.py` gives the text its types.

Built on the parser's events, so that nothing is constructed, nothing recurses and an alias is refused before it grows.
Source: research/reliability.md section 4.2.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from lms.library import plain_text
from lms.library.problems import ContentError, Problem

MAX_DEPTH = 12
MAX_VALUES = 10_000
"""Keys, texts, lists and mappings in one document: reading 10,000 takes half a second."""

Value = str | list["Value"] | dict[str, "Value"]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML text: mappings, lists and text, with the line on which each value begins."""

    file: str
    value: Value
    lines: Mapping[Path, int] = field(repr=False)

    def line(self, path: Path) -> int:
        """Give the line of the value at `path`, or of the nearest thing around it that was written."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def load(text: str, *, file: str, first_line: int = 1) -> Document:
    """Read one YAML document; `first_line` is where `text` begins in `file` (front matter).

    Raises ContentError with every problem found: broken syntax, a second document, duplicate keys, keys that are not
    text, tags, anchors, aliases and merge keys, more than 12 levels, more than 256 kB or 10,000 values,
    invisible characters.
    """
    if len(text.encode(errors="replace")) > plain_text.MAX_BYTES:
        message = f"the text has more than {plain_text.MAX_BYTES:,} bytes"
        raise ContentError([Problem(file, first_line, "", message, "split it in several files")])
    builder = _Builder(file, text.split("\n"), first_line)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if not builder.accept(event):
                break
    except YAMLError as error:
        builder.report_broken(error)
    if builder.problems:
        raise ContentError(builder.problems)
    return Document(file, builder.root, builder.lines)


def dotted(path: Path) -> str:
    """Write a path as people do: `versions[1].reason`."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return written.removeprefix(".")


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    path: Path
    value: list[Value] | dict[str, Value]
    key: str | None = None
    """The key that waits for its value."""


class _Builder:
    """Turns parser events into a tree without recursion."""

    def __init__(self, file: str, source: list[str], first_line: int) -> None:
        self.root: Value = ""
        self.lines: dict[Path, int] = {(): first_line}
        self.problems: list[Problem] = []
        self._file, self._source, self._first_line = file, source, first_line
        self._open: list[_Open] = []
        self._last: Path = ()
        self._documents = self._nodes = 0

    def accept(self, event: Event) -> bool:
        """Take the next event; False when reading on makes no sense."""
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._report(event, "a second document begins here", "keep one document in a file")
                return False
        elif isinstance(event, CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, NodeEvent):
            self._nodes += 1
            if self._nodes > MAX_VALUES:
                self._report(event, f"more than {MAX_VALUES:,} values in one file", "split it in several files")
                return False
            return self._node(event)
        return True

    def report_broken(self, error: YAMLError) -> None:
        """Add what the parser says about broken syntax."""
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = self._first_line + (mark.line if mark else 0)
        message = (error.problem if isinstance(error, MarkedYAMLError) else None) or "this is not YAML"
        remedy = "put the text in quotes if it contains `: ` or begins with a sign; indent with spaces, not tabs"
        self.problems.append(Problem(self._file, line, self._here(), message, remedy))

    def _node(self, event: NodeEvent) -> bool:
        if isinstance(event, AliasEvent):
            self._report(event, "aliases (`*name`) are not read", "write the value out")
            return self._place("", event)
        if event.anchor is not None:
            self._report(event, "anchors (`&name`) are not read", "write the value out wherever it is needed")
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None:
            self._report(event, "tags (`!…`) are not read", "leave the tag out")
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        value: list[Value] | dict[str, Value] = [] if isinstance(event, SequenceStartEvent) else {}
        if len(self._open) == MAX_DEPTH:
            self._report(event, f"more than {MAX_DEPTH} levels inside each other", "make it flatter")
            return False
        if not self._place(value, event):
            return False
        self._open.append(_Open(self._last, value))
        return True

    def _scalar(self, event: ScalarEvent) -> bool:
        text: str = event.value
        try:
            plain_text.refuse_invisible(text, file=self._file)
        except ContentError as error:  # written as an escape, such as "\\0"
            self._report(event, error.problems[0].message, error.problems[0].remedy)
        mark = event.end_mark
        rest = self._source[mark.line][mark.column :] if event.style is None and mark.line < len(self._source) else ""
        if re.match(r"\s+#\S", rest):
            self._report(event, "what follows ` #` would be taken for a comment", "put the whole text in quotes")
        return self._place(text, event)

    def _place(self, value: Value, event: NodeEvent) -> bool:
        """Put a value where the parser is; False if it stands where only a key can."""
        if not self._open:
            self._settle((), event)
            self.root = value
            return True
        top = self._open[-1]
        if isinstance(top.value, list):
            self._settle((*top.path, len(top.value)), event)
            top.value.append(value)
        elif top.key is None:
            return self._key(value, event, top)
        else:
            self._settle((*top.path, top.key), event)
            top.value[top.key] = value
            top.key = None
        return True

    def _key(self, key: Value, event: NodeEvent, top: _Open) -> bool:
        if not isinstance(key, str):
            self._report(
                event, "a key is not text", "write a word before the colon; quote a text that begins with [ or {"
            )
            return False
        if key in top.value:
            self._report(event, f"the key `{key}` stands here twice", "keep one of them")
        if key == "<<" and isinstance(event, ScalarEvent) and event.style is None:
            self._report(event, "merge keys (`<<`) are not read", "write the keys out")
        top.key = key
        self.lines.setdefault((*top.path, key), self._line(event))
        return True

    def _settle(self, path: Path, event: NodeEvent) -> None:
        self._last = path
        self.lines.setdefault(path, self._line(event))

    def _line(self, event: Event) -> int:
        return self._first_line + int(event.start_mark.line)

    def _here(self) -> str:
        if not self._open:
            return ""
        top = self._open[-1]
        return dotted(top.path if top.key is None else (*top.path, top.key))

    def _report(self, event: Event, message: str, remedy: str) -> None:
        self.problems.append(Problem(self._file, self._line(event), self._here(), message, remedy))
