"""Lessons and questions that this process has read, kept by digest: a digest names one exact text, for ever."""

from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

from sqlalchemy import select

from lms.domain.quizzes import Item, Lesson
from lms.extensions import db
from lms.library.digests import lesson_from_dict
from lms.models import ItemRevision, LessonRevision
from lms.policies.queries import keyless

MOST = 20_000
"""Texts of one kind; then all are forgotten and read again when they are wanted."""

Text = TypeVar("Text")


class Kept(Generic[Text]):
    """What was read, by digest."""

    def __init__(self, read: Callable[[Collection[int]], dict[str, Text]]) -> None:
        self._read = read
        self._known: dict[str, Text] = {}

    def of(self, wanted: Mapping[str, int]) -> dict[str, Text]:
        """Give the texts with these digests (`wanted`: their row ids); at most one statement."""
        known = self._known  # another thread may begin a new one
        missing = [row_id for digest, row_id in wanted.items() if digest not in known]
        found = self._read(missing) if missing else {}
        if len(known) + len(found) > MOST:
            self._known = dict(found)
        else:
            known.update(found)
        return {digest: found[digest] if digest in found else known[digest] for digest in wanted}


def _lessons(ids: Collection[int]) -> dict[str, Lesson]:
    rows = db.session.execute(select(LessonRevision.digest, LessonRevision.body).where(LessonRevision.id.in_(ids)))
    return {digest: lesson_from_dict(body) for digest, body in rows}


def _questions(ids: Collection[int]) -> dict[str, Item]:
    """Never a key."""
    rows = db.session.execute(select(ItemRevision.digest, ItemRevision.question).where(ItemRevision.id.in_(ids)))
    return {digest: keyless(question) for digest, question in rows}


LESSONS = Kept(_lessons)
QUESTIONS = Kept(_questions)
