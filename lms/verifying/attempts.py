"""Attempts: stored scores computed anew from answers, keys and corrections, and how attempts are counted."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from lms.domain.marking import AnswerRefused
from lms.domain.quizzes import QuizRules
from lms.extensions import db
from lms.models import (
    AnswerSalt,
    Attempt,
    AttemptScore,
    AttemptState,
    Erasure,
    Evidence,
    ItemCorrection,
    Version,
)
from lms.models.proof import canonical, commit_to
from lms.training.drawn import Correction, Drawn, as_frozen, by, committed
from lms.training.marking import worth

BATCH = 500
"""Runs of attempts looked at together."""


def scores() -> Iterator[str]:
    """Each stored score, the first and those by corrections, is what the kept answers are worth by what counted then;
    each commitment to answers opens on them.
    """
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
    scored, drawn = _scores(ids), defaultdict[int, list[Drawn]](list)
    for each in as_frozen(ids):
        drawn[each.attempt_id].append(each)
    corrected = _corrections({each.revision_id for asked in drawn.values() for each in asked})
    for run in runs:
        for place, attempt_id in enumerate(run):
            if rows[attempt_id].erased_at is not None:
                continue  # the answers are gone on purpose; score and evidence stand as they were frozen
            if rows[attempt_id].state is AttemptState.SUBMITTED:
                asked = [drawn[earlier] for earlier in run[: place + 1] if drawn[earlier]]
                yield from _of_attempt(rows[attempt_id], asked, scored[attempt_id], corrected)


def _rows(ids: Sequence[int]) -> Iterable[Any]:
    return db.session.execute(
        select(*Attempt.__table__.columns, Version.quiz, AnswerSalt.salt, Evidence.body, Erasure.erased_at)
        .join(Version, Version.id == Attempt.version_id)
        .outerjoin(AnswerSalt, AnswerSalt.attempt_id == Attempt.id)
        .outerjoin(Evidence, Evidence.attempt_id == Attempt.id)
        .outerjoin(Erasure, Erasure.person_id == Attempt.person_id)
        .where(Attempt.id.in_(ids))
    )


def _scores(ids: Sequence[int]) -> dict[int, list[Any]]:
    """The scores that attempts got by corrections, in order."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(
        select(AttemptScore.__table__).where(AttemptScore.attempt_id.in_(ids)).order_by(AttemptScore.id)
    ):
        found[row.attempt_id].append(row)
    return found


def _corrections(items: Collection[int]) -> dict[int, list[Correction]]:
    """The corrections of items, in order."""
    found: dict[int, list[Correction]] = defaultdict(list)
    for row in db.session.execute(
        select(ItemCorrection.id, ItemCorrection.item_id, ItemCorrection.kind, ItemCorrection.key)
        .where(ItemCorrection.item_id.in_(items))
        .order_by(ItemCorrection.id)
    ):
        found[row.item_id].append(Correction(id=row.id, kind=row.kind, key=row.key))
    return found


def _of_attempt(
    row: Any, asked: list[list[Drawn]], scored: Sequence[Any], corrected: Mapping[int, list[Correction]]
) -> Iterator[str]:
    """The score of the beginning by what was corrected before it, and each later one by what it names."""
    if not asked:
        yield f"Attempt {row.id} asks nothing."
        return
    made = sorted({each.id for items in asked for one in items for each in corrected.get(one.revision_id, ())})
    later = [each.correction_id for each in scored]
    if later and later != [each for each in made if each >= later[0]]:
        yield f"Attempt {row.id} has not one score for each correction of its questions since it was handed in."
    try:
        yield from _of_score(row, row, _as_of(asked, corrected, before=later[0] if later else None))
        for score in scored:
            yield from _of_score(row, score, _as_of(asked, corrected, before=score.correction_id + 1))
    except AnswerRefused as refused:
        yield f"Attempt {row.id} holds an answer that was never offered. {refused}"
        return
    if row.salt is not None and row.body is not None:
        # As the evidence committed to them: every drawn item of the run in order, see lms/training/attesting.py.
        answers = committed([one for items in asked for one in items])
        commitment = f'"answers_commit":{canonical(commit_to(row.salt, answers)).decode()}'
        if commitment.encode() not in row.body:
            yield f"The answers of attempt {row.id} are not those that its evidence was given for."


def _as_of(
    asked: list[list[Drawn]], corrected: Mapping[int, list[Correction]], *, before: int | None
) -> list[list[Drawn]]:
    """The items as they counted before a correction; all that were ever made count where none is named."""

    def counting(drawn: Drawn) -> Correction | None:
        made = (each for each in corrected.get(drawn.revision_id, ()) if before is None or each.id < before)
        return next(reversed(list(made)), None)

    return [[by(one, counting(one)) for one in items] for items in asked]


def _of_score(row: Any, score: Any, asked: list[list[Drawn]]) -> Iterator[str]:
    total, result = worth(asked, QuizRules(**row.quiz))
    if (score.points, score.maximum, score.is_passed) != (total.points, total.maximum, total.is_passed):
        was, now = f"{score.points} of {score.maximum}", f"{total.points} of {total.maximum}"
        yield f"Attempt {row.id} has the score {was}, and its answers are worth {now} (passed: {total.is_passed})."
    elif (score.result or {}).get("corrections", []) != result.get("corrections", []):
        yield f"Attempt {row.id} was not graded by the corrections of its questions that counted."


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
