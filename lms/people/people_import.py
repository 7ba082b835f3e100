"""From the rows of people.csv and what is known to what changes: pure, decides everything, writes nothing.

A row says how things are from its effective day on. What differs then is changed from then on; what was already
recorded for later stays. Nothing is said of people without a row. Reading is in `people_file.py`.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from lms.access import Role
from lms.domain.errors import Told
from lms.people.people_changes import Organisation, Plan
from lms.people.people_comparing import COVERING, Comparison, covers
from lms.people.people_file import PeopleFile, PersonRow
from lms.people.table_file import Problem


def plan_import(file: PeopleFile, known: Organisation, *, now: datetime) -> Plan:
    """Compare every row with what is known; the problems of the file and of the comparison stand in the plan."""
    plan = Plan(problems=list(file.problems))
    _new_teams(plan, file.rows, known)
    _refuse_closed_queues(plan, file.rows, known)
    plan.queues = sorted({slug for row in file.rows for slug in row.queues or ()} - known.queues)
    people = [Comparison(plan, row, known.people.get(row.external_id), now) for row in file.rows]
    _refuse_taken_emails(people, known)
    coached: dict[str, set[str]] = defaultdict(set)
    for person in people:
        person.compare()
        if person.row.coach_email:
            coached[person.row.coach_email].add(person.team)
    for person in people:
        person.compare_roles(coached[person.row.email])
    people += _ensure_coaches(people, file, known, now=now)
    for person in people:
        person.note_difference()
    plan.problems.sort(key=lambda problem: problem.row or 0)
    return plan


def _new_teams(plan: Plan, rows: Sequence[PersonRow], known: Organisation) -> None:
    """Teams that are named and missing, each after its parents; two spellings of one team are a slip."""
    spelled = {path.casefold(): path for path in known.teams}
    new: dict[str, None] = {}
    for row in rows:
        names = row.team.split("/") if row.team else []
        for count in range(1, len(names) + 1):
            path = "/".join(names[:count])
            other = spelled.setdefault(path.casefold(), path)
            if other != path:
                message = Told("there is a team “%(other)s” already", other=other)
                plan.problems.append(Problem(row=row.row, column="team", message=message))
                break
            if path in known.closed_teams:
                message = Told("the team “%(path)s” is closed; name another, or open it again first", path=path)
                plan.problems.append(Problem(row=row.row, column="team", message=message))
                break
            if path not in known.teams and path not in new:
                new[path] = None
    plan.teams = list(new)


def _refuse_closed_queues(plan: Plan, rows: Sequence[PersonRow], known: Organisation) -> None:
    for row in rows:
        for slug in sorted((row.queues or frozenset()) & known.closed_queues):
            message = Told("the queue “%(slug)s” is closed; take it out, or open it again first", slug=slug)
            plan.problems.append(Problem(row=row.row, column="queues", message=message))


def _refuse_taken_emails(people: Sequence[Comparison], known: Organisation) -> None:
    """An e-mail may change hands only when the file gives its holder another one."""
    rows = {person.row.external_id: person.row for person in people}
    by_email = known.by_email()
    for person in people:
        holder = by_email.get(person.row.email)
        if holder and holder.external_id != person.row.external_id:
            successor = rows.get(holder.external_id)
            if successor is None or successor.email == holder.email:
                person.wrong("email", Told("it belongs to %(holder)s", holder=holder.external_id))


def _ensure_coaches(
    people: Sequence[Comparison], file: PeopleFile, known: Organisation, *, now: datetime
) -> list[Comparison]:
    """Whoever is named as a coach covers that team; gives those who are not in the file themselves."""
    rows = {person.row.email: person for person in people}
    ids = {person.row.external_id for person in people}
    by_email = {email: person for email, person in known.by_email().items() if person.external_id not in ids}
    others: dict[str, Comparison] = {}
    for person in sorted(people, key=lambda person: (len(person.team), person.at)):  # a wider tree covers narrower ones
        email = person.row.coach_email
        if not email or (email not in rows and email in file.emails):
            continue  # a row of theirs is wrong, and says so
        coach = rows.get(email) or others.get(email)
        if coach is None and email in by_email:
            coach = others[email] = Comparison.outside(by_email[email], person, now)
        if coach is None:
            person.wrong("coach_email", Told("nobody has this e-mail, neither in the file nor here"))
        elif coach is person:
            person.wrong("coach_email", Told("nobody is their own coach"))
        elif not person.team:
            person.wrong("coach_email", Told("a coach answers for a team, and this person is in none"))
        elif coach.row.role is not None and not coach.row.role & COVERING:
            other = Told("row %(row)s gives them another role; add coach to it", row=coach.row.row)
            person.wrong("coach_email", other)
        elif not covers(coach.roles, COVERING, person.team):
            coach.add_role(Role.COACH, person.team)
    return list(others.values())
