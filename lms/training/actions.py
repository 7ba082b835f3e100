"""Starting a quiz, keeping each answer as it is given, handing in. Signing is in `attesting.py`."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from lms.domain.drawing import DrawnItem, draw
from lms.domain.errors import DomainError
from lms.domain.marking import AnswerRefused, check_offered
from lms.domain.quizzes import Answer, QuizRules
from lms.domain.translations import ORIGINAL
from lms.extensions import db, writing
from lms.models import Attempt, AttemptItem, AttemptState, AttemptTranslation, Response, Version
from lms.policies.queries import translations
from lms.training import runs
from lms.training.answers import AnswerIsOlder, changed_answers, is_same, seconds_spent, upsert
from lms.training.assignments import Assignment, assignment, live
from lms.training.attempts import attempts_at
from lms.training.drawn import asked, times_seen
from lms.training.marking import marked
from lms.training.shelf import Frozen, fresh_items, frozen

SEEDS = 2**31


class NothingToLearn(DomainError):
    """A quiz is for clauses to learn, and there are none."""


class NothingToAsk(DomainError):
    """There is no fresh item for any of the clauses: they are read and signed."""


class AttemptIsSubmitted(DomainError):
    """What was handed in stays as it is."""


class TimeIsOver(DomainError):
    """The quiz has a time limit."""


class Saved(NamedTuple):
    """That an answer is kept."""

    at: datetime
    ends_at: datetime | None
    """Until when answers are taken, as things are now."""


@writing()
def start_attempt(
    person_id: int,
    slug: str,
    *,
    refresher_id: int | None = None,
    language: str = ORIGINAL,
    seed: int | None = None,  # makes a draw that can be made again
    now: datetime,
) -> int | None:
    """The id of this person's open attempt at a policy, else of a new one with its items drawn and fixed.

    One that was passed at the same and only waits to be signed is given back. An attempt stays in its `language`.
    None for what does not exist for this person. Raises NothingToLearn, NothingToAsk, StuckInQuiz, RetakeNotOpenYet.
    """
    attempts = attempts_at(person_id, slug)
    if begun := runs.open_attempt(attempts):
        return begun.id
    if (task := assignment(person_id, slug, refresher_id=refresher_id, now=now)) is None:
        return None
    if not task.clauses or task.learn.version is None:
        raise NothingToLearn("There is nothing to learn for this policy now. You can read it as it is in force.")
    version = frozen({slug: task.learn.version})[slug]
    if passed := runs.passed_in(run := runs.going_on(attempts, task, version.version_id)):
        return passed.id
    if version.rules is None:
        raise NothingToAsk("This policy has no quiz: read it and sign.")
    following = runs.next_round(run, task.clauses, rules=version.rules, now=now)
    attempt = Attempt(
        person_id=person_id,
        policy_id=version.policy_id,
        version_id=version.version_id,
        refresher_id=refresher_id,
        first_attempt_id=following.first_id,
        number=max((each.number for each in attempts), default=0) + 1,
        state=AttemptState.OPEN,
        seed=secrets.randbelow(SEEDS) if seed is None else seed,
        clauses=list(following.clauses),
        started_at=now,
    )
    return _begin(attempt, slug, _drawn(attempt, version, task, following.must_ask), version.item_ids, language)


def _begin(
    attempt: Attempt, slug: str, drawn: Sequence[DrawnItem], item_ids: Mapping[str, int], language: str
) -> int | None:
    """Write it; who loses a race against the same person's other tab gets the winner's."""
    person_id = attempt.person_id
    db.session.add(attempt)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        begun = runs.open_attempt(attempts_at(person_id, slug))
        if begun is None:
            raise
        return begun.id
    rows = [
        {
            "attempt_id": attempt.id,
            "item_id": item_ids[each.item_id],
            "position": position,
            "option_order": list(each.option_order),
            "citation_order": list(each.citation_order),
        }
        for position, each in enumerate(drawn, start=1)
    ]
    db.session.execute(insert(AttemptItem.__table__), rows)
    if stored := translations([attempt.version_id], language).get(attempt.version_id):
        db.session.add(AttemptTranslation(attempt_id=attempt.id, translation_id=stored.id))
    db.session.commit()
    return attempt.id


def _drawn(attempt: Attempt, version: Frozen, task: Assignment, must_ask: frozenset[str]) -> Sequence[DrawnItem]:
    fresh = fresh_items(version, live(task.policy, attempt.started_at))
    seen = times_seen(attempt.person_id, attempt.policy_id)
    drawn = draw(fresh, clauses=attempt.clauses, rules=version.rules, seen=seen, seed=attempt.seed, always=must_ask)
    if not drawn:
        raise NothingToAsk("No question fits what you have to learn here: read it and sign.")
    return drawn


@writing()
def save_answer(
    attempt_id: int, person_id: int, *, position: int, answer: Answer, revision: int, now: datetime
) -> Saved | None:
    """Keep one answer and say when it was kept; None when the attempt is not this person's.

    `position` is the number by which the page calls the question.
    Raises AttemptIsSubmitted, TimeIsOver, AnswerRefused (an item or option that was not drawn), and AnswerIsOlder when
    another answer of the same or a later revision is there. The same answer again is acknowledged again.
    """
    found = open_for_answers(attempt_id, person_id, is_shared=True, now=now)
    if found is None:
        return None
    attempt, rules = found
    ends_at = runs.ends_at(attempt, rules, now)
    questions = asked([attempt_id])
    drawn = next((each for each in questions if each.number == position), None)
    if drawn is None:
        raise AnswerRefused("That question is not part of this quiz.")
    check_offered(drawn.item, answer)
    row = {
        "attempt_id": attempt_id,
        "item_id": drawn.revision_id,
        "options": list(answer.options),
        "citation": answer.citation,
        "typed": answer.typed,
        "revision": revision,
        "saved_at": now,
        "seconds": seconds_spent(questions, started_at=attempt.started_at, now=now),
    }
    if upsert([row]):
        db.session.commit()
        return Saved(now, ends_at)
    kept = db.session.execute(
        select(Response.options, Response.citation, Response.typed, Response.saved_at).where(
            Response.attempt_id == attempt_id, Response.item_id == drawn.revision_id
        )
    ).one()
    if not is_same(Answer(options=tuple(kept.options), citation=kept.citation, typed=kept.typed), answer):
        raise AnswerIsOlder("This question was answered elsewhere since. Reload the page to see the answer.")
    return Saved(kept.saved_at, ends_at)


@writing()
def keep_answers(
    attempt_id: int, person_id: int, *, answers: Mapping[int, Answer], base_revision: int = 0, now: datetime
) -> bool:
    """Keep what a whole form says (see `changed_answers`); False when the attempt is not this person's.

    Raises AttemptIsSubmitted, TimeIsOver and AnswerRefused.
    """
    if open_for_answers(attempt_id, person_id, now=now) is None:
        return False
    rows = changed_answers(asked([attempt_id]), answers, base_revision=base_revision, now=now)
    if rows:
        upsert(rows)
    db.session.commit()
    return True


@writing()
def submit_attempt(
    attempt_id: int,
    person_id: int,
    *,
    answers: Mapping[int, Answer] | None = None,
    base_revision: int = 0,
    now: datetime,
) -> bool:
    """Hand in: keep what the form says, grade, fix the result; False when the attempt is not this person's.

    The second submit finds the first result and changes nothing. What the form says after the time limit does not
    count; what was kept before does. Raises AnswerRefused.
    """
    found = _locked(attempt_id, person_id)
    if found is None:
        return False
    attempt, rules = found
    if attempt.state is not AttemptState.OPEN:
        return True
    if answers and not runs.is_late(attempt, rules, now):
        rows = changed_answers(asked([attempt_id]), answers, base_revision=base_revision, now=now)
        if rows:
            upsert(rows)
    total, result = marked(attempt, rules)
    closed = db.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.state == AttemptState.OPEN)
        .values(
            state=AttemptState.SUBMITTED,
            submitted_at=now,
            points_then=total.points,
            maximum_then=total.maximum,
            is_passed_then=total.is_passed,
            result_then=result,
        )
        .execution_options(synchronize_session=False)
    )
    if closed.rowcount:
        db.session.commit()
    return True


def open_for_answers(
    attempt_id: int, person_id: int, *, is_shared: bool = False, now: datetime
) -> tuple[Attempt, QuizRules] | None:
    """The attempt under a lock, while it takes answers, and its rules; None when it is not this person's.

    Raises AttemptIsSubmitted and TimeIsOver.
    """
    found = _locked(attempt_id, person_id, is_shared=is_shared)
    if found is None:
        return None
    attempt, rules = found
    if attempt.state is not AttemptState.OPEN:
        raise AttemptIsSubmitted("This quiz is handed in; answers cannot change any more.")
    if runs.is_late(attempt, rules, now):
        raise TimeIsOver("The time for this quiz is over. Hand it in; what was saved before counts.")
    return found


def _locked(attempt_id: int, person_id: int, *, is_shared: bool = False) -> tuple[Attempt, QuizRules] | None:
    """The attempt under a lock that keeps saving and handing in apart; saves of one attempt may share it."""
    row = db.session.execute(
        select(Attempt, Version.quiz)
        .join(Version, Version.id == Attempt.version_id)
        .where(Attempt.id == attempt_id, Attempt.person_id == person_id)
        .with_for_update(read=is_shared, of=Attempt)
    ).first()
    return (row[0], QuizRules(**row[1])) if row else None
