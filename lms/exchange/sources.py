"""What was found in a file of items, before anybody asks whether it fits the policy: questions read, and those not."""

from dataclasses import dataclass
from decimal import Decimal

from lms.domain.errors import DomainError, Told
from lms.domain.quizzes import Item, Teaching
from lms.library.quiz_files import MAX_ITEMS

LARGEST = 10_000_000
"""Bytes of a file."""
UNSAID = Teaching(since=0, until=None, checked=0)
"""Of an item whose source knows no versions."""


class FileRefused(DomainError):
    """The file as a whole cannot be read; the sentence says why and what to do."""


class OldQti(FileRefused):
    """A QTI that is too old."""

    def __init__(self) -> None:
        super().__init__("This is QTI 1.2, which is not read here. Export it as QTI 2.1 or later, or as Moodle XML.")


class CannotTake(Exception):
    """One question cannot become an item of ours; `why` says what to do."""

    def __init__(self, why: Told) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One question as far as the file tells it."""

    place: str
    """Where in the file, such as `12` or `items/a.xml:3`."""
    name: str
    """As the file calls it."""
    item: Item
    """Its clauses are those that the file names as such; its versions may be UNSAID."""
    hints: tuple[str, ...] = ()
    """What may name a clause: tags, categories; the most telling first."""
    notes: tuple[Told, ...] = ()
    """What was lost on the way, or taken otherwise than it was meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """One question that cannot become an item of ours."""

    place: str
    name: str
    why: tuple[Told, ...]
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file of items as read."""

    entries: tuple[Found | Unread, ...]
    notes: tuple[Told, ...] = ()
    """What is true of all of it."""


def limited(source: Source) -> Source:
    """Refuse a file with more questions than one bank may hold, and one with none."""
    if len(source.entries) > MAX_ITEMS:
        raise FileRefused("The file has more than %(most)s questions. Split it.", most=MAX_ITEMS)
    if not source.entries:
        raise FileRefused("There is no question in this file.")
    return source


def plain_number(value: Decimal) -> str:
    """A number as it stands in our files: without an exponent and without zeros at its end."""
    return f"{value.normalize():f}"
