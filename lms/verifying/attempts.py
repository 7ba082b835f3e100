"""Attempts: stored scores computed anew from answers and keys, and how attempts are counted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from lms.domain.grading import Grade, grade, grade_retake
from lms.domain.marking import AnswerRefused
from lms.domain.quizzes import QuizRules
from lms.extensions import db
from lms.models import AnswerSalt, Attempt, AttemptState, Erasure, Evidence, Version
from lms.models.proof import canonical, commit_to
from lms.training.drawn import Drawn, answers_of, committed, graded

BATCH = 500
"""Runs of attempts looked at together."""


def scores() -> Iterator[str]:
    """Each stored score is what the kept answers are worth, and each commitment to answers opens on them."""
    runs: dict[int, list[int]] = defaultdict(list)
    for attempt_id, first_id in db.session.execute(
        select(Attempt.id, func.coalesce(Attempt.first_attempt_id, Attempt.id)).order_by(Attempt.number, Attempt.id)
    ):
        runs[first_id].append(attempt_id)
    ordered = list(runs.values())
    for start in range(0, len(ordered), BATCH):
        yield from _of_runs(ordered[start : start + BATCH])


def _of_runs(runs: Sequence[Sequence[int]]) -> Iterator[str]:
    ids = [attempt_id for run in runs for attempt_id in run]
    rows = {row.id: row for row in _rows(ids)}
    drawn: dict[int, list[Drawn]] = defaultdict(list)
    for each in graded(ids):
        drawn[each.attempt_id].append(each)
    for run in runs:
        for place, attempt_id in enumerate(run):
            if rows[attempt_id].erased_at is not None:
                continue  # the answers are gone on purpose; score and evidence stand as they were frozen
            if rows[attempt_id].state is AttemptState.SUBMITTED:
                asked = [drawn[earlier] for earlier in run[: place + 1]]
                yield from _of_attempt(rows[attempt_id], [items for items in asked if items])


def _rows(ids: Sequence[int]) -> Iterable[Any]:
    return db.session.execute(
        select(*Attempt.__table__.columns, Version.quiz, AnswerSalt.salt, Evidence.body, Erasure.erased_at)
        .join(Version, Version.id == Attempt.version_id)
        .outerjoin(AnswerSalt, AnswerSalt.attempt_id == Attempt.id)
        .outerjoin(Evidence, Evidence.attempt_id == Attempt.id)
        .outerjoin(Erasure, Erasure.person_id == Attempt.person_id)
        .where(Attempt.id.in_(ids))
    )


def _of_attempt(row: Any, asked: list[list[Drawn]]) -> Iterator[str]:
    rules = QuizRules(**row.quiz)
    try:
        grades: list[Grade] = [grade([one.item for one in items], answers_of(items), rules=rules) for items in asked]
    except AnswerRefused as refused:
        yield f"Attempt {row.id} holds an answer that was never offered. {refused}"
        return
    if not grades:
        yield f"Attempt {row.id} asks nothing."
        return
    total = grade_retake(*grades, rules=rules)
    stored = (row.points, row.maximum, row.is_passed)
    if stored != (total.points, total.maximum, total.is_passed):
        was, worth = f"{row.points} of {row.maximum}", f"{total.points} of {total.maximum}"
        yield f"Attempt {row.id} has the score {was}, and its answers are worth {worth} (passed: {total.is_passed})."
    if row.salt is not None and row.body is not None:
        # As the evidence committed to them: every drawn item of the run in order, see lms/training/attesting.py.
        answers = committed([one for items in asked for one in items])
        commitment = f'"answers_commit":{canonical(commit_to(row.salt, answers)).decode()}'
        if commitment.encode() not in row.body:
            yield f"The answers of attempt {row.id} are not those that its evidence was given for."


def attempt_numbers() -> Iterator[str]:
    """Attempts of a person at a policy are numbered 1, 2, 3 …, and at most one is open."""
    for row in db.session.execute(
        select(
            Attempt.person_id,
            Attempt.policy_id,
            func.count(Attempt.id).label("attempts"),
            func.count(func.distinct(Attempt.number)).label("numbers"),
            func.max(Attempt.number).label("last"),
            func.count(Attempt.id).filter(Attempt.state == AttemptState.OPEN).label("open"),
        ).group_by(Attempt.person_id, Attempt.policy_id)
    ):
        whose = f"Person {row.person_id}, policy {row.policy_id}"
        if row.open > 1:
            yield f"{whose}: {row.open} attempts are open at once."
        if not row.attempts == row.numbers == row.last:
            yield f"{whose}: the attempts are not numbered 1 to {row.attempts}."
