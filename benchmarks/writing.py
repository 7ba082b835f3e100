"""What writing costs: answers saved and quizzes handed in per second, against the bare insert, as durable."""

from collections.abc import Callable, Iterator

from sqlalchemy import insert

from benchmarks.measure import ENGINES, Row, app_on, database, seconds
from benchmarks.population import populate
from lms import clock
from lms.domain.quizzes import Answer
from lms.extensions import db, writing
from lms.models import Queue
from lms.training import actions, attesting

PEOPLE = 40
POLICY = "abuse-reports"
SAVE_SHARE = 0.1
"""A save loads the attempt, checks the answer and writes: a tenth of the bare insert's rate at least."""
SUBMIT_SHARE = 0.02


def rows() -> Iterator[Row]:
    """Saves and complete hand-ins on both databases."""
    for engine in ENGINES:
        with database(engine) as url, app_on(url) as app:
            readers = populate(app, people=PEOPLE, policy=POLICY, secret=app.config["SECRET_KEY"])
            floor = _floor()
            attempts = [actions.start_attempt(reader.person_id, POLICY, now=clock.now()) or 0 for reader in readers]
            answers = {
                attempt: {
                    position: Answer(options=tuple(options), citation=citation or None, typed=typed)
                    for position, options, citation, typed in reader.answers(attempt)
                }
                for reader, attempt in zip(readers, attempts, strict=True)
            }
            people = [reader.person_id for reader in readers]
            yield _row("answers saved", engine, _saves(attempts, people, answers), floor, SAVE_SHARE)
            yield _row(
                "quizzes handed in and signed", engine, _submissions(attempts, people, answers), floor, SUBMIT_SHARE
            )


def _per_second(work: Callable[[int], object], times: int) -> float:
    begin = seconds(lambda: [work(number) for number in range(times)], runs=1)
    return times / begin


def _floor() -> float:
    """One row, one commit, the same lock and the same durability."""
    made = iter(range(1_000_000))

    @writing()
    def one_row(_: int) -> None:
        number = next(made)
        db.session.execute(insert(Queue).values(slug=f"floor-{number}", name="Floor"))
        db.session.commit()

    return _per_second(one_row, 100)


def _saves(attempts: list[int], people: list[int], answers: dict[int, dict[int, Answer]]) -> float:
    revisions = iter(range(1, 1_000_000))

    def save(number: int) -> None:
        place = number % len(attempts)
        actions.save_answer(
            attempts[place],
            people[place],
            position=1,
            answer=answers[attempts[place]][1],
            revision=next(revisions),
            now=clock.now(),
        )
        db.session.remove()

    return _per_second(save, 200)


def _submissions(attempts: list[int], people: list[int], answers: dict[int, dict[int, Answer]]) -> float:
    left = list(zip(attempts, people, strict=True))

    def submit(_: int) -> None:
        attempt, person = left.pop()
        actions.submit_attempt(attempt, person, answers=answers[attempt], now=clock.now())
        attesting.sign(attempt, person, now=clock.now())
        db.session.remove()

    half = len(left) // 2  # one warm-up half, one counted half
    return _per_second(submit, half)


def _row(work: str, engine: str, rate: float, floor: float, share: float) -> Row:
    return Row(
        work=work,
        size=engine,
        measured=f"{rate:.0f} a second",
        floor=f"{floor:.0f} a second",
        ratio=f"{rate / floor:.2f}",
        goal=f"≥ {share:.2f} of the floor",
        is_met=rate >= share * floor,
    )
