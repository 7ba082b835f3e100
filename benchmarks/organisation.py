"""A large organisation, written through bulk forms of the real tables; `muster verify` finds nothing wrong with it.

Everybody works in one queue or two of twenty and in one team of a hundred; every policy asks everybody. Each person
proved each policy once: the versions they know, leave, waivers, holds and revocations are drawn with one seed.
"""

import random
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from lms import clock
from lms.extensions import db, writing
from lms.models import (
    ClauseRow,
    Evidence,
    EvidenceClause,
    Identity,
    Person,
    PersonKind,
    Policy,
    Queue,
    Revocation,
    Spell,
    SpellEnd,
    SpellKind,
    Team,
    Version,
    VersionClause,
)
from lms.models.proof import Proven, clause_set, evidence_body, leaf_of
from lms.policies.actions import load_shelf
from tests.cast import gather
from tests.training.make import Shelf

DAY = timedelta(days=1)
CLAUSES = 10
QUEUES, REGIONS, TEAMS_EACH = 20, 10, 10
AT_ONCE = 10_000


def batched(rows: Iterable[Any], most: int) -> Iterator[list[Any]]:
    """Some at a time."""
    left = iter(rows)
    while some := list(islice(left, most)):
        yield some


def organise(app: Flask, *, people: int, policies: int, say: Callable[[str], None] = lambda words: None) -> None:
    """Fill an empty database."""
    gather()
    chance = random.Random(people)
    now = clock.now()
    with tempfile.TemporaryDirectory() as folder:
        shelves = [_shelf(Path(folder), number) for number in range(policies)]
        load_shelf(Path(folder), is_publishing=True, now=now)
        _draft(shelves[-1])
    db.session.remove()
    ids = _people(people, chance, now)
    say(f"{len(ids)} people")
    for number, slug in enumerate(_slugs()):
        _prove(slug, ids, random.Random(number), now)
        say(f"{(number + 1) * len(ids)} evidence records")


def _draft(shelf: Shelf) -> None:
    """A version of a policy that is written and not published."""
    words = {f"clause-{place}": f"Rule {place}, as the draft has it." for place in range(CLAUSES)}
    verdicts = {clause: ("material", "All of it is another rule now.") for clause in words}
    shelf.version(words, ago=timedelta(0), changes=verdicts).checked(len(shelf.texts)).write()
    load_shelf(shelf.root, is_publishing=False, now=clock.now())


def _shelf(root: Path, number: int) -> Shelf:
    """A policy of ten clauses, three versions and, for every fifth, one that takes effect next week."""
    shelf = Shelf(root, slug=f"policy-{number:02}", title=f"Policy {number:02}", audience="everybody")
    shelf.settings = {"valid_days": "365", "window_days": "60"} if number % 2 else {}
    words = {f"clause-{place}": f"Rule {place} of policy {number} as it began." for place in range(CLAUSES)}
    shelf.version(words, ago=400 * DAY).items_for(*words, count=2)
    for version, (ago, changed) in enumerate(((120, (1,)), (20 - number % 15, (2, 3))), start=2):
        words |= {
            f"clause-{place}": f"Rule {place} of policy {number}, as version {version} has it." for place in changed
        }
        verdicts = {f"clause-{place}": ("material", "It is another rule now.") for place in changed}
        shelf.version(words, ago=ago * DAY, changes=verdicts)
        for place in changed:
            shelf.items_for(f"clause-{place}", count=2, since=version)
    if number % 5 == 0:
        words |= {"clause-4": f"Rule 4 of policy {number} from next week on."}
        verdicts = {"clause-4": ("material", "It is another rule then.")}
        shelf.version(words, ago=DAY, in_force=-7 * DAY, changes=verdicts).items_for("clause-4", count=2, since=4)
    for item in shelf.items:
        item["checked"] = str(len(shelf.texts))
    shelf.rules |= {"per_clause": 1}
    shelf.write()
    return shelf


def _slugs() -> list[str]:
    found = list(db.session.scalars(select(Policy.slug).where(Policy.slug.like("policy-%")).order_by(Policy.slug)))
    db.session.remove()
    return found


@writing()
def _people(count: int, chance: random.Random, now: datetime) -> list[int]:
    queues = [Queue(slug=f"queue-{number:02}", name=f"Queue {number:02}") for number in range(QUEUES)]
    teams = []
    for region in range(REGIONS):
        above = Team(name=f"Region {region}", path=f"Region {region}")
        db.session.add(above)
        db.session.flush()
        teams += [
            Team(name=f"Team {number}", path=f"Region {region}/Team {number}", parent_id=above.id)
            for number in range(TEAMS_EACH)
        ]
    db.session.add_all([*queues, *teams])
    db.session.flush()
    since = now - 500 * DAY
    rows = [{"subject": str(uuid.UUID(int=chance.getrandbits(128))), "kind": PersonKind.HUMAN, "created_at": since}
            for _ in range(count)]  # fmt: skip
    ids = [
        person
        for some in batched(rows, AT_ONCE)
        for person in db.session.scalars(insert(Person).returning(Person.id), some)
    ]
    _write(Identity, (_identity(person) for person in ids))
    _write(Spell, (spell for person in ids for spell in _spells(person, queues, teams, chance, since)))
    leave = db.session.execute(select(Spell.id, Spell.start_at, Spell.person_id).where(Spell.kind == SpellKind.LEAVE))
    _write(SpellEnd, ({"spell_id": spell, "end_at": start + 30 * DAY, "reason": "", "recorded_at": start,
                       "recorded_by": person} for spell, start, person in leave.all()))  # fmt: skip
    db.session.commit()
    return sorted(ids)


def _identity(person: int) -> dict[str, Any]:
    return {"person_id": person, "external_id": f"o{person}", "name": f"Person {person:06}", "vendor": "",
            "email": f"o{person}@demo.example", "timezone": "UTC", "language": "en"}  # fmt: skip


def _spells(
    person: int, queues: list[Queue], teams: list[Team], chance: random.Random, since: datetime
) -> Iterator[dict[str, Any]]:
    begun = since + chance.random() * 400 * DAY
    same = {"person_id": person, "start_at": begun, "recorded_at": begun, "reason": "", "recorded_by": person,
            "queue_id": None, "team_id": None, "role": None, "policy_id": None}  # fmt: skip
    yield same | {"kind": SpellKind.EMPLOYMENT}
    yield same | {"kind": SpellKind.ROLE, "role": "agent"}
    yield same | {"kind": SpellKind.TEAM, "team_id": chance.choice(teams).id}
    for queue in chance.sample(queues, chance.choice((1, 2))):
        yield same | {"kind": SpellKind.QUEUE, "queue_id": queue.id}
    if chance.random() < 0.1:
        at = clock.now() - chance.random() * 60 * DAY
        yield same | {"kind": SpellKind.LEAVE, "start_at": at, "recorded_at": at}
    if chance.random() < 0.01:
        at = clock.now() - chance.random() * 10 * DAY
        yield same | {"kind": SpellKind.HOLD, "start_at": at, "recorded_at": at}


def _write(table: Any, rows: Iterator[dict[str, Any]]) -> None:
    for some in batched(rows, AT_ONCE):
        db.session.execute(insert(table.__table__), list(some))


@writing()
def _prove(slug: str, ids: list[int], chance: random.Random, now: datetime) -> None:
    """Evidence of everybody for one policy: most know the newest version, some the one before, few the first."""
    policy = db.session.scalars(select(Policy).where(Policy.slug == slug)).one()
    versions = list(db.session.scalars(
        select(Version).where(Version.policy_id == policy.id, Version.effective_at <= now).order_by(Version.number)
    ))  # fmt: skip
    hashes = {version.number: dict(_texts(version.id)) for version in versions}
    begun = dict(db.session.execute(
        select(Spell.person_id, Spell.start_at).where(Spell.kind == SpellKind.EMPLOYMENT)
    ).all())  # fmt: skip
    subjects = dict(db.session.execute(select(Person.id, Person.subject)).all())
    sets = {version.number: clause_set(version.id, ()) for version in versions}
    named = {version.number: clause_set(version.id, [clause for clause, *_ in hashes[version.number].values()])
             for version in versions}  # fmt: skip
    for some in batched(ids, AT_ONCE):
        rows, pins = [], []
        for person in some:
            version = chance.choices(versions, weights=(5, 10, 85)[-len(versions) :])[0]
            occurred_at = max(version.published_at, begun[person]) + chance.random() * 3 * DAY
            if occurred_at > now:
                continue
            is_naming = chance.random() < 0.02
            clauses = {each: text_hash for each, (_, text_hash) in hashes[version.number].items()} if is_naming else {}
            proven = Proven(kind="imported", occurred_at=occurred_at, facts={"source": "before", "reference": ""})
            body = evidence_body(
                subjects[person], "", slug, version, clauses=clauses, proven=proven, recorded_at=occurred_at
            )
            rows.append({"person_id": person, "policy_id": policy.id, "version_id": version.id, "kind": "imported",
                         "occurred_at": occurred_at, "recorded_at": occurred_at, "body": body, "leaf": leaf_of(body),
                         "clause_set_id": (named if is_naming else sets)[version.number]})  # fmt: skip
            if is_naming:
                pins.append((rows[-1]["leaf"], hashes[version.number]))
        db.session.execute(insert(Evidence.__table__), rows)
        _pin(pins)
    _revoke(policy.id, chance, now)
    db.session.commit()


def _texts(version: int) -> Iterator[tuple[str, tuple[int, str]]]:
    for slug, clause, text_hash in db.session.execute(
        select(ClauseRow.slug, ClauseRow.id, VersionClause.text_hash)
        .join(ClauseRow, ClauseRow.id == VersionClause.clause_id)
        .where(VersionClause.version_id == version)
    ):
        yield slug, (clause, text_hash)


def _pin(pins: list[tuple[str, dict[str, tuple[int, str]]]]) -> None:
    ids = {leaf: number for some in batched(pins, 500) for leaf, number in db.session.execute(
        select(Evidence.leaf, Evidence.id).where(Evidence.leaf.in_([leaf for leaf, _ in some]))
    )}  # fmt: skip
    _write(EvidenceClause, (
        {"evidence_id": ids[leaf], "clause_id": clause, "text_hash": text_hash}
        for leaf, mine in pins for clause, text_hash in mine.values()
    ))  # fmt: skip


def _revoke(policy: int, chance: random.Random, now: datetime) -> None:
    found = db.session.execute(select(Evidence.id, Evidence.person_id).where(Evidence.policy_id == policy)).all()
    some = chance.sample(found, len(found) // 200)
    _write(Revocation, ({"evidence_id": number, "reason": "It was recorded for somebody else.", "recorded_by": person,
                         "occurred_at": now - DAY, "recorded_at": now - DAY} for number, person in some))  # fmt: skip
