"""Queries for flags: what somebody can flag, what they flagged, what waits for policy owners, who never see who."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased

from lms.domain.translations import ORIGINAL
from lms.extensions import db
from lms.flags.subjects import Subject
from lms.models import (
    Attempt,
    ClauseRow,
    Flag,
    FlagAnswer,
    FlagKind,
    FlagOutcome,
    FlagWords,
    ItemRevision,
    LessonRevision,
    Policy,
    Version,
    VersionClause,
    VersionLesson,
)
from lms.models.flags import LONGEST_WORDS
from lms.training.queries import ModulePage, Question, ever_asked, module_page, quiz_page

__all__ = ["LONGEST_WORDS", "FlagKind", "FlagOutcome"]

LATELY = timedelta(days=14)
"""So long an answer is told on the home page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFlag:
    """Something that its reader can flag."""

    subject: Subject
    slug: str
    title: str
    """Of the policy."""
    name: str
    """Of the clause or lesson."""
    language: str
    question: Question | None = None
    is_submitted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a flag is about, as a list names it."""

    sort: str
    """item, lesson or clause"""
    slug: str
    """Of the item, lesson or clause."""
    name: str
    """The question's stem in Markdown, or a title."""
    sensitive: str
    policy: str
    policy_title: str
    version: int
    is_secret: bool
    """Something of its version is need-to-know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """A flag as the person finds it who raised it."""

    about: Named
    kind: FlagKind
    words: str
    flagged_at: datetime
    outcome: FlagOutcome | None
    """None while nobody answered."""
    answered_at: datetime | None
    answer: str
    """Empty while it could tell a key before its time."""
    is_answer_kept: bool
    """There is an answer, to be read once they have passed."""


def item_to_flag(attempt_id: int, person_id: int, number: int, *, now: datetime) -> ToFlag | None:
    """A question of one's own attempt; None for anything else. Five statements, six in another language."""
    page = quiz_page(attempt_id, person_id, now=now)
    question = next((each for each in page.questions if each.number == number), None) if page else None
    if page is None or question is None:
        return None
    version_id = db.session.scalars(select(Attempt.version_id).where(Attempt.id == attempt_id)).one()
    revision_id, _ = ever_asked(attempt_id)[number]
    return ToFlag(
        subject=Subject(version_id=version_id, attempt_id=attempt_id, item_id=revision_id),
        slug=page.about.slug,
        title=page.about.title,
        name="",
        language=question.language,
        question=question,
        is_submitted=page.about.is_submitted,
    )


def part_to_flag(
    person_id: int,
    slug: str,
    *,
    clause: str,
    lesson: str,
    refresher_id: int | None,
    language: str = ORIGINAL,
    now: datetime,
) -> ToFlag | None:
    """A clause or a lesson of one's own module, whichever is named; None for what does not stand in it.

    One statement more than the module takes.
    """
    page = module_page(person_id, slug, refresher_id=refresher_id, language=language, now=now)
    found = _clause_of(page, clause) if page and clause else _lesson_of(page, lesson) if page else None
    if page is None or found is None:
        return None
    subject, name, read_in = found
    return ToFlag(subject=subject, slug=slug, title=page.title, name=name, language=read_in)


Found = tuple[Subject, str, str]
"""With the name and the language in which it is read."""


def _clause_of(page: ModulePage, clause: str) -> Found | None:
    part = next((each for each in page.parts if each.clause == clause), None)
    if part is None:
        return None
    version_id = page.version.version_id
    named = select(ClauseRow.id).where(ClauseRow.policy_id == page.version.policy_id, ClauseRow.slug == clause)
    return Subject(version_id=version_id, clause_id=db.session.scalars(named).one()), part.title, part.language


def _lesson_of(page: ModulePage, slug: str) -> Found | None:
    lesson = next((each for each in page.module.lessons if each.slug == slug), None)
    if lesson is None:
        return None
    version_id = page.version.version_id
    frozen = (
        select(LessonRevision.id)
        .join(VersionLesson, VersionLesson.lesson_id == LessonRevision.id)
        .where(VersionLesson.version_id == version_id, LessonRevision.slug == slug)
    )
    language = page.reading.language if slug in page.translated_lessons else ORIGINAL
    return Subject(version_id=version_id, lesson_id=db.session.scalars(frozen).one()), lesson.title, language


def mine(person_id: int) -> tuple[Mine, ...]:
    """Everything that somebody flagged, newest first; one statement.

    What is said of a question is kept back until they have passed: it might tell the key.
    """
    flagged, passed = aliased(Attempt), aliased(Attempt)
    is_passed = exists().where(
        passed.person_id == Flag.person_id,
        passed.policy_id == flagged.policy_id,
        passed.number >= flagged.number,
        passed.is_passed,
    )
    rows = db.session.execute(
        named_flags()
        .add_columns(FlagAnswer, FlagWords.words.label("said"), is_passed.label("has_passed"))
        .outerjoin(flagged, flagged.id == Flag.attempt_id)
        .where(Flag.person_id == person_id)
        .order_by(Flag.flagged_at.desc(), Flag.id.desc())
    )
    return tuple(_mine(row) for row in rows)


def _mine(row: Any) -> Mine:
    answer, flag = row.FlagAnswer, row.Flag
    is_kept = answer is not None and flag.item_id is not None and not row.has_passed
    return Mine(
        about=named(row),
        kind=flag.kind,
        words=row.said or "",
        flagged_at=flag.flagged_at,
        outcome=answer.outcome if answer else None,
        answered_at=answer.answered_at if answer else None,
        answer=answer.words if answer and not is_kept else "",
        is_answer_kept=is_kept,
    )


def answered_lately(person_id: int, *, now: datetime) -> int:
    """How many of somebody's flags were answered in the last days; one statement."""
    query = select(FlagAnswer.flag_id).join(Flag, Flag.id == FlagAnswer.flag_id)
    return len(
        db.session.scalars(query.where(Flag.person_id == person_id, FlagAnswer.answered_at > now - LATELY)).all()
    )


def open_flags() -> int:
    """How many flags wait for an answer; one statement."""
    query = select(Flag.id).outerjoin(FlagAnswer, FlagAnswer.flag_id == Flag.id)
    return len(db.session.scalars(query.where(FlagAnswer.flag_id.is_(None))).all())


def day_of(moment: datetime) -> date:
    """All that is told of when somebody flagged something."""
    return moment.astimezone(UTC).date()


def named_flags() -> Select[Any]:
    """Flags with the names of what they are about."""
    marked = aliased(VersionClause)
    has_secret = exists().where(marked.version_id == Version.id, marked.is_need_to_know)
    return (
        select(
            Flag,
            Policy.slug.label("policy"),
            Policy.title.label("policy_title"),
            Version.number.label("version"),
            ItemRevision.slug.label("item"),
            ItemRevision.question["stem"].as_string().label("stem"),
            ItemRevision.question["sensitive"].as_string().label("sensitive"),
            LessonRevision.slug.label("lesson"),
            LessonRevision.body["title"].as_string().label("lesson_title"),
            ClauseRow.slug.label("clause"),
            VersionClause.title.label("clause_title"),
            or_(Policy.is_need_to_know, has_secret).label("is_secret"),
        )
        .join(Version, Version.id == Flag.version_id)
        .join(Policy, Policy.id == Version.policy_id)
        .outerjoin(ItemRevision, ItemRevision.id == Flag.item_id)
        .outerjoin(LessonRevision, LessonRevision.id == Flag.lesson_id)
        .outerjoin(ClauseRow, ClauseRow.id == Flag.clause_id)
        .outerjoin(
            VersionClause, (VersionClause.clause_id == Flag.clause_id) & (VersionClause.version_id == Flag.version_id)
        )
        .outerjoin(FlagWords, FlagWords.flag_id == Flag.id)
        .outerjoin(FlagAnswer, FlagAnswer.flag_id == Flag.id)
    )


def named(row: Any) -> Named:
    """What a row of such a query is about."""
    sort, slug, name = (
        ("item", row.item, row.stem)
        if row.Flag.item_id
        else ("lesson", row.lesson, row.lesson_title)
        if row.Flag.lesson_id
        else ("clause", row.clause, row.clause_title or row.clause)
    )
    return Named(
        sort=sort,
        slug=slug,
        name=name,
        sensitive=row.sensitive or "",
        policy=row.policy,
        policy_title=row.policy_title,
        version=row.version,
        is_secret=row.is_secret,
    )


def about(subject: Subject) -> Select[Any]:
    """Everything that was flagged about one thing, with words and answers."""
    return named_flags().add_columns(FlagAnswer, FlagWords.words.label("said")).where(*subject.is_same())
