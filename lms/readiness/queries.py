"""The report from the rows of the database, in a fixed number of statements however many people there are.

The figures are counted in `report.py`; what is left to learn, in words and minutes, is in `learning_left.py`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from lms.domain.readiness import ANSWERS, Answer, Readiness, gate
from lms.domain.records import PolicyHistory
from lms.domain.standing import Standing, State
from lms.extensions import db
from lms.models import Identity, Policy, Queue, Spell, SpellKind, Team
from lms.models.closed import was_open
from lms.models.dated import spells_at
from lms.models.gate_histories import LetIn, gate_answers, let_in
from lms.models.histories import person_histories, policy_histories
from lms.models.recorded import ERASED
from lms.readiness.answers import where_they_stand
from lms.readiness.learning_left import Titles, minutes_left, minutes_of, titles
from lms.readiness.report import NO_TEAM, Place, Report, Scope, Within
from lms.readiness.rows import NOT_READY, Row

__all__ = [
    "NOT_READY",
    "Choices",
    "Member",
    "Report",
    "Row",
    "Scope",
    "Titles",
    "Within",
    "choices",
    "employed",
    "members",
    "minutes_of",
    "standings",
    "titles",
]


@dataclass(slots=True, kw_only=True)
class Member:
    """A person as they work at one instant."""

    name: str
    team: str = ""
    """Path; empty for somebody in no team."""
    vendor: str = ""
    is_employed: bool = False
    queues: dict[str, str] = field(default_factory=dict)
    """Slug to name."""
    since: datetime
    """Start of the first of what holds now: of the queues if there are any."""


def standings(
    *,
    scope: Scope,
    at: datetime,
    known_at: datetime,
    queue: str | None = None,
    team: str | None = None,
    policy: str | None = None,
    people: Collection[int] | None = None,
) -> Report:
    """Where everybody in scope stands at `at`, as known at `known_at`; narrowed to a queue, team tree or policy.

    A person counts in the team and the queues they are in at `at`. At most 25 statements.
    """
    everybody = members(scope=scope, at=at, known_at=known_at, team=team, people=people)
    working = _working(everybody, queue)
    policies = policy_histories(None if policy is None else [policy])
    histories = person_histories(sorted(working))
    asked = {each: [queue] if queue else sorted(member.queues) for each, member in working.items()}
    found = where_they_stand(asked, policies=policies, people=histories, at=at, known_at=known_at)
    by_name = sorted(working, key=lambda each: (working[each].name.casefold(), each))
    answers = [(person_id, mine) for person_id in by_name for mine in found.readiness[person_id]]
    learners = {(person_id, each.policy) for person_id, mine in answers for each in mine.standings if each.uncovered}
    minutes = minutes_left(learners, policies=policies, people=histories, at=at, known_at=known_at)
    desk = _desk(policies, minutes, found.then, at=at, known_at=known_at, is_whole=policy is None)
    return Report(
        at=at,
        known_at=known_at,
        rows=tuple(desk.rows(answers, working)),
        places=tuple(_places(answers, working)),
        roots=(scope.teams if scope else None) if team in (None, NO_TEAM) else (team,),
        effective=desk.effective,
        answers=desk.answers,
        let_in=_by_name(desk.let_in.values(), everybody, queue),
    )


def _desk(
    policies: Mapping[str, PolicyHistory],
    minutes: Mapping[tuple[int, str], int],
    then: Mapping[tuple[int, str, str], State],
    *,
    at: datetime,
    known_at: datetime,
    is_whole: bool,
) -> "_Desk":
    return _Desk(
        policies=policies,
        policy_titles=_titles(),
        clause_titles=titles(policies),
        minutes=minutes,
        then=then,
        let_in=let_in(at=at, known_at=known_at),
        answers=gate_answers(at=at, known_at=known_at),
        is_whole=is_whole,
    )


def _working(everybody: Mapping[int, Member], queue: str | None) -> dict[int, Member]:
    return {each: mine for each, mine in everybody.items() if (queue in mine.queues if queue else mine.queues)}


def _places(answers: Iterable[tuple[int, Readiness]], working: Mapping[int, Member]) -> Iterator[Place]:
    for person_id, mine in answers:
        yield Place(person_id=person_id, queue_name=working[person_id].queues[mine.queue], readiness=mine)


def _by_name(
    inside: Iterable[LetIn], everybody: Mapping[int, Member], queue: str | None
) -> tuple[tuple[str, LetIn], ...]:
    """Who is let in, of these people."""
    mine = [(everybody[each.person_id].name, each) for each in inside if each.person_id in everybody]
    shown = (each for each in mine if queue in (None, each[1].queue))
    return tuple(sorted(shown, key=lambda each: (each[0].casefold(), each[1].id)))


def _titles() -> dict[str, str]:
    return {slug: title for slug, title in db.session.execute(select(Policy.slug, Policy.title))}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What a row needs besides the standing."""

    policies: Mapping[str, PolicyHistory]
    policy_titles: Mapping[str, str]
    clause_titles: Titles
    minutes: Mapping[tuple[int, str], int]
    then: Mapping[tuple[int, str, str], State]
    let_in: Mapping[tuple[int, str], LetIn]
    answers: Mapping[str, Mapping[State, Answer]]
    is_whole: bool
    """False: only one policy was looked at, so that the gate, which asks all of them, is not asked."""

    @property
    def effective(self) -> dict[tuple[str, int], datetime]:
        """When each version takes effect, by policy and number."""
        return {
            (slug, version.number): version.effective_at
            for slug, policy in self.policies.items()
            for version in policy.versions
        }

    def rows(self, answers: Iterable[tuple[int, Readiness]], working: Mapping[int, Member]) -> Iterator[Row]:
        """A row for each policy that counts where somebody works, now or soon."""
        for person_id, found in answers:
            answer = gate(found, self.answers.get(found.queue, ANSWERS)).answer if self.is_whole else None
            for each in found.standings:
                row = self._row(person_id, working[person_id], each, answer)
                if row.is_worth_a_line:
                    yield row

    def _row(self, person_id: int, member: Member, now: Standing, answer: Answer | None) -> Row:
        missed = (self.clause_titles.missed(now.policy, each, required=now.required) for each in now.uncovered)
        return Row.of(
            now,
            person_id=person_id,
            person=member.name,
            team=member.team,
            queue_name=member.queues[now.queue],
            policy_title=self.policy_titles[now.policy],
            missed=tuple(missed),
            minutes=self.minutes.get((person_id, now.policy), 0) if now.uncovered else 0,
            then=self.then.get((person_id, now.queue, now.policy)),
            gate=answer,
            let_in=self.let_in.get((person_id, now.queue)),
        )


def members(
    *, scope: Scope, at: datetime, known_at: datetime, team: str | None = None, people: Collection[int] | None = None
) -> dict[int, Member]:
    """Everybody employed at `at` in scope, by person id; one statement."""
    rows = db.session.execute(
        spells_at(
            Spell.person_id,
            Spell.kind,
            Spell.start_at,
            Identity.name,
            Identity.vendor,
            Team.path,
            Queue.slug,
            Queue.name.label("queue_name"),
            kinds=(SpellKind.EMPLOYMENT, SpellKind.TEAM, SpellKind.QUEUE),
            at=at,
            known_at=known_at,
        )
        .outerjoin(Identity, Identity.person_id == Spell.person_id)
        .outerjoin(Team, Team.id == Spell.team_id)
        .outerjoin(Queue, Queue.id == Spell.queue_id)
        .where(
            true() if people is None else Spell.person_id.in_(people),
            *_in_scope(scope, team, at=at, known_at=known_at),
        )
        .order_by(Spell.start_at, Spell.id)
    )
    found: dict[int, Member] = {}
    for row in rows:
        member = found.setdefault(
            row.person_id, Member(name=row.name or ERASED, vendor=row.vendor or "", since=row.start_at)
        )
        if row.kind is SpellKind.EMPLOYMENT:
            member.is_employed = True
        elif row.kind is SpellKind.TEAM:
            member.team = row.path
        else:
            member.since = member.since if member.queues else row.start_at
            member.queues[row.slug] = row.queue_name
    return {person_id: member for person_id, member in found.items() if member.is_employed}


def employed(*, scope: Scope, team: str | None = None, at: datetime, known_at: datetime) -> Select:
    """Ids of the people of `members`, for the WHERE of another statement."""
    return (
        spells_at(Spell.person_id, kinds=[SpellKind.EMPLOYMENT], at=at, known_at=known_at)
        .where(*_in_scope(scope, team, at=at, known_at=known_at))
        .correlate(None)
    )


def _in_scope(scope: Scope, team: str | None, *, at: datetime, known_at: datetime) -> list[ColumnElement[bool]]:
    in_teams = (
        spells_at(Spell.person_id, kinds=[SpellKind.TEAM], at=at, known_at=known_at)
        .join(Team, Team.id == Spell.team_id)
        .correlate(None)
    )
    wanted: list[ColumnElement[bool]] = []
    if scope is not None and scope.teams is not None:
        wanted.append(Spell.person_id.in_(in_teams.where(_under(scope.teams))))
    if scope is not None and (scope.vendor or scope.is_own_only):
        wanted.append(Spell.person_id.in_(select(Identity.person_id).where(Identity.vendor == scope.vendor)))
    if team == NO_TEAM:
        wanted.append(Spell.person_id.not_in(in_teams))
    elif team is not None:
        wanted.append(Spell.person_id.in_(in_teams.where(_under((team,)))))
    return wanted


def _under(roots: tuple[str, ...]) -> ColumnElement[bool]:
    here = (Team.path == root for root in roots)
    below = (Team.path.startswith(f"{root}/", autoescape=True) for root in roots)
    return or_(false(), *here, *below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the filters offer: (value, words) pairs, or for teams the paths."""

    queues: tuple[tuple[str, str], ...]
    teams: tuple[str, ...]
    policies: tuple[tuple[str, str], ...]


def choices(scope: Scope, *, at: datetime, known_at: datetime, team: str = "", queue: str = "") -> Choices:
    """Queues and the teams in scope that were open then, or are asked for, and policies; three statements."""
    stood = [was_open(table, at=at, known_at=known_at) for table in (Team, Queue)]
    teams = select(Team.path).where(or_(stood[0], Team.path == team)).order_by(Team.path)
    queues = select(Queue.slug, Queue.name).where(or_(stood[1], Queue.slug == queue)).order_by(Queue.name)
    roots = scope.teams if scope else None
    return Choices(
        queues=tuple((row.slug, row.name) for row in db.session.execute(queues)),
        teams=tuple(db.session.scalars(teams if roots is None else teams.where(_under(roots)))),
        policies=tuple(
            (row.slug, row.title)
            for row in db.session.execute(select(Policy.slug, Policy.title).order_by(Policy.title))
        ),
    )
