"""Queries for the items of attempts as they were drawn, with the answers given so far.

`asked` is all that may be shown before submission; `graded` reads keys, as they were corrected since, and is for
grading and results only.
"""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from lms.domain.correcting import CorrectionKind, voided
from lms.domain.marking import is_complete
from lms.domain.quizzes import Answer, Item
from lms.extensions import db
from lms.library.digests import item_from, item_question
from lms.models import AttemptItem, ItemCorrection, ItemKey, ItemRevision, Response
from lms.models.corrections import last_correction
from lms.training.kept import QUESTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """That an item, as one exact text, was wrong."""

    id: int
    kind: CorrectionKind
    key: Mapping[str, Any] | None
    reason: str = ""

    def of(self, item: Item) -> Item:
        """The item as it counts by this correction; `item` is as it was frozen."""
        if self.kind is CorrectionKind.VOID:
            return voided(item)
        return item if self.key is None else item_from(item_question(item), self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One item of an attempt and the last answer to it that was kept."""

    attempt_id: int
    revision_id: int
    position: int
    """1, 2, 3 … on the page; all that a browser is told of which item it is."""
    item: Item
    digest: str
    option_order: tuple[str, ...]
    citation_order: tuple[str, ...]
    answer: Answer
    answer_revision: int
    """How often the answer was given, as the browser counts; 0 for none."""
    saved_at: datetime | None
    correction: Correction | None = None
    """By which `item` is another than it was frozen."""

    @property
    def is_answered(self) -> bool:
        """True when nothing of the question is left open."""
        return is_complete(self.item, self.answer)


# Made once: making a statement costs more than reading its rows.
_DRAWN = (
    select(
        AttemptItem.attempt_id,
        AttemptItem.item_id,
        AttemptItem.position,
        AttemptItem.option_order,
        AttemptItem.citation_order,
        ItemRevision.digest,
        Response.options,
        Response.citation,
        Response.typed,
        Response.revision,
        Response.saved_at,
        ItemCorrection.id.label("correction_id"),
        ItemCorrection.kind,
        ItemCorrection.reason,
    )
    .join(ItemRevision, ItemRevision.id == AttemptItem.item_id)
    .outerjoin(Response, (Response.attempt_id == AttemptItem.attempt_id) & (Response.item_id == AttemptItem.item_id))
    .outerjoin(ItemCorrection, last_correction(AttemptItem.item_id))
    .where(AttemptItem.attempt_id.in_(bindparam("attempts")))
    .order_by(AttemptItem.attempt_id, AttemptItem.position)
)
_DRAWN_WITH_KEYS = _DRAWN.join(ItemKey, ItemKey.item_id == AttemptItem.item_id).add_columns(
    ItemRevision.question, ItemKey.key, ItemCorrection.key.label("new_key")
)


def asked(attempt_ids: Collection[int]) -> list[Drawn]:
    """The items of these attempts without keys, in order; one statement, and one for what was not read before.

    What is void since is marked as such; another key is told of, and not given.
    """
    rows = db.session.execute(_DRAWN, {"attempts": list(attempt_ids)}).all()
    known = QUESTIONS.of({row.digest: row.item_id for row in rows})
    return [by(_made(row, known[row.digest]), _correction(row, {})) for row in rows]


def graded(attempt_ids: Collection[int], *, instead: Mapping[int, Correction | None] | None = None) -> list[Drawn]:
    """The items of these attempts with keys and feedback, in order, as they were corrected since; one statement.

    `instead` gives for revisions of items the correction that is to count, None for what was frozen.
    """
    return [by(_made(row, item), _correction(row, instead or {})) for row, item in _with_keys(attempt_ids)]


def as_frozen(attempt_ids: Collection[int]) -> list[Drawn]:
    """The same as if nothing had ever been corrected."""
    return [_made(row, item) for row, item in _with_keys(attempt_ids)]


def _with_keys(attempt_ids: Collection[int]) -> Iterator[tuple[Any, Item]]:
    """Rows with their items as they were frozen, each made once: many attempts ask the same."""
    made: dict[str, Item] = {}
    for row in db.session.execute(_DRAWN_WITH_KEYS, {"attempts": list(attempt_ids)}):
        if row.digest not in made:
            made[row.digest] = item_from(row.question, row.key)
        yield row, made[row.digest]


def by(drawn: Drawn, correction: Correction | None) -> Drawn:
    """An item as it counts by a correction; `drawn` is as it was frozen."""
    if correction is None or correction.kind is CorrectionKind.RESTORE:
        return drawn
    return replace(drawn, item=correction.of(drawn.item), correction=correction)


def _correction(row: Any, instead: Mapping[int, Correction | None]) -> Correction | None:
    if row.item_id in instead:
        return instead[row.item_id]
    if row.correction_id is None:
        return None
    return Correction(id=row.correction_id, kind=row.kind, key=row._mapping.get("new_key"), reason=row.reason)


def committed(drawn: Collection[Drawn]) -> list[list[object]]:
    """Answers as evidence commits to them; what was written stands there only where something was."""
    return [
        [
            each.attempt_id,
            each.digest,
            sorted(each.answer.options),
            each.answer.citation or "",
            *([unicodedata.normalize("NFC", each.answer.typed)] if each.answer.typed else []),
        ]
        for each in drawn
    ]


def answers_of(drawn: Collection[Drawn]) -> Mapping[str, Answer]:
    """Answers by item, as grading takes them."""
    return {each.item.id: each.answer for each in drawn}


def _made(row: Any, item: Item) -> Drawn:
    return Drawn(
        attempt_id=row.attempt_id,
        revision_id=row.item_id,
        position=row.position,
        item=item,
        digest=row.digest,
        option_order=tuple(row.option_order),
        citation_order=tuple(row.citation_order),
        answer=Answer(options=tuple(row.options or ()), citation=row.citation, typed=row.typed or ""),
        answer_revision=row.revision or 0,
        saved_at=row.saved_at,
    )
