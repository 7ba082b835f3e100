"""Queries for the items of attempts as they were drawn, with the answers given so far.

`asked` is all that may be shown before submission; `graded` reads keys and is for grading and results only.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, and_, bindparam, select, union_all

from lms.domain.correcting import CorrectionKind, voided
from lms.domain.marking import is_complete
from lms.domain.quizzes import Answer, Item, ItemType
from lms.domain.translations import with_forms
from lms.extensions import db
from lms.library.digests import item_from, item_question
from lms.models import (
    Attempt,
    AttemptItem,
    AttemptSwap,
    AttemptTranslation,
    ItemCorrection,
    ItemKey,
    ItemRevision,
    Response,
    TranslationFeedback,
)
from lms.models.asked import ever_placed, is_still_asked
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
    """1, 2, 3 … on the page."""
    number: int
    """All that a browser is told of which item it is: the position; of an item that was swapped in, a later one."""
    item: Item
    digest: str
    option_order: tuple[str, ...]
    citation_order: tuple[str, ...]
    answer: Answer
    answer_revision: int
    """How often the answer was given, as the browser counts; 0 for none."""
    saved_at: datetime | None
    forms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Short text: what is accepted besides in the language in which the attempt was begun, by option."""
    correction: Correction | None = None
    """By which `item` is another than it was frozen."""

    @property
    def is_answered(self) -> bool:
        """True when nothing of the question is left open."""
        return is_complete(self.item, self.answer)


# Made once: making a statement costs more than reading its rows.
_ATTEMPTS = bindparam("attempts", expanding=True)
_PLACED = ever_placed(lambda table: table.attempt_id.in_(_ATTEMPTS))
_EVER = (
    select(
        *_PLACED.c,
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
    .join(ItemRevision, ItemRevision.id == _PLACED.c.item_id)
    .outerjoin(Response, and_(Response.attempt_id == _PLACED.c.attempt_id, Response.item_id == _PLACED.c.item_id))
    .outerjoin(ItemCorrection, last_correction(_PLACED.c.item_id))
    .order_by(_PLACED.c.attempt_id, _PLACED.c.position)
)
_DRAWN = _EVER.where(is_still_asked(_PLACED))


def _with_keys(query: Select[Any]) -> Select[Any]:
    """With what is right, also in the language in which the attempt was begun."""
    return (
        query.join(ItemKey, ItemKey.item_id == _PLACED.c.item_id)
        .outerjoin(AttemptTranslation, AttemptTranslation.attempt_id == _PLACED.c.attempt_id)
        .outerjoin(TranslationFeedback, TranslationFeedback.translation_id == AttemptTranslation.translation_id)
        .add_columns(ItemRevision.question, ItemKey.key, TranslationFeedback.forms, ItemCorrection.key.label("new_key"))
    )


_DRAWN_WITH_KEYS = _with_keys(_DRAWN)
_ONE_WITH_KEY = _with_keys(_EVER).where(_PLACED.c.item_id == bindparam("item"))


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
    rows = db.session.execute(_DRAWN_WITH_KEYS, {"attempts": list(attempt_ids)})
    return [by(frozen, _correction(row, instead or {})) for row, frozen in _frozen(rows)]


def as_frozen(attempt_ids: Collection[int]) -> list[Drawn]:
    """The same as if nothing had ever been corrected."""
    return [frozen for _, frozen in _frozen(db.session.execute(_DRAWN_WITH_KEYS, {"attempts": list(attempt_ids)}))]


def graded_item(attempt_ids: Collection[int], revision_id: int) -> dict[int, Drawn]:
    """One item as attempts asked it, with its key, also where another was asked in its place; one statement."""
    rows = db.session.execute(_ONE_WITH_KEY, {"attempts": list(attempt_ids), "item": revision_id})
    return {row.attempt_id: by(frozen, _correction(row, {})) for row, frozen in _frozen(rows)}


def ever_asked(attempt_id: int) -> dict[int, tuple[int, str]]:
    """Revision and id of every item that an attempt asked, swapped out ones too, by number; one statement."""
    query = select(_PLACED.c.number, _PLACED.c.item_id, ItemRevision.slug)
    rows = db.session.execute(
        query.join(ItemRevision, ItemRevision.id == _PLACED.c.item_id), {"attempts": [attempt_id]}
    )
    return {number: (revision_id, item) for number, revision_id, item in rows}


def times_seen(person_id: int, policy_id: int, *, before: int | None = None) -> Counter[str]:
    """How often a person was asked each item of a policy, in attempts `before` a number; one statement."""
    mine = select(Attempt.id).where(Attempt.person_id == person_id, Attempt.policy_id == policy_id)
    if before is not None:
        mine = mine.where(Attempt.number < before)
    shown = union_all(
        *(select(table.item_id).where(table.attempt_id.in_(mine)) for table in (AttemptItem, AttemptSwap))
    ).subquery("shown")
    return Counter(db.session.scalars(select(ItemRevision.slug).join(shown, shown.c.item_id == ItemRevision.id)))


def by(drawn: Drawn, correction: Correction | None) -> Drawn:
    """An item as it counts by a correction; `drawn` is as it was frozen."""
    if correction is None or correction.kind is CorrectionKind.RESTORE:
        return drawn
    item = correction.of(drawn.item)
    if correction.kind is CorrectionKind.RESCORE:
        item = _in_its_language(item, drawn.forms)
    return replace(drawn, item=item, correction=correction)


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


def _frozen(rows: Iterable[Any]) -> Iterator[tuple[Any, Drawn]]:
    """Rows with their items as they were frozen, each made once: many attempts ask the same."""
    made: dict[str, Item] = {}
    for row in rows:
        if row.digest not in made:
            made[row.digest] = item_from(row.question, row.key)
        item = made[row.digest]
        forms = (row.forms or {}).get(item.id, {})
        yield row, _made(row, _in_its_language(item, forms), forms)


def _in_its_language(item: Item, forms: Mapping[str, Sequence[str]]) -> Item:
    return with_forms(item, forms) if item.type is ItemType.SHORT else item


def _made(row: Any, item: Item, forms: Mapping[str, Sequence[str]] = MappingProxyType({})) -> Drawn:
    return Drawn(
        attempt_id=row.attempt_id,
        revision_id=row.item_id,
        position=row.position,
        number=row.number,
        item=item,
        digest=row.digest,
        option_order=tuple(row.option_order),
        citation_order=tuple(row.citation_order),
        answer=Answer(options=tuple(row.options or ()), citation=row.citation, typed=row.typed or ""),
        answer_revision=row.revision or 0,
        saved_at=row.saved_at,
        forms=forms,
    )
