"""A package (ZIP) in memory: only its XML is unpacked, within limits, and nothing of it is ever written to a disk."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from posixpath import normpath

from lms.exchange.sources import LARGEST, FileRefused

MOST_ENTRIES = 5_000
LARGEST_UNPACKED = 50_000_000
"""Bytes of all XML together."""
MOST_TIMES = 100
"""So many times as large as the package its XML may become …"""
ALWAYS_FINE = 2_000_000
"""… once it is larger than this."""
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, LookupError,
    ArithmeticError,
)  # fmt: skip
"""What `zipfile` raises for bytes that are no ZIP."""
_PIECE = 64 * 1024


def unpacked(content: bytes) -> Mapping[str, bytes]:
    """The XML files of a package by name. Raises FileRefused; sizes and names that the package states are not trusted.

    Pictures, sounds and whatever else is in it stay packed.
    """
    if len(content) > LARGEST:
        raise FileRefused("The file is larger than %(size)s MB. Split it.", size=LARGEST // 1_000_000)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _files(package, room=min(LARGEST_UNPACKED, max(ALWAYS_FINE, MOST_TIMES * len(content))))
    except _BROKEN:
        raise FileRefused("The package is damaged, or was cut off on the way. Export it again.") from None


def _files(package: zipfile.ZipFile, *, room: int) -> dict[str, bytes]:
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES:
        raise FileRefused("There are more than %(most)s files in the package. Split it.", most=MOST_ENTRIES)
    files: dict[str, bytes] = {}
    for entry in entries:
        path = _checked(entry.filename)
        if not path.casefold().endswith(".xml") or entry.is_dir():
            continue
        if path in files:
            raise FileRefused("Two files in the package are called “%(name)s”. Export it again.", name=path[:80])
        if entry.flag_bits & 1 or entry.compress_type not in _METHODS:
            raise FileRefused("“%(name)s” in the package is encrypted, or packed in a rare way.", name=path[:80])
        files[path] = _unpack(package, entry, room=room)
        room -= len(files[path])
    return files


def _unpack(package: zipfile.ZipFile, entry: zipfile.ZipInfo, *, room: int) -> bytes:
    pieces: list[bytes] = []
    with package.open(entry) as stream:
        while piece := stream.read(_PIECE):
            room -= len(piece)
            if room < 0:
                raise FileRefused(
                    "Unpacked, the package is much larger than a package of questions should be. Split it, or export "
                    "it again."
                )
            pieces.append(piece)
    return b"".join(pieces)


def _checked(name: str) -> str:
    """The name of an entry in one spelling; refused when it leads out of the package."""
    path = name.replace("\\", "/")
    if path.startswith("/") or ":" in path.partition("/")[0] or ".." in path.split("/"):
        raise FileRefused(
            "A file in the package is called “%(name)s”, which leads out of it. Nothing of it is read.", name=name[:80]
        )
    return normpath(path)
