"""Reads a folder with the dated versions of a real policy: `policy.yaml` and one Markdown file for each version.

The layout is described in real-policies/README.md. It holds what was published elsewhere, not what Muster decided:
authors' own policies have the layout of formats.md and another reader.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from lms.domain import changes
from lms.domain.changes import Comparison
from lms.domain.policies import Clause, Kind
from lms.library import strict_yaml
from lms.library.clauses import first_version, next_version
from lms.library.lines import LARGEST, TextRefused
from lms.library.problems import ContentError

RECORD = "policy.yaml"
_MERGE = re.compile(r"^Merge (?:pull request|branch)\b.*$")
_WITH_NUMBER = re.compile(r"\s*\(#\d+\)$")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]|$)")

Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]


class HistoryRefused(ValueError):
    """A folder cannot be read as a history; the message names file and field and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVersion:
    """One version as it was published."""

    number: int
    """From 1, in the order of the files here; the source may have had older ones."""
    published_at: datetime
    """With its zone."""
    title: str
    text: str
    """Markdown."""
    reason: str
    """Why it changed, in the words of the source: the title of the merged request, else the commit's subject."""
    subject: str
    commit: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a history comes from."""

    host: str
    repo: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What must be said where the text is shown."""

    spdx: str
    name: str
    attribution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A document with its versions, oldest first."""

    slug: str
    title: str
    kind: Kind
    source: Source
    licence: Licence
    versions: tuple[PastVersion, ...]


def _moment(written: Any) -> Any:
    """Only ISO 8601: left alone, "20200413" would be read as seconds since 1970."""
    if not _ISO.match(str(written)):
        raise ValueError("write a moment as 2020-04-13T14:07:53-05:00")
    return written


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Source(_Strict):
    repo: Text
    host: Text
    branch: str = ""
    paths: tuple[Text, ...] = ()


class _Licence(_Strict):
    spdx: Text
    name: Text
    licence_file: str = ""
    attribution: str = ""


class _Size(_Strict):
    first_version: bool = False
    headings_only: bool = False
    added_words: Count = 0
    removed_words: Count = 0
    against: Any = None


class _Version(_Strict):
    file: Annotated[str, Field(pattern=r"^\d{3,6}\.md$")]
    commit: str = ""
    date: Annotated[datetime, BeforeValidator(_moment)]
    subject: Text
    detail: str = ""
    path: str = ""
    title: str = ""
    words: Count = 0
    change: _Size = _Size()


class _Record(_Strict):
    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    title: Text
    kind: Kind
    source: _Source
    licence: _Licence
    versions: Annotated[tuple[_Version, ...], Field(min_length=1)]
    versions_in_source: Count = 0
    versions_included: Count = 0
    older_versions_left_out: Count = 0
    link_or_layout_only_commits_skipped: Count = 0
    note: str = ""


def read(folder: Path) -> History:
    """The history in a folder. Raises HistoryRefused, for the first thing that is wrong."""
    record = _record(folder / RECORD)
    versions = []
    for place, entry in enumerate(record.versions):
        where = f"{folder / RECORD}: versions[{place}]"
        _check_order(record.versions, place, where=where)
        versions.append(
            PastVersion(
                number=place + 1,
                published_at=entry.date,
                title=entry.title or record.title,
                text=_text(folder / entry.file, where),
                reason=_reason(entry),
                subject=entry.subject,
                commit=entry.commit,
                file=entry.file,
            )
        )
    _refuse_unnamed(folder, record)
    return History(
        slug=record.slug,
        title=record.title,
        kind=record.kind,
        source=Source(host=record.source.host, repo=record.source.repo, paths=record.source.paths),
        licence=Licence(spdx=record.licence.spdx, name=record.licence.name, attribution=record.licence.attribution),
        versions=tuple(versions),
    )


def trace(history: History) -> Iterator[tuple[PastVersion, Comparison]]:
    """Each version with its clauses and changes against the one before; the first has every clause added.

    Raises HistoryRefused when a text cannot be split.
    """
    clauses: tuple[Clause, ...] = ()
    taken: frozenset[str] = frozenset()
    for version in history.versions:
        try:
            if version.number == 1:
                compared = changes.first(first_version(version.text, default_title=version.title))
            else:
                compared = next_version(clauses, version.text, taken=taken, default_title=version.title)
        except TextRefused as error:
            raise HistoryRefused(f"{history.slug}/{version.file}: {error}") from error
        clauses = compared.clauses
        taken |= {clause.id for clause in clauses}
        yield version, compared


def _reason(entry: _Version) -> str:
    """The words of the source without the machine's: "Merge pull request #35 from …" says nothing."""
    said = entry.detail or ("" if _MERGE.match(entry.subject) else entry.subject)
    return _WITH_NUMBER.sub("", said).strip() or entry.subject


def _check_order(versions: tuple[_Version, ...], place: int, *, where: str) -> None:
    entry = versions[place]
    if entry.date.tzinfo is None:
        raise HistoryRefused(f"{where}.date: {entry.date.isoformat()} has no offset; add one, such as Z or +02:00.")
    if int(entry.file[:-3]) != place + 1:
        raise HistoryRefused(f"{where}.file: expected {place + 1:03}.md, found {entry.file}; number files from 001.")
    if place and entry.date < versions[place - 1].date:
        raise HistoryRefused(f"{where}.date: earlier than that of the version before; list the oldest first.")


def _text(path: Path, where: str) -> str:
    if path.is_symlink() or not path.is_file():
        raise HistoryRefused(f"{where}.file: there is no file {path.name} in the folder; add it or take the entry out.")
    if path.stat().st_size > LARGEST:
        raise HistoryRefused(f"{path}: larger than {LARGEST // 1024} kB; divide it.")
    return _decoded(path)


def _decoded(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise HistoryRefused(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8.") from error


def _refuse_unnamed(folder: Path, record: _Record) -> None:
    named = {entry.file for entry in record.versions}
    for path in sorted(folder.glob("*.md")):
        if path.name not in named:
            raise HistoryRefused(f"{folder / RECORD}: versions: {path.name} has no entry; add one or remove the file.")


def _record(path: Path) -> _Record:
    if not path.is_file():
        raise HistoryRefused(f"{path}: there is no such file; a history needs one.")
    try:
        document = strict_yaml.load(_decoded(path), file=str(path))
    except ContentError as error:
        raise HistoryRefused(str(error.problems[0])) from error
    try:
        return _Record.model_validate(document.value)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{path}:{document.line(first['loc'])} {strict_yaml.dotted(first['loc']) or 'the file'}"
        raise HistoryRefused(f"{where}: {_remedy(first)}") from error


def _remedy(error: Any) -> str:
    if error["type"] == "missing":
        return "is missing; add it."
    if error["type"] == "extra_forbidden":
        return "is not a known field; take it out or correct its spelling."
    return f"{error['msg']}, found {str(error['input'])[:60]!r}."
