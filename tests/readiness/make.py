"""Small made-up policies through the real actions, more people than the cast, and what they proved."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from lms import clock
from lms.extensions import db, writing
from lms.models import Attempt, AttemptState, Person, Policy, Queue, Spell, SpellEnd, SpellKind, Team, Version
from lms.models.proof import Proven, record_evidence, text_hashes
from lms.policies.actions import load_shelf
from tests.cast import add_spell, make_person

WORDS = "Read the report twice, keep a note of what you did, and ask a second person before you send anything."
_moment: list[datetime] = []


@contextmanager
def one_moment() -> Iterator[None]:
    """Whatever is made within is `ago` from the same moment, so that the spans between are exact."""
    _moment.append(clock.now())
    try:
        yield
    finally:
        _moment.pop()


def ago(days: float) -> datetime:
    """A moment in the past, to the second, so that files and rows agree."""
    now = _moment[-1] if _moment else clock.now()
    return (now - timedelta(days=days)).replace(microsecond=0)


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One version of a made-up policy: clause id to text, and what became of the clauses before it."""

    clauses: Mapping[str, str]
    published: float
    """Days ago."""
    effective: float | None = None
    """Days ago, negative for ahead; None is as soon as it is published."""
    changed: Collection[str] = ()
    """Clauses changed or added materially."""
    removed: Collection[str] = ()
    grace_days: int | None = None
    provisional_hours: int | None = None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A made-up policy."""

    slug: str
    title: str
    audience: Collection[str]
    editions: list[Edition]
    proof: str = "quiz"
    onboarding_days: int = 14
    grace_days: int = 7
    valid_days: int | None = None
    attempts: int = 2
    lessons: Mapping[str, str] = field(default_factory=dict)


def publish(root: Path, *papers: Paper) -> None:
    """Write the files and publish what they record, as `muster` does."""
    for paper in papers:
        _write(root, paper)
    load_shelf(root, is_publishing=True, now=clock.now())


def _write(root: Path, paper: Paper) -> None:
    folder = root / "content" / paper.slug
    (folder / "lessons").mkdir(parents=True, exist_ok=True)
    (root / "quizzes").mkdir(exist_ok=True)
    (folder / "policy.yaml").write_text(_record(paper))
    for number, edition in enumerate(paper.editions, start=1):
        text = "\n\n".join(f"## {_title(clause)} {{#{clause}}}\n\n{words}" for clause, words in edition.clauses.items())
        (folder / f"v{number}.md").write_text(text + "\n")
    for slug, body in paper.lessons.items():
        (folder / "lessons" / f"{slug}.md").write_text(body)
    if paper.proof == "quiz":
        (root / "quizzes" / f"{paper.slug}.yaml").write_text(_quiz(paper))


def _title(clause: str) -> str:
    return clause.replace("-", " ").capitalize()


def _record(paper: Paper) -> str:
    lines = [
        f"title: {paper.title}",
        "kind: process",
        "owner: pia@demo.example",
        "timezone: UTC",
        f"audience: [{', '.join(paper.audience)}]" if paper.audience else "audience: everybody",
        f"proof: {paper.proof}",
        f"onboarding_days: {paper.onboarding_days}",
        f"grace_days: {paper.grace_days}",
        *([f"valid_days: {paper.valid_days}", "window_days: 10"] if paper.valid_days else ["window_days: 0"]),
        "versions:",
    ]
    for number, edition in enumerate(paper.editions, start=1):
        lines += [
            f"  - number: {number}",
            f"    published_at: {_iso(edition.published)}",
            f"    effective_at: {_iso(edition.published if edition.effective is None else edition.effective)}",
            *([f"    grace_days: {edition.grace_days}"] if edition.grace_days is not None else []),
            *(
                [f"    emergency: {{provisional_hours: {edition.provisional_hours}}}"]
                if edition.provisional_hours
                else []
            ),
            "    author: pia@demo.example",
            "    approver: lena@demo.example",
            f"    reason: Version {number} exists because the work changed.",
        ]
        if edition.changed or edition.removed:
            lines.append("    changes:")
            lines += [f"      - {{clause: {each}, verdict: material, reason: It is new.}}" for each in edition.changed]
            lines += [
                f"      - {{clause: {each}, verdict: material, removed: true, reason: It is gone.}}"
                for each in edition.removed
            ]
    return "\n".join(lines) + "\n"


def _quiz(paper: Paper) -> str:
    lines = [f"quiz: {{pass_mark: 80, per_clause: 1, attempts: {paper.attempts}, wait_minutes: 0}}", "items:"]
    for number, edition in enumerate(paper.editions, start=1):
        for clause in edition.clauses if number == 1 else edition.changed:
            lines += [
                f"  - id: {clause}-{number}",
                "    type: true_false",
                f"    clauses: [{clause}]",
                f"    since: {number}",
                f"    stem: Is this what {_title(clause)} says?",
                "    options:",
                "      - {id: 'yes', text: 'Yes', key: true, feedback: Right.}",
                "      - {id: 'no', text: 'No', feedback: Wrong.}",
            ]
    return "\n".join(lines) + "\n"


def _iso(days: float) -> str:
    return ago(days).astimezone(UTC).isoformat()


@writing()
def crew(count: int, *, team: str, queues: Collection[str], name: str = "agent") -> list[int]:
    """More agents: `name-1`, `name-2` …, since the cast joined."""
    team_id = db.session.scalar(select(Team.id).where(Team.path == team))
    queue_ids = db.session.scalars(select(Queue.id).where(Queue.slug.in_(queues))).all()
    made = []
    for number in range(1, count + 1):
        person = make_person(f"{name}-{number}")
        add_spell(person, kind=SpellKind.EMPLOYMENT)
        add_spell(person, kind=SpellKind.ROLE, role="agent")
        add_spell(person, kind=SpellKind.TEAM, team_id=team_id)
        for queue_id in queue_ids:
            add_spell(person, kind=SpellKind.QUEUE, queue_id=queue_id)
        made.append(person.id)
    db.session.commit()
    return made


@writing()
def prove(
    person_id: int,
    slug: str,
    number: int,
    *,
    days: float,
    clauses: Collection[str] | None = None,
    recorded: float | None = None,
) -> int:
    """Somebody passed a version, or some clauses of it, so many days ago; the id of the evidence.

    It was recorded then, unless `recorded` says how many days ago.
    """
    version = db.session.scalar(
        select(Version)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Policy.slug == slug, Version.number == number)
    )
    assert version is not None
    hashes = {clause: text for clause, text in text_hashes(version).items() if clauses is None or clause in clauses}
    evidence = record_evidence(
        db.session.get_one(Person, person_id),
        version,
        clauses=hashes,
        proven=Proven(kind="passed", occurred_at=ago(days), facts={}),
        recorded_at=ago(days if recorded is None else recorded),
    )
    db.session.commit()
    return evidence.id


@writing()
def spell(person_id: int, kind: SpellKind, *, days: float, until: float | None = None, **columns: object) -> int:
    """A spell from so many days ago, recorded then, with an end (days ago, negative for ahead) where one is given."""
    slug, queue = columns.pop("policy", None), columns.pop("queue", None)
    if slug:
        columns["policy_id"] = db.session.scalar(select(Policy.id).where(Policy.slug == slug))
    if queue:
        columns["queue_id"] = db.session.scalar(select(Queue.id).where(Queue.slug == queue))
    made = add_spell(
        db.session.get_one(Person, person_id), kind=kind, start_at=ago(days), recorded_at=ago(days), **columns
    )
    if until is not None:
        _end(made, until, recorded=days)
    db.session.commit()
    return made.id


@writing()
def end_spells(person_id: int, kind: SpellKind, *, days: float = 0) -> None:
    """End every spell of a kind."""
    for each in db.session.scalars(select(Spell).where(Spell.person_id == person_id, Spell.kind == kind)):
        _end(each, days, recorded=days)
    db.session.commit()


def _end(made: Spell, days: float, *, recorded: float) -> None:
    db.session.add(
        SpellEnd(
            spell_id=made.id,
            end_at=ago(days),
            reason="",
            recorded_at=ago(recorded),
            recorded_by=made.person_id,
        )
    )


@writing()
def fail(
    person_id: int, slug: str, number: int, *, days: list[float], missed: list[str], refresher: int | None = None
) -> None:
    """Attempts of one run that were not passed, so many days ago each."""
    version = db.session.scalar(
        select(Version)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Policy.slug == slug, Version.number == number)
    )
    assert version is not None
    begun = db.session.scalars(
        select(Attempt.number).where(Attempt.person_id == person_id, Attempt.policy_id == version.policy_id)
    ).all()
    first: int | None = None
    for place, each in enumerate(days, start=max(begun, default=0) + 1):
        attempt = Attempt(
            person_id=person_id,
            policy_id=version.policy_id,
            version_id=version.id,
            refresher_id=refresher,
            first_attempt_id=first,
            number=place,
            state=AttemptState.SUBMITTED,
            seed=1,
            clauses=missed,
            started_at=ago(each),
            submitted_at=ago(each),
            points_then=100,
            maximum_then=300,
            is_passed_then=False,
            result_then={"missed": missed},
        )
        db.session.add(attempt)
        db.session.flush()
        first = first or attempt.id
    db.session.commit()
