"""What a person does in a quiz is a fixed number of statements, however long the quiz is and whoever else is there.

Who changes a number here has looked at what the statement more is for.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event

from lms import clock
from lms.extensions import db
from lms.training import actions, attesting
from tests.readiness.make import crew
from tests.training.make import DAY, RULES, WITH_FAX, Shelf, answers

CLAUSES = WITH_FAX | {"stamp": "Write the day on which it came on every page."}
# The signature of somebody who signed before is one less: who they are is kept already.
STATEMENTS = {"start": 22, "save": 3, "keep": 3, "submit": 6, "sign": 15}


def sent_by(do: Callable[..., Any], *what: Any, **more: Any) -> int:
    """How many statements it sends; what is read once a process has been read before."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not re.match(r"\s*(BEGIN|COMMIT|ROLLBACK|PRAGMA)", statement):
            sent.append(statement)

    db.session.remove()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert do(*what, **more, now=clock.now())
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


def quiz_of(root: Path, slug: str, *, each: int) -> None:
    """A policy of five clauses with so many questions each."""
    shelf = Shelf(root / slug, slug=slug, rules=RULES | {"per_clause": each}).version(CLAUSES, ago=DAY)
    shelf.items_for(*CLAUSES, count=each).publish()


def whole_quiz(person: int, slug: str, *, items: int) -> dict[str, int]:
    """Statements of each thing that a person does from the first click to the signature."""
    began = sent_by(actions.start_attempt, person, slug)
    attempt_id = actions.start_attempt(person, slug, now=clock.now())
    right = answers(attempt_id)
    assert len(right) == items
    one = {"position": 1, "answer": right[1], "revision": 1}
    return {
        "start": began,
        "save": sent_by(actions.save_answer, attempt_id, person, **one),
        "keep": sent_by(actions.keep_answers, attempt_id, person, answers=right, base_revision=1),
        "submit": sent_by(actions.submit_attempt, attempt_id, person, answers=right, base_revision=2),
        "sign": sent_by(attesting.sign, attempt_id, person),
    }


def test_they_are_the_same_for_5_and_40_items_and_for_1_and_50_other_people(cast, tmp_path):
    quiz_of(tmp_path, "short", each=1)
    quiz_of(tmp_path, "long", each=8)
    (first,) = crew(1, team="EMEA/Dublin", queues=["legal-requests"])
    whole_quiz(first, "short", items=5)  # what is kept by digest has been read by then
    assert whole_quiz(cast.ada, "short", items=5) == STATEMENTS
    *others, last = crew(50, team="EMEA/Dublin", queues=["legal-requests"], name="many")
    for each in others[:3]:
        whole_quiz(each, "long", items=40)
    assert whole_quiz(last, "long", items=40) == STATEMENTS
