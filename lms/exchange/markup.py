"""Words of other systems, plain or HTML, as our Markdown or as plain text; what neither can say is told, never kept.

Bold, italic, code, lists, links, paragraphs and line breaks become Markdown; every other mark goes and its words stay.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlsplit

from lxml import etree

SCHEMES = frozenset({"http", "https", "mailto"})
MEDIA = frozenset("img picture object audio video iframe embed svg canvas math applet source".split())
DROPPED = frozenset({"script", "style", "head", "title", "noscript", "template"})
STRONG, EMPHASIS, CODE = frozenset({"strong", "b"}), frozenset({"em", "i"}), frozenset({"code", "kbd", "samp", "tt"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS = frozenset({"ul", "ol"})
BLOCKS = HEADINGS | LISTS | frozenset(
    "p div li blockquote pre hr dl dt dd table thead tbody tr section article figure figcaption address".split()
)  # fmt: skip
MEANING = frozenset("sub sup del s strike table dl input select textarea button ruby".split())
"""What says something that plain words do not."""

_SPECIAL = re.compile(r"([\\`*\[\]])")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_TAG = re.compile(r"<(?=\S)")
_AT_START = re.compile(r"^([#>+\-=|:~]|\d+[.)])", re.MULTILINE)
_LOOKS_LIKE_HTML = re.compile(
    r"</?(?:p|br|b|i|em|strong|span|div|ul|ol|li|a|code|pre|img|table|sub|sup|h[1-6])\b[^<>]*>|&(?:nbsp|amp|lt|gt|quot);",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text, and what it had that it has no longer."""

    text: str
    has_media: bool = False
    """A picture, a sound, a formula: without it the rest may mean nothing."""
    is_less: bool = False
    """Marks that carry meaning were left out."""


def escaped(text: str) -> str:
    """Plain words as Markdown that shows just these words, within a line."""
    text = _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\1", text))
    return _TAG.sub("&lt;", _UNDERSCORE.sub(r"\\_", text))


def _at_start(match: re.Match[str]) -> str:
    """A sign that would begin a list, a heading or the like, so that it stands for itself."""
    found = match.group(1)
    if found[0].isdigit():
        return f"{found[:-1]}\\{found[-1]}"
    return f"\\{found}" if found in "#>+-" else f"&#{ord(found)};"


class Writer:
    """Takes elements and texts as they come, and writes Markdown, or plain text."""

    def __init__(self, *, is_plain: bool = False) -> None:
        self.has_media = self.is_less = False
        self._is_plain = is_plain
        self._blocks: list[tuple[bool, str]] = []
        """Whether it is an item of a list, and its lines."""
        self._inline: list[tuple[str, str, list[str]]] = [("", "", [])]
        """Tags of the line that are open: tag, address of a link, what stands in it."""
        self._items: list[str] = []
        """Marks of the lists that are open, empty once their item has begun; `>` of a quote."""
        self._lists: list[int] = []
        """Of each open list: 0 for one with bullets, else the next number."""
        self._silent = self._verbatim = 0
        self._heard: list[str] = []
        """Words since the last mark: the parser hands them over in pieces."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._say()
        if tag in DROPPED:
            self._silent += 1
        self.has_media |= tag in MEDIA
        self.is_less |= tag in MEANING or (self._is_plain and tag in STRONG | EMPHASIS | CODE | LISTS | {"a", "pre"})
        if tag in BLOCKS:
            self._flush()
            self._open_block(tag)
        elif tag == "br":
            self._inline[-1][2].append("\n" if self._is_plain or self._verbatim else "  \n")
        elif tag in {"td", "th"}:
            self._inline[-1][2].append(" ")
        elif not self._is_plain and tag in STRONG | EMPHASIS | CODE | {"a"}:
            self._inline.append((tag, attributes.get("href") or "", []))

    def end(self, tag: str) -> None:
        """An element ends."""
        self._say()
        if tag in DROPPED:
            self._silent = max(0, self._silent - 1)
        elif tag in BLOCKS:
            self._flush(is_pre=tag == "pre")
            self._close_block(tag)
        elif self._inline[-1][0] == tag:
            self._shut()

    def data(self, text: str) -> None:
        """Words."""
        if not self._silent:
            self._heard.append(text)

    def _say(self) -> None:
        text = "".join(self._heard)
        self._heard.clear()
        if not self._verbatim:
            text = re.sub(r"\s+", " ", text.replace("\xa0", " "))
        is_raw = self._is_plain or self._verbatim or any(tag in CODE for tag, _, _ in self._inline)
        self._inline[-1][2].append(text if is_raw else escaped(text))

    def close(self) -> Words:
        """Everything that was written."""
        self._say()
        self._flush()
        written = ""
        for place, (is_item, block) in enumerate(self._blocks):
            is_tight = is_item and place and self._blocks[place - 1][0]
            written += ("\n" if is_tight or self._is_plain else "\n\n") + block if place else block
        return Words(text=written, has_media=self.has_media, is_less=self.is_less)

    def _open_block(self, tag: str) -> None:
        if tag in LISTS:
            self._lists.append(int(tag == "ol"))
        elif tag == "li" and self._lists:
            number = self._lists[-1]
            self._items.append(f"{number}." if number else "-")
            self._lists[-1] += bool(number)
        elif tag == "blockquote":
            self._items.append(">")
        elif tag == "pre":
            self._verbatim += 1
        elif tag in HEADINGS and not self._is_plain:
            self._inline.append(("strong", "", []))

    def _close_block(self, tag: str) -> None:
        if tag in LISTS and self._lists:
            self._lists.pop()
        elif (tag == "li" and self._lists and self._items) or (tag == "blockquote" and ">" in self._items):
            self._items.pop()
        elif tag == "pre":
            self._verbatim = max(0, self._verbatim - 1)

    def _shut(self) -> None:
        """Close the innermost tag of the line; its words get their marks and go one level up."""
        tag, address, parts = self._inline.pop()
        words = "".join(parts)
        inside = words.strip()
        self.is_less |= tag == "a" and bool(address) and not _is_safe(address)
        if inside:
            at = words.index(inside)
            words = words[:at] + _marked(tag, address, inside) + words[at + len(inside) :]
        self._inline[-1][2].append(words)

    def _flush(self, *, is_pre: bool = False) -> None:
        while len(self._inline) > 1:
            self._shut()
        words = "".join(self._inline[0][2])
        self._inline[0][2].clear()
        if is_pre and not self._is_plain:
            if code := words.strip("\n"):
                self._write(f"~~~\n{code}\n~~~")
            return
        lines = [line.strip() for line in words.split("\n")]
        for is_said, group in groupby(lines, key=bool):
            if is_said and self._is_plain:
                self._write("\n".join(group))
            elif is_said:
                self._write("  \n".join(_AT_START.sub(_at_start, line) for line in group))

    def _write(self, text: str) -> None:
        """Put a block into the lists and quotes that are open."""
        first, rest, begins = "", "", False
        for place, mark in enumerate(self._items):
            if mark == ">":
                first, rest = f"{first}> ", f"{rest}> "
                continue
            is_new = bool(mark) and place == len(self._items) - 1
            first += f"{mark} " if is_new else ("" if self._is_plain else "    ")
            rest += "" if self._is_plain else "    "
            begins |= is_new
            self._items[place] = ""
        lines = text.split("\n")
        self._blocks.append((begins, "\n".join([first + lines[0], *(rest + line for line in lines[1:])])))


def _marked(tag: str, address: str, words: str) -> str:
    if tag in STRONG:
        return f"**{words}**"
    if tag in EMPHASIS:
        return f"*{words}*"
    if tag in CODE:
        fence = "``" if "`" in words else "`"
        return words if "``" in words else f"{fence}{words}{fence}"
    return f"[{words}]({quote(address, safe=_IN_ADDRESS)})" if _is_safe(address) else words


_IN_ADDRESS = "/:?#@!$&'*+,;=%-._~"


def _is_safe(address: str) -> bool:
    try:
        return urlsplit(address.strip()).scheme.casefold() in SCHEMES
    except ValueError:
        return False


def of_html(html: str, *, is_plain: bool = False) -> Words:
    """A piece of HTML as Markdown, or as plain text."""
    writer = Writer(is_plain=is_plain)
    if not html.strip():
        return writer.close()
    parser = etree.HTMLParser(target=writer, no_network=True, huge_tree=False, encoding="utf-8")
    words: Words = etree.fromstring(html.encode("utf-8", "replace"), parser)
    return words


def of_elements(element: Any, *, name: Callable[[Any], str], is_plain: bool = False, skipped: Any = ()) -> Words:
    """What stands in an element of an XML document; `name` gives the name of an element, `skipped` are left out."""
    writer = Writer(is_plain=is_plain)
    writer.data(element.text or "")
    for child in element:
        _walk(writer, child, name, skipped)
    return writer.close()


def _walk(writer: Writer, element: Any, name: Callable[[Any], str], skipped: Any) -> None:
    """The parser lets nothing nest deeper than 256 levels."""
    if element not in skipped:
        tag = name(element)
        writer.start(tag, element.attrib)
        writer.data(element.text or "")
        for child in element:
            _walk(writer, child, name, skipped)
        writer.end(tag)
    writer.data(element.tail or "")


def of_plain(text: str, *, is_plain: bool = False) -> Words:
    """Plain words whose lines and empty lines mean what they look like."""
    writer = Writer(is_plain=is_plain)
    for part in re.split(r"\n\s*\n", text.strip()):
        for place, line in enumerate(part.split("\n")):
            if place:
                writer.start("br", {})
            writer.data(line)
        writer.start("p", {})
    return writer.close()


def of_unsure(text: str, *, is_plain: bool = False) -> Words:
    """Words of a source that does not say whether they are HTML."""
    return of_html(text, is_plain=is_plain) if _LOOKS_LIKE_HTML.search(text) else of_plain(text, is_plain=is_plain)
