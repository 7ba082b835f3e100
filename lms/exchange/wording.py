"""The words of one question of another system, in the ways they are written there, and what was lost of them."""

import re
from collections.abc import Callable

from lms.domain.errors import Told
from lms.exchange import markup, notes
from lms.exchange.markup import Words
from lms.exchange.sources import CannotTake

HTML, MARKDOWN, PLAIN, UNSURE = "html", "markdown", "plain", "unsure"
_IMAGE = re.compile(r"!\[[^\]\n]*\]\(|@@PLUGINFILE@@")


def _of_markdown(text: str, *, is_plain: bool = False) -> Words:
    return Words(text=text.strip(), has_media=_IMAGE.search(text) is not None)


_READERS: dict[str, Callable[..., Words]] = {
    HTML: markup.of_html,
    MARKDOWN: _of_markdown,
    PLAIN: markup.of_plain,
    UNSURE: markup.of_unsure,
}


class Wording:
    """Reads the words of one question and remembers what was lost."""

    def __init__(self) -> None:
        self.notes: list[Told] = []

    def stem(self, text: str, written: str = UNSURE) -> str:
        """What is asked, as Markdown. Raises CannotTake for a picture."""
        return self._kept(_READERS[written](text), notes.LESS)

    def plain(self, text: str, written: str = UNSURE) -> str:
        """An answer or a feedback, as plain words. Raises CannotTake for a picture."""
        return self._kept(_READERS[written](text, is_plain=True), notes.PLAIN)

    def kept(self, words: Words, *, is_plain: bool = False) -> str:
        """Words that were read already."""
        return self._kept(words, notes.PLAIN if is_plain else notes.LESS)

    def _kept(self, words: Words, less: Told) -> str:
        if words.has_media:
            raise CannotTake(notes.PICTURE)
        if words.is_less:
            self.notes.append(less)
        return words.text
