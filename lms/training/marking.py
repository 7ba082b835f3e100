"""What the attempts of a run are worth together, by the rules of `lms.domain.grading`. Reads keys; nothing commits."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from lms.domain.grading import Grade, grade, grade_retake
from lms.domain.quizzes import QuizRules
from lms.extensions import db
from lms.models import Attempt, Policy
from lms.training.drawn import Drawn, answers_of, graded


def marked(attempt: Attempt, rules: QuizRules) -> tuple[Grade, dict[str, Any]]:
    """The grade of an attempt together with those of its run before it, and what the attempt keeps of it.

    Three statements; by the corrections that count now, and until the end of the transaction.
    """
    hold_keys(attempt.policy_id)
    drawn: dict[int, list[Drawn]] = defaultdict(list)
    for each in graded(run_ids(attempt)):
        drawn[each.attempt_id].append(each)
    return worth(list(drawn.values()), rules)


def worth(asked: Sequence[Sequence[Drawn]], rules: QuizRules) -> tuple[Grade, dict[str, Any]]:
    """The same of what the attempts of a run asked, oldest first: the grade of the last one, and what it keeps of it.

    What is kept: `percent`; `items` asked in this attempt, each with `item`, `clauses`, `points`, `maximum`
    (hundredths), `outcome`, `is_critical`; `missed` clauses; ids of items in `old_rule` and `failed_critical`; and
    `corrections`, the ids of those by which it was graded, where there are any. By these the score is found again.
    """
    grades = [grade([one.item for one in items], answers_of(items), rules=rules) for items in asked]
    total = grade_retake(*grades, rules=rules)
    used = sorted({one.correction.id for items in asked for one in items if one.correction})
    return total, _kept(total, asked[-1]) | ({"corrections": used} if used else {})


def hold_keys(policy_id: int) -> None:
    """Let nobody correct an item of this policy until the end of the transaction.

    Who corrects takes the same row for themselves, so that every attempt is graded either before and corrected, or by
    what was corrected. Others who hand in or sign are not kept waiting.
    """
    db.session.execute(select(Policy.id).where(Policy.id == policy_id).with_for_update(read=True))


def run_ids(attempt: Attempt) -> list[int]:
    """Ids of the attempts of its run up to this one, oldest first; one statement."""
    first_id = attempt.first_attempt_id or attempt.id
    return list(
        db.session.scalars(
            select(Attempt.id)
            .where(
                or_(Attempt.id == first_id, Attempt.first_attempt_id == first_id),
                Attempt.person_id == attempt.person_id,
                Attempt.number <= attempt.number,
            )
            .order_by(Attempt.number)
        )
    )


def _kept(total: Grade, asked: Sequence[Drawn]) -> dict[str, Any]:
    mine = {each.item.id for each in asked}
    return {
        "percent": total.percent,
        "items": [
            {
                "item": each.item_id,
                "clauses": list(each.clauses),
                "points": each.points,
                "maximum": each.maximum,
                "outcome": each.outcome.value,
                "is_critical": each.is_critical,
            }
            for each in total.per_item
            if each.item_id in mine
        ],
        "missed": list(total.missed_clauses),
        "old_rule": list(total.old_rule),
        "failed_critical": list(total.failed_critical),
    }
