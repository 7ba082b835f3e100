"""Checks an evidence pack: `python3 check.py [FOLDER]`. Needs Python 3.9 or newer and nothing else.

It says `whole`, or `tampered` with the file and what is wrong with it, and then exits with 1. Whoever changes a pack
could change this file too: get it, or the sum of the whole pack, from somebody you trust.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SUMS = "SHA256SUMS"
REMARK = "# SHA-256 of the lines above: "
RECORDS, BESIDE = "records.jsonl", "records-beside.jsonl"
Finding = tuple[str, str]
"""A file and what is wrong with it."""


def findings(folder: Path) -> Iterator[Finding]:
    """Everything that is not as it must be."""
    yield from sums(folder)
    for check in (versions, records):
        try:
            yield from check(folder)
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            yield f"{check.__name__}", f"cannot be read ({type(error).__name__}: {error})"


def sums(folder: Path) -> Iterator[Finding]:
    """Each file has the sum that the list gives, and there are no others."""
    try:
        listed, remark, told = (folder / SUMS).read_bytes().decode().partition(REMARK)
    except (OSError, UnicodeDecodeError) as error:
        yield SUMS, f"cannot be read ({error})"
        return
    if not remark or told != hashlib.sha256(listed.encode()).hexdigest() + "\n":
        yield SUMS, "the list is not the one that its last line names"
    there = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    there.pop(SUMS)
    for row in listed.splitlines():
        digest, _, name = row.partition("  ")
        path = there.pop(name, None)  # only what lies in the folder is opened, whatever the list names
        if path is None:
            yield name, "is missing"
        elif sum_of(path) != digest:
            yield name, "is not what the list of sums names"
    for name in there:
        yield name, "is not in the list of sums"


def sum_of(path: Path) -> str:
    """SHA-256 of a file, hex, without reading all of it at once."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 16):
            digest.update(piece)
    return digest.hexdigest()


def digest_of(value: Any) -> str:
    """SHA-256, hex, over a value as Muster freezes it: JSON in ASCII, keys sorted, no spaces."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def versions(folder: Path) -> Iterator[Finding]:
    """Each version's digest is computed anew from what was frozen; so are those of its lessons, and items with keys."""
    for path in sorted(folder.glob("versions/*/*.json")):
        name = path.relative_to(folder).as_posix()
        said = json.loads(path.read_bytes())
        for lesson in said["lessons"]:
            if lesson["lesson"] is not None and digest_of(lesson["lesson"]) != lesson["digest"]:
                yield name, f"the lesson {lesson['slug']} is not the one that its digest names"
        for item in said["items"]:
            if "key" in item and digest_of({"question": item["question"], "key": item["key"]}) != item["digest"]:
                yield name, f"the item {item['digest']} is not the one that its digest names"
        frozen = {
            "language": said["language"],
            "text": said["text"],
            "lessons": sorted(lesson["digest"] for lesson in said["lessons"]),
            "items": sorted(item["digest"] for item in said["items"]),
            "rules": said["rules"],
        }
        if said["withheld"] is None and digest_of(frozen) != said["digest"]:
            yield name, "the version is not the one that its digest names"


def records(folder: Path) -> Iterator[Finding]:
    """Each record has its hash, is in canonical form, and was proved on the version that lies in the pack."""
    known: dict[tuple[str, int], str] = {}
    for path in folder.glob("versions/*/*.json"):
        said = json.loads(path.read_bytes())
        known[said["policy"], said["number"]] = said["digest"]
    with (folder / RECORDS).open("rb") as bodies, (folder / BESIDE).open("rb") as besides:
        for place, row in enumerate(bodies, start=1):
            body, beside = row.rstrip(b"\n"), json.loads(besides.readline() or b"{}")
            for wrong in of_record(body, beside, known):
                yield RECORDS, f"line {place}: {wrong}"
        if besides.readline():
            yield BESIDE, "has more lines than there are records"


def of_record(body: bytes, beside: dict[str, Any], known: dict[tuple[str, int], str]) -> Iterator[str]:
    """What is wrong with one record."""
    if hashlib.sha256(b"\x00" + body).hexdigest() != beside.get("leaf"):
        yield "the record is not the one that its hash names"
    try:
        said = json.loads(body)
    except ValueError:
        yield "the record cannot be read"
        return
    if json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() != body:
        yield "the record is not in canonical form"
    if said.get("subject") != beside.get("subject"):
        yield "the record is of somebody else than is said beside it"
    if known.get((said.get("policy"), said.get("policy_version"))) != said.get("policy_sha256"):
        yield "the record was proved on another version than lies in the pack"


def main(arguments: list[str]) -> int:
    """Check a folder, that of this file unless another is named, and say what was found."""
    folder = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    found = list(findings(folder))
    for name, wrong in found:
        print(f"tampered: {name}: {wrong}")
    if not found:
        with (folder / RECORDS).open("rb") as bodies:
            print(f"whole: {sum(1 for _ in bodies)} records")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
