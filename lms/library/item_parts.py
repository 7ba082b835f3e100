"""An item as JSON and back, in two parts: the question, which a learner may see, and its key.

What an item has not is not written, so that the digest of an item stays what it was when items learned something new.
"""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from lms.domain.quizzes import TYPED, Case, Choice, Item, ItemType, Option, Picture, Teaching, Unit

Json = dict[str, Any]


def item_question(item: Item) -> Json:
    """Give what a learner may see before answering, and what drawing needs.

    Of a decision, `clauses` would give the citation away: pages show them after submission only. The options of an
    ordering come in the order of their ids, and those of a written answer not at all.
    """
    shown = sorted(item.options, key=lambda option: option.id) if item.type is ItemType.ORDERING else item.options
    question: Json = {
        "id": item.id,
        "type": item.type.value,
        "clauses": list(item.clauses),
        "stem": item.stem,
        "options": [] if item.type in TYPED else [{"id": option.id, "text": option.text} for option in shown],
        "citations": list(item.citations),
        "validity": asdict(item.validity),
        "is_critical": item.is_critical,
        "sensitive": item.sensitive,
    }
    more: Json = {
        "choices": [asdict(choice) for choice in item.choices],
        "units": [{"id": unit.id, "text": unit.text, "factor": str(unit.factor)} for unit in item.units],
        "is_pilot": item.is_pilot,
        "case": asdict(item.case) if item.case else None,
        "pictures": [asdict(picture) for picture in item.pictures],
    }
    return question | {name: value for name, value in more.items() if value}


def item_key(item: Item) -> Json:
    """Give what leaves the server after submission only: keys, feedback, old rules, the clause to cite."""
    key: Json = {
        "keys": [option.id for option in item.options if option.is_key],
        "feedback": {option.id: option.feedback for option in item.options if option.feedback},
        "right_until": {option.id: option.right_until for option in item.options if option.right_until is not None},
        "cites_key": item.cites_key,
        "cites_others": list(item.cites_others),
    }
    more: Json = {
        "order": [option.id for option in item.options] if item.type is ItemType.ORDERING else [],
        "match": {option.id: option.match for option in item.options if option.match is not None},
        "typed": [{"id": option.id, "text": option.text} for option in item.options if item.type in TYPED],
        "also": {option.id: list(option.also) for option in item.options if option.also},
        "tolerance": str(item.tolerance) if item.tolerance else "",
        "is_whole": item.is_whole,
    }
    return key | {name: value for name, value in more.items() if value}


def item_from(question: Mapping[str, Any], key: Mapping[str, Any]) -> Item:
    """Undo `item_question` and `item_key`."""
    case = question.get("case")
    return Item(
        id=question["id"],
        type=ItemType(question["type"]),
        clauses=tuple(question["clauses"]),
        stem=question["stem"],
        options=_options(question, key),
        validity=Teaching(**question["validity"]),
        is_critical=question["is_critical"],
        sensitive=question["sensitive"],
        cites_key=key["cites_key"],
        cites_others=tuple(key["cites_others"]),
        choices=tuple(Choice(**choice) for choice in question.get("choices", ())),
        units=tuple(
            Unit(id=unit["id"], text=unit["text"], factor=Decimal(unit["factor"])) for unit in question.get("units", ())
        ),
        tolerance=Decimal(key.get("tolerance") or 0),
        is_whole=key.get("is_whole", False),
        is_pilot=question.get("is_pilot", False),
        case=Case(**case) if case else None,
        pictures=tuple(Picture(**picture) for picture in question.get("pictures", ())),
    )


def _options(question: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Option, ...]:
    written = [*question["options"], *key.get("typed", ())]
    if order := key.get("order"):
        written.sort(key=lambda option: order.index(option["id"]))
    return tuple(
        Option(
            id=option["id"],
            text=option["text"],
            is_key=option["id"] in key["keys"],
            feedback=key["feedback"].get(option["id"], ""),
            right_until=key["right_until"].get(option["id"]),
            match=key.get("match", {}).get(option["id"]),
            also=tuple(key.get("also", {}).get(option["id"], ())),
        )
        for option in written
    )
