"""What a directory tells as it happens: the rows of a file, true from this moment on. Source: formats.md."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app

from lms import auditing
from lms.auditing import Act
from lms.ownership import Source, may_write
from lms.people.actions import make_change
from lms.people.changing import Change, Word
from lms.people.importing import carry_out, ids_of, planned, system_person
from lms.people.owned import Refused
from lms.people.people_file import PeopleFile, PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Who tells, and in whose name it is recorded: external id, name and e-mail of a system person."""

    source: Source
    system: tuple[str, str, str]
    reason: str


def tell(rows: Sequence[PersonRow], teller: Teller, *, now: datetime) -> None:
    """Take what rows say, as far as this source owns it; who calls it holds the write transaction and commits.

    What another source owns is noted in the audit log. Raise ImportRefused.
    """
    by = system_person(now, teller.system)
    told = tuple(replace(row, effective_at=now) for row in rows)
    emails = {row.email: row.row for row in told}
    plan = planned(PeopleFile(rows=told, problems=(), emails=emails), now, source=teller.source)
    if plan.differences:
        carry_out(plan, by=by, now=now, reason=teller.reason)
    _note(plan.refused, by=by, now=now, reason=teller.reason)


def tell_access(person_id: int, teller: Teller, *, has_left: bool, now: datetime) -> None:
    """They left this moment, or are back; access ends with the next request. Likewise noted where it is not taken."""
    by = system_person(now, teller.system)
    if not may_write(owners := current_app.extensions["muster"].owners, "employment", teller.source):
        after = {"employment": owners["employment"].value}
        auditing.note(Act.VALUES_NOT_TAKEN, by=by, at=now, person=person_id, after=after, reason=teller.reason)
        return
    asked = Change(word=Word.LEFT if has_left else Word.BACK, start_at=now, why=teller.reason)
    make_change([person_id], asked, by=by, now=now)


def _note(refused: Sequence[Refused], *, by: int, now: datetime, reason: str) -> None:
    """Which field, and who owns it; the value stays with who said it."""
    people = ids_of({each.external_id for each in refused})
    owners: dict[int, dict[str, str]] = {}
    for each in refused:
        owners.setdefault(people[each.external_id], {})[each.field] = each.owner
    entries = [
        auditing.Entry(person=person, before=None, after=after, was=None, now_is=None)
        for person, after in owners.items()
    ]
    auditing.note_each(Act.VALUES_NOT_TAKEN, entries, by=by, at=now, reason=reason)
