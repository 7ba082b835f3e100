"""Every text of an item without what nobody sees, and as it is compared with another one."""

import re
from collections.abc import Callable
from dataclasses import replace

from lms.domain.errors import Told
from lms.domain.quizzes import Item
from lms.exchange import notes
from lms.library import plain_text
from lms.library.problems import ContentError

_LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029]")


def cleaned(item: Item) -> tuple[Item, tuple[Told, ...]]:
    """The item with characters that may stand in a quiz file, and what was left out."""
    told: list[Told] = []

    def clean(text: str) -> str:
        text = _LINE_ENDS.sub("\n", text)
        kept = text if _is_visible(text) else "".join(filter(_is_visible, text))
        told.extend([notes.UNSEEN] * (kept != text))
        return kept

    return _with_texts(item, clean), tuple(dict.fromkeys(told))


def _is_visible(text: str) -> bool:
    try:
        plain_text.refuse_invisible(text, file="")
    except ContentError:
        return False
    return True


def trimmed(item: Item) -> Item:
    """The item as it is compared: spaces around its texts, and at the ends of lines, make no difference."""
    return _with_texts(item, lambda text: "\n".join(line.rstrip() for line in text.strip().split("\n")))


def _with_texts(item: Item, change: Callable[[str], str]) -> Item:
    return replace(
        item,
        stem=change(item.stem),
        sensitive=change(item.sensitive),
        options=tuple(
            replace(
                option,
                text=change(option.text),
                feedback=change(option.feedback),
                also=tuple(map(change, option.also)),
            )
            for option in item.options
        ),
        choices=tuple(replace(choice, text=change(choice.text)) for choice in item.choices),
        units=tuple(replace(unit, text=change(unit.text)) for unit in item.units),
        case=replace(item.case, text=change(item.case.text)) if item.case else None,
    )
