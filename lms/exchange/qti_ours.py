"""Reads an item of a package that we wrote ourselves: all of it, when nobody changed it since."""

import json
import re

from lxml import etree

from lms.domain.quizzes import Item
from lms.exchange import qti_writing
from lms.exchange.xml_trees import Element, child
from lms.library.item_parts import item_from

LONGEST = 300_000
"""Characters of the attribute; no item of a quiz file comes near."""
_BLANK = re.compile(r"\s+")


def item_of(root: Element) -> tuple[Item | None, bool]:
    """The item, and whether one of ours was changed elsewhere; then it has to be read like any other.

    It is taken at its word only if we would write the very same file for it.
    """
    body = child(root, "itemBody")
    first = body[0] if body is not None and len(body) else None
    kept = first.attrib.pop(qti_writing.OURS, "") if first is not None else ""
    if not kept:
        return None, False
    try:
        question, key = json.loads(kept[: LONGEST + 1])
        item = item_from(question, key)
        is_same = _plain(qti_writing.element(item)) == _plain(root)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
        return None, True
    return (item if is_same else None), not is_same


def _plain(root: Element) -> str:
    """An element in the one way of writing it, whatever its spaces and its prefixes."""
    return _BLANK.sub(" ", etree.tostring(root, method="c14n").decode())
