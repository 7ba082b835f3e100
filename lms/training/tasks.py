"""From histories and texts to the lines of the home page: what to do, why, how long, by when. No SQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from lms.domain.readiness import worst
from lms.domain.standing import Standing, State
from lms.domain.translations import Translation
from lms.training.assignments import AssignedRefresher, Assignment, live
from lms.training.modules import Next, Step
from lms.training.shelf import Frozen
from lms.training.teaching import Taught, Texts, Way, news, olds

SHOWN_REASONS = 2
"""Clauses that a line names; the others are counted."""


class Sort(StrEnum):
    """What kind of thing there is to do."""

    TASK = "task"
    REFRESHER = "refresher"
    SIGN = "sign"
    RENEWAL = "renewal"
    COMING = "coming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One reason, about one clause."""

    kind: str
    """changed, new, removed; expired, revoked, withdrawn or never where the words are the same as before."""
    title: str
    reason: str
    """In the words of whoever judged the change."""
    at: datetime | None
    is_coming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to do."""

    sort: Sort
    slug: str
    title: str
    """Of the policy."""
    version: int
    state: State | None
    because: str
    whys: tuple[Why, ...]
    clause_count: int
    is_whole: bool
    is_known: bool
    """Some of it was proven before."""
    minutes: int
    due_at: datetime | None
    effective_at: datetime | None
    """When what is coming takes effect."""
    next: Next
    refresher: AssignedRefresher | None = None
    emergency: int | None = None
    """Number of the emergency version that waits to be seen."""
    provisional_until: datetime | None = None

    @property
    def more(self) -> int:
        """Clauses that are not named."""
        return self.clause_count - len(self.whys) if self.whys else 0

    @property
    def is_urgent(self) -> bool:
        """It belongs above what is only coming."""
        return self.sort not in (Sort.RENEWAL, Sort.COMING)


def line_of(
    task: Assignment,
    *,
    version: Frozen,
    shown: Sequence[Taught],
    texts: Texts,
    said: Mapping[int, Mapping[str, str]],
    standings: Sequence[Standing],
    minutes: int,
    following: Next,
    words: Translation | None = None,
    now: datetime,
) -> Line:
    """The line of one task; `standings` are those of its policy in the person's queues, `words` name it for them."""
    state = worst(each.state for each in standings if each.state is not State.NOT_REQUIRED) if standings else None
    decided = next((each for each in standings if each.state is state), None)
    refresher = task.refresher
    is_known = bool(task.learn.covered_before)
    emergency = _unseen_emergency(task, now) if is_known and not refresher else None
    if refresher:
        state = State.HELD if refresher.is_blocking else None
    return Line(
        sort=_sort(task, state, following),
        slug=version.slug,
        title=(words.title if words else "") or version.title,
        version=version.number,
        state=state,
        because=decided.because if decided and not refresher else "",
        whys=tuple(_in(words, part, _why(part, texts, said, standings, task)) for part in shown[:SHOWN_REASONS]),
        clause_count=len(task.clauses),
        is_whole=task.learn.is_whole,
        is_known=is_known,
        minutes=minutes,
        due_at=refresher.due_at if refresher else _due(task, standings, state),
        effective_at=task.learn.effective_at,
        next=following,
        refresher=refresher,
        emergency=emergency,
        provisional_until=_provisional_until(task, emergency) if emergency or state is State.PROVISIONAL else None,
    )


def urgency(line: Line) -> tuple[int, float, str]:
    """Most urgent first: an emergency, a hold, what is overdue, what only waits to be signed, then by due moment."""
    rank = 4
    if line.emergency:
        rank = 0
    elif line.state is State.HELD:
        rank = 1
    elif line.state is State.OVERDUE:
        rank = 2
    elif line.next.step is Step.SIGN:
        rank = 3
    due_at = line.due_at or line.effective_at
    return rank, due_at.timestamp() if due_at else float("inf"), line.title


def _sort(task: Assignment, state: State | None, following: Next) -> Sort:
    if task.refresher:
        return Sort.REFRESHER
    if following.step is Step.SIGN:
        return Sort.SIGN
    if state in (State.HELD, State.OVERDUE, State.DUE, State.PROVISIONAL):
        return Sort.TASK
    return Sort.COMING if task.learn.effective_at else Sort.RENEWAL


def _due(task: Assignment, standings: Sequence[Standing], state: State | None) -> datetime | None:
    if state is State.READY and task.learn.is_whole:  # a renewal: due when what was shown runs out
        ends = [each.changes_at for each in standings if each.next_state in (State.DUE, State.OVERDUE)]
        return min((end for end in ends if end), default=None)
    return min((each.due_at for each in standings if each.due_at), default=None)


def _unseen_emergency(task: Assignment, now: datetime) -> int | None:
    """An emergency that changed what this person has to learn, as long as seeing it keeps them provisionally ready."""
    seen = {each.version for each in task.person.acknowledgements if each.policy == task.policy.slug}
    for version in reversed(live(task.policy, now)):
        changed = {change.clause for change in version.changes if change.is_material}
        is_open = version.provisional_until is not None and now < version.provisional_until
        if is_open and version.number not in seen and changed.intersection(task.clauses):
            return version.number
    return None


def _provisional_until(task: Assignment, emergency: int | None) -> datetime | None:
    ends = [
        version.provisional_until
        for version in task.policy.versions
        if version.provisional_until and emergency in (None, version.number)
    ]
    return max(ends, default=None)


def _why(
    part: Taught,
    texts: Texts,
    said: Mapping[int, Mapping[str, str]],
    standings: Sequence[Standing],
    task: Assignment,
) -> Why:
    worded = (*news(part, texts), *olds(part, texts))[0]
    kind, at = part.way.value, None
    if part.way is Way.TEXT:
        uncovered = [one for each in standings for one in each.uncovered if one.clause == part.clause]
        causes = [cause for one in uncovered for cause in one.causes]
        last = max(causes, key=lambda cause: cause.at, default=None)
        kind, at = (last.kind, last.at) if last else ("again", None)
    elif part.changed_in:
        at = next(each.effective_at for each in task.policy.versions if each.number == part.changed_in)
    reason = said.get(part.changed_in or 0, {}).get(part.clause, "")
    return Why(kind=kind, title=worded.title, reason=reason, at=at, is_coming=part.is_coming)


def _in(words: Translation | None, part: Taught, why: Why) -> Why:
    known = words.clauses.get(part.clause) if words else None
    return replace(why, title=known.title) if known else why


def minutes_in(lines: Collection[Line], policies: Collection[str]) -> int:
    """Minutes that the tasks of these policies take together."""
    return sum(line.minutes for line in lines if line.refresher is None and line.slug in policies)
