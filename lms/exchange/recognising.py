"""Which format a file of items has: told by what stands in it; its name is only a hint."""

import csv
import re
from enum import StrEnum

from lms.exchange.sources import FileRefused, OldQti
from lms.exchange.texts import text_of
from lms.exchange.xml_trees import Element, name, tree_of


class Format(StrEnum):
    """What we read."""

    GIFT = "GIFT"
    MOODLE = "Moodle XML"
    QTI = "QTI"
    CSV = "CSV"
    YAML = "YAML"


PACKAGE = (b"PK\x03\x04", b"PK\x05\x06")
"""How a ZIP begins, and one with nothing in it."""
QTI_1 = frozenset({"questestinterop"})
QTI_ROOTS = frozenset({"assessmentItem"})
_YAML = re.compile(r"^(?:quiz|items)[ \t]*:", re.MULTILINE)
_GIFT = re.compile(r"^[ \t]*(?:::|\$CATEGORY:|//)|(?<!\\)\{[^{}]*\}", re.MULTILINE)
_BY_NAME = {"gift": Format.GIFT, "txt": Format.GIFT, "csv": Format.CSV, "yaml": Format.YAML, "yml": Format.YAML}


def format_of(content: bytes, filename: str = "") -> Format:
    """The format of a file. Raises FileRefused when it is none that we read."""
    if content.startswith(PACKAGE):
        return Format.QTI
    start = content[:2000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    if start.startswith(b"<") and not filename.casefold().endswith((".gift", ".csv")):
        return format_of_tree(tree_of(content))
    text = text_of(content)
    if is_table(text):
        return Format.CSV
    if _YAML.search(text):
        return Format.YAML
    if _GIFT.search(text):
        return Format.GIFT
    hint = _BY_NAME.get(filename.casefold().rpartition(".")[2])
    if hint is None:
        raise FileRefused(
            "This is none of the formats that are read here: GIFT, Moodle XML, QTI 2.1 to 3.0, our CSV, our YAML."
        )
    return hint


def format_of_tree(root: Element) -> Format:
    """The format of an XML document."""
    called = name(root)
    if called in QTI_ROOTS:
        return Format.QTI
    if called == "quiz":
        return Format.MOODLE
    if called in QTI_1:
        raise OldQti
    raise FileRefused(
        "This is XML, but no file of questions that is read here: it begins with <%(root)s>, not with <quiz> or "
        "<assessmentItem>.",
        root=called[:40],
    )


def is_table(text: str) -> bool:
    """Tell whether the first line names the columns of our CSV."""
    first = text.lstrip().partition("\n")[0][:2000]
    cells = next(csv.reader([first.replace(";", ",").replace("\t", ",")]), [])
    return {"stem", "type"} <= {cell.strip().casefold() for cell in cells}
