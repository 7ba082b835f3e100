"""Files of other systems, and what is read of them."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from lms.domain.quizzes import Item
from lms.exchange import reading
from lms.exchange.fitting import Bank, Report, fit
from lms.exchange.sources import Found, Unread

FILES = Path(__file__).parent / "data"
CLAUSES = frozenset({"speed", "records", "who"})
BANK = Bank(number=2, clauses=CLAUSES, items={})


def sample(name: str) -> bytes:
    """The bytes of a file of `data/`."""
    return (FILES / name).read_bytes()


def package(files: Mapping[str, bytes | str]) -> bytes:
    """A ZIP with these files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return written.getvalue()


def qti21() -> bytes:
    """The package that `data/qti21` is."""
    return package({path.name: path.read_bytes() for path in sorted((FILES / "qti21").iterdir())})


def fitted(content: bytes | str, *, bank: Bank = BANK, filename: str = "", **options: object) -> Report:
    """What would become of a file."""
    raw = content.encode() if isinstance(content, str) else content
    return fit(*reading.read(raw, filename), bank, **options)  # type: ignore[arg-type]


def items(content: bytes | str, **options: object) -> dict[str, Item]:
    """The items that would come in, by id."""
    return {item.id: item for item in fitted(content, **options).brought}  # type: ignore[arg-type]


def why(content: bytes | str, **options: object) -> list[str]:
    """Why each question that cannot come in cannot."""
    return [str(why) for line in fitted(content, **options).lines for why in line.why]  # type: ignore[arg-type]


def notes(content: bytes | str, **options: object) -> list[str]:
    """What is told of the questions that come in."""
    return [str(note) for line in fitted(content, **options).lines for note in line.notes]  # type: ignore[arg-type]


def entry(content: str) -> Found | Unread:
    """The first question of a file, before anybody asks whether it fits."""
    return reading.read(content.encode())[1].entries[0]


def read_items(content: bytes) -> list[Item]:
    """Every item of a file that we wrote, as read."""
    entries = reading.read(content)[1].entries
    found = [each.item for each in entries if isinstance(each, Found)]
    assert len(found) == len(entries), entries
    return found
