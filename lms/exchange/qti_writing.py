"""Our items as a QTI 3.0 package: one file an item and a manifest that names them with their clauses.

What QTI has no word for stands in an attribute of ours, which `qti_ours.py` reads. Other systems pass it over.
"""

import io
import json
import re
import zipfile
from collections.abc import Sequence

from lxml import etree

from lms.domain.quizzes import TYPED, Item, ItemType, Option
from lms.exchange.qti_processing import add_processing
from lms.exchange.xml_trees import Element
from lms.library.html import render
from lms.library.item_parts import item_key, item_question

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGING = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
MANIFEST, KIND = "imsmanifest.xml", "imsqti_item_xmlv3p0"
OURS = "data-muster"
"""The attribute that holds all of an item."""
_WHEN = (1980, 1, 1, 0, 0, 0)
"""The same items make the same package, byte by byte."""


def package(items: Sequence[Item], *, title: str) -> bytes:
    """A package with these items; `title` names the manifest."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as files:
        for name, content in [(MANIFEST, _manifest(items, title)), *((_path(item), document(item)) for item in items)]:
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            files.writestr(entry, content)
    return written.getvalue()


def identifier(id: str) -> str:
    """An id as QTI lets it be: it may not begin with a digit."""
    return f"_{id}" if id[:1].isdigit() else id


def _path(item: Item) -> str:
    return f"items/{item.id}.xml"


def document(item: Item) -> bytes:
    """One item as a file."""
    root = element(item)
    body = root.find(f"{{{QTI}}}qti-item-body")
    first = body[0] if body is not None else root
    first.set(OURS, json.dumps([item_question(item), item_key(item)], ensure_ascii=False, separators=(",", ":")))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def element(item: Item) -> Element:
    """One item as QTI has it, without the attribute of ours."""
    root = etree.Element(f"{{{QTI}}}qti-assessment-item", nsmap={None: QTI})
    title = " ".join(re.sub(r"[*`_\[\]#>]", "", item.stem).split())[:100] or item.id
    for name, value in {
        "identifier": identifier(item.id), "title": title, "label": item.clauses[0],
        "adaptive": "false", "time-dependent": "false", "{http://www.w3.org/XML/1998/namespace}lang": "en",
    }.items():  # fmt: skip
        root.set(name, value)
    _declare(root, item)
    _body(root, item)
    add_processing(root, item, tag=_tag, identifier=identifier)
    for option in item.options:
        if option.feedback:
            told = _tag(root, "modal-feedback", outcome_identifier="FEEDBACK", identifier=identifier(option.id))
            told.set("show-hide", "show")
            _tag(_tag(told, "content-body"), "p", of_html=True).text = option.feedback
    return root


def _tag(parent: Element, name: str, *, of_html: bool = False, **attributes: str) -> Element:
    """An element below another one; attributes with `_` for `-`."""
    made = etree.SubElement(parent, f"{{{QTI}}}{'' if of_html else 'qti-'}{name}")
    for key, value in attributes.items():
        made.set(key.replace("_", "-"), value)
    return made


_SHAPES = {
    ItemType.MULTIPLE: ("multiple", "identifier"),
    ItemType.ORDERING: ("ordered", "identifier"),
    ItemType.MATCHING: ("multiple", "directedPair"),
    ItemType.NUMBER: ("single", "float"),
    ItemType.SHORT: ("single", "string"),
}


def _declare(root: Element, item: Item) -> None:
    """What is answered, what is right, and what comes out."""
    cardinality, base = _SHAPES.get(item.type, ("single", "identifier"))
    said = _tag(root, "response-declaration", identifier="RESPONSE", cardinality=cardinality, base_type=base)
    right = _tag(said, "correct-response")
    for value in _right(item):
        _tag(right, "value").text = value
    if item.type is ItemType.SHORT:
        mapping = _tag(said, "mapping", default_value="0")
        for option in item.options:
            for text in (option.text, *option.also):
                worth = "1" if option.is_key else "0"
                _tag(mapping, "map-entry", map_key=text, mapped_value=worth, case_sensitive="false")
    elif item.type in (ItemType.MULTIPLE, ItemType.MATCHING) and not item.is_whole:
        _map_shares(said, item)
    if item.cites_key:
        cited = _tag(root, "response-declaration", identifier="CITES", cardinality="single", base_type="identifier")
        _tag(_tag(cited, "correct-response"), "value").text = identifier(item.cites_key)
    score = _tag(root, "outcome-declaration", identifier="SCORE", cardinality="single", base_type="float")
    _tag(_tag(score, "default-value"), "value").text = "0"
    _tag(root, "outcome-declaration", identifier="FEEDBACK", cardinality="multiple", base_type="identifier")


def _right(item: Item) -> list[str]:
    if item.type is ItemType.ORDERING:
        return [identifier(option.id) for option in item.options]
    if item.type is ItemType.MATCHING:
        return [f"{identifier(option.id)} {identifier(option.match or '')}" for option in item.options]
    return [option.text if item.type in TYPED else identifier(option.id) for option in item.options if option.is_key]


def _map_shares(said: Element, item: Item) -> None:
    """Every right choice adds its share, and in a multiple every wrong one takes it away."""
    right = _right(item)
    share = f"{1 / len(right):.5g}" if right else "0"
    mapping = _tag(said, "mapping", default_value="0", lower_bound="0", upper_bound="1")
    values = right if item.type is ItemType.MATCHING else [identifier(option.id) for option in item.options]
    for value in values:
        worth = share if value in right else f"-{share}"
        _tag(mapping, "map-entry", map_key=value, mapped_value=worth)


def _body(root: Element, item: Item) -> None:
    body = _tag(root, "item-body")
    stem = _tag(body, "div", of_html=True)
    if item.case:
        _add_markdown(_tag(stem, "blockquote", of_html=True), item.case.text)
    _add_markdown(stem, item.stem)
    if item.type is ItemType.MATCHING:
        _matching(body, item)
    elif item.type in TYPED:
        line = _tag(body, "p", of_html=True)
        _tag(line, "text-entry-interaction", response_identifier="RESPONSE")
        if item.units:
            line[0].tail = f" ({item.units[0].text})"
    else:
        kind = "order-interaction" if item.type is ItemType.ORDERING else "choice-interaction"
        asked = _tag(body, kind, response_identifier="RESPONSE")
        asked.set("shuffle", "false" if item.type is ItemType.TRUE_FALSE else "true")
        if item.type is not ItemType.ORDERING:
            asked.set("max-choices", "0" if item.type is ItemType.MULTIPLE else "1")
        shown = sorted(item.options, key=_id) if item.type is ItemType.ORDERING else item.options
        for option in shown:
            _tag(asked, "simple-choice", identifier=identifier(option.id)).text = option.text
    if item.cites_key:
        cited = _tag(body, "choice-interaction", response_identifier="CITES", shuffle="true", max_choices="1")
        _tag(cited, "prompt").text = "Which clause says so?"
        for clause in item.citations:
            _tag(cited, "simple-choice", identifier=identifier(clause)).text = clause


def _id(option: Option) -> str:
    return option.id


def _matching(body: Element, item: Item) -> None:
    asked = _tag(body, "match-interaction", response_identifier="RESPONSE", shuffle="true")
    asked.set("max-associations", str(len(item.options)))
    left, right = _tag(asked, "simple-match-set"), _tag(asked, "simple-match-set")
    for option in item.options:
        _tag(left, "simple-associable-choice", identifier=identifier(option.id), match_max="1").text = option.text
    for choice in item.choices:
        made = _tag(right, "simple-associable-choice", identifier=identifier(choice.id), match_max="0")
        made.text = choice.text


_KEPT = {"a": ("href", "title"), "ol": ("start",)}


def _add_markdown(parent: Element, markdown: str) -> None:
    """Markdown as the elements of HTML that QTI takes over."""
    found = etree.fromstring(f"<html><body>{render(markdown)}</body></html>", etree.HTMLParser(no_network=True))
    for each in found[0]:
        _copy(parent, each)


def _copy(parent: Element, source: Element) -> None:
    made = _tag(parent, str(source.tag), of_html=True)
    for name in _KEPT.get(str(source.tag), ()):
        if name in source.attrib:
            made.set(name, source.get(name, ""))
    made.text, made.tail = source.text, source.tail
    for child in source:
        _copy(made, child)


def _manifest(items: Sequence[Item], title: str) -> bytes:
    root = etree.Element(f"{{{PACKAGING}}}manifest", nsmap={None: PACKAGING, "lom": LOM}, identifier="muster-items")

    def add(parent: Element, name: str, text: str | None = None, space: str = PACKAGING) -> Element:
        made = etree.SubElement(parent, f"{{{space}}}{name}")
        made.text = text
        return made

    about = add(root, "metadata")
    add(about, "schema", "QTI Package")
    add(about, "schemaversion", "3.0.0")
    add(add(add(add(about, "lom", space=LOM), "general", space=LOM), "title", space=LOM), "string", title, space=LOM)
    add(root, "organizations")
    resources = add(root, "resources")
    for item in items:
        resource = add(resources, "resource")
        for name, value in (("identifier", f"item-{item.id}"), ("type", KIND), ("href", _path(item))):
            resource.set(name, value)
        general = add(add(add(resource, "metadata"), "lom", space=LOM), "general", space=LOM)
        for clause in item.clauses:
            add(add(general, "keyword", space=LOM), "string", clause, space=LOM)
        add(resource, "file").set("href", _path(item))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
