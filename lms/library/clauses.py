"""A policy text to clauses: split by headings, ids given to the first version and carried over to the next.

A clause is the text under one heading of any level up to the next; a heading without text of its own is a container.
Source: domain.md section 2 and formats.md (v1.md). Paragraphs and items are in `blocks.py`, links in `lms.domain`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from lms.domain import changes, matching
from lms.domain.changes import Comparison
from lms.domain.policies import Block, Clause, Section
from lms.library.blocks import ITEM, RULE, scan
from lms.library.lines import Line, TextRefused, lines_of, references_of
from lms.library.normalising import links_hash, slug, text_hash, title_hash
from lms.library.visible import Eyes, TooTangled

MOST_CLAUSES = 500
"""Every clause may have to be held against every other; the longest real policy seen has 61."""
MOST_BLOCKS = 5_000
INTRODUCTION = "introduction"
"""Id of the text before the first heading where the document has no title."""

_ATX = re.compile(r"^ {0,3}(#{1,6})(?![^ \t])(.*)$")
_SETEXT = re.compile(r"^ {0,3}(={2,}|-{2,})[ \t]*$")
_ATTRIBUTES = re.compile(r"(?<![{\\])\{:?\s*((?:#|\w+\s*=)[^{}]*)\}\s*$")
_ATTRIBUTE = re.compile(r"#(?P<id>\S+)|(?P<name>\w+)\s*=\s*\"(?P<value>[^\"]*)\"|(?P<other>\S+)")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a heading says of its clause besides the id."""

    queues: frozenset[str] = frozenset()
    is_need_to_know: bool = False


NO_MARKS = _Marks()


@dataclass(slots=True)
class _Heading:
    """A heading and the lines under it."""

    line: int
    level: int
    title: str
    """Markdown; `{#id}` still in it."""
    body: list[Line] = field(default_factory=list)


def split(text: str, *, default_title: str = "") -> tuple[Section, ...]:
    """The sections of a policy text that have text of their own, in order.

    `default_title` names the text before the first heading. Raises TextRefused, with the line, for a text larger than
    256 kB, control characters, an id that is malformed or stands twice, and an unknown attribute of a heading.
    """
    lines = lines_of(text)
    eyes = Eyes(references_of(lines))
    sections: list[Section] = []
    above: list[tuple[int, str]] = []
    waiting: tuple[str, ...] = ()
    for heading in _headings(lines):
        explicit_id, marks, title, anchors = _title(heading, eyes)
        above = [(level, name) for level, name in above if level < heading.level]
        scanned = scan(heading.body, eyes)
        section = Section(
            explicit_id=explicit_id or _anchor_id((*waiting, *anchors)),
            title=title if heading.level else default_title,
            level=heading.level,
            path=tuple(name for _, name in above),
            source="\n".join(line.raw for line in heading.body),
            blocks=scanned.blocks,
            queues=marks.queues,
            is_need_to_know=marks.is_need_to_know,
            anchors=(*waiting, *anchors, *scanned.anchors),
            links=scanned.links,
            line=heading.line,
        )
        if heading.level:
            above.append((heading.level, title))
        waiting = scanned.trailing
        if _has_text(scanned.blocks):
            sections.append(section)
        elif marks != NO_MARKS:
            raise TextRefused(
                "This heading has no text of its own; write the attributes on the clauses under it.", line=heading.line
            )
    _refuse_too_many(sections)
    return _with_unique_ids(sections)


def first_version(text: str, *, default_title: str = "") -> tuple[Clause, ...]:
    """The clauses of a policy's first version, with their ids. Raises TextRefused."""
    sections = split(text, default_title=default_title)
    return _settled(sections, carried={}, taken=frozenset())


def next_version(
    old: tuple[Clause, ...],
    text: str,
    *,
    taken: frozenset[str],
    default_title: str = "",
    audience: frozenset[str] = frozenset(),
) -> Comparison:
    """The clauses of the next version with their ids carried over, and one change for each that is not unchanged.

    `old` is the last version not withdrawn; `taken` every id the policy ever used, which no new clause gets unless its
    author writes it; `audience` the queues of the policy. Raises TextRefused.
    """
    sections = split(text, default_title=default_title)
    pairs = matching.match(old, sections)
    clauses = _settled(sections, carried=_carried(old, pairs), taken=taken | {clause.id for clause in old})
    return changes.between(old, clauses, pairs=pairs, audience=audience)


def _headings(lines: Sequence[Line]) -> list[_Heading]:
    """All headings with the lines under them; the text before the first is under one of level 0."""
    found = [_Heading(line=lines[0].number if lines else 1, level=0, title="")]
    place = 0
    latest: Line | None = None
    while place < len(lines):
        line = lines[place]
        following = lines[place + 1] if place + 1 < len(lines) else None
        before = lines[place - 1] if place else None
        if atx := _atx(line, latest):
            found.append(_Heading(line=line.number, level=len(atx.group(1)), title=_unclosed(atx.group(2))))
        elif following and (level := _setext(line, following, before=before)):
            found.append(_Heading(line=line.number, level=level, title=line.text.strip()))
            place += 1
        else:
            found[-1].body.append(line)
        latest = latest if line.is_blank else line
        place += 1
    return found


def _atx(line: Line, latest: Line | None) -> re.Match[str] | None:
    """A heading with `#`, unless it is code or stands indented in a list item; `latest` is the last line with text."""
    if line.fence or (line.text.startswith(" ") and latest and _is_in_list(latest)):
        return None
    return _ATX.match(line.text)


def _unclosed(title: str) -> str:
    """The words of an ATX heading without the marks that may close it: `## Title ##`."""
    bare = title.strip()
    opened = bare.rstrip("#")
    return opened.rstrip() if not opened or opened[-1] in " \t" else bare


def _setext(line: Line, following: Line, *, before: Line | None) -> int:
    """Level of a heading underlined by `===` or `---`, else 0. Under several lines it is text and a rule."""
    mark = None if following.fence else _SETEXT.match(following.text)
    is_alone = before is None or before.is_blank or before.fence or _ATX.match(before.text) is not None
    if not mark or not is_alone or line.fence or line.is_blank or _is_in_list(line):
        return 0
    if line.text.lstrip().startswith((">", "|")) or RULE.match(line.text):
        return 0
    return 1 if mark.group(1).startswith("=") else 2


def _is_in_list(line: Line) -> bool:
    return ITEM.match(line.text) is not None or line.text.startswith((" ", "\t"))


def _title(heading: _Heading, eyes: Eyes) -> tuple[str | None, _Marks, str, tuple[str, ...]]:
    """Explicit id, marks, visible title and anchors of a heading."""
    source, explicit_id, marks = heading.title, None, NO_MARKS
    if found := _ATTRIBUTES.search(source):
        source = source[: found.start()]
        for part in _ATTRIBUTE.finditer(found.group(1)):
            if part["id"] and explicit_id is None:
                explicit_id = _checked_id(part["id"], heading.line)
            elif part["name"] == "queues":
                marks = replace(
                    marks, queues=frozenset(_checked_id(one, heading.line) for one in part["value"].split())
                )
            elif (part["name"], part["value"]) == ("need_to_know", "true"):
                marks = replace(marks, is_need_to_know=True)
            else:
                raise TextRefused(
                    f'“{part.group()}” is not understood in a heading; write {{#id}}, {{#id queues="a b"}} or '
                    '{#id need_to_know="true"}.',
                    line=heading.line,
                )
    try:
        seen = eyes.see(source)
    except TooTangled as error:
        raise TextRefused(str(error), line=heading.line) from error
    return explicit_id, marks, seen.text, seen.anchors


def _checked_id(written: str, line: int) -> str:
    if not _ID.fullmatch(written) or len(written) > _LONGEST_ID:
        raise TextRefused(
            f"“{written}” is not an id; use small letters a to z, digits and hyphens, at most {_LONGEST_ID}.", line=line
        )
    return written


def _anchor_id(anchors: Iterable[str]) -> str | None:
    """The first anchor of a heading as an id: authors keep anchors when they change all else."""
    return next((slug(anchor.replace("-", " ")) for anchor in anchors), None)


def _has_text(blocks: Iterable[Block]) -> bool:
    """A date stamp is no text: nobody can be trained on it."""
    return any(block.kind != "stamp" for block in blocks)


def _refuse_too_many(sections: Sequence[Section]) -> None:
    if len(sections) > MOST_CLAUSES or sum(len(section.blocks) for section in sections) > MOST_BLOCKS:
        raise TextRefused(
            f"The text has more than {MOST_CLAUSES:,} clauses or {MOST_BLOCKS:,} paragraphs; divide it into policies."
        )


def _with_unique_ids(sections: Sequence[Section]) -> tuple[Section, ...]:
    lines: dict[str, int] = {}
    for section in sections:
        if section.explicit_id is None:
            continue
        if section.explicit_id in lines:
            raise TextRefused(
                f"The id “{section.explicit_id}” stands in line {lines[section.explicit_id]} already; each clause"
                " needs its own.",
                line=section.line,
            )
        lines[section.explicit_id] = section.line
    return tuple(sections)


def _carried(old: Sequence[Clause], pairs: Sequence[matching.Pair]) -> dict[int, str]:
    """The old id that each section goes on bearing, by its index: of several parts the one most like the whole."""
    carried: dict[int, str] = {}
    for pair in sorted(pairs, key=lambda pair: (pair.is_part, -pair.similarity, pair.new)):
        if pair.new not in carried and old[pair.old].id not in carried.values():
            carried[pair.new] = old[pair.old].id
    return carried


def _settled(sections: Sequence[Section], *, carried: dict[int, str], taken: frozenset[str]) -> tuple[Clause, ...]:
    """Clauses with ids: written by the author, else carried over, else a slug nobody used, repeats numbered."""
    written = {section.explicit_id for section in sections if section.explicit_id}
    used = set(taken) | written | set(carried.values())
    ids = []
    for index, section in enumerate(sections):
        settled = section.explicit_id or carried.get(index)
        if not settled:
            settled = _free(slug(section.title) if section.title else INTRODUCTION, used)
            used.add(settled)
        ids.append(settled)
    return tuple(_clause(section, settled) for section, settled in zip(sections, ids, strict=True))


def _free(wanted: str, used: set[str]) -> str:
    number = 2
    free = wanted
    while free in used:
        free, number = f"{wanted}-{number}", number + 1
    return free


def _clause(section: Section, settled: str) -> Clause:
    return Clause(
        id=settled,
        title=section.title,
        level=section.level,
        path=section.path,
        source=section.source,
        blocks=section.blocks,
        queues=section.queues,
        text_hash=text_hash(section.blocks),
        title_hash=title_hash(section.title),
        links_hash=links_hash(section.links),
        is_need_to_know=section.is_need_to_know,
    )


__all__ = ["TextRefused", "first_version", "next_version", "split"]
