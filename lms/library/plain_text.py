"""Bytes of an uploaded or checked-out file to text, refusing what people cannot see.

Source: research/reliability.md section 4.1, lines 9 to 11.
"""

import re
import unicodedata
from pathlib import Path

from lms.library.problems import ContentError, Problem

MAX_BYTES = 256 * 1024

# Whitespace that some programs take for the end of a line, control characters, and what reorders or hides text:
# bidirectional overrides and isolates, zero-width space, word joiner, byte order mark, tag characters.
# Joiners (U+200C, U+200D) and direction marks (U+200E, U+200F) stay: Persian, Hindi, Arabic and emoji need them.
_REFUSED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def decode(content: bytes, *, file: str) -> str:
    """Give the text of a file in UTF-8, with `\\n` at the end of each line.

    A file whose lines all end in CRLF is accepted. Raises ContentError, with the place, for anything that is not UTF-8,
    is larger than 256 kB or holds characters that people cannot see.
    """
    if len(content) > MAX_BYTES:
        raise _refusal(file, None, f"the file has more than {MAX_BYTES:,} bytes", "split it in several")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refusal(file, line, f"byte {error.start} is not UTF-8", "save the file as UTF-8") from None
    if text.count("\r\n") == text.count("\n"):
        text = text.replace("\r\n", "\n")
    refuse_invisible(text, file=file)
    return text


def refuse_invisible(text: str, *, file: str) -> None:
    """Raise ContentError if a text holds a character that people cannot see or that would reorder what they read."""
    found = _REFUSED.search(text)
    if found is None:
        return
    line = text.count("\n", 0, found.start()) + 1
    character = found[0]
    name = unicodedata.name(character, "a control character").lower()
    if character == "\r":
        raise _refusal(file, line, "lines end in different ways", "let every line end in LF, or every line in CRLF")
    message = f"character {found.start()} is U+{ord(character):04X}, {name}"
    raise _refusal(file, line, message, "delete it: nobody can see it")


def read(path: Path, *, file: str) -> str:
    """Read and `decode` a file. Raises ContentError if it cannot be read or is a link to somewhere else."""
    if path.is_symlink():
        raise _refusal(file, None, "this is a link to another file", "put the file itself here")
    try:
        with path.open("rb") as stream:
            return decode(stream.read(MAX_BYTES + 1), file=file)
    except OSError as error:
        raise _refusal(file, None, f"cannot be read ({error.strerror})", "add the file, or permit reading it") from None


def _refusal(file: str, line: int | None, message: str, remedy: str) -> ContentError:
    return ContentError([Problem(file, line, "", message, remedy)])
