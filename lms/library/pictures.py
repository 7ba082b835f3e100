"""Pictures: `media/<name>.svg` beside the lessons, shown as `![what it says](/media/<policy>/<name>.svg)`.

A picture is checked here and kept in the lesson or item that shows it, so that it is frozen with the version and needs
no address of its own.
Source: docs/decisions/0010-pictures-live-in-their-lesson.md.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from xml.etree import ElementTree

from lms.library.problems import ContentError, Problem

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.svg")
MAX_BYTES = 64 * 1024
SHORTEST_TEXT = 30
"""Characters of an alternative text that can say what a diagram says."""

_ELEMENTS = frozenset(
    "svg title desc style g defs path rect circle ellipse line polyline polygon text tspan marker".split()
)
_IMAGE = re.compile(r"!\[(?P<text>[^\]]*)\]\(\s*<?(?P<address>[^)\s>]+)")
_SVG = "{http://www.w3.org/2000/svg}"
_REACHES_OUT = re.compile(r"@import|url\(\s*(?![\s'\"]*#)|\\", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
_INSTRUCTION = re.compile(r"<\?|<!(?!--)")
_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme:\s*dark\s*\)")


def address(policy: str, name: str) -> str:
    """Give what a lesson or an item writes to show a picture of its policy."""
    return f"/media/{policy}/{name}"


def shown_in(markdown: str) -> Iterator[tuple[str, str]]:
    """Give alternative text and address of every image of a text."""
    for found in _IMAGE.finditer(markdown):
        yield found["text"], found["address"]


def read(text: str, *, file: str) -> str:
    """Check an SVG picture and give it back. Raises ContentError with everything that is wrong."""
    if len(text.encode()) > MAX_BYTES:
        raise ContentError([Problem(file, None, "", f"the picture has more than {MAX_BYTES:,} bytes", "simplify it")])
    if _INSTRUCTION.search(_DECLARATION.sub("", text)):
        wrong = "it has a document type, an entity or an instruction"
        raise ContentError([Problem(file, None, "", wrong, "keep the <svg> element alone")])
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - no document type, so no entities
    except ElementTree.ParseError as error:
        line = error.position[0]
        raise ContentError([Problem(file, line, "", "this is not well-formed XML", "export it as plain SVG")]) from None
    problems = [Problem(file, None, "", message, remedy) for message, remedy in _wrong(root)]
    if problems:
        raise ContentError(problems)
    return text


def is_for_the_dark(svg: str) -> bool:
    """Tell whether a picture has colours of its own for a dark page."""
    return bool(_DARK.search(svg))


def as_data(svg: str) -> str:
    """Give a picture as an address that holds it."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _wrong(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    if root.tag != f"{_SVG}svg":
        yield "this is not an SVG picture", 'begin with <svg xmlns="http://www.w3.org/2000/svg" viewBox=…>'
        return
    if "viewBox" not in root.attrib:
        yield "it has no viewBox, so it cannot be scaled", "add viewBox to <svg>"
    if root.find(f"{_SVG}title") is None:
        yield "it has no title", "add <title> as the first thing in <svg>"
    for element in root.iter():
        name = str(element.tag).removeprefix(_SVG)
        if name not in _ELEMENTS:
            yield f"<{name}> is not drawn", f"use {', '.join(sorted(_ELEMENTS))} only"
        for attribute, value in element.attrib.items():
            if attribute.lower().startswith("on") or attribute.endswith("href") or _REACHES_OUT.search(value):
                yield f"{attribute} of <{name}> is not allowed", "leave out scripts, links and what stands elsewhere"
        if name == "style" and _REACHES_OUT.search(element.text or ""):
            yield "its style reaches for something elsewhere", "keep colours and sizes only"
