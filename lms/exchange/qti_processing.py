"""How another system comes from an answer to points and feedback: the response processing of an item in QTI 3."""

from collections.abc import Callable

from lms.domain.quizzes import Item, ItemType
from lms.exchange.xml_trees import Element

_CHOSEN = frozenset({ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE, ItemType.DECISION, ItemType.ORDERING})

Tag = Callable[..., Element]


def add_processing(root: Element, item: Item, *, tag: Tag, identifier: Callable[[str], str]) -> None:
    """Points first, then the feedback of what was chosen or recognised."""
    rules = tag(root, "response-processing")
    if item.type is ItemType.SHORT or (item.type in (ItemType.MULTIPLE, ItemType.MATCHING) and not item.is_whole):
        tag(tag(rules, "set-outcome-value", identifier="SCORE"), "map-response", identifier="RESPONSE")
    else:
        _right_or_not(rules, item, tag)
    if item.type in _CHOSEN:
        chosen = tag(rules, "set-outcome-value", identifier="FEEDBACK")
        tag(chosen if item.type in (ItemType.MULTIPLE, ItemType.ORDERING) else tag(chosen, "multiple"), "variable",
            identifier="RESPONSE")  # fmt: skip
    elif item.type is ItemType.NUMBER:
        for option in item.options:
            near = _if(rules, tag)
            _equal(near, item, tag, value=option.text)
            _set(near, tag, option=identifier(option.id))


def _right_or_not(rules: Element, item: Item, tag: Tag) -> None:
    right = _if(rules, tag)
    condition = tag(right, "and") if item.cites_key else right
    if item.type is ItemType.NUMBER:
        _equal(condition, item, tag)
    else:
        _match(condition, tag, "RESPONSE")
    if item.cites_key:
        _match(condition, tag, "CITES")
    tag(tag(right, "set-outcome-value", identifier="SCORE"), "base-value", base_type="float").text = "1"


def _if(rules: Element, tag: Tag) -> Element:
    return tag(tag(rules, "response-condition"), "response-if")


def _match(parent: Element, tag: Tag, response: str) -> None:
    match = tag(parent, "match")
    tag(match, "variable", identifier=response)
    tag(match, "correct", identifier=response)


def _equal(parent: Element, item: Item, tag: Tag, *, value: str = "") -> None:
    """The answer is as near as the tolerance lets it be, to what is right or to `value`."""
    if item.tolerance:
        near = f"{item.tolerance} {item.tolerance}"
        equal = tag(parent, "equal", tolerance_mode="absolute", tolerance=near)
    else:
        equal = tag(parent, "equal", tolerance_mode="exact")
    tag(equal, "variable", identifier="RESPONSE")
    if value:
        tag(equal, "base-value", base_type="float").text = value
    else:
        tag(equal, "correct", identifier="RESPONSE")


def _set(parent: Element, tag: Tag, *, option: str) -> None:
    told = tag(tag(parent, "set-outcome-value", identifier="FEEDBACK"), "multiple")
    tag(told, "base-value", base_type="identifier").text = option
