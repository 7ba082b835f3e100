"""Tamperings with corrections of questions: what they say, the scores by them, and evidence that they ended or gave."""

from typing import Any

from sqlalchemy import delete, select

from lms.domain.correcting import CorrectionKind
from lms.extensions import db
from lms.models import AttemptScore, Evidence, EvidenceClause, ItemCorrection, Revocation
from lms.models.proof import canonical, leaf_of
from tests.verifying.proved import body_of
from tests.verifying.story import Case, Story, Tampering, change


def _row(story: Story, column: Any) -> int:
    return db.session.scalars(
        select(column).where(AttemptScore.attempt_id == story.corrected, column.is_not(None))
    ).one()


def correction(**values: Any) -> Tampering:
    return lambda story: change(ItemCorrection, ItemCorrection.kind == CorrectionKind.RESCORE, **values)


def score(**values: Any) -> Tampering:
    return lambda story: change(
        AttemptScore, (AttemptScore.attempt_id == story.corrected) & AttemptScore.revocation_id.is_not(None), **values
    )


def _without(table: Any, column: Any, *others: Any) -> Tampering:
    """A row that a score names is gone."""

    def remove(story: Story) -> None:
        number = _row(story, column)
        for other in others:
            db.session.execute(delete(other.__table__).where(other.evidence_id == number))
        db.session.execute(delete(table.__table__).where(table.id == number))

    return remove


def _without_score(story: Story) -> None:
    last = select(AttemptScore.id).where(AttemptScore.attempt_id == story.corrected).order_by(AttemptScore.id.desc())
    db.session.execute(delete(AttemptScore.__table__).where(AttemptScore.id == db.session.scalars(last).first()))


def _without_scores(story: Story) -> None:
    db.session.execute(delete(AttemptScore.__table__).where(AttemptScore.attempt_id == story.corrected))


def _without_end(story: Story) -> None:
    """Neither the end nor the word that there was one; the correction that gave it again is not there yet."""
    second = select(AttemptScore.id).where(
        AttemptScore.attempt_id == story.corrected, AttemptScore.evidence_id.is_not(None)
    )
    number = _row(story, AttemptScore.revocation_id)
    db.session.execute(delete(AttemptScore.__table__).where(AttemptScore.id == db.session.scalars(second).one()))
    change(AttemptScore, AttemptScore.revocation_id == number, revocation_id=None)
    db.session.execute(delete(Revocation.__table__).where(Revocation.id == number))


def _forged_again(story: Story) -> None:
    number = _row(story, AttemptScore.evidence_id)
    body = canonical(body_of(number) | {"again": "0" * 64})
    change(Evidence, Evidence.id == number, body=body, leaf=leaf_of(body))


def _never_corrected_so(story: Story) -> None:
    body = canonical(body_of(story.evidence) | {"correction": 999})
    change(Evidence, Evidence.id == story.evidence, body=body, leaf=leaf_of(body))


TAMPERINGS: list[Case] = [
    ("why it was so", ("item_corrections",), correction(reason="I say it is wrong."), "not what its digest names"),
    ("the corrected key", ("item_corrections",), correction(key={"keys": ["a"], "feedback": {}, "right_until": {},
     "cites_key": None, "cites_others": []}), "its answers are worth"),
    ("a score by a correction", ("attempt_scores",), score(points=600), "has the score 600 of"),
    ("that it is not passed any more", ("attempt_scores",), score(is_passed=True), "(passed: False)"),
    ("by what it was graded", ("attempt_scores",), score(result={}), "was not graded by the corrections"),
    ("a score that is gone", ("attempt_scores",), _without_score, "has not one score for each correction"),
    ("all its scores", ("attempt_scores",), _without_scores, "its answers are worth"),
    ("the end of evidence", ("revocations",), _without(Revocation, AttemptScore.revocation_id), "by correction"),
    ("the end, and the word of it", ("revocations", "attempt_scores"), _without_end, "still stands"),
    ("evidence that was given again", ("evidence", "evidence_clauses"),
     _without(Evidence, AttemptScore.evidence_id, EvidenceClause), "by correction"),
    ("what was given again", ("evidence",), _forged_again, "its body says another again than the row"),
    ("a score that it never had", ("evidence",), _never_corrected_so, "its body says another score than the row"),
]  # fmt: skip
