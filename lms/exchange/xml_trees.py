"""XML of strangers as a tree: no document type, no entities, no network, no great depth; and names in one spelling.

QTI 2 says `choiceInteraction` and `responseIdentifier`, QTI 3 says `qti-choice-interaction` and `response-identifier`.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from lms.exchange.sources import FileRefused
from lms.exchange.texts import text_of

Element: TypeAlias = etree._Element
XML = "XML"
"""What a file is called that is no part of a package."""
DEEPEST = 200
"""Elements inside each other; no question of an honest system comes near."""
_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]*?\?>")
_ENCODING = re.compile(rb"\A\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z][\w.-]{0,30})[\"']")
_BEFORE_ROOT = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)


def tree_of(content: bytes, *, where: str = "") -> Element:
    """The root of a document. Raises FileRefused with a sentence that names the line."""
    told = _ENCODING.search(content)
    text = text_of(content, encoding=told.group(1).decode().casefold() if told else "utf-8", where=where)
    text = _DECLARATION.sub(lambda found: "\n" * found.group().count("\n"), text)
    at = 0
    while skipped := _BEFORE_ROOT.match(text, at):
        at = skipped.end()
    if text.startswith("<!DOCTYPE", at):
        raise FileRefused(
            "%(file)s has a document type (<!DOCTYPE …>). It is not read, because it can pull in other files. "
            "Delete that line, or export in another format.",
            file=where or XML,
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise FileRefused(
            "%(place)s cannot be read as XML (%(error)s). Export it again.",
            place=placed(where or XML, error.lineno or 1),
            error=(error.msg or "").partition(", line ")[0][:120],
        ) from None
    _refuse_deep(root, where)
    return root


def _refuse_deep(root: Element, where: str) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise FileRefused(
                "In %(file)s more than %(most)s elements stand inside each other. Export it again.",
                file=where or XML,
                most=DEEPEST,
            )


def placed(where: str, line: int) -> str:
    """A place as people read it."""
    return f"{where}:{line}" if where else str(line)


def name(element: Element) -> str:
    """The name of an element without its namespace, as QTI 2 spells it."""
    return _camel(etree.QName(element).localname.removeprefix("qti-"))


def attribute(element: Element, called: str, other: str = "") -> str:
    """An attribute, in the spelling of QTI 2, whichever of the two the document has."""
    found: str = element.get(called, element.get(_dashed(called), other))
    return found


def inside(element: Element, *names: str) -> Iterator[Element]:
    """Every element below that is called so, in the order of the document; all without names."""
    for each in element.iter():
        if each is not element and (not names or name(each) in names):
            yield each


def children(element: Element, *names: str) -> Iterator[Element]:
    """Elements right below that are called so; all without names."""
    for each in element:
        if not names or name(each) in names:
            yield each


def child(element: Element, called: str) -> Element | None:
    """The first element right below that is called so."""
    return next(children(element, called), None)


def words(element: Element | None) -> str:
    """All words in an element, on one line."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _camel(dashed: str) -> str:
    first, *rest = dashed.split("-")
    return first + "".join(part.capitalize() for part in rest)


def _dashed(camel: str) -> str:
    return re.sub(r"(?=[A-Z])", "-", camel).casefold()
