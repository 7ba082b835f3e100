"""Makes a pack: a zip that is written as it is read, some hundred rows at a time; the same bytes for the same question.

Rows go out as soon as they are packed; what people read is set aside in a file on disk until its turn comes.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from lms.evidence_pack import lines, paper, queries, versions
from lms.evidence_pack.asked import About, Asked
from lms.extensions import db

HERE = Path(__file__).parent
SUMS = "SHA256SUMS"
PIECE = 1 << 16
_ALWAYS = (1980, 1, 1, 0, 0, 0)
_FILE_OF_ALL = 0o100644 << 16


class _Out:
    """Where the zip is written to: it can only go forwards, and is emptied after each piece."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        """What `zipfile` calls."""
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """What `zipfile` calls; nothing is held back."""

    def take(self) -> bytes:
        """What was written since."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def stream(asked: Asked) -> Iterator[bytes]:
    """The bytes of the pack; memory does not grow with the number of records."""
    with tempfile.TemporaryFile() as beside, tempfile.TemporaryFile() as page:
        yield from _Pack(asked, beside=beside, page=page).pieces()


class _Pack:
    def __init__(self, asked: Asked, *, beside: IO[bytes], page: IO[bytes]) -> None:
        self._asked = asked
        self._out = _Out()
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED)  # type: ignore[arg-type]
        self._sums: dict[str, str] = {}
        self._beside = beside
        self._page = page
        self._counts = {"people": 0, "records": 0, "attempts": 0, "revoked": 0, "versions": 0}
        self._versions: dict[tuple[str, int], int] = {}
        self._subject: str | None = None

    def pieces(self) -> Iterator[bytes]:
        """Every file in turn; the sums of all come last, as only then they are known."""
        yield from self._put("CHECK.md", [(HERE / "CHECK.md").read_bytes()])
        yield from self._put("check.py", [(HERE / "check.py").read_bytes()])
        yield from self._put("people.jsonl", self._people())
        yield from self._put("records.jsonl", self._records())
        yield from self._put("records-beside.jsonl", _read(self._beside))
        yield from self._put("attempts.jsonl", self._attempts())
        yield from self._frozen()
        yield from self._put("index.html", self._index())
        yield from self._put("pack.json", [lines.document(self._said())])
        yield from self._put(SUMS, [self._manifest()])
        self._zip.close()
        yield self._out.take()

    def _put(self, name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        entry = zipfile.ZipInfo(name, _ALWAYS)
        entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, _FILE_OF_ALL
        with self._zip.open(entry, "w", force_zip64=True) as member:
            for part in parts:
                digest.update(part)
                member.write(part)
                if ready := self._out.take():
                    db.session.rollback()  # nothing stays open while somebody fetches slowly
                    yield ready
        self._sums[name] = digest.hexdigest()

    def _people(self) -> Iterator[bytes]:
        for page in queries.people(self._asked):
            self._set_aside("people", page, is_first=not self._counts["people"])
            self._counts["people"] += len(page)
            if self._asked.about is About.PERSON:
                self._subject = page[0].subject
            yield from (lines.line(lines.of_person(each)) for each in page)

    def _records(self) -> Iterator[bytes]:
        """The exact bytes of each record, one a line: canonical JSON has no line break in it."""
        for page in queries.proofs(self._asked):
            self._set_aside("records", page, is_first=not self._counts["records"])
            self._counts["records"] += len(page)
            for each in page:
                self._counts["revoked"] += bool(each.revocations)
                self._versions[each.row.slug, each.row.version] = each.row.version_id
                self._beside.write(lines.line(lines.beside(each)))
                yield each.row.body + b"\n"

    def _attempts(self) -> Iterator[bytes]:
        for page in queries.tries(self._asked):
            self._set_aside("attempts", page, is_first=not self._counts["attempts"])
            self._counts["attempts"] += len(page)
            for each in page:
                self._versions[each.row.slug, each.row.version] = each.row.version_id
                yield lines.line(lines.of_try(each))

    def _frozen(self) -> Iterator[bytes]:
        asked = self._asked
        if asked.about is About.VERSION and asked.number is not None:
            found = versions.version_of(asked.policy, asked.number, known_at=asked.to_at)
            self._versions |= {(asked.policy, asked.number): found} if found else {}
        for place, ((slug, number), version_id) in enumerate(sorted(self._versions.items())):
            said = versions.frozen(version_id, asked)
            self._set_aside("version", said, is_first=not place)
            self._counts["versions"] += 1
            yield from self._put(f"versions/{slug}/{number}.json", [lines.document(said)])

    def _set_aside(self, what: str, rows: object, *, is_first: bool) -> None:
        self._page.write(paper.part(what, rows, is_first=is_first))

    def _index(self) -> Iterator[bytes]:
        before, after = paper.around(self._asked, self._said())
        yield before
        yield from _read(self._page)
        yield after

    def _said(self) -> dict[str, object]:
        return lines.of_pack(self._asked, subject=self._subject, counts=self._counts)

    def _manifest(self) -> bytes:
        """As `sha256sum -c` reads it; the last line, a remark to it, is over those before it."""
        listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(self._sums.items())).encode()
        return listed + f"# SHA-256 of the lines above: {hashlib.sha256(listed).hexdigest()}\n".encode()


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece
