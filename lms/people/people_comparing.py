"""One row of people.csv beside what is known of its person: what differs goes into the plan.

Pure. What rows have to do with each other is in `people_import.py`.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from lms.access import Role
from lms.domain.errors import Told
from lms.models import SpellKind
from lms.people.people_changes import Difference, Fact, KnownPerson, KnownSpell, NewEnd, NewSpell, Plan
from lms.people.people_file import PersonRow
from lms.people.table_file import Problem

COVERING = frozenset({Role.COACH, Role.LEAD})
"""Roles that cover the tree of their holder's team; the others cover everything."""
IDENTITY = ("name", "email", "vendor", "timezone", "language")


def midnight(day: date, zone: str) -> datetime:
    """When a day begins where the person is, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def covers(roles: Iterable[tuple[Role, str | None]], wanted: Collection[Role], team: str | None) -> bool:
    """True when one of the wanted roles is held over this team's tree, or at all if no team matters."""
    return any(
        role in wanted and (covered is None or team is None or f"{team}/".startswith(f"{covered}/"))
        for role, covered in roles
    )


def _in_words(roles: Iterable[tuple[Role, str | None]]) -> str:
    return "; ".join(sorted(f"{role} ({team})" if team else str(role) for role, team in roles))


class Comparison:
    """One row beside what is known of its person; puts into the plan what differs."""

    def __init__(self, plan: Plan, row: PersonRow, known: KnownPerson | None, now: datetime) -> None:
        self.plan, self.row, self.known = plan, row, known
        self.zone = row.timezone or (known.timezone if known else "UTC")
        self.starts_at = midnight(row.starts_on, self.zone) if row.starts_on else None
        self.ends_at = midnight(row.ends_on + timedelta(days=1), self.zone) if row.ends_on else None
        today = now.astimezone(ZoneInfo(self.zone)).date()
        day = row.effective_on or (row.starts_on if known is None else None) or today
        self.at = row.effective_at or midnight(day, self.zone)
        """From when on the row is true."""
        self.team = ""
        """The path of the team at `at`, once the plan is carried out; `roles` likewise."""
        self.roles: set[tuple[Role, str | None]] = set()
        self._roles_before = ""
        self._team_left = ""
        self.facts: list[Fact] = []
        self.has_ended = False

    @classmethod
    def outside(cls, known: KnownPerson, named_by: "Comparison", now: datetime) -> "Comparison":
        """Somebody without a row, as they stand when another row names them."""
        row = PersonRow(row=named_by.row.row, external_id=known.external_id, name=known.name, email=known.email)
        person = cls(named_by.plan, row, known, now)
        person.at = named_by.at
        person.roles = set(person._held_roles())
        person._roles_before = _in_words(person.roles)
        if not person._held(SpellKind.EMPLOYMENT):
            named_by.wrong("coach_email", Told("this person has left, or has not started yet"))
        return person

    def wrong(self, column: str, message: Told) -> None:
        """Note a problem of this row."""
        self.plan.problems.append(Problem(row=self.row.row, column=column, message=message))

    def compare(self) -> None:
        """Plan what differs, except roles, which depend on other rows too."""
        self._identity()
        self._employment()
        self._move()
        self._queues()
        if self.known is None:
            self.plan.people.append(self.row)

    def note_difference(self) -> None:
        """Put what was found into words, once everything about the person is planned."""
        self._fact("role", self._roles_before, _in_words(self.roles))
        if self.known is None or self.facts:
            self.plan.differences[self.row.external_id] = Difference(
                external_id=self.row.external_id,
                name=self.row.name,
                kind="created" if self.known is None else "ended" if self.has_ended else "changed",
                from_at=self.at,
                facts=self.facts,
            )

    def _identity(self) -> None:
        after = {}
        for column in IDENTITY:
            said, before = getattr(self.row, column), getattr(self.known, column) if self.known else ""
            after[column] = before if said is None else said
            self._fact(column, before, after[column])
        if self.known and self.facts:
            self.plan.identities[self.known.person_id] = after

    def _employment(self) -> None:
        spells = self._spells(SpellKind.EMPLOYMENT)
        if not spells:
            return self._employ(self.starts_at or self.at)
        last = spells[-1]
        is_known_start = any(self._is_day(spell.start, self.row.starts_on) for spell in spells)
        if self.starts_at and not is_known_start:
            if last.end and self.starts_at >= last.end:
                return self._employ(self.starts_at)  # back again
            return self._correct_start(spells, last)
        if not self.row.has_end or self._is_last_day(last.end, self.row.ends_on):
            return None
        if last.end and last.end <= self.at and not (self.ends_at or self.starts_at):
            day = self._last_day(last.end)
            left = Told("this person left on %(day)s; say when they are back, or fill ends_on", day=day)
            return self.wrong("starts_on", left)
        if self.ends_at and self.ends_at <= last.start:
            return self.wrong("ends_on", Told("it lies before the day on which this person started"))
        self._end(last, self.ends_at)
        return self._fact_of_end(last.end, self.ends_at)

    def _employ(self, start: datetime) -> None:
        self._start(SpellKind.EMPLOYMENT, start=start, end=self.ends_at)
        self.at = max(self.at, start)  # nothing about somebody begins before they do
        self._fact("starts_on", "", self._day(start))
        if self.ends_at:
            self._fact_of_end(None, self.ends_at)

    def _correct_start(self, spells: list[KnownSpell], last: KnownSpell) -> None:
        """The last employment began on another day than we knew: call it off and append the right one."""
        assert self.starts_at is not None  # noqa: S101 - the caller's condition
        if len(spells) > 1 and spells[-2].end and self.starts_at < spells[-2].end:
            return self.wrong("starts_on", Told("it lies in an earlier time with us, or before it"))
        end = self.ends_at if self.row.has_end else last.end
        self._end(last, last.start)
        self._start(SpellKind.EMPLOYMENT, start=self.starts_at, end=end)
        self._fact("starts_on", self._day(last.start), self._day(self.starts_at))
        if end != last.end:
            self._fact_of_end(last.end, end)
        return None

    def _move(self) -> None:
        held = self._held(SpellKind.TEAM)
        before = held[0].team or "" if held else ""
        self.team = before if self.row.team is None else self.row.team
        if self.team == before:
            return
        self._team_left = before
        for spell in held:
            self._end(spell, self.at)
        if self.team:
            self._start(SpellKind.TEAM, end=self._next_start(SpellKind.TEAM), team=self.team)
        self._fact("team", before, self.team)

    def _queues(self) -> None:
        if self.row.queues is None:
            return
        held = {str(spell.queue): spell for spell in self._held(SpellKind.QUEUE)}
        for slug in sorted(set(held) - self.row.queues):
            self._end(held[slug], self.at)
        for slug in sorted(self.row.queues - set(held)):
            self._start(SpellKind.QUEUE, end=self._next_start(SpellKind.QUEUE, queue=slug), queue=slug)
        self._fact("queues", "; ".join(sorted(held)), "; ".join(sorted(self.row.queues)))

    def compare_roles(self, coached: Collection[str]) -> None:
        """Plan roles; `coached` are teams that other rows say this person coaches."""
        held = self._held_roles()
        self.roles = set(held)
        self._roles_before = _in_words(held)
        names = self.row.role or {role for role, _ in held} or {Role.AGENT}
        if Role.ADMINISTRATOR in names and self._is_vendors(held):
            return self.wrong("role", Told("they work for a vendor, and an administrator sees everybody"))
        for role in () if self.team else sorted(names & COVERING):
            if self._team_left or not covers(held, {role}, None):
                return self.wrong("team", Told("it is empty, and a %(role)s covers the people of a team", role=role))
        for role, covered in held:
            has_left_it = role in COVERING and self._team_left and covered == self._team_left
            if role not in names or (has_left_it and covered not in coached):
                self._end(held[role, covered], self.at)
                self.roles.discard((role, covered))
        for role in sorted(names):
            wanted = (self.team or None) if role in COVERING else None
            if not covers(self.roles, {role}, wanted):
                self.add_role(role, wanted)
        return None

    def _is_vendors(self, held: Collection[tuple[Role, str | None]]) -> bool:
        """They are of a vendor then; somebody who is both already is not told again each day."""
        before = self.known.vendor if self.known else ""
        is_known = bool(before) and (Role.ADMINISTRATOR, None) in held
        return not is_known and bool(before if self.row.vendor is None else self.row.vendor)

    def add_role(self, role: Role, team: str | None) -> None:
        """Give a role over a team's tree, or over everything."""
        self._start(SpellKind.ROLE, end=self._next_start(SpellKind.ROLE, role=role, team=team), role=role, team=team)
        self.roles.add((role, team))

    def _spells(self, kind: SpellKind) -> list[KnownSpell]:
        return self.known.of(kind) if self.known else []

    def _held(self, kind: SpellKind) -> list[KnownSpell]:
        return [spell for spell in self._spells(kind) if spell.holds(self.at)]

    def _held_roles(self) -> dict[tuple[Role, str | None], KnownSpell]:
        return {(Role(str(spell.role)), spell.team): spell for spell in self._held(SpellKind.ROLE)}

    def _next_start(self, kind: SpellKind, **target: str | None) -> datetime | None:
        """When what was recorded for later begins; what is appended now gives way to it."""
        later = [
            spell.start
            for spell in self._spells(kind)
            if spell.start > self.at and all(getattr(spell, name) == value for name, value in target.items())
        ]
        return min(later, default=None)

    def _start(self, kind: SpellKind, *, end: datetime | None, start: datetime | None = None, **target: object) -> None:
        made = NewSpell(external_id=self.row.external_id, kind=kind, start=start or self.at, end=end, **target)
        self.plan.spells.append(made)

    def _end(self, spell: KnownSpell, end: datetime | None) -> None:
        self.plan.ends.append(NewEnd(spell_id=spell.id, end=end))

    def _fact(self, column: str, before: str, after: str) -> None:
        if before != after:
            self.facts.append(Fact(column=column, before=before, after=after))

    def _fact_of_end(self, before: datetime | None, after: datetime | None) -> None:
        self.has_ended = after is not None
        self._fact("ends_on", self._last_day(before), self._last_day(after))

    def _day(self, moment: datetime | None, zone: str | None = None) -> str:
        return f"{moment.astimezone(ZoneInfo(zone or self.zone)):%Y-%m-%d}" if moment else ""

    def _last_day(self, end: datetime | None, zone: str | None = None) -> str:
        return self._day(end - timedelta(microseconds=1), zone) if end else ""

    def _is_day(self, moment: datetime, day: date | None) -> bool:
        """Whether a moment lies on that day, where the person is or was: a move between zones changes no date."""
        zones = {self.zone, self.known.timezone if self.known else self.zone}
        return any(self._day(moment, zone) == str(day) for zone in zones)

    def _is_last_day(self, end: datetime | None, day: date | None) -> bool:
        return end is day is None or bool(end and self._is_day(end - timedelta(microseconds=1), day))
