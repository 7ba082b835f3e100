"""Queries for the module that one person works through: what it shows, how long it takes, what comes next in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from lms.domain import modules
from lms.domain.accommodating import time_limit
from lms.domain.modules import Module
from lms.domain.policies import Clause
from lms.domain.translations import ORIGINAL, Translation
from lms.domain.wording import BlockPair, Status, side_by_side, without_passed_on
from lms.models import Attempt
from lms.policies.queries import Reading, clauses_of, languages_of, translations
from lms.training import runs
from lms.training.assignments import AssignedRefresher, Assignment, assignment, live
from lms.training.attempts import accommodations_of, attempts_at
from lms.training.shelf import Frozen, changed_in, frozen, reasons, version_ids
from lms.training.teaching import Taught, Texts, Way, news, numbers, olds, taught, texts_shown
from lms.training.translated import ClauseTexts, ToSign, Translated, lessons_in, to_sign


class Step(StrEnum):
    """What a person can do next in a module."""

    NOTHING = "nothing"
    START = "start"
    RESUME = "resume"
    RETAKE = "retake"
    WAIT = "wait"
    STUCK = "stuck"
    SIGN = "sign"
    ATTEST = "attest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The step, and what it needs."""

    step: Step
    attempt_id: int | None = None
    """To go on with, or to sign."""
    opens_at: datetime | None = None
    """When the retake may begin."""
    left: int | None = None
    """Attempts that may still be begun."""
    is_other: bool = False
    """The open attempt is about something else: an older version, or another refresher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How many minutes the quiz may take."""

    everybody: int
    mine: int | None
    """With what this person is given; None for as long as they like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClausePart:
    """One clause as the module shows it."""

    clause: str
    way: Way
    title: str
    old_title: str | None
    source: str
    """Markdown, where it is shown as text."""
    pairs: tuple[BlockPair, ...]
    """Where it is shown as a change."""
    old_number: int | None
    reason: str
    changed_at: datetime | None
    """When the change takes effect."""
    is_coming: bool
    language: str
    """Of title and texts."""
    is_need_to_know: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ModulePage:
    """Everything on the page of a module."""

    version: Frozen
    is_whole: bool
    effective_at: datetime | None
    """When the version takes effect, if it has not yet."""
    required: int | None
    refresher: AssignedRefresher | None
    parts: tuple[ClausePart, ...]
    module: Module
    next: Next
    timing: Timing | None
    """Before a quiz with a time limit."""
    statement: ToSign
    """What is signed where there is no quiz."""
    reading: Reading
    translated_lessons: frozenset[str]
    """Slugs of those that are not in English."""

    @property
    def need_to_know(self) -> tuple[str, ...]:
        """Clauses on the page that only whom they concern may read."""
        return tuple(part.clause for part in self.parts if part.is_need_to_know)

    @property
    def title(self) -> str:
        """Of the policy, in the language in which it is read."""
        return self.reading.title or self.version.title


def module_page(
    person_id: int, slug: str, *, refresher_id: int | None = None, language: str = ORIGINAL, now: datetime
) -> ModulePage | None:
    """A person's module of a policy, or of a refresher; None for what does not exist for them.

    26 statements or 27, and one more in another language than English, and before a quiz with a time limit.
    """
    task = assignment(person_id, slug, refresher_id=refresher_id, now=now)
    if task is None:
        return None
    shown = taught(task, now)
    target = task.learn.version or live(task.policy, now)[-1].number
    version = frozen({slug: target})[slug]
    said = reasons({slug: {part.changed_in for part in shown if part.changed_in}})[slug]
    ids = version_ids(slug, numbers(shown) | {target})
    texts = _texts(ids)
    stored = translations(ids.values(), language)
    words = {number: stored[row].words for number, row in ids.items() if row in stored}
    module = assembled(task, version, shown=shown, texts=texts, now=now)
    lessons, translated_lessons = lessons_in(module.lessons, version.lessons, words.get(target))
    translated = Translated(texts, words)
    parts = tuple(_part(each, *translated.of(each), said, _effective(task, each)) for each in shown)
    following = next_step(attempts_at(person_id, slug), task, version, item_count=module.item_count, now=now)
    statement = to_sign(version.title, target, task.clauses, alive=texts[target], stored=stored.get(version.version_id))
    return ModulePage(
        version=version,
        is_whole=task.learn.is_whole,
        effective_at=task.learn.effective_at,
        required=task.learn.required,
        refresher=task.refresher,
        parts=parts,
        module=replace(module, lessons=lessons),
        next=following,
        timing=_timing(person_id, version, following.step, now),
        statement=statement,
        reading=_reading(language, words.get(target), parts, languages_of(version.version_id)),
        translated_lessons=translated_lessons,
    )


def _reading(asked: str, words: Translation | None, parts: Sequence[ClausePart], languages: Sequence[str]) -> Reading:
    language = words.language if words else ORIGINAL
    return Reading(
        asked=asked,
        language=language,
        others=tuple(code for code in languages if code != language),
        untranslated=frozenset(part.clause for part in parts if part.language != language),
        title=words.title if words else "",
    )


def assembled(task: Assignment, version: Frozen, *, shown: Sequence[Taught], texts: Texts, now: datetime) -> Module:
    """Lessons, number of items and minutes of a task."""
    return modules.assemble(
        version.lessons,
        version.items,
        clauses=task.clauses,
        version=version.number,
        changed_in=changed_in(live(task.policy, now)),
        rules=version.rules,
        texts=texts_shown(shown, texts),
    )


def next_step(
    attempts: Sequence[Attempt], task: Assignment, version: Frozen, *, item_count: int, now: datetime
) -> Next:
    """What a person can do with a task, by the attempts they made at the policy."""
    begun = runs.open_attempt(attempts)
    if begun:
        is_other = begun.version_id != version.version_id or begun.refresher_id != task.refresher_id
        return Next(step=Step.RESUME, attempt_id=begun.id, is_other=is_other)
    if not task.clauses:
        return Next(step=Step.NOTHING)
    if version.rules is None or not item_count:
        return Next(step=Step.ATTEST)
    run = runs.going_on(attempts, task, version.version_id)
    if not run:
        return Next(step=Step.START)
    if passed := runs.passed_in(run):
        return Next(step=Step.SIGN, attempt_id=passed.id)
    following = runs.next_of(run, version.rules, now)
    if following.is_stuck:
        return Next(step=Step.STUCK, left=0)
    step = Step.RETAKE if following.is_allowed else Step.WAIT
    return Next(step=step, opens_at=following.from_at, left=following.left)


def _timing(person_id: int, version: Frozen, step: Step, now: datetime) -> Timing | None:
    minutes = version.rules.time_limit_minutes if version.rules else None
    if minutes is None or step not in (Step.START, Step.RETAKE, Step.WAIT):
        return None
    mine = time_limit(minutes, accommodations_of(person_id), started_at=now, now=now)
    return Timing(everybody=minutes, mine=None if mine is None else mine // timedelta(minutes=1))


def has_quiz(task: Assignment, now: datetime) -> bool:
    """True when there is something to ask about what is to learn; three statements."""
    slug = task.policy.slug
    version = frozen({slug: task.learn.version or 0})[slug]
    nothing_read: Texts = {}
    return assembled(task, version, shown=(), texts=nothing_read, now=now).item_count > 0


def _texts(ids: Mapping[int, int]) -> ClauseTexts:
    clauses = clauses_of(ids.values())
    return {number: {clause.id: clause for clause in clauses[version_id]} for number, version_id in ids.items()}


def _effective(task: Assignment, part: Taught) -> datetime | None:
    return next((each.effective_at for each in task.policy.versions if each.number == part.changed_in), None)


def _part(
    part: Taught, texts: ClauseTexts, language: str, said: Mapping[int, Mapping[str, str]], at: datetime | None
) -> ClausePart:
    new, old = news(part, texts), olds(part, texts)
    shown = (new or old)[0]
    before, after = _joined(old), _joined(new)
    if part.way is Way.CHANGED:
        before = without_passed_on(before, after, elsewhere=_passed_on(part, texts))
    pairs = side_by_side(before, after) if part.way in (Way.CHANGED, Way.REMOVED) else ()
    # Words that are no change to a reader (case, layout) are not shown as one.
    is_same = part.way is Way.CHANGED and all(pair.status is Status.EQUAL for pair in pairs)
    return ClausePart(
        clause=part.clause,
        way=Way.TEXT if is_same else part.way,
        title=shown.title,
        old_title=old[0].title if len(old) == 1 else None,
        source=shown.source,
        pairs=() if is_same else pairs,
        old_number=part.old_number,
        reason=said.get(part.changed_in or 0, {}).get(part.clause, ""),
        changed_at=at,
        is_coming=part.is_coming,
        language=language,
        is_need_to_know=any(clause.is_need_to_know for clause in (*new, *old)),
    )


def _passed_on(part: Taught, texts: ClauseTexts) -> frozenset[str]:
    """Words of passages that another clause has now and had not before: the other parts of a split.

    Only of clauses for the same queues: what went to others is gone for this person.
    """
    before, now = texts[part.old_number or part.number], texts[part.number]
    found: set[str] = set()
    for name, clause in now.items():
        if name != part.clause and clause.queues == now[part.clause].queues:
            had = before[name].blocks if name in before and name not in part.old_clauses else ()
            found |= {block.words for block in clause.blocks if block.words} - {block.words for block in had}
    return frozenset(found)


def _joined(clauses: Sequence[Clause]) -> Clause | None:
    """Several old clauses that became one are held against it as one."""
    if not clauses:
        return None
    return replace(clauses[0], blocks=tuple(block for clause in clauses for block in clause.blocks))
