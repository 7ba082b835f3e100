"""Markdown of authors to HTML that may stand in a page.

Raw HTML is shown as text, and what comes out passes an allow-list besides, so that one mistake is not enough.
Source: research/reliability.md section 4.1; dependencies.md section 12 (C1 to C3).
"""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor

from lms.domain.quizzes import Picture
from lms.library.pictures import as_data

DEFAULT_PREFIX = "text-"

_TAGS = frozenset(
    "a abbr blockquote br code dd del dl dt em h1 h2 h3 h4 h5 h6 hr img li ol p pre strong sub sup table tbody td th"
    " thead tr ul".split()
)
_VEIL = frozenset({"details", "summary"})
_ATTRIBUTES = {
    "*": {"id"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
_SCHEMES = frozenset({"http", "https", "mailto"})
_LEAVES_THE_SITE = re.compile(r"[\s\x00-\x1f]*[/\\][\s\x00-\x1f]*[/\\]")
_HEADING = re.compile(r"h([1-6])")
_ATTRIBUTE_LIST = re.compile(r"(?<![{\\])\{:?\s*(?P<inside>(?:#|\w+\s*=)[^{}]*)\}\s*$")
_ID = re.compile(r"#([\w.-]+)")

# Python-Markdown takes quadratic time, or more levels of recursion than Python has, for these. What is found here is
# shown as it was typed. No text that a person wrote comes near.
MAX_CHARACTERS = 64 * 1024
_MAX_OPEN_BRACKETS = 20
_TANGLED = (
    re.compile(r"^[ \t]*(?:>[ \t]*|(?:[-*+]|\d+\.)[ \t]+){20}", re.MULTILINE),
    re.compile(r"^[ \t]{80}", re.MULTILINE),
    re.compile(r"(?:^#.*\n){200}", re.MULTILINE),
    re.compile(r"(?:^:.*\n(?:.*\n)?){200}", re.MULTILINE),
)


def render(
    markdown: str, *, prefix: str = "", top_level: int = 2, pictures: Iterable[Picture] = (), veil: str = ""
) -> str:
    """Give safe HTML for a Markdown text.

    The highest heading of the text becomes `top_level` (1 to 6), those below follow. Ids, and links to them, get
    `prefix`, so that they neither collide with those of the page nor take the place of a name in its scripts; an empty
    one stands for `text-`. Attributes of a heading in braces are not shown and `{#id}` is its id. Images show only
    when they are among `pictures`: those from elsewhere would tell a stranger who reads what, and when; they become
    their alternative text. With a `veil`, which is what stands on it, an image is blurred until somebody opens it. A
    text too large or too tangled is shown as typed.
    """
    known = {picture.address: picture.svg for picture in pictures}
    if is_tangled(markdown):
        return _as_typed(markdown)
    converter = Markdown(
        extensions=["fenced_code", "def_list", "sane_lists", TableExtension(use_align_attribute=True)]
    )  # one for each text: a shared one mixed up results between threads
    _Ours(top_level, frozenset(known), veil).extendMarkdown(converter)
    try:
        converted = converter.convert(markdown)
    except RecursionError:  # nested in a way that nobody thought of yet
        return _as_typed(markdown)
    return nh3.clean(
        converted,
        tags=set(_TAGS | (_VEIL if veil else frozenset())),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_filter(prefix or DEFAULT_PREFIX, known),
        url_schemes=set(_SCHEMES),
    )


def _as_typed(markdown: str) -> str:
    return f"<pre>{html.escape(markdown)}</pre>\n"


def is_tangled(markdown: str) -> bool:
    """Tell whether a text is too large or too deeply nested to be read in reasonable time."""
    if len(markdown) > MAX_CHARACTERS or any(pattern.search(markdown) for pattern in _TANGLED):
        return True
    return any(_open_brackets(block) > _MAX_OPEN_BRACKETS for block in re.split(r"\n[ \t]*\n", markdown))


def _open_brackets(block: str) -> int:
    deepest = depth = 0
    for bracket in re.findall(r"[\[\]()]", block):
        depth = depth + 1 if bracket in "[(" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _filter(prefix: str, pictures: Mapping[str, str]) -> Callable[[str, str, str], str | None]:
    """Give the function that decides what an allowed attribute may say; None drops it."""

    def decide(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "id":
            return prefix + value
        if attribute == "href":
            if _LEAVES_THE_SITE.match(value):
                return None
            return f"#{prefix}{value[1:]}" if value.startswith("#") else value
        if attribute == "src":
            return as_data(pictures[value]) if value in pictures else None
        return value

    return decide


class _Ours(Extension):
    """Raw HTML as text, headings one level down, images that are known."""

    def __init__(self, top_level: int, pictures: frozenset[str], veil: str) -> None:
        super().__init__()
        self._top_level, self._pictures, self._veil = top_level, pictures, veil

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.treeprocessors.register(_Headings(md, self._top_level), "headings", 30)  # before inline: braces are text yet
        # After inline: images are elements by then.
        md.treeprocessors.register(_Images(md, self._pictures), "images", 5)
        if self._veil:
            md.treeprocessors.register(_Veils(md, self._veil), "veils", 4)


class _Headings(Treeprocessor):
    def __init__(self, md: Markdown, top_level: int) -> None:
        super().__init__(md)
        self._top_level = top_level

    def run(self, root: Element) -> None:
        headings = [element for element in root.iter() if _HEADING.fullmatch(element.tag)]
        highest = min((int(element.tag[1]) for element in headings), default=1)
        for element in headings:
            element.tag = f"h{min(6, int(element.tag[1]) - highest + self._top_level)}"
            attributes = _ATTRIBUTE_LIST.search(element.text or "")
            if attributes:
                element.text = (element.text or "")[: attributes.start()].rstrip()
                found = _ID.search(attributes["inside"])
                if found:
                    element.set("id", found[1])


class _Images(Treeprocessor):
    def __init__(self, md: Markdown, pictures: frozenset[str]) -> None:
        super().__init__(md)
        self._pictures = pictures

    def run(self, root: Element) -> None:
        for element in root.iter("img"):
            if element.get("src", "") not in self._pictures:
                text = element.get("alt", "")
                element.attrib.clear()
                element.tag, element.text = "em", text


class _Veils(Treeprocessor):
    """Puts each image into what opens and closes, behind the paragraph it stood in: `components.css` blurs it there."""

    def __init__(self, md: Markdown, veil: str) -> None:
        super().__init__(md)
        self._veil = veil

    def run(self, root: Element) -> None:
        holders = {child: holder for holder in root.iter() for child in holder}
        behind: dict[Element, Element] = {}
        for image in list(root.iter("img")):
            block, holder = image, holders[image]
            while holder.tag not in _HOLDS_BLOCKS:
                block, holder = holder, holders[holder]
            cover = self._cover(image)
            if block is image:
                cover.tail, image.tail = image.tail, None
                holder[list(holder).index(image)] = cover
            else:
                _take_out(holders[image], image)
                holder.insert(list(holder).index(behind.get(block, block)) + 1, cover)
                behind[block] = cover

    def _cover(self, image: Element) -> Element:
        details = Element("details")
        summary = SubElement(details, "summary")
        summary.text = f"{self._veil} "
        summary.append(image)
        return details


_HOLDS_BLOCKS = frozenset({"div", "blockquote", "li", "dd", "td", "th"})


def _take_out(holder: Element, image: Element) -> None:
    """Remove an element and keep the words behind it."""
    place = list(holder).index(image)
    if place:
        holder[place - 1].tail = (holder[place - 1].tail or "") + (image.tail or "")
    else:
        holder.text = (holder.text or "") + (image.tail or "")
    image.tail = None
    holder.remove(image)
