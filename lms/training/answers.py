"""Which answers of a whole form are newer than what is kept, and the statement that keeps them. No commits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from lms.domain.errors import DomainError
from lms.domain.marking import AnswerRefused, check_offered
from lms.domain.quizzes import Answer
from lms.extensions import db
from lms.models import Response
from lms.training.drawn import Drawn, ever_asked

LONGEST_LOOK = timedelta(minutes=10)
"""Who keeps nothing for longer has been away."""


class AnswerIsOlder(DomainError):
    """Another answer was kept since; an older one never overwrites it."""


def upsert(rows: Sequence[Mapping[str, Any]]) -> int:
    """Write responses that are newer, by their revision, than what is there; how many were written. One statement."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    query = dialect.insert(Response.__table__)  # the same text for any number of rows: it is made once
    fresh = query.excluded
    query = query.on_conflict_do_update(
        index_elements=["attempt_id", "item_id"],
        set_={
            "options": fresh.options,
            "citation": fresh.citation,
            "typed": fresh.typed,
            "revision": fresh.revision,
            "saved_at": fresh.saved_at,
            "seconds": Response.seconds + fresh.seconds,  # once it is not known it stays so
        },
        where=Response.revision < fresh.revision,
    )
    return len(db.session.execute(query.returning(Response.item_id), list(rows)).all())


def seconds_spent(drawn: Iterable[Drawn], *, started_at: datetime, now: datetime) -> int | None:
    """How long an answer took that is kept now: since anything of the attempt was kept, else since it began.

    None where that says nothing, because the person was away meanwhile.
    """
    since = max((each.saved_at for each in drawn if each.saved_at), default=started_at)
    spent = max(now - since, timedelta(0))
    return round(spent.total_seconds()) if spent <= LONGEST_LOOK else None


def changed_answers(
    drawn: Sequence[Drawn], answers: Mapping[int, Answer], *, base_revision: int, now: datetime
) -> list[dict[str, Any]]:
    """The responses to write when a whole form arrives: `answers` by number, from a page that knew `base_revision`.

    What was chosen counts, but for what was answered to an item that has been swapped for another. What was left empty
    clears an answer only when nobody gave it after the page was made: another device may have. Raises AnswerRefused.
    """
    by_number = {each.number: each for each in drawn}
    if not answers.keys() <= by_number.keys():
        _refuse_strangers(answers, drawn)
    following = max((each.answer_revision for each in drawn), default=0) + 1
    rows = []
    for number, each in by_number.items():
        if number not in answers:
            continue
        answer = answers[number]
        check_offered(each.item, answer)
        if each.answer_revision > base_revision:
            answer = Answer(
                options=answer.options or each.answer.options,
                citation=answer.citation or each.answer.citation,
                typed=answer.typed or each.answer.typed,
            )
        if is_same(each.answer, answer):
            continue
        rows.append(
            {
                "attempt_id": each.attempt_id,
                "item_id": each.revision_id,
                "options": list(answer.options),
                "citation": answer.citation,
                "typed": answer.typed,
                "revision": following,
                "saved_at": now,
                "seconds": None,  # answered together: nobody knows how long each took
            }
        )
    return rows


def _refuse_strangers(answers: Mapping[int, Answer], drawn: Sequence[Drawn]) -> None:
    """A page that was made before a swap still tells of the item that was swapped out; any other was never asked."""
    if not answers.keys() <= ever_asked(drawn[0].attempt_id).keys():
        raise AnswerRefused("That question is not part of this quiz.")


def is_same(one: Answer, other: Answer) -> bool:
    """True when the same was chosen, in whatever order, and written."""
    return (set(one.options), one.citation, one.typed) == (set(other.options), other.citation, other.typed)
