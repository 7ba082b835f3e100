"""Actions that bring people in: import a file of people, create one person."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import insert, select, text, update

from lms import auditing
from lms.access import Role
from lms.auditing import Act
from lms.domain.errors import Counted, DomainError
from lms.extensions import Base, db, writing
from lms.models import (
    Identity,
    Person,
    PersonKind,
    Queue,
    Spell,
    SpellEnd,
    Team,
)
from lms.ownership import Source
from lms.people import known, leaving, owned, people_file
from lms.people.people_changes import NewSpell, Plan, Report, report_of
from lms.people.people_file import PeopleFile, PersonRow
from lms.people.people_import import plan_import
from lms.people.table_file import Problem

ALL_KNOWN = datetime.max.replace(tzinfo=UTC)
"""Everything that is recorded, also what another import wrote while this one waited for its turn, later than `now`."""
MOST_SHOWN = 100
"""Problems told at once."""
SYSTEM = ("system:people-import", "Import of people", "people-import@system.invalid")
"""External id, name and e-mail; `.invalid` is a domain that no mail ever reaches."""
IMPORT = "Import of people"
"""The reason that is written beside what came in."""
SPELL_KEY = ("person_id", "kind", "role", "team_id", "queue_id", "start_at")
"""What tells the spells of one import apart."""
ACTS = {"created": Act.PERSON_CREATED, "changed": Act.PERSON_CHANGED, "ended": Act.PERSON_LEFT}
PERSONAL = frozenset({"name", "email", "external_id"})
UNSAID = {"timezone": "UTC", "language": "en"}
"""Of somebody new whose row does not say."""


class ImportRefused(DomainError):
    """Something in the file is wrong, so nothing of it was imported."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems[:MOST_SHOWN])
        self.count = len(problems)
        self.head = Counted(
            "Nothing was imported: %(num)s thing is wrong in the file.",
            "Nothing was imported: %(num)s things are wrong in the file.",
            self.count,
        )
        unsaid = self.count - len(self.problems)
        self.rest = Counted("… and %(num)s more", "… and %(num)s more", unsaid) if unsaid else None
        lines = [self.head, *map(str, self.problems), *([self.rest] if self.rest else [])]
        super().__init__("\n".join(lines))


class PersonExists(DomainError):
    """The external id is taken."""


def import_people(
    content: bytes,
    *,
    is_full: bool = False,
    is_sure: bool = False,
    is_dry_run: bool = False,
    by: int | None = None,
    now: datetime,
) -> Report:
    """Bring in a file of people, all of it or nothing; raise ImportRefused with every problem in it.

    `is_full`: who works here and is not in the file has left; more than 5 % of them only if `is_sure`.
    `by` is who imports it, the system person if nobody. The second time changes nothing. Source: formats.md.
    """
    file = people_file.read(content)
    full = leaving.Full(is_sure=is_sure) if is_full else None
    if is_dry_run:
        return report_of(planned(file, now, full), file.rows, is_dry_run=True)
    with writing():
        one_import_at_a_time()
        plan = planned(file, now, full)
        if plan.differences:
            carry_out(plan, by=by, now=now)
        report = report_of(plan, file.rows, is_dry_run=False)
        counts = {name: getattr(report, name) for name in ("created", "changed", "ended", "unchanged")}
        if plan.differences:
            auditing.note(Act.PEOPLE_IMPORTED, by=by, at=now, after=counts)
        db.session.commit()
    return report


@writing()
def create_person(
    *,
    external_id: str,
    name: str,
    email: str,
    roles: Sequence[Role] = (Role.AGENT,),
    team: str = "",
    queues: Sequence[str] = (),
    starts_on: date,
    timezone: str = "UTC",
    language: str = "en",
    vendor: str = "",
    by: int | None = None,
    now: datetime,
) -> int:
    """Create one person, with team and queues where they are missing, and return the id; raise ImportRefused."""
    row = PersonRow(
        row=1,
        external_id=external_id,
        name=name,
        email=email.casefold(),
        role=frozenset(roles),
        team=team,
        queues=frozenset(queues),
        starts_on=starts_on,
        timezone=timezone,
        language=language,
        vendor=vendor,
    )
    one_import_at_a_time()  # nobody closes the team between our look and our write
    plan = planned(PeopleFile(rows=(row,), problems=(), emails={row.email: 1}), now)
    if not plan.people:
        raise PersonExists("There is somebody with the external id %(external_id)s already.", external_id=external_id)
    carry_out(plan, by=by, now=now)
    db.session.commit()
    return db.session.scalars(select(Identity.person_id).where(Identity.external_id == external_id)).one()


def planned(file: PeopleFile, now: datetime, full: leaving.Full | None = None, *, source: Source = Source.FEED) -> Plan:
    """What the rows change, as far as this source may speak; raise ImportRefused."""
    emails = {email for row in file.rows for email in (row.email, row.coach_email) if email}
    there = known.organisation(external_ids={row.external_id for row in file.rows}, emails=emails, known_at=ALL_KNOWN)
    file, refused = owned.taken(file, there, current_app.extensions["muster"].owners, source, now=now)
    plan = plan_import(file, there, now=now)
    plan.refused = refused
    if full is not None:
        leaving.plan_leavers(plan, file, known.everybody(known_at=ALL_KNOWN), full, now=now)
    if plan.problems:
        raise ImportRefused(plan.problems)
    return plan


def one_import_at_a_time() -> None:
    """SQLite has one writer anyway; on PostgreSQL two imports could both give somebody the same new queue."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE identities IN SHARE ROW EXCLUSIVE MODE"))


def carry_out(plan: Plan, *, by: int | None, now: datetime, reason: str = IMPORT) -> None:
    """Write the plan in a number of statements that does not grow with the file; who calls it commits."""
    teams, queues = make_teams(plan.teams), make_queues(plan.queues)
    _change_identities(plan.identities)
    people = _make_people(plan.people, now)
    people |= ids_of({spell.external_id for spell in plan.spells} - set(people))
    recorded = {"recorded_at": now, "recorded_by": by or system_person(now), "reason": reason}

    def columns(spell: NewSpell) -> dict[str, Any]:
        return recorded | {
            "person_id": people[spell.external_id],
            "kind": spell.kind,
            "start_at": spell.start,
            "role": spell.role.value if spell.role else None,
            "team_id": teams[spell.team] if spell.team else None,
            "queue_id": queues[spell.queue] if spell.queue else None,
        }

    ending = [(columns(spell), spell.end) for spell in plan.spells if spell.end]
    made = _insert(Spell, [row for row, _ in ending], giving=[Spell.id, *(getattr(Spell, name) for name in SPELL_KEY)])
    ids = {tuple(key): spell_id for spell_id, *key in made}  # the database gives them in no order
    _insert(Spell, [columns(spell) for spell in plan.spells if not spell.end])
    ends = [(end.spell_id, end.end) for end in plan.ends]
    ends += [(ids[tuple(row[name] for name in SPELL_KEY)], end) for row, end in ending]
    _insert(SpellEnd, [recorded | {"spell_id": spell_id, "end_at": end} for spell_id, end in ends])
    people |= ids_of(plan.differences.keys() - people.keys())
    _note(plan, people, by=recorded["recorded_by"], now=now, reason=reason)


def _note(plan: Plan, people: Mapping[str, int], *, by: int, now: datetime, reason: str) -> None:
    """One entry for each person who is new or changed; name and e-mail beside it, where they can be erased."""
    for kind, act in ACTS.items():
        entries = []
        for each in plan.differences.values():
            if each.kind == kind:
                facts = [fact for fact in each.facts if fact.column not in PERSONAL]
                said = [fact for fact in each.facts if fact.column in PERSONAL]
                entries.append(
                    auditing.Entry(
                        person=people[each.external_id],
                        before={fact.column: fact.before for fact in facts} if kind != "created" else None,
                        after={fact.column: fact.after for fact in facts},
                        was={fact.column: fact.before for fact in said} if kind != "created" else None,
                        now_is={fact.column: fact.after for fact in said},
                    )
                )
        auditing.note_each(act, entries, by=by, at=now, reason=reason)


def ids_of(external_ids: Collection[str]) -> dict[str, int]:
    """Numbers of people by external id."""
    wanted = select(Identity.external_id, Identity.person_id)
    if len(external_ids) <= known.MOST_NAMED:
        wanted = wanted.where(Identity.external_id.in_(external_ids))
    return dict(db.session.execute(wanted).all()) if external_ids else {}


def _insert(table: type[Base], rows: list[dict[str, Any]], *, giving: Sequence[Any] = ()) -> Sequence[Any]:
    """Insert rows, if any, in one go; gives the columns `giving` of each, in any order."""
    if not rows:
        return ()
    statement = insert(table.__table__)  # the table, not the class, which would part rows by their empty columns
    if giving:
        return db.session.execute(statement.returning(*giving), rows).all()
    db.session.execute(statement, rows)
    return ()


def make_teams(paths: Sequence[str]) -> dict[str, int]:
    """Make teams, parents first, and give the ids of all; as many statements as the tree is deep."""
    ids = dict(db.session.execute(select(Team.path, Team.id)).all())
    for depth in sorted({path.count("/") for path in paths}):
        rows = [
            {"path": path, "name": path.rpartition("/")[2], "parent_id": ids.get(path.rpartition("/")[0])}
            for path in paths
            if path.count("/") == depth
        ]
        ids |= dict(_insert(Team, rows, giving=(Team.path, Team.id)))
    return ids


def make_queues(slugs: Sequence[str]) -> dict[str, int]:
    """Make queues and give the ids of all."""
    _insert(Queue, [{"slug": slug, "name": slug.replace("-", " ").capitalize()} for slug in slugs])
    return dict(db.session.execute(select(Queue.slug, Queue.id)).all())


def _change_identities(identities: Mapping[int, Mapping[str, str]]) -> None:
    """An e-mail may change hands within a file: each is parked first, then everything is set."""
    if identities:
        parked = [{"person_id": person_id, "email": f"moving:{person_id}"} for person_id in identities]
        db.session.execute(update(Identity), parked)
        db.session.execute(
            update(Identity), [{"person_id": person_id, **columns} for person_id, columns in identities.items()]
        )


def _make_people(rows: Sequence[PersonRow], now: datetime) -> dict[str, int]:
    """Make people with their identities and give their ids by external id."""
    if not rows:
        return {}
    by_subject = {str(uuid.uuid4()): row for row in rows}
    persons = [{"subject": subject, "kind": PersonKind.HUMAN, "created_at": now} for subject in by_subject]
    made = _insert(Person, persons, giving=(Person.subject, Person.id))
    ids = {by_subject[subject].external_id: person_id for subject, person_id in made}
    identities = [
        {
            "person_id": ids[row.external_id],
            "external_id": row.external_id,
            "name": row.name,
            "email": row.email,
            "timezone": row.timezone or UNSAID["timezone"],
            "language": row.language or UNSAID["language"],
            "vendor": row.vendor or "",
        }
        for row in rows
    ]
    _insert(Identity, identities)
    return ids


def system_person(now: datetime, who: tuple[str, str, str] = SYSTEM) -> int:
    """Who records what nobody signed in for; made when first needed, never signs in."""
    external_id, name, email = who
    found = db.session.scalar(select(Identity.person_id).where(Identity.external_id == external_id))
    if found is not None:
        return found
    person = Person(subject=str(uuid.uuid4()), kind=PersonKind.SYSTEM, created_at=now)
    db.session.add(person)
    db.session.flush()
    columns = {"external_id": external_id, "name": name, "email": email, "vendor": "", **UNSAID}
    _insert(Identity, [{"person_id": person.id, **columns}])
    return person.id
