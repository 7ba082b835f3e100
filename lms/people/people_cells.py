"""One cell of people.csv to one typed value, or the sentence that says what is wrong with it.

Pure. Each reader takes the text of a cell that is not empty, in NFC and trimmed. Rules: reliability.md 4.3 and 4.10.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

from lms.access import Role
from lms.domain.errors import Told

LONGEST_NAME = 200
LONGEST_EMAIL = 320
LONGEST_TEAM_NAME = 300
LONGEST_TEAM_PATH = 600
FIRST_YEAR, LAST_YEAR = 1950, 2150
"""Dates outside are slips of the keyboard, or a directory's way to say never, which is an empty cell here."""

_EMAIL = re.compile(r"[^@\s,;<>\"]+@(?:[^@\s,;<>\".]+\.)*[^@\s,;<>\".]+")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
"""Invisible, and part of how names are written in Persian or Hindi."""


class CellWrong(ValueError):
    """The cell cannot be taken as it is; the message, a `Told`, says what to write instead."""


def tidy(cell: str) -> str:
    """NFC without spaces around; CellWrong for characters that nobody can see."""
    text = unicodedata.normalize("NFC", cell).strip()
    if text.isprintable():
        return text
    for character in text:
        if unicodedata.category(character) in _INVISIBLE and character not in _JOINERS:
            code = f"U+{ord(character):04X}"
            raise CellWrong(Told("an invisible character (%(code)s) stands in it; type it again", code=code))
    return text


def name(cell: str) -> str:
    """Anything with a visible letter or digit in it."""
    if not any(character.isalnum() for character in cell):
        raise CellWrong(Told("write a name"))
    return _no_longer_than(cell, LONGEST_NAME)


def external_id(cell: str) -> str:
    """A key of the directory that the file comes from."""
    if cell.startswith("system:"):
        raise CellWrong(Told("ids that begin with system: are taken by Muster itself"))
    return _no_longer_than(cell, LONGEST_NAME)


def vendor(cell: str) -> str:
    """The company that employs the person, if it is another one."""
    return _no_longer_than(cell, LONGEST_NAME)


def email(cell: str) -> str:
    """Case-folded, as it is compared when signing in."""
    if unicodedata.normalize("NFKC", cell) != cell:
        raise CellWrong(Told("“%(cell)s” has letters that only look like plain ones; type it again", cell=_short(cell)))
    folded = unicodedata.normalize("NFC", cell.casefold())
    if len(folded) > LONGEST_EMAIL or not _EMAIL.fullmatch(folded):
        raise CellWrong(Told("“%(cell)s” is no e-mail address; write it as name@company.example", cell=_short(cell)))
    return folded


def roles(cell: str) -> frozenset[Role]:
    """One or several roles, parted by semicolons."""
    found: set[Role] = set()
    for word in _parts(cell):
        try:
            found.add(Role(word.casefold()))
        except ValueError:
            wrong = Told("there is no role “%(cell)s”; write %(roles)s", cell=_short(word), roles=", ".join(Role))
            raise CellWrong(wrong) from None
    return frozenset(found)


def team(cell: str) -> str:
    """A path of names parted by slashes."""
    names = [part.strip() for part in cell.split("/")]
    if not all(names):
        raise CellWrong(Told("a team between two slashes has no name; write it as EMEA/Dublin/Nights"))
    for part in names:
        _no_longer_than(part, LONGEST_TEAM_NAME)
    return _no_longer_than("/".join(names), LONGEST_TEAM_PATH)


def queues(cell: str) -> frozenset[str]:
    """Slugs parted by semicolons."""
    found = frozenset(_parts(cell))
    for slug in sorted(found):
        if not _SLUG.fullmatch(slug):
            raise CellWrong(
                Told("“%(cell)s” is no queue; write small letters, digits and dashes: abuse-reports", cell=_short(slug))
            )
    return found


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def timezone(cell: str) -> str:
    """An IANA name."""
    if cell not in _zones():
        raise CellWrong(Told("there is no time zone “%(cell)s”; write it as Europe/Dublin", cell=_short(cell)))
    return cell


def language(cell: str) -> str:
    """A language tag."""
    if not _LANGUAGE.fullmatch(cell):
        raise CellWrong(Told("“%(cell)s” is no language; write it as en or pt-BR", cell=_short(cell)))
    return cell


def day(cell: str) -> date:
    """ISO 8601, nothing else: 03/04/2026 means two days to two people."""
    try:
        found = date.fromisoformat(cell) if _DATE.fullmatch(cell) else None
    except ValueError:
        raise CellWrong(Told("there is no day “%(cell)s” in the calendar", cell=_short(cell))) from None
    if found is None:
        raise CellWrong(Told("“%(cell)s” is no date; write it as 2026-03-31", cell=_short(cell)))
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise CellWrong(Told("the year of %(cell)s cannot be right; leave it empty for no date", cell=cell))
    return found


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _no_longer_than(text: str, longest: int) -> str:
    if len(text) > longest:
        raise CellWrong(
            Told("it has %(length)s characters; %(longest)s are allowed", length=len(text), longest=longest)
        )
    return text


def _short(text: str) -> str:
    """What was typed, short enough for a line."""
    return text if len(text) <= 60 else text[:57] + "…"
