"""Names of other systems as ids of ours: small letters, digits and hyphens, and no two alike."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from string import ascii_lowercase

from lms.library.formats import MAX_SLUG

_WORD = re.compile(r"[a-z0-9]+")
LONGEST_MADE = 48
"""Characters of an id that is made from a name, so that a number behind it still fits."""


def id_of(name: str, *, other: str = "") -> str:
    """An id made from a name; a name that is one stays as it is. `other` when nothing of it can stand in an id."""
    name = name.removeprefix("_") if name[1:2].isdigit() else name  # as QTI lets an id begin
    if len(name) <= MAX_SLUG and re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name):
        return name
    plain = unicodedata.normalize("NFKD", name.casefold().replace("'", "").replace("’", ""))
    words = _WORD.findall("".join(mark for mark in plain if unicodedata.category(mark) != "Mn"))
    made = ""
    for word in words:
        longer = f"{made}-{word}" if made else word[:LONGEST_MADE]
        if len(longer) > LONGEST_MADE:
            break
        made = longer
    return made or other


def unlike(name: str, taken: Collection[str]) -> str:
    """The name, with a number behind it when it is taken."""
    made, number = name, 2
    while made in taken:
        made, number = f"{name}-{number}", number + 1
    return made


def letters(count: int) -> tuple[str, ...]:
    """Ids for options whose source has none: a, b, c …, and aa after z."""
    singles = ascii_lowercase
    return tuple(singles[n] if n < 26 else singles[n // 26 - 1] + singles[n % 26] for n in range(count))


def ids_of(names: Iterable[str]) -> tuple[str, ...]:
    """An id for each name, in their order; a name without one gets the letter of its place."""
    made: list[str] = []
    listed = list(names)
    for name, letter in zip(listed, letters(len(listed)), strict=True):
        made.append(unlike(id_of(name, other=letter), made))
    return tuple(made)
