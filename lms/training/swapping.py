"""An action: another question in place of one that is hard to look at. Which one is the rule of `lms.domain.drawing`.

Source: docs/decisions/0026-flags-and-another-question.md.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from lms.domain.drawing import in_place_of
from lms.domain.errors import DomainError
from lms.domain.marking import AnswerRefused
from lms.domain.quizzes import Item
from lms.extensions import db, writing
from lms.models import Attempt, AttemptSwap, Policy, UnmetSwap, Version
from lms.models.histories import policy_histories
from lms.training.actions import open_for_answers
from lms.training.assignments import live
from lms.training.drawn import Drawn, asked, ever_asked, times_seen
from lms.training.shelf import Frozen, fresh_items, frozen


class NotSwappable(DomainError):
    """Only what is marked as hard to look at, counts and is not answered can be swapped."""


class NothingEquivalent(DomainError):
    """There is no other question about the same clauses; that one was wanted is on record."""


@writing()
def swap_item(attempt_id: int, person_id: int, *, number: int, now: datetime) -> int | None:
    """Ask something else in place of a sensitive item, and of all items of its case; the number that it has now.

    What was drawn stays on record. The second time finds the first swap. None when the attempt is not this person's.
    Raises AnswerRefused (an item that was not asked), NotSwappable, NothingEquivalent, AttemptIsSubmitted, TimeIsOver.
    """
    found = open_for_answers(attempt_id, person_id, now=now)
    if found is None:
        return None
    attempt, _ = found
    ever, drawn = ever_asked(attempt_id), asked([attempt_id])
    if number not in ever:
        raise AnswerRefused("That question is not part of this quiz.")
    swapped = _with_its_case(drawn, number)
    if not swapped:
        return _swapped_in(attempt_id, ever[number][0])
    _refuse_unless_swappable(swapped, number)
    rows = _rows(attempt, swapped, {item for _, item in ever.values()})
    if not rows:
        _note_unmet(attempt_id, ever[number][0], now)
        raise NothingEquivalent(
            "There is no other question about the same clauses. Answer this one, or leave it open; your coach is told."
        )
    following = max(ever) + 1
    for place, row in enumerate(rows):
        row |= {"number": following + place, "swapped_at": now}
    db.session.execute(insert(AttemptSwap.__table__), rows)
    db.session.commit()
    return next(int(row["number"]) for row, each in zip(rows, swapped, strict=True) if each.number == number)


def _with_its_case(drawn: Sequence[Drawn], number: int) -> list[Drawn]:
    """The item with this number, with all others of its case; nothing when it is not asked any more."""
    one = next((each for each in drawn if each.number == number), None)
    if one is None or one.item.case is None:
        return [one] if one else []
    return [each for each in drawn if each.item.case and each.item.case.id == one.item.case.id]


def _refuse_unless_swappable(swapped: Sequence[Drawn], number: int) -> None:
    item = next(each.item for each in swapped if each.number == number)
    if not item.sensitive or item.is_pilot or item.is_void:
        raise NotSwappable("Only a question that counts and is marked as sensitive can be swapped for another.")
    if any(not each.answer.is_empty for each in swapped):
        raise NotSwappable("You have answered it, so it stays. It can be swapped for another until then.")


def _swapped_in(attempt_id: int, revision_id: int) -> int | None:
    return db.session.scalar(
        select(AttemptSwap.number).where(AttemptSwap.attempt_id == attempt_id, AttemptSwap.swapped_id == revision_id)
    )


def _note_unmet(attempt_id: int, revision_id: int, now: datetime) -> None:
    if db.session.get(UnmetSwap, (attempt_id, revision_id)) is None:
        db.session.add(UnmetSwap(attempt_id=attempt_id, item_id=revision_id, asked_at=now))
        db.session.commit()


def _rows(attempt: Attempt, swapped: Sequence[Drawn], taken: set[str]) -> list[dict[str, Any]]:
    version, fresh = _frozen_for(attempt)
    drawn = in_place_of(
        [each.item for each in swapped],
        fresh,
        clauses=attempt.clauses,
        taken=taken,
        seen=times_seen(attempt.person_id, attempt.policy_id, before=attempt.number),
        seed=attempt.seed,
    )
    return [
        {
            "attempt_id": attempt.id,
            "swapped_id": old.revision_id,
            "item_id": version.item_ids[new.item_id],
            "position": old.position,
            "option_order": list(new.option_order),
            "citation_order": list(new.citation_order),
        }
        for old, new in zip(swapped if drawn else (), drawn, strict=True)
    ]


def _frozen_for(attempt: Attempt) -> tuple[Frozen, list[Item]]:
    """The version of an attempt, and its items that were fresh when it began."""
    slug, number = db.session.execute(
        select(Policy.slug, Version.number)
        .join(Version, Version.policy_id == Policy.id)
        .where(Version.id == attempt.version_id)
    ).one()
    version = frozen({slug: number})[slug]
    return version, fresh_items(version, live(policy_histories([slug])[slug], attempt.started_at))
