"""One stretch of Markdown to what a reader sees of it: its visible text, the anchors in it and where its links point.

Emphasis, heading marks, bullets, comments and link addresses are not visible; link text, code, cells and the address
of a mail or telephone link are. Source: research/clauses.md section 7, steps 1, 2 and 6.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, SubElement

import markdown

from lms.domain.words import VARIABLE

MOST_CHARACTERS = 20_000
MOST_BRACKETS = 200
"""Python-Markdown looks for the end of every `[` anew: the time it takes grows with brackets times characters."""

_MARKS = frozenset("\\`*_[]!<&\x02")
"""Without any of these, inline Markdown is the text it looks like."""
_ANCHOR = re.compile(r"<a\s[^<>]*?\b(?:name|id)\s*=\s*[\"']?([^\s\"'<>]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"<a\s[^<>]*?\bhref\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>]+))", re.IGNORECASE)
_STASHED = re.compile(r"\x02wzxhzdk:(\d+)\x03")
_CHARACTER = re.compile(r"\x02amp\x03(#\d+;)")
_BREAKING = re.compile(r"^<\s*/?(?:br|p|div|li|ul|ol|td|th|tr|hr|h[1-6])\b", re.IGNORECASE)
_VARIABLE = re.compile(VARIABLE)


class TooTangled(ValueError):
    """A block is too long, or has too many square brackets, to be read in reasonable time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """What a reader sees of a stretch of Markdown."""

    text: str
    """In one line, with its case and punctuation."""
    links: tuple[str, ...] = ()
    """For each link the last path segment and the fragment; none for mail and telephone links."""
    anchors: tuple[str, ...] = ()


class Eyes:
    """Reads inline Markdown as `markdown` does. One for each document, because of its link references.

    Not for use by two threads at once.
    """

    def __init__(self, references: Mapping[str, str]) -> None:
        """`references` are the addresses of link reference definitions by their lower-case names."""
        self._markdown = markdown.Markdown()
        self._markdown.references.update({name: (address, "") for name, address in references.items()})

    def see(self, source: str) -> Visible:
        """Visible text, links and anchors of one paragraph, item, cell or heading. Raises TooTangled."""
        if len(source) > MOST_CHARACTERS or source.count("[") > MOST_BRACKETS:
            raise TooTangled(
                f"A paragraph or list item has more than {MOST_CHARACTERS:,} characters or {MOST_BRACKETS} square"
                f" brackets; divide it. It begins “{source.strip()[:40]}”."
            )
        if _MARKS.isdisjoint(source):
            return Visible(text=" ".join(source.split()))
        stash = self._markdown.htmlStash
        stash.reset()
        shielded = _VARIABLE.sub(lambda found: stash.store(found.group()), source)
        root = Element("div")
        SubElement(root, "p").text = shielded
        for step in ("inline", "unescape"):
            self._markdown.treeprocessors[step].run(root)
        raw = [str(piece) for piece in stash.rawHtmlBlocks]
        return self._seen(root, raw)

    def _seen(self, root: Element, raw: list[str]) -> Visible:
        pieces = _Pieces(raw)
        for kind, value in _walk(root):
            if kind == "text":
                pieces.add(value)
            elif kind == "break":
                pieces.add(" ")
            elif kind == "opens":
                pieces.opened(_plain(value))
            elif kind == "closes":
                pieces.closed()
            else:
                pieces.links.append(link_key(value))
        return Visible(
            text=" ".join("".join(pieces.text).split()),
            links=tuple(key for key in pieces.links if key),
            anchors=tuple(pieces.anchors),
        )


class _Pieces:
    """Collects text in order and puts mail and telephone addresses back behind the words that hide them."""

    def __init__(self, raw: list[str]) -> None:
        self.raw = raw
        self.text: list[str] = []
        self.links: list[str] = []
        self.anchors: list[str] = []
        self._open: list[tuple[str, int]] = []

    def add(self, text: str) -> None:
        """Text as the parser left it: raw HTML and entities are still places in the stash."""
        end = 0
        for found in _STASHED.finditer(text):
            self.text.append(_plain(text[end : found.start()]))
            self._html(self.raw[int(found.group(1))])
            end = found.end()
        self.text.append(_plain(text[end:]))

    def _html(self, piece: str) -> None:
        if not piece.startswith("<"):
            self.text.append(html.unescape(piece))
            return
        if piece.startswith("<!--"):
            return
        self.anchors += _ANCHOR.findall(piece)
        address = _ADDRESS.match(piece)
        if address:
            self.opened(html.unescape(next(group for group in address.groups() if group is not None)))
        elif piece.casefold().startswith("</a"):
            self.closed()
        elif _BREAKING.match(piece):
            self.text.append(" ")

    def opened(self, address: str) -> None:
        """A link begins."""
        self._open.append((address, len(self.text)))

    def closed(self) -> None:
        """The link that began last ends; an `</a>` of a mere anchor closes nothing."""
        if not self._open:
            return
        address, start = self._open.pop()
        scheme, _, rest = address.partition(":")
        if scheme.casefold() not in ("mailto", "tel"):
            self.links.append(link_key(address))
            return
        reached = unquote(rest.partition("?")[0]).strip()
        if reached and reached.casefold() not in "".join(self.text[start:]).casefold():
            self.text.append(f" ({reached})")


def _walk(element: Element) -> Iterator[tuple[str, str]]:
    """Events in reading order: text, break, opens (with the address), closes, image (with its source)."""
    if element.tag == "br":
        yield "break", ""
    elif element.tag == "img":
        yield "text", element.get("alt", "")
        yield "image", element.get("src", "")
    elif element.tag == "a":
        yield "opens", element.get("href", "")
    if element.text:
        # Code is kept by the parser as escaped HTML, everything else as plain text.
        yield "text", html.unescape(element.text) if element.tag == "code" else element.text
    for child in element:
        yield from _walk(child)
    if element.tag == "a":
        yield "closes", ""
    if element.tail:
        yield "text", element.tail


def _plain(text: str) -> str:
    return _CHARACTER.sub(lambda found: html.unescape("&" + found.group(1)), text)


def link_key(address: str) -> str:
    """Where a link points, for the reference hash: last path segment and fragment.

    Without scheme, host, prefix, extension and query, because addresses move while the document they name stays. A
    fragment loses its leading number or letter (`#d-transparency`), since sections are renumbered. The host stands in
    where there is neither path nor fragment.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return address.strip()
    last = parts.path.rstrip("/").rpartition("/")[2]
    stem = re.sub(r"\.(?:html?|md|php|aspx?|pdf)$", "", last)
    fragment = re.sub(r"^(?:[a-z]|\d+)-", "", parts.fragment)
    key = f"{stem}#{fragment}" if fragment else stem
    return key or parts.netloc
