"""What the statistics of a quiz cost that ten thousand people handed in, against reading the same rows alone."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Text, cast, insert, select, update

from benchmarks.measure import ENGINES, Row, against, app_on, database, seconds
from benchmarks.population import add_agents
from lms import clock
from lms.config import ROOT
from lms.extensions import db, writing
from lms.models import Attempt, AttemptItem, AttemptState, ItemKey, ItemRevision, Policy, Response, Version, VersionItem
from lms.policies.actions import load_shelf
from lms.statistics.figures import share_of
from lms.statistics.queries import Sight, statistics
from tests.cast import gather

PEOPLE = 10_000
ASKED = 10
"""Items that each was asked."""
SLUG, NUMBER = "abuse-reports", 1
GOAL = 3.0
BEGUN_AT = datetime(2026, 3, 1, tzinfo=UTC)


def rows() -> Iterator[Row]:
    """Both databases."""
    for engine in ENGINES:
        with database(engine) as url, app_on(url):
            gather()
            load_shelf(ROOT, is_publishing=True, now=clock.now())
            _hand_in(add_agents(PEOPLE, queue=SLUG))
            yield _of(engine)


def _of(engine: str) -> Row:
    """Floor: the bare SELECT of the answers, not even read as JSON."""
    sight = Sight(person_id=0, sees_all=True, vendor="")

    def page() -> None:
        share_of.cache_clear()  # every run counts every interval
        found = statistics(SLUG, sight=sight, number=NUMBER, since=None, until=None)
        assert found is not None
        assert found.people == PEOPLE
        db.session.remove()

    answers = select(
        Response.attempt_id,
        Response.item_id,
        cast(Response.options, Text),
        Response.citation,
        Response.typed,
        Response.seconds,
    )

    def answers_alone() -> None:
        assert len(db.session.execute(answers).all()) == PEOPLE * ASKED
        db.session.remove()

    size = f"{PEOPLE * ASKED:,} answers, {engine}"
    return against("statistics of a quiz", size, seconds(page, runs=3), seconds(answers_alone, runs=3), goal=GOAL)


@writing()
def _hand_in(people: list[int]) -> None:
    """Everybody is asked some of the items of a version and answers most rightly."""
    chance = random.Random(2026)
    version = db.session.scalars(
        select(Version)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Policy.slug == SLUG, Version.number == NUMBER)
    ).one()
    items = db.session.execute(
        select(ItemRevision.id, ItemRevision.question, ItemKey.key)
        .join(VersionItem, VersionItem.item_id == ItemRevision.id)
        .join(ItemKey, ItemKey.item_id == ItemRevision.id)
        .where(VersionItem.version_id == version.id)
    ).all()
    same = {
        "policy_id": version.policy_id, "version_id": version.id, "number": 1, "state": AttemptState.OPEN, "seed": 1,
        "clauses": [], "started_at": BEGUN_AT,
    }  # fmt: skip
    attempts = db.session.scalars(
        insert(Attempt).returning(Attempt.id), [same | {"person_id": person} for person in people]
    ).all()
    drawn, answers = [], []
    for attempt in attempts:
        for position, item in enumerate(chance.sample(items, ASKED), start=1):
            which = {"attempt_id": attempt, "item_id": item.id}
            drawn.append(which | {"position": position, "option_order": [], "citation_order": []})
            answers.append(which | _answer(item.question, item.key, chance))
    db.session.execute(insert(AttemptItem), drawn)
    db.session.execute(insert(Response), answers)
    db.session.execute(update(Attempt).values(state=AttemptState.SUBMITTED, submitted_at=BEGUN_AT + timedelta(hours=1)))
    db.session.commit()


def _answer(question: dict, key: dict, chance: random.Random) -> dict[str, object]:
    offered = [option["id"] for option in question["options"]]
    is_plain = question["type"] in {"single", "true_false", "decision", "multiple"}
    wrong = [chance.choice(offered)] if is_plain else []
    return {
        "options": key["keys"] if chance.random() < 0.8 and is_plain else wrong,
        "citation": key["cites_key"],
        "typed": "",
        "revision": 1,
        "saved_at": BEGUN_AT,
        "seconds": chance.randrange(3, 120),
    }
