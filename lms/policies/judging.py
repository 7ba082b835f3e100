"""What the pages about a draft show: changes to judge, what is stale, what nobody asks about. Nothing here writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lms.domain.policies import Change, Clause, Proof
from lms.domain.quizzes import Item, Lesson, QuizRules, is_fresh, short_of_items
from lms.extensions import db
from lms.models import Version
from lms.policies import drafts
from lms.policies.comparing import ClauseChange, Step, clause_changes
from lms.policies.conditions import changed_with, material_content
from lms.policies.queries import PolicyState, VersionLine
from lms.policies.reading import changed_in, changes_of, clauses_of, lessons_of, questions_of, rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """A draft held against the version that it follows."""

    version: VersionLine
    follows: int | None
    """Number of that version; None for a first version."""
    clauses: tuple[Clause, ...]
    old: tuple[Clause, ...]
    changes: tuple[ClauseChange, ...]
    """Of a first version none: all of it is new."""
    lessons: tuple[Lesson, ...]
    items: tuple[Item, ...]
    """Without keys."""
    changed: Mapping[str, frozenset[int]]
    """What changed when, this draft included (see `reading.changed_in`)."""
    stale_lessons: tuple[str, ...]
    """Titles of lessons that nobody checked since a clause they name changed."""
    stale_items: tuple[str, ...]
    """Ids of such items: they would not be drawn."""
    unasked: tuple[str, ...]
    """Titles of clauses that too few fresh items ask about; with a quiz they stop publication."""

    @property
    def undecided(self) -> tuple[ClauseChange, ...]:
        """Changes without a verdict."""
        return tuple(change for change in self.changes if change.verdict is None)

    @property
    def to_learn(self) -> tuple[str, ...]:
        """Clauses that people will have to show they know: material content, and material removals."""
        if self.follows is None:
            return tuple(clause.id for clause in self.clauses)
        told = [change.change for change in self.changes]
        return (*material_content(told), *(one.clause for one in told if one.is_removal and is_material(one)))


def is_material(change: Change) -> bool:
    """True by the verdict, or by the proposed one while there is none."""
    return (change.verdict or change.proposed) == "material"


def draft_page(state: PolicyState, version: VersionLine, *, now: datetime) -> DraftPage:
    """The draft of a policy, held against the version that it would follow now; eight statements."""
    base = drafts.version_before(state.policy.policy_id, is_emergency=version.provisional_hours is not None, now=now)
    clauses = clauses_of([version.version_id, *([base.id] if base else [])])
    new, old = clauses[version.version_id], clauses[base.id] if base else ()
    changes = changes_of([version.version_id])[version.version_id]
    lessons = lessons_of(version.version_id)
    items = tuple(question.item for question in questions_of(version.version_id))
    changed = changed_with(changed_in(state.policy.policy_id), changes, number=version.number)
    rules = rules_of(db.session.get_one(Version, version.version_id)) or QuizRules()
    unasked = short_of_items([clause.id for clause in new], items, rules, version=version.number, changed_in=changed)
    titles = {clause.id: clause.title for clause in new}
    return DraftPage(
        version=version,
        follows=base.number if base else None,
        clauses=new,
        old=old,
        changes=clause_changes(old, new, steps=[Step(number=version.number, changes=changes)]) if base else (),
        lessons=lessons,
        items=items,
        changed=changed,
        stale_lessons=tuple(
            lesson.title
            for lesson in lessons
            if not is_fresh(lesson.validity, lesson.teaches, version=version.number, changed_in=changed)
        ),
        stale_items=tuple(
            item.id
            for item in items
            if not is_fresh(item.validity, item.clauses, version=version.number, changed_in=changed)
        ),
        unasked=tuple(titles[slug] or slug for slug in unasked) if state.policy.proof is Proof.QUIZ else (),
    )
