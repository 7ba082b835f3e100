"""A full file of people: who works here and is not in it has left. Pure; adds to the plan of an import.

A full file of leave or of queues asks the same question before it ends anything.
"""

from dataclasses import dataclass
from datetime import datetime

from lms.domain.errors import Counted
from lms.models import SpellKind
from lms.people.people_changes import Difference, Fact, KnownPerson, NewEnd, Organisation, Plan
from lms.people.people_file import PeopleFile
from lms.people.table_file import Problem

MOST_SHARE = 0.05
"""More leavers at once look like half a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """The file names everybody who works here, or all leave, or everybody in a queue."""

    is_sure: bool
    """Somebody looked at how many leave, or end."""


def too_many(missing: int, there: int) -> bool:
    """More at once than somebody should have to find out afterwards."""
    return missing > MOST_SHARE * there


def plan_leavers(plan: Plan, file: PeopleFile, everybody: Organisation, full: Full, *, now: datetime) -> None:
    """End everything of those who are missing, now; what had not begun is called off.

    When they are more than 5 % of those who work here, and nobody said it is so, that is a problem of the file.
    """
    named = {row.external_id for row in file.rows}
    here = [person for person in everybody.people.values() if _works(person, now)]
    leavers = [person for person in here if person.external_id not in named]
    if too_many(len(leavers), len(here)) and not full.is_sure:
        message = Counted(
            "%(num)s of %(here)s people who work here are not in it, and would leave. Is it the whole file? "
            "If it is, confirm it.",
            "%(num)s of %(here)s people who work here are not in it, and would leave. Is it the whole file? "
            "If it is, confirm it.",
            len(leavers),
            here=len(here),
        )
        plan.problems.append(Problem(message=message))
        return
    for person in leavers:
        held = [spell for spell in person.spells if spell.end is None or spell.end > now]
        plan.ends += [NewEnd(spell_id=spell.id, end=max(now, spell.start)) for spell in held]
        plan.differences[person.external_id] = Difference(
            external_id=person.external_id,
            name=person.name,
            kind="ended",
            from_at=now,
            facts=[Fact(column="employment", before="here", after="left")],
        )


def _works(person: KnownPerson, now: datetime) -> bool:
    return any(spell.end is None or spell.end > now for spell in person.of(SpellKind.EMPLOYMENT))
