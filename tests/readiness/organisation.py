"""A made-up organisation of a seed: people with any names in any teams and queues, and what became of them."""

import random
from datetime import timedelta

from sqlalchemy import select

from lms import clock
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import Identity, Queue, SpellKind, Team
from lms.readiness.actions import give_override
from tests.cast import QUEUES, TEAMS, add_spell, make_person
from tests.readiness.make import ago, prove, spell

NAMES = (
    *("Ada Whelan", "=1+1", "@SUM(A1)", "-2", "+353 1 555", "＝1", "أمل حداد", "Ünal, Özge", 'Sean "Shay" Ó Cuív'),
    *(
        "#let x = 1",
        "*bold* _it_ $x^2$ \\ <a@b>",
        "Nguyễn Thị Minh Khai",
        "<b>Bo</b> & Co",
        "https://a.example/x",
        "007",
    ),
    *("  Spaced  ", "O'Neil; DROP", "TRUE", "1/2/2026", "Zoë"),
)
VERSIONS = {"legal": 3, "abuse": 2, "secrets": 1}


def found(seed: int, *, lead: int) -> random.Random:
    """Add the people of this seed and what they did; gives the dice for what is asked afterwards."""
    dice = random.Random(seed)  # noqa: S311 - a made-up organisation is no secret
    for number in range(dice.randint(12, 30)):
        person = _person(dice, number)
        for slug, newest in VERSIONS.items():
            for version in range(1, newest + 1):
                if dice.random() < 0.45:
                    clauses = {"legal": ["intake"], "abuse": ["harm"]}.get(slug) if dice.random() < 0.3 else None
                    prove(person, slug, version, days=dice.choice([0.5, 2, 4, 9, 30, 79.5, 90]), clauses=clauses)
        _spells(dice, person)
        _let_in(dice, person, lead)
    return dice


@writing()
def _person(dice: random.Random, number: int) -> int:
    person = make_person(f"someone-{number}")
    db.session.get_one(Identity, person.id).name = dice.choice(NAMES)
    queues = dict(db.session.execute(select(Queue.slug, Queue.id)).all())
    teams = dict(db.session.execute(select(Team.path, Team.id)).all())
    joined = ago(dice.choice([3, 40, 100]))
    since = {"start_at": joined, "recorded_at": joined}
    add_spell(person, kind=SpellKind.EMPLOYMENT, **since)
    add_spell(person, kind=SpellKind.ROLE, role="agent", **since)
    if dice.random() < 0.85:
        add_spell(person, kind=SpellKind.TEAM, team_id=teams[dice.choice(TEAMS)], **since)
    for slug in dice.sample(QUEUES, dice.randint(0, 3)):
        late = ago(dice.choice([0.2, 6, 40])) if dice.random() < 0.4 else joined
        start = max(joined, ago(dice.choice([6, 40, 90])))
        add_spell(person, kind=SpellKind.QUEUE, queue_id=queues[slug], start_at=start, recorded_at=max(late, start))
    db.session.commit()
    return person.id


def _spells(dice: random.Random, person: int) -> None:
    if dice.random() < 0.15:
        spell(person, SpellKind.HOLD, days=dice.choice([1, 6]), queue=dice.choice(QUEUES), reason="QA found leaks.")
    if dice.random() < 0.15:
        spell(person, SpellKind.LEAVE, days=dice.choice([1, 12]), until=dice.choice([-2, -20]))
    if dice.random() < 0.15:
        spell(person, SpellKind.WAIVER, days=5, until=-5, policy=dice.choice(list(VERSIONS)))


def _let_in(dice: random.Random, person: int, lead: int) -> None:
    if dice.random() < 0.3:
        now = clock.now()
        try:
            give_override(
                person,
                queue=dice.choice(QUEUES),
                until=now + timedelta(hours=dice.randint(1, 12)),
                reason="Nobody else is on shift tonight.",
                by=lead,
                now=now,
            )
        except DomainError:  # on leave, or not one of hers
            db.session.rollback()
