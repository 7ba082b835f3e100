"""`policy.yaml`: what is decided about a policy and each version. Source: formats.md, domain.md sections 2 and 3."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from lms.domain.policies import Decided, Kind, Proof, Release, Verdict
from lms.library import formats, strict_yaml
from lms.library.formats import Count, Days, Form, Line, Moment, Slug, Truth, Wrong
from lms.library.problems import ContentError, Problem
from lms.library.strict_yaml import Document, Path

EVERYBODY = "everybody"
SHORTEST_REASON = 10
"""Characters of the reason for a version: domain.md section 2."""
MAX_PROVISIONAL_HOURS = 24 * 90


def _zone(value: object) -> str:
    try:
        return ZoneInfo(str(value)).key
    except (ValueError, OSError, KeyError):
        raise Wrong("this is not a time zone", "write a name such as Europe/Dublin or UTC") from None


def _audience(value: object) -> object:
    if value in ([], ""):
        raise Wrong("nobody is named", f"name at least one queue, or write {EVERYBODY}")
    if isinstance(value, str) and value != EVERYBODY:
        raise Wrong("this is not a list of queues", f"write the queues in brackets, [{value}], or: {EVERYBODY}")
    if isinstance(value, list) and len(value) > 1 and EVERYBODY in value:
        raise Wrong("everybody and queues exclude each other", f"keep the queues, or write: {EVERYBODY}")
    return [EVERYBODY] if value == EVERYBODY else value


class ChangeEntry(Form):
    """One entry of `changes`."""

    clause: Line
    predecessors: list[Line] | None = Field(default=None, alias="from")
    """Empty: the clause comes from nothing, whatever it resembles."""
    verdict: Verdict
    reason: Line
    removed: Truth = False


class Emergency(Form):
    """What makes a version an emergency."""

    provisional_hours: Annotated[int, BeforeValidator(formats.between(1, MAX_PROVISIONAL_HOURS))]


class VersionEntry(Form):
    """One entry of `versions`."""

    number: Count
    published_at: Moment
    effective_at: Moment
    author: Line
    approver: Line
    reason: Line
    grace_days: Days | None = None
    emergency: Emergency | None = None
    changes: tuple[ChangeEntry, ...] = ()


class PolicyForm(Form):
    """The whole of `policy.yaml`."""

    title: Line
    titles: dict[Annotated[str, BeforeValidator(formats.language)], Line] = Field(default_factory=dict)
    """In other languages, by their codes."""
    kind: Kind
    owner: Line
    timezone: Annotated[str, BeforeValidator(_zone)]
    audience: Annotated[list[Slug], BeforeValidator(_audience)]
    """Queues, or `everybody` alone."""
    proof: Proof
    onboarding_days: Days
    grace_days: Days
    valid_days: Annotated[int | None, BeforeValidator(formats.or_null(formats.between(1, formats.MAX_DAYS)))] = None
    window_days: Days = 0
    reentry_days: Days = 90
    need_to_know: Truth = False
    versions: tuple[VersionEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """`policy.yaml` as read, with the lines it was read from."""

    form: PolicyForm
    releases: tuple[Release, ...]
    document: Document


def read(text: str, *, file: str) -> PolicyFile:
    """Read `policy.yaml`. Raises ContentError with every problem of the file."""
    document = strict_yaml.load(text, file=file)
    form = formats.read_as(PolicyForm, document, context={formats.ZONE: _zone_of(document)})
    problems = list(_problems(form, document))
    if problems:
        raise ContentError(problems)
    return PolicyFile(form, tuple(_release(entry) for entry in form.versions), document)


def _zone_of(document: Document) -> tzinfo:
    """The zone that the document names; UTC if it names none, which is then a problem of its own."""
    try:
        return ZoneInfo(_zone(document.value.get("timezone") if isinstance(document.value, dict) else None))
    except Wrong:
        return UTC


def _release(entry: VersionEntry) -> Release:
    return Release(
        number=entry.number,
        reason=entry.reason,
        author=entry.author,
        approver=entry.approver,
        published_at=entry.published_at,
        effective_at=entry.effective_at,
        grace_days=entry.grace_days,
        provisional_hours=entry.emergency.provisional_hours if entry.emergency else None,
        changes=tuple(
            Decided(
                clause=change.clause,
                verdict=change.verdict,
                reason=change.reason,
                predecessors=None if change.predecessors is None else tuple(change.predecessors),
                is_removed=change.removed,
            )
            for change in entry.changes
        ),
    )


def _problems(form: PolicyForm, document: Document) -> Iterator[Problem]:
    if form.valid_days is not None and form.window_days > form.valid_days:
        wrong = Wrong("the renewal window is longer than the validity", "make window_days at most valid_days")
        yield formats.problem_at(document, ("window_days",), wrong)
    queues = ((("audience", index), queue) for index, queue in enumerate(form.audience))
    yield from formats.refuse_twins(queues, document=document, what="queues")
    for index, entry in enumerate(form.versions):
        path: Path = ("versions", index)
        for key, wrong in _of_version(entry, number=index + 1):
            yield formats.problem_at(document, (*path, key), wrong)
        changes = (((*path, "changes", place), change.clause) for place, change in enumerate(entry.changes))
        yield from formats.refuse_twins(changes, document=document, what="changes of the clause")
        for place, change in enumerate(entry.changes):
            for key, wrong in _of_change(change):
                yield formats.problem_at(document, (*path, "changes", place, key), wrong)
    for index, (before, entry) in enumerate(pairwise(form.versions), start=1):
        if entry.effective_at < before.effective_at:
            wrong = Wrong(
                f"version {entry.number} would take effect before version {before.number}", "choose a later day"
            )
            yield formats.problem_at(document, ("versions", index, "effective_at"), wrong)


def _of_version(entry: VersionEntry, *, number: int) -> Iterator[tuple[str, Wrong]]:
    if entry.number != number:
        yield (
            "number",
            Wrong(f"this is entry {number}, but says {entry.number}", "number the versions 1, 2, 3 …, in order"),
        )
    if entry.effective_at < entry.published_at:
        yield "effective_at", Wrong("it would take effect before it is published", "choose a later moment")
    if entry.approver.casefold() == entry.author.casefold():
        yield "approver", Wrong("the author cannot approve the version", "name somebody else")
    if len(entry.reason.strip()) < SHORTEST_REASON:
        yield "reason", Wrong("the reason is too short", f"say in {SHORTEST_REASON} characters or more why it changed")
    if entry.number == 1 and entry.changes:
        yield "changes", Wrong("the first version cannot change anything", "delete the list: every clause of it is new")


def _of_change(change: ChangeEntry) -> Iterator[tuple[str, Wrong]]:
    if change.removed and change.predecessors is not None:
        yield "from", Wrong("a removed clause comes from nothing", "delete `from`, or delete `removed`")
