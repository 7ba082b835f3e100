"""Bytes of a file to its text, whatever program wrote it; what is no text is told in a sentence."""

import codecs

from lms.exchange.sources import LARGEST, FileRefused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""What stands in front of a text and tells how it is written."""


def text_of(content: bytes, *, encoding: str = "utf-8", where: str = "") -> str:
    """The text of a file, with `\\n` at the end of each line. Raises FileRefused.

    A byte order mark counts more than `encoding`. `where` names the file in a package.
    """
    if len(content) > LARGEST:
        raise FileRefused("The file is larger than %(size)s MB. Split it.", size=LARGEST // 1_000_000)
    for mark, told in _MARKS:
        if content.startswith(mark):
            content, encoding = content[len(mark) :], told
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        line = content.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else 1
        raise FileRefused(
            "Line %(line)s is not %(encoding)s text. Save the file as UTF-8 and try again.",
            line=f"{where}:{line}" if where else line,
            encoding=encoding.upper(),
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileRefused("There is a NUL character in line %(line)s: the file is damaged, or no text.", line=line)
    if not text.strip():
        raise FileRefused("The file is empty.")
    return text.replace("\r\n", "\n").replace("\r", "\n")
