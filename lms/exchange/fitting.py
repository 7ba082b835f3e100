"""Whether what a file holds fits the draft of a policy: its clauses, its version, the items that are there already.

The report says of every question what would become of it, and why one cannot come in; nothing is left out of it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256

from lms.domain.errors import Told
from lms.domain.quizzes import Item, Picture, Teaching, is_right_for
from lms.exchange import notes, yaml_items
from lms.exchange.cleaning import cleaned, trimmed
from lms.exchange.naming import id_of
from lms.exchange.recognising import Format
from lms.exchange.sources import UNSAID, FileRefused, Found, Source, Unread
from lms.library.pictures import shown_in
from lms.library.quiz_files import MAX_ITEMS


class Outcome(StrEnum):
    """What becomes of a question."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "there already"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """The draft that the items are for."""

    number: int
    """Of its version."""
    clauses: frozenset[str]
    """Those of its text, and those that it removes."""
    items: Mapping[str, Item]
    """By id."""
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    """Those of its items and lessons, by address; no other can be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question of the file."""

    place: str
    name: str
    outcome: Outcome
    item: Item | None = None
    """As it would stand in the draft; None for one that is refused."""
    notes: tuple[Told, ...] = ()
    why: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What would become of a file, question by question, in its order."""

    format: Format
    lines: tuple[Line, ...]
    notes: tuple[Told, ...]

    def counted(self, outcome: Outcome) -> int:
        """How many have this outcome."""
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def brought(self) -> tuple[Item, ...]:
        """Items that are new or different."""
        return tuple(line.item for line in self.lines if line.item and line.outcome in (Outcome.NEW, Outcome.CHANGED))


@dataclass(slots=True)
class _Fitting:
    """Goes through a file in its order."""

    bank: Bank
    clause: str
    is_replacing: bool
    seen: dict[str, Item] = field(default_factory=dict)
    """Items of the file so far, by the id that they get."""
    alike: defaultdict[Item, list[Item]] = field(default_factory=lambda: defaultdict(list))
    """The same by all that they say, whatever they are called."""
    counted: dict[str, int] = field(default_factory=dict)
    """The last number that was put behind a name."""

    def line(self, entry: Found | Unread) -> Line:
        if isinstance(entry, Unread):
            return Line(place=entry.place, name=entry.name, outcome=Outcome.REFUSED, why=entry.why)
        item, told = cleaned(entry.item)
        item, why = self._placed(replace(item, clauses=self._clauses(item, entry.hints)))
        item, unknown = self._with_pictures(item)
        why = (*why, *unknown)
        told = (*entry.notes, *told)
        item, is_twin = self._named(item)
        if is_twin:
            return Line(place=entry.place, name=entry.name, outcome=Outcome.SAME, item=item, notes=(notes.TWICE,))
        if item.id != self._id(entry.item):
            told = (*told, notes.called(item.id))
        self.seen[item.id] = item
        self.alike[_nameless(item)].append(item)
        why = why or tuple(map(notes.does_not_fit, () if item.case else yaml_items.problems([item])))
        there = self.bank.items.get(item.id)
        if there is not None and entry.item.validity == UNSAID:
            item = replace(item, validity=there.validity)
        outcome = Outcome.NEW if there is None else Outcome.SAME if trimmed(there) == trimmed(item) else Outcome.CHANGED
        if outcome is Outcome.CHANGED and not self.is_replacing:
            why = (*why, notes.another_there(item.id))
        if why:
            return Line(place=entry.place, name=entry.name, outcome=Outcome.REFUSED, notes=told, why=why)
        return Line(place=entry.place, name=entry.name, outcome=outcome, item=item, notes=told)

    def _clauses(self, item: Item, hints: tuple[str, ...]) -> tuple[str, ...]:
        """What the file names as such; else what a tag, a category or the clause of a decision says; else the given."""
        named = (id_of(hint) for hint in hints)
        found = tuple(dict.fromkeys(hint for hint in named if hint in self.bank.clauses))
        cited = (item.cites_key,) if item.cites_key else ()
        return item.clauses or found or cited or ((self.clause,) if self.clause else ())

    def _placed(self, item: Item) -> tuple[Item, tuple[Told, ...]]:
        """The item with its versions, and what of its clauses and versions does not fit the draft."""
        number = self.bank.number
        cites = [item.cites_key, *item.cites_others] if item.cites_key else []
        unknown = [clause for clause in dict.fromkeys([*item.clauses, *cites]) if clause not in self.bank.clauses]
        why = [notes.no_such_clause(clause) for clause in unknown]
        if not item.clauses:
            why.append(notes.NO_CLAUSE)
        if item.validity == UNSAID:
            item = replace(item, validity=Teaching(since=number, until=None, checked=number))
        elif not is_right_for(item.validity, number):
            why.append(notes.other_version(number))
        return item, tuple(why)

    def _with_pictures(self, item: Item) -> tuple[Item, tuple[Told, ...]]:
        """The item with the draft's own of the pictures that it names, whatever a file has; and those there are not."""
        shown = sorted({address for text in _asked(item) for _, address in shown_in(text)})
        known = self.bank.pictures
        held = tuple(known[address] for address in shown if address in known)
        return replace(item, pictures=held), tuple(
            map(notes.no_such_picture, (each for each in shown if each not in known))
        )

    def _id(self, item: Item) -> str:
        return item.id or f"item-{sha256(item.stem.encode(errors='replace')).hexdigest()[:8]}"

    def _named(self, item: Item) -> tuple[Item, bool]:
        """The item with an id that no other of the file has; and whether the very same was in it before."""
        item = replace(item, id=self._id(item))
        for other in self.alike[_nameless(item)]:
            if other.id.startswith(item.id):
                return other, True
        return replace(item, id=self._unlike(item.id)), False

    def _unlike(self, name: str) -> str:
        """The name, with a number behind it when it is taken; numbers that were given are not tried again."""
        made, number = name, self.counted.get(name, 1)
        while made in self.seen:
            number += 1
            made = f"{name}-{number}"
        self.counted[name] = number
        return made


def _asked(item: Item) -> tuple[str, ...]:
    return item.stem, *((item.case.text,) if item.case else ())


def _nameless(item: Item) -> Item:
    return trimmed(replace(item, id=""))


def fit(found: Format, source: Source, bank: Bank, *, clause: str = "", is_replacing: bool = False) -> Report:
    """What would become of each question of a file.

    `clause` is for those that name none; `is_replacing` lets an item take the place of one with its id. Raises
    FileRefused when the draft would have too many items, or has no such clause.
    """
    if clause and clause not in bank.clauses:
        raise FileRefused("The draft has no clause “%(clause)s”. Take the id of one that it has.", clause=clause[:60])
    fitting = _Fitting(bank, clause, is_replacing)
    lines = _whole_cases([fitting.line(entry) for entry in source.entries], source, bank)
    report = Report(format=found, lines=tuple(lines), notes=source.notes)
    if len(bank.items) + report.counted(Outcome.NEW) > MAX_ITEMS:
        raise FileRefused("With these the draft would have more than %(most)s items. Leave some out.", most=MAX_ITEMS)
    return report


def _whole_cases(lines: list[Line], source: Source, bank: Bank) -> list[Line]:
    """A case comes in whole: when one of its items cannot, none does."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(source.entries):
        if isinstance(entry, Found) and entry.item.case:
            places[entry.item.case.id].append(place)
    names = Counter(line.item.id for line in lines if line.item)
    for case, those in places.items():
        items = [item for place in those if (item := lines[place].item)]
        missing = {item.id for item in bank.items.values() if item.case and item.case.id == case}
        why = tuple(map(notes.does_not_fit, yaml_items.problems(items))) if len(items) == len(those) else ()
        if len(items) < len(those) or missing - {item.id for item in items}:
            why = (notes.CASE_NOT_WHOLE,)
        elif case in names or case in bank.items:
            why = (notes.another_there(case),)
        for place in those if why else ():
            if lines[place].item:
                lines[place] = replace(lines[place], outcome=Outcome.REFUSED, item=None, why=why)
    return lines
