"""What a policy owner reads and answers of flags: the context of each, and never who it was."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from lms.domain.quizzes import Item
from lms.extensions import db
from lms.flags.queries import FlagKind, FlagOutcome, Named, about, day_of, named, named_flags
from lms.flags.subjects import Subject, subject_of
from lms.models import Attempt, Flag, FlagAnswer, ItemRevision
from lms.training.queries import Telling, ToldOption, graded_item, right_order, told_options


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Open flags of one thing."""

    about: Named
    flag_id: int
    """One of them, for the address."""
    count: int
    kinds: dict[FlagKind, int]
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as the attempt asked it: in that order, with the answer that was given."""

    options: tuple[ToldOption, ...]
    right_order: tuple[str, ...]
    outcome: str
    """Of what was handed in; empty before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An open flag without its person."""

    flag_id: int
    kind: FlagKind
    words: str
    """Empty when the person was erased."""
    on: date
    version: int
    language: str
    asked: Asked | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An answer that was given before."""

    outcome: FlagOutcome
    words: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagPage:
    """Every flag of one thing."""

    subject: Subject
    about: Named
    item: Item | None
    """With its key: who answers flags keeps the bank."""
    digest: str
    """Of the item revision."""
    raised: tuple[Raised, ...]
    """Day by day; within a day in the order of their words, which tells no time."""
    settled: tuple[Settled, ...]


def waiting() -> tuple[Waiting, ...]:
    """What has open flags, most first; one statement."""
    rows = db.session.execute(named_flags().where(FlagAnswer.flag_id.is_(None)).order_by(Flag.id)).all()
    groups: dict[Subject, list[Any]] = {}
    for row in rows:
        groups.setdefault(_group(row.Flag), []).append(row)
    found = (
        Waiting(
            about=named(each[0]),
            flag_id=each[0].Flag.id,
            count=len(each),
            kinds=dict(Counter(row.Flag.kind for row in each).most_common()),
            since=day_of(each[0].Flag.flagged_at),
        )
        for each in groups.values()
    )
    return tuple(sorted(found, key=lambda each: (-each.count, each.since, each.flag_id)))


def _group(flag: Flag) -> Subject:
    """The same revision of an item or a lesson in several versions is one thing."""
    subject = subject_of(flag)
    return subject if flag.clause_id else Subject(version_id=0, item_id=flag.item_id, lesson_id=flag.lesson_id)


def flagged(flag_id: int) -> Named | None:
    """What a flag is about, without any key; two statements."""
    flag = db.session.get(Flag, flag_id)
    if flag is None:
        return None
    return named(db.session.execute(about(subject_of(flag)).where(Flag.id == flag_id)).one())


def flag_page(flag_id: int) -> FlagPage | None:
    """Every flag of what a flag is about; None when there is no such flag. Five statements for an item, else two."""
    flag = db.session.get(Flag, flag_id)
    if flag is None:
        return None
    subject = subject_of(flag)
    rows = db.session.execute(about(subject).order_by(Flag.id)).all()
    asked: dict[int, Asked] = {}
    item, digest = None, ""
    if subject.item_id is not None:
        asked, item = _asked(subject.item_id, [row.Flag.attempt_id for row in rows])
        digest = db.session.scalars(select(ItemRevision.digest).where(ItemRevision.id == subject.item_id)).one()
    raised = [_raised(row, asked.get(row.Flag.attempt_id)) for row in rows if row.FlagAnswer is None]
    answers = {
        Settled(outcome=each.outcome, words=each.words, on=day_of(each.answered_at)): None
        for each in (row.FlagAnswer for row in rows)
        if each is not None
    }
    return FlagPage(
        subject=subject,
        about=named(next(row for row in rows if row.Flag.id == flag_id)),
        item=item,
        digest=digest,
        raised=tuple(sorted(raised, key=lambda each: (each.on, each.words))),
        settled=tuple(answers),
    )


def _asked(revision_id: int, attempt_ids: list[int]) -> tuple[dict[int, Asked], Item]:
    drawn = graded_item(attempt_ids, revision_id)
    results = dict(db.session.execute(select(Attempt.id, Attempt.result).where(Attempt.id.in_(attempt_ids))).all())
    found = {}
    for attempt_id, each in drawn.items():
        kept = (results[attempt_id] or {}).get("items", ())
        found[attempt_id] = Asked(
            options=told_options(each, each.item, Telling.EVERYTHING),
            right_order=right_order(each, each.item, Telling.EVERYTHING),
            outcome=next((one["outcome"] for one in kept if one["item"] == each.item.id), ""),
        )
    return found, next(iter(drawn.values())).item


def _raised(row: Any, asked: Asked | None) -> Raised:
    return Raised(
        flag_id=row.Flag.id,
        kind=row.Flag.kind,
        words=row.said or "",
        on=day_of(row.Flag.flagged_at),
        version=row.version,
        language=row.Flag.language,
        asked=asked,
    )
