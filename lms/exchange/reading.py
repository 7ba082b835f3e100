"""From the bytes of a file to the questions in it, whatever format it has."""

from lms.exchange import csv_reading, gift, moodle, qti_packages, yaml_items
from lms.exchange.recognising import Format, format_of
from lms.exchange.sources import Source, limited

_READERS = {
    Format.GIFT: gift.read,
    Format.MOODLE: moodle.read,
    Format.QTI: qti_packages.read,
    Format.CSV: csv_reading.read,
    Format.YAML: yaml_items.read,
}


def read(content: bytes, filename: str = "") -> tuple[Format, Source]:
    """The format of a file and every question in it. Raises FileRefused when it cannot be read as a whole."""
    found = format_of(content, filename)
    return found, limited(_READERS[found](content))
