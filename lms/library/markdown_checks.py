"""Whether a Markdown text is shown as its author meant it."""

import re
from collections.abc import Container, Iterator
from typing import Literal

from lms.library import html, pictures
from lms.library.problems import Problem

_CODE = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_RAW_HTML = re.compile(r"<(?!https?:|mailto:|[^<>\s]+@)[a-zA-Z/!?][^<>]*>")


def of_markdown(
    text: str, *, file: str, field: str, level: Literal["error", "warning"], known: Container[str] = ()
) -> Iterator[Problem]:
    """Find what `html.render` would not show as the author meant it."""
    if html.is_tangled(text):
        message = "the text is too large or too deeply nested to be shown as Markdown"
        yield Problem(file, None, field, message, "divide it", level)
    prose = _CODE.sub("", text)
    for found in _RAW_HTML.findall(prose):
        remedy = "write it in Markdown, or in `backticks` if it should be seen as it stands"
        yield Problem(file, None, field, f"`{found[:40]}` is HTML, which is not read", remedy, level)
    for words, address in pictures.shown_in(prose):
        if address not in known:
            message = f"the image {address[:60]} will not be shown"
            remedy = "put it into the folder media of the policy, and show it as /media/<policy>/<name>.svg"
            yield Problem(file, None, field, message, remedy, "warning")
        elif not words.strip():
            message = f"the image {address} says nothing to who cannot see it"
            yield Problem(file, None, field, message, "write between [ and ] what the picture says", "error")
        elif len(words) < pictures.SHORTEST_TEXT:
            message = f"the text in place of the image {address} has {len(words)} characters"
            yield Problem(file, None, field, message, "say what the picture says", "warning")
